//! Python's `==`, its order of numbers and of strings, and its truth of a value. Refuses what only a query knows (JMESPath's
//! own comparison keeps `1` and `true` apart).

use std::cmp::Ordering;
use std::rc::Rc;

use super::{Integer, Value};

impl Value {
    /// Python's `self == other`: `1`, `1.0` and `True` are equal, at any depth.
    pub fn python_eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Null, Self::Null) | (Self::Epoch, Self::Epoch) => true,
            (Self::String(one), Self::String(two)) => one == two,
            (Self::List(one), Self::List(two)) => {
                Rc::ptr_eq(one, two)
                    || one.len() == two.len() && one.iter().zip(two.iter()).all(|(one, two)| one.is_or_equals(two))
            }
            (Self::Map(one), Self::Map(two)) => {
                Rc::ptr_eq(one, two)
                    || one.len() == two.len()
                        && one.iter().all(|(key, value)| two.get(key).is_some_and(|other| value.is_or_equals(other)))
            }
            (Self::Expression(one), Self::Expression(two)) => Rc::ptr_eq(one, two),
            _ => self.compare_numbers(other) == Some(Ordering::Equal),
        }
    }

    /// Python's comparison inside containers and of `in`: the same object, or equal. All NaN of a document are one object in
    /// Python, so NaN equals NaN here (and, unlike there, also where one of them was computed).
    pub(crate) fn is_or_equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Float(one), Self::Float(two)) if one.is_nan() => two.is_nan(),
            _ => self.python_eq(other),
        }
    }

    /// The order of two numbers as Python has it, `True` and `False` being 1 and 0; `None` for NaN and for anything else.
    pub(crate) fn compare_numbers(&self, other: &Self) -> Option<Ordering> {
        let integer = |value: &Self| match value {
            Self::Bool(truth) => Some(Integer::Small((*truth).into())),
            Self::Integer(number) => Some(number.clone()),
            _ => None,
        };
        match (self, other) {
            (Self::Float(one), Self::Float(two)) => one.partial_cmp(two),
            (Self::Float(one), two) => integer(two)?.compare_float(*one).map(Ordering::reverse),
            (one, Self::Float(two)) => integer(one)?.compare_float(*two),
            (one, two) => Some(integer(one)?.cmp(&integer(two)?)),
        }
    }

    /// Python's `bool(self)`.
    pub(crate) fn python_truth(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Bool(truth) => *truth,
            Self::Integer(number) => *number != Integer::Small(0),
            Self::Float(number) => *number != 0.0,
            Self::String(text) => !text.is_empty(),
            Self::List(items) => !items.is_empty(),
            Self::Map(members) => !members.is_empty(),
            Self::Epoch | Self::Expression(_) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn equal(one: &str, two: &str) -> bool {
        Value::from_json(one).unwrap().python_eq(&Value::from_json(two).unwrap())
    }

    #[test]
    fn one_is_one_point_nought_is_true() {
        assert!(equal("1", "1.0"));
        assert!(equal("true", "1"));
        assert!(equal("[0, {\"a\": 1.0}]", "[false, {\"a\": true}]"));
        assert!(!equal("null", "0"));
        assert!(!equal("\"1\"", "1"));
    }

    #[test]
    fn nan_equals_itself_only_inside() {
        assert!(!equal("NaN", "NaN"));
        assert!(equal("[NaN]", "[NaN]"));
    }
}
