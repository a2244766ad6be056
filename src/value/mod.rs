//! The one value type of the program: what a response body, a literal or a query yields.
//!
//! Owns the shapes Python's `json` gives (insertion order, int and float as separate types, integers of any size), the sharing of
//! nodes, equality, and the two notations everything else builds on: JSON as Python's `json` reads and writes it, and Python's
//! own `str` and `repr`. Touches nothing outside but `python`, and knows no output format.

mod equality;
mod json;
mod notation;
pub(crate) mod yaml_types;

use std::rc::Rc;

use indexmap::IndexMap;

pub(crate) use crate::python::numeral::MAXIMUM_DIGITS;
pub use crate::python::numeral::{Integer, parse_integer};

pub(crate) use json::JsonError;
pub(crate) use notation::JsonWriteError;

/// How many collections of a document, or expressions of a query, may lie in one another. Python's own bounds lie between 300 and
/// 1,000 and depend on the kind of collection. It keeps every later walk over a value within its stack.
pub(crate) const MAXIMUM_DEPTH: usize = 300;

/// The most bytes that a value may take as text. A query yields one list in many places for a few bytes (`[@, @]`), and thirty of
/// them in a row have a result that fits into memory, but no text of it does.
pub(crate) const MAXIMUM_TEXT: usize = 64 << 20;

/// A JSON object in insertion order; a repeated key keeps its first place and its last value, as a Python `dict` does.
pub type Map = IndexMap<Rc<str>, Value>;

/// A JSON value as the AWS CLI holds it in Python.
///
/// Lists and maps are shared by pointer: a query that yields one node twice yields it with the same address, which the YAML
/// renderer shows as an anchor and an alias, as the AWS CLI does.
#[derive(Clone, Debug)]
pub enum Value {
    /// `None`.
    Null,
    /// `True` or `False`.
    Bool(bool),
    /// An `int`, of any size.
    Integer(Integer),
    /// A `float`; NaN and the infinities occur.
    Float(f64),
    /// A `str`.
    String(Rc<str>),
    /// A `list`.
    List(Rc<Vec<Value>>),
    /// A `dict`.
    Map(Rc<Map>),
    /// `datetime(1970, 1, 1)` without a zone: the placeholder of `--generate-cli-skeleton output`, the only datetime that
    /// reaches a query or a renderer (a response's timestamps are strings or numbers by then).
    Epoch,
    /// `&name` of a query, taken as a value. A query may yield one (`[&name]`); JSON and YAML refuse it, as the AWS CLI does.
    Expression(Rc<ExpressionReference>),
}

/// An expression of a query as a value. Two are equal where they are the same object, as in Python.
#[derive(Debug)]
pub struct ExpressionReference;

impl Value {
    pub fn string(text: impl Into<Rc<str>>) -> Self {
        Self::String(text.into())
    }

    pub fn list(items: Vec<Self>) -> Self {
        Self::List(Rc::new(items))
    }

    pub fn map(members: Map) -> Self {
        Self::Map(Rc::new(members))
    }

    pub fn integer(number: impl Into<Integer>) -> Self {
        Self::Integer(number.into())
    }

    /// Whether it takes at most [`MAXIMUM_TEXT`] bytes as indented JSON, escapes and the digits of numbers aside.
    pub(crate) fn fits_as_text(&self) -> bool {
        let mut left = MAXIMUM_TEXT;
        let mut pending = vec![(self, 0)];
        while let Some((value, indent)) = pending.pop() {
            let own = match value {
                Self::String(text) => text.len(),
                Self::Map(members) => members.keys().map(|name| name.len()).sum(),
                _ => 0,
            };
            let Some(rest) = left.checked_sub(own + indent + 1) else { return false };
            left = rest;
            match value {
                Self::List(items) => pending.extend(items.iter().map(|item| (item, indent + 4))),
                Self::Map(members) => pending.extend(members.values().map(|member| (member, indent + 4))),
                _ => {}
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::{MAXIMUM_TEXT, Value};

    #[test]
    fn what_is_there_many_times_counts_as_often() {
        let doubled = |times| (0..times).fold(Value::Null, |value, _| Value::list(vec![value.clone(), value]));
        assert!(doubled(15).fits_as_text());
        assert!(!doubled(40).fits_as_text());
        let half = Value::string("x".repeat(MAXIMUM_TEXT / 2));
        assert!(half.fits_as_text());
        assert!(!Value::list(vec![half.clone(), half]).fits_as_text());
    }
}
