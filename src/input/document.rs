//! What a document yields in Python: JSON's values and those that only YAML has, with Python's `str`, `repr` and type names.
//!
//! Items live in one list and refer to each other by number, for a YAML document may hold one item many times, or itself.
//! Everything here that walks a document keeps to a bound: a few lines of YAML may stand for billions of items.

use std::rc::Rc;

use jiff::ToSpan;
use jiff::civil::{Date, DateTime};

use crate::value::Value;

pub(crate) type ItemId = usize;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// To the microsecond, in the years 1 to 9999.
    pub(crate) local: DateTime,
    /// Where it is that time; `None` where nothing says.
    pub(crate) zone: Option<Zone>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Zone {
    /// Ahead of UTC, in seconds.
    pub(crate) seconds: i64,
    /// As written, such as `+02:00`.
    pub(crate) name: Rc<str>,
}

#[derive(Clone, Debug)]
pub(crate) enum Item {
    /// What JSON has too. A JSON document is a single such item.
    Plain(Value),
    /// `bytes`
    Bytes(Rc<[u8]>),
    /// `datetime.date`
    Date(Date),
    /// `datetime.datetime`
    Moment(Moment),
    /// `list`
    List(Vec<ItemId>),
    /// `dict`
    Map(Vec<(ItemId, ItemId)>),
}

#[derive(Clone, Debug, Default)]
pub struct Document {
    items: Vec<Item>,
}

impl Document {
    pub(crate) fn add(&mut self, item: Item) -> ItemId {
        self.items.push(item);
        self.items.len() - 1
    }

    pub(crate) fn count(&self) -> usize {
        self.items.len()
    }

    /// The item of a number that this document gave; `None` for any other.
    pub(crate) fn get(&self, id: ItemId) -> Option<&Item> {
        self.items.get(id)
    }

    pub(crate) fn replace(&mut self, id: ItemId, item: Item) {
        if let Some(place) = self.items.get_mut(id) {
            *place = item;
        }
    }

    pub(crate) fn text(&self, id: ItemId) -> Option<&Rc<str>> {
        match self.get(id) {
            Some(Item::Plain(Value::String(text))) => Some(text),
            _ => None,
        }
    }

    /// Python's `type(item)`, as `str` shows it: `<class 'datetime.date'>`.
    pub(crate) fn python_class(&self, id: ItemId) -> String {
        let name = match self.get(id) {
            None => "NoneType",
            Some(Item::Plain(value)) => value.python_type_name(),
            Some(Item::Bytes(_)) => "bytes",
            Some(Item::Date(_)) => "datetime.date",
            Some(Item::Moment(_)) => "datetime.datetime",
            Some(Item::List(_)) => "list",
            Some(Item::Map(_)) => "dict",
        };
        format!("<class '{name}'>")
    }
}

impl Zone {
    /// Python's `repr` of the zone's distance from UTC, a `timedelta`.
    pub(crate) fn timedelta_repr(&self) -> String {
        let (days, seconds) = (self.seconds.div_euclid(86_400), self.seconds.rem_euclid(86_400));
        match (days, seconds) {
            (0, 0) => "datetime.timedelta(0)".to_owned(),
            (0, _) => format!("datetime.timedelta(seconds={seconds})"),
            (_, 0) => format!("datetime.timedelta(days={days})"),
            _ => format!("datetime.timedelta(days={days}, seconds={seconds})"),
        }
    }
}

impl Moment {
    /// At UTC where the zone is known: equal for equal moments. After the year 9999 all moments are its last.
    pub(crate) fn at_utc(&self) -> DateTime {
        let offset = self.zone.as_ref().map_or(0, |zone| zone.seconds);
        self.local.saturating_sub(offset.seconds())
    }
}
