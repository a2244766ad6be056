//! `sort`, `min`, `max` and their kin that go by an expression.

use std::cmp::Ordering;

use super::{Call, Called, jmespath_type};
use crate::jmespath::interpreter::order;
use crate::jmespath::messages::{RunError, RunProblem};
use crate::value::Value;

pub(crate) fn max(call: &Call<'_>) -> Called {
    extreme(call.list(0), Ordering::Greater, |item| Ok(item.clone()))
}

pub(crate) fn min(call: &Call<'_>) -> Called {
    extreme(call.list(0), Ordering::Less, |item| Ok(item.clone()))
}

pub(crate) fn max_by(call: &Call<'_>) -> Called {
    extreme(call.list(0), Ordering::Greater, |item| key(call, &["number", "string"], item))
}

pub(crate) fn min_by(call: &Call<'_>) -> Called {
    extreme(call.list(0), Ordering::Less, |item| key(call, &["number", "string"], item))
}

pub(crate) fn sort(call: &Call<'_>) -> Called {
    let items = call.list(0);
    Ok(Value::list(sorted(items, items)))
}

pub(crate) fn sort_by(call: &Call<'_>) -> Called {
    let items = call.list(0);
    let Some(first) = items.first() else { return Ok(call.argument(0).clone()) };
    // The first item decides of which type all keys must be; it is evaluated once more below, as in Python.
    let required = match call.evaluate(1, first)? {
        Value::String(_) => "string",
        Value::Integer(_) | Value::Float(_) => "number",
        other => return Err(wrong_key(call, first, &["string", "number"], jmespath_type(&other))),
    };
    let keys: Vec<Value> = items.iter().map(|item| key(call, &[required], item)).collect::<Result<_, _>>()?;
    Ok(Value::list(sorted(items, &keys)))
}

/// What the expression yields for an item, if it is of an allowed type.
fn key(call: &Call<'_>, allowed: &[&'static str], item: &Value) -> Called {
    let found = call.evaluate(1, item)?;
    let received = jmespath_type(&found);
    if allowed.contains(&received) { Ok(found) } else { Err(wrong_key(call, &found, allowed, received)) }
}

fn wrong_key(call: &Call<'_>, value: &Value, allowed: &[&'static str], received: &'static str) -> RunError {
    RunProblem::Type { function: call.function, value: value.clone(), expected: allowed.to_vec(), received }.into()
}

/// The first item whose key is beyond all before it, on the given side.
fn extreme(items: &[Value], side: Ordering, key: impl Fn(&Value) -> Called) -> Called {
    let symbol = if side == Ordering::Less { "<" } else { ">" };
    let mut found: Option<(&Value, Value)> = None;
    for item in items {
        let key = key(item)?;
        let better = match &found {
            Some((_, best)) => order(&key, best, symbol)? == Some(side),
            None => true,
        };
        if better {
            found = Some((item, key));
        }
    }
    Ok(found.map_or(Value::Null, |(item, _)| item.clone()))
}

/// The items in the order of their keys, equal ones as they came. NaN, which has no order, goes last; Python leaves it and its
/// neighbours wherever its algorithm happens to.
fn sorted(items: &[Value], keys: &[Value]) -> Vec<Value> {
    let mut pairs: Vec<(&Value, &Value)> = keys.iter().zip(items).collect();
    pairs.sort_by(|(left, _), (right, _)| {
        let by_order = order(left, right, "<").ok().flatten();
        by_order.unwrap_or_else(|| is_nan(left).cmp(&is_nan(right)))
    });
    pairs.into_iter().map(|(_, item)| item.clone()).collect()
}

fn is_nan(value: &Value) -> bool {
    matches!(value, Value::Float(number) if number.is_nan())
}
