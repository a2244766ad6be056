//! Keys as Python distinguishes them: `1`, `1.0` and `True` are one key, and two moments are where they are the same at UTC.

use std::collections::HashMap;
use std::rc::Rc;

use jiff::civil::{Date, DateTime};

use super::error::{LoadError, fail, refuse};
use crate::input::document::{Document, Item, ItemId};
use crate::value::{Integer, Value};

/// A key by what makes it equal to another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    None,
    /// Also booleans and floats without a fraction.
    Integer(Integer),
    /// The bits of a float with a fraction.
    Float(u64),
    /// Python's loader has only one.
    NotANumber,
    Text(Rc<str>),
    Date(Date),
    Moment {
        zoned: bool,
        at_utc: DateTime,
    },
}

pub(super) fn key(document: &Document, item: ItemId) -> Result<Key, LoadError> {
    Ok(match document.get(item) {
        None | Some(Item::Plain(Value::Null)) => Key::None,
        Some(Item::Plain(Value::Bool(value))) => Key::Integer(Integer::from(i64::from(*value))),
        Some(Item::Plain(Value::Integer(number))) => Key::Integer(number.clone()),
        Some(Item::Plain(Value::Float(number))) => match Integer::from_float(*number) {
            Some(whole) if number.fract() == 0.0 => Key::Integer(whole),
            _ if number.is_nan() => Key::NotANumber,
            _ => Key::Float(number.to_bits()),
        },
        Some(Item::Plain(Value::String(text))) => Key::Text(Rc::clone(text)),
        Some(Item::Date(date)) => Key::Date(*date),
        Some(Item::Moment(moment)) => Key::Moment { zoned: moment.zone.is_some(), at_utc: moment.at_utc() },
        // The AWS CLI reads it, and has no parameter of such a name.
        Some(Item::List(_)) => return Err(fail("A list of the YAML document is used as a key.")),
        Some(Item::Map(_) | Item::Bytes(_) | Item::Plain(_)) => return Err(refuse("found unhashable key")),
    })
}

/// A `dict`: keys keep their first place and their first form, and take their last value.
#[derive(Default)]
pub(super) struct Dictionary {
    pairs: Vec<(ItemId, ItemId)>,
    places: HashMap<Key, usize>,
}

impl Dictionary {
    /// Sets a key's value; says whether the key was there.
    pub(super) fn insert(&mut self, key: Key, key_item: ItemId, value: ItemId) -> bool {
        let place = *self.places.entry(key).or_insert(self.pairs.len());
        match self.pairs.get_mut(place) {
            Some(pair) => {
                pair.1 = value;
                true
            }
            None => {
                self.pairs.push((key_item, value));
                false
            }
        }
    }

    pub(super) fn into_pairs(self) -> Vec<(ItemId, ItemId)> {
        self.pairs
    }
}
