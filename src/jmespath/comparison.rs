//! JMESPath's own comparisons and its idea of false. Equality is Python's except that `1` and `true` differ (at the top only).

use std::cmp::Ordering;

use super::messages::{RunError, RunProblem};
use super::token::Comparator;
use crate::value::Value;

/// Compares two values; an order of anything but numbers and strings is `null`.
///
/// # Errors
/// For the order of a number and a string.
pub(crate) fn compare(comparator: Comparator, left: &Value, right: &Value) -> Result<Value, RunError> {
    let orders: &[Ordering] = match comparator {
        Comparator::Equal => return Ok(Value::Bool(equals(left, right))),
        Comparator::NotEqual => return Ok(Value::Bool(!equals(left, right))),
        Comparator::Less => &[Ordering::Less],
        Comparator::LessOrEqual => &[Ordering::Less, Ordering::Equal],
        Comparator::Greater => &[Ordering::Greater],
        Comparator::GreaterOrEqual => &[Ordering::Greater, Ordering::Equal],
    };
    if !(is_ordered(left) && is_ordered(right)) {
        return Ok(Value::Null);
    }
    let order = order(left, right, comparator.symbol())?;
    Ok(Value::Bool(order.is_some_and(|order| orders.contains(&order))))
}

/// The order of two numbers or two strings; `None` where NaN is one of them.
///
/// # Errors
/// Python's `TypeError` for the given operator where they are not of one kind.
pub(crate) fn order(left: &Value, right: &Value, symbol: &'static str) -> Result<Option<Ordering>, RunError> {
    match (left, right) {
        // Bytes of UTF-8 are ordered as the code points are, which is Python's order.
        (Value::String(left), Value::String(right)) => Ok(Some(left.cmp(right))),
        _ if is_number(left) && is_number(right) => Ok(left.compare_numbers(right)),
        _ => {
            let (left, right) = (left.python_type_name(), right.python_type_name());
            Err(RunProblem::NotOrdered { symbol, left, right }.into())
        }
    }
}

/// An `int` or a `float`, and not a `bool`.
pub(crate) fn is_number(value: &Value) -> bool {
    matches!(value, Value::Integer(_) | Value::Float(_))
}

/// What `||`, `&&` and filters take for false. Nought is not.
pub(crate) fn is_false(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::List(items) => items.is_empty(),
        Value::Map(members) => members.is_empty(),
        _ => false,
    }
}

/// What `!` yields. Every number is true for it.
pub(crate) fn negate(value: &Value) -> bool {
    !is_number(value) && !value.python_truth()
}

fn equals(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Bool(_), other) | (other, Value::Bool(_)) if is_number(other) => false,
        _ => left.python_eq(right),
    }
}

fn is_ordered(value: &Value) -> bool {
    is_number(value) || matches!(value, Value::String(_))
}
