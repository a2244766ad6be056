//! What a document yields in Python: JSON's values and those that only YAML has, with Python's `str`, `repr` and type names.
//!
//! Items live in one list and refer to each other by number, for a YAML document may hold one item many times, or itself.
//! Everything here that walks a document keeps to a bound: a few lines of YAML may stand for billions of items.

use std::rc::Rc;

use crate::value::Value;

/// An item's number in its document.
pub type ItemId = usize;

/// A date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Date {
    /// 1 to 9999.
    pub year: u32,
    /// 1 to 12.
    pub month: u32,
    /// 1 to 31.
    pub day: u32,
}

/// A date and a time of day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateTime {
    /// The date.
    pub date: Date,
    /// 0 to 23.
    pub hour: u32,
    /// 0 to 59.
    pub minute: u32,
    /// 0 to 59.
    pub second: u32,
    /// 0 to 999,999.
    pub microsecond: u32,
    /// Where it is that time; `None` where nothing says.
    pub zone: Option<Zone>,
}

/// A time zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// Ahead of UTC, in seconds.
    pub seconds: i64,
    /// As written, such as `+02:00`.
    pub name: Rc<str>,
}

/// An item of a document.
#[derive(Clone, Debug)]
pub enum Item {
    /// What JSON has too. A JSON document is one such item, whole.
    Plain(Value),
    /// `bytes`
    Bytes(Rc<[u8]>),
    /// `datetime.date`
    Date(Date),
    /// `datetime.datetime`
    DateTime(DateTime),
    /// `list`
    List(Vec<ItemId>),
    /// `tuple`: a list as a key, or a pair of `!!pairs`.
    Tuple(Vec<ItemId>),
    /// `dict`
    Map(Vec<(ItemId, ItemId)>),
    /// `ruamel.yaml.compat.ordereddict`
    OrderedMap(Vec<(ItemId, ItemId)>),
    /// `set`, in the order written; Python's own order changes from run to run.
    Set(Vec<ItemId>),
}

/// The items of a document.
#[derive(Clone, Debug, Default)]
pub struct Document {
    items: Vec<Item>,
}

impl Document {
    /// Adds an item and gives its number.
    pub fn add(&mut self, item: Item) -> ItemId {
        self.items.push(item);
        self.items.len() - 1
    }

    /// How many items there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.items.len()
    }

    /// The item of a number that this document gave; `None` for any other.
    #[must_use]
    pub fn get(&self, id: ItemId) -> Option<&Item> {
        self.items.get(id)
    }

    /// Puts another item in the place of one.
    pub fn replace(&mut self, id: ItemId, item: Item) {
        if let Some(place) = self.items.get_mut(id) {
            *place = item;
        }
    }

    /// The text of an item, where it is one.
    #[must_use]
    pub fn text(&self, id: ItemId) -> Option<&Rc<str>> {
        match self.get(id) {
            Some(Item::Plain(Value::String(text))) => Some(text),
            _ => None,
        }
    }

    /// Python's `type(item)`, as `str` shows it: `<class 'datetime.date'>`.
    #[must_use]
    pub fn python_class(&self, id: ItemId) -> String {
        let name = match self.get(id) {
            None => "NoneType",
            Some(Item::Plain(value)) => value.python_type_name(),
            Some(Item::Bytes(_)) => "bytes",
            Some(Item::Date(_)) => "datetime.date",
            Some(Item::DateTime(_)) => "datetime.datetime",
            Some(Item::List(_)) => "list",
            Some(Item::Tuple(_)) => "tuple",
            Some(Item::Map(_)) => "dict",
            Some(Item::OrderedMap(_)) => "ruamel.yaml.compat.ordereddict",
            Some(Item::Set(_)) => "set",
        };
        format!("<class '{name}'>")
    }
}

impl Zone {
    /// Python's `repr` of the zone's distance from UTC, a `timedelta`.
    #[must_use]
    pub fn timedelta_repr(&self) -> String {
        let (days, seconds) = (self.seconds.div_euclid(86_400), self.seconds.rem_euclid(86_400));
        match (days, seconds) {
            (0, 0) => "datetime.timedelta(0)".to_owned(),
            (0, _) => format!("datetime.timedelta(seconds={seconds})"),
            (_, 0) => format!("datetime.timedelta(days={days})"),
            _ => format!("datetime.timedelta(days={days}, seconds={seconds})"),
        }
    }
}

impl DateTime {
    /// Microseconds since the year 1, at UTC where the zone is known: equal for equal moments.
    #[must_use]
    pub fn moment(&self) -> i64 {
        let day = i64::from(self.date.ordinal());
        let seconds = (day * 24 + i64::from(self.hour)) * 3600 + i64::from(self.minute) * 60 + i64::from(self.second);
        let offset = self.zone.as_ref().map_or(0, |zone| zone.seconds);
        (seconds - offset) * 1_000_000 + i64::from(self.microsecond)
    }
}

impl Date {
    /// Days since the year 1.
    fn ordinal(self) -> u32 {
        const BEFORE_MONTH: [u32; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
        let Self { year, month, day } = self;
        let past = year.saturating_sub(1);
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let month_index = usize::try_from(month.saturating_sub(1)).unwrap_or_default();
        let before = BEFORE_MONTH.get(month_index).copied().unwrap_or_default();
        past * 365 + past / 4 - past / 100 + past / 400 + before + u32::from(leap && month > 2) + day
    }
}
