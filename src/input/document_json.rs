//! Items of a document as JSON values: what Python's `json.dumps` makes of them. Refuses what it refuses, in its words, and
//! what stands for millions of items.

use std::rc::Rc;

use super::document::{Document, Item, ItemId};
use super::document_repr::decimal;
use crate::python::repr;
use crate::value::{MAXIMUM_DEPTH, Map, Value};

/// How many items a value may stand for. Python has no bound but its memory.
const MOST_ITEMS: u64 = 1_000_000;

#[derive(Clone)]
enum Progress {
    Untouched,
    Begun,
    /// The value, and how many items it stands for.
    Done(Value, u64),
}

struct Converter<'a> {
    document: &'a Document,
    progress: Vec<Progress>,
}

impl Document {
    pub fn to_value(&self, id: ItemId) -> Result<Value, String> {
        let mut converter = Converter { document: self, progress: vec![Progress::Untouched; self.count()] };
        converter.convert(id, 0).map(|(value, _)| value)
    }
}

impl Converter<'_> {
    fn convert(&mut self, id: ItemId, depth: usize) -> Result<(Value, u64), String> {
        match self.progress.get(id) {
            Some(Progress::Done(value, size)) => return Ok((value.clone(), *size)),
            Some(Progress::Begun) => return Err("Circular reference detected".to_owned()),
            _ if depth > MAXIMUM_DEPTH => return Err("maximum recursion depth exceeded".to_owned()),
            _ => {}
        }
        self.set(id, Progress::Begun);
        let mut size = 1;
        let value = match self.document.get(id) {
            None => Value::Null,
            Some(Item::Plain(value)) => {
                if let Value::Integer(number) = value {
                    decimal(number)?;
                }
                value.clone()
            }
            Some(Item::List(items)) => {
                let mut values = Vec::with_capacity(items.len());
                for item in items {
                    values.push(self.part(*item, depth, &mut size)?);
                }
                Value::list(values)
            }
            Some(Item::Map(pairs)) => {
                let mut members = Map::with_capacity(pairs.len());
                for (key, value) in pairs {
                    let key = self.key(*key)?;
                    members.insert(key, self.part(*value, depth, &mut size)?);
                }
                Value::map(members)
            }
            Some(Item::Bytes(_)) => return Err(not_serializable("bytes")),
            Some(Item::Date(_)) => return Err(not_serializable("date")),
            Some(Item::Moment(_)) => return Err(not_serializable("datetime")),
        };
        self.set(id, Progress::Done(value.clone(), size));
        Ok((value, size))
    }

    fn part(&mut self, id: ItemId, depth: usize, size: &mut u64) -> Result<Value, String> {
        let (value, part) = self.convert(id, depth + 1)?;
        *size += part;
        if *size > MOST_ITEMS {
            return Err("The document is too large to send: it holds its own parts too many times.".to_owned());
        }
        Ok(value)
    }

    fn set(&mut self, id: ItemId, progress: Progress) {
        if let Some(place) = self.progress.get_mut(id) {
            *place = progress;
        }
    }

    fn key(&self, id: ItemId) -> Result<Rc<str>, String> {
        let other = match self.document.get(id) {
            None | Some(Item::Plain(Value::Null)) => return Ok("null".into()),
            Some(Item::Plain(Value::String(text))) => return Ok(Rc::clone(text)),
            Some(Item::Plain(Value::Bool(value))) => return Ok(value.to_string().into()),
            Some(Item::Plain(Value::Integer(number))) => return Ok(decimal(number)?.into()),
            Some(Item::Plain(Value::Float(number))) => return Ok(float(*number).into()),
            Some(Item::Bytes(_)) => "bytes",
            Some(Item::Date(_)) => "datetime.date",
            Some(Item::Moment(_)) => "datetime.datetime",
            Some(_) => "dict",
        };
        Err(format!("keys must be str, int, float, bool or None, not {other}"))
    }
}

fn not_serializable(name: &str) -> String {
    format!("Object of type {name} is not JSON serializable")
}

/// A float as the name of a member.
fn float(number: f64) -> String {
    if number.is_nan() {
        "NaN".to_owned()
    } else if number.is_infinite() {
        if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
    } else {
        repr::float(number)
    }
}
