//! Keys as Python tells them apart: `1`, `1.0` and `True` are one key, and two moments are where they are the same at UTC.

use std::collections::HashMap;
use std::rc::Rc;

use jiff::civil::{Date, DateTime};

use super::error::{LoadError, fail};
use crate::input::document::{Document, Item, ItemId};
use crate::value::{Integer, Value};

/// A key by what makes it equal to another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    None,
    /// Also booleans and whole floats.
    Integer(Integer),
    /// The bits of a float that is not whole.
    Float(u64),
    /// Python's loader has only one.
    NotANumber,
    Text(Rc<str>),
    Bytes(Rc<[u8]>),
    Date(Date),
    Moment {
        zoned: bool,
        at_utc: DateTime,
    },
    Tuple(Vec<Key>),
}

/// The key that an item is.
///
/// # Errors
/// Python's message, where the item is or holds a list, a mapping or a set.
pub(super) fn key(document: &Document, item: ItemId) -> Result<Key, LoadError> {
    nested_key(document, item).map_err(|inner| {
        let outer = class_name(document, item);
        fail(format!("cannot use '{outer}' as a dict key (unhashable type: '{inner}')"))
    })
}

/// The same; the error is the name of the type that cannot be part of a key.
fn nested_key(document: &Document, item: ItemId) -> Result<Key, &'static str> {
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
        Some(Item::Plain(_)) => return Err("dict"),
        Some(Item::Bytes(bytes)) => Key::Bytes(Rc::clone(bytes)),
        Some(Item::Date(date)) => Key::Date(*date),
        Some(Item::Moment(moment)) => Key::Moment { zoned: moment.zone.is_some(), at_utc: moment.at_utc() },
        Some(Item::Tuple(items)) => {
            Key::Tuple(items.iter().map(|item| nested_key(document, *item)).collect::<Result<_, _>>()?)
        }
        Some(Item::List(_) | Item::Map(_) | Item::OrderedMap(_) | Item::Set(_)) => {
            return Err(class_name(document, item));
        }
    })
}

/// The name of a collection's type as errors show it, without its module.
fn class_name(document: &Document, item: ItemId) -> &'static str {
    match document.get(item) {
        Some(Item::List(_)) => "list",
        Some(Item::Tuple(_)) => "tuple",
        Some(Item::OrderedMap(_)) => "ordereddict",
        Some(Item::Set(_)) => "set",
        _ => "dict",
    }
}

/// A `dict`: keys keep their first place and their first form, and take their last value.
#[derive(Default)]
pub(super) struct Dictionary {
    pairs: Vec<(ItemId, ItemId)>,
    places: HashMap<Key, usize>,
}

impl Dictionary {
    pub(super) fn contains(&self, key: &Key) -> bool {
        self.places.contains_key(key)
    }

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
