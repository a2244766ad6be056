//! A value to the sections of a table.
//!
//! The order of things and the ways to fail are those of the AWS CLI, which was written for responses: what a query can yield
//! beyond them (lists of lists, maps among other things) comes out as it happens to there.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::rc::Rc;

use crate::render::{RenderError, is_scalar, scalar_text, sorted_members};
use crate::value::{Integer, Map, Value};

use super::section::Section;

#[derive(Default)]
pub(crate) struct Sections<'a>(pub(crate) Vec<Section<'a>>);

impl<'a> Sections<'a> {
    /// Adds a value; without a title to the section at hand.
    pub(crate) fn value(&mut self, title: Option<&'a str>, value: &'a Value, level: usize) -> Result<(), RenderError> {
        if !value.python_truth() {
            return Ok(());
        }
        if title.is_some() {
            self.0.push(Section::new(title, level));
        }
        match value {
            Value::List(items) if matches!(items.first(), Some(Value::Map(_))) => {
                self.list_of_maps(items, title, level)
            }
            Value::List(items) => items.iter().try_for_each(|item| self.row_of(item)),
            Value::Map(map) => self.map(map, level),
            _ => Ok(()),
        }
    }

    /// An item of a list that does not begin with a map: a scalar is a row, and so is a list of scalars; a map shows its keys.
    fn row_of(&mut self, item: &'a Value) -> Result<(), RenderError> {
        let cells = match item {
            Value::List(items) if items.iter().all(is_scalar) => items.iter().map(scalar_text).collect(),
            Value::List(_) => return self.value(None, item, 0),
            Value::Map(map) => map.keys().map(|key| Cow::Borrowed(&**key)).collect(),
            scalar => vec![scalar_text(scalar)],
        };
        self.row(cells)
    }

    /// The scalars of a map are one row below their keys, or where there is but one beside its key; the others follow.
    fn map(&mut self, map: &'a Map, level: usize) -> Result<(), RenderError> {
        let (scalars, others): (Vec<_>, Vec<_>) =
            sorted_members(map).into_iter().partition(|(_, value)| is_scalar(value));
        match scalars.as_slice() {
            [] => {}
            [(key, value)] => self.row(vec![Cow::Borrowed(&***key), scalar_text(value)])?,
            _ => {
                self.header(scalars.iter().map(|(key, _)| &***key).collect())?;
                self.row(scalars.iter().map(|(_, value)| scalar_text(value)).collect())?;
            }
        }
        others.into_iter().try_for_each(|(key, value)| self.value(Some(key), value, level + 1))
    }

    /// A list of maps is one header with a row each; where a map holds more than scalars, each has a section of its own.
    fn list_of_maps(&mut self, items: &'a [Value], title: Option<&'a str>, level: usize) -> Result<(), RenderError> {
        let (mut columns, mut others) = (BTreeSet::new(), BTreeSet::new());
        for item in items {
            for (key, value) in as_members(item)?.into_iter().flatten() {
                let keys = if is_scalar(value) { &mut columns } else { &mut others };
                keys.insert(key);
            }
        }
        for (index, item) in items.iter().enumerate() {
            if index > 0 && !others.is_empty() {
                self.0.push(Section::new(title, level));
            }
            if index == 0 || !others.is_empty() {
                self.header(columns.iter().map(|key| &***key).collect())?;
            }
            let map = as_members(item)?;
            if map.is_none() && (!columns.is_empty() || is_numbers(item)) {
                return Err(RenderError::NoAttribute { type_name: item.python_class_name(), attribute: "get" });
            }
            let member = |key: &Rc<str>| map.and_then(|map| map.get(key));
            // A column of one map may hold a list in another; it prints as Python's repr.
            self.row(columns.iter().map(|&key| member(key).map_or("".into(), scalar_text)).collect())?;
            for &key in &others {
                if let Some(value) = member(key) {
                    self.value(Some(key), value, level + 1)?;
                }
            }
        }
        Ok(())
    }

    fn header(&mut self, headers: Vec<&'a str>) -> Result<(), RenderError> {
        self.0.last_mut().map_or(Ok(()), |section| section.set_headers(headers))
    }

    fn row(&mut self, cells: Vec<Cow<'a, str>>) -> Result<(), RenderError> {
        self.0.last_mut().map_or(Ok(()), |section| section.add_row(cells))
    }
}

/// An item of a list that begins with a map, taken for a map too. What is empty has no members, and a list of small numbers
/// passes as well, until its members are read; the rest fails in the words that Python has for it.
fn as_members(item: &Value) -> Result<Option<&Map>, RenderError> {
    match item {
        Value::Map(map) => Ok(Some(map)),
        Value::String(text) if text.is_empty() => Ok(None),
        Value::List(items) => items.iter().try_for_each(|index| check_index(index, items.len())).map(|()| None),
        Value::String(_) => Err(RenderError::StringIndex),
        other => Err(RenderError::NotIterable(other.python_class_name())),
    }
}

/// Whether Python takes `index` as an index of a list of `length`.
fn check_index(index: &Value, length: usize) -> Result<(), RenderError> {
    let position = match index {
        Value::Bool(truth) => u64::from(*truth),
        Value::Integer(Integer::Small(number @ 0..)) => number.unsigned_abs(),
        Value::Integer(Integer::Small(number)) => number.unsigned_abs() - 1,
        Value::Integer(Integer::Big(_)) => return Err(RenderError::IndexTooLarge),
        other => return Err(RenderError::ListIndex(other.python_class_name())),
    };
    if position < length as u64 { Ok(()) } else { Err(RenderError::IndexOutOfRange) }
}

/// Whether the item is a list with items: it has got here as its items are small numbers, but has no members to get.
fn is_numbers(item: &Value) -> bool {
    matches!(item, Value::List(items) if !items.is_empty())
}
