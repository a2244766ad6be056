//! The functions on lists and maps, and those on "strings or lists".

use std::rc::Rc;

use super::{Call, Called};
use crate::jmespath::messages::{RunError, RunProblem};
use crate::value::{Map, Value};

pub fn not_null(call: &Call<'_>) -> Called {
    Ok(call.arguments.iter().find(|argument| !matches!(argument, Value::Null)).cloned().unwrap_or(Value::Null))
}

pub fn contains(call: &Call<'_>) -> Called {
    let found = match (call.argument(0), call.argument(1)) {
        (Value::String(subject), Value::String(search)) => subject.contains(&**search),
        (Value::String(_), other) => {
            return Err(RunProblem::NotInString { searched: other.python_type_name() }.into());
        }
        (_, search) => call.list(0).iter().any(|item| item.is_or_equals(search)),
    };
    Ok(Value::Bool(found))
}

pub fn length(call: &Call<'_>) -> Called {
    let length = match call.argument(0) {
        Value::String(text) => text.chars().count(),
        Value::Map(members) => members.len(),
        _ => call.list(0).len(),
    };
    Ok(Value::integer(i64::try_from(length).unwrap_or(i64::MAX)))
}

pub fn reverse(call: &Call<'_>) -> Called {
    Ok(match call.argument(0) {
        Value::String(text) => Value::string(text.chars().rev().collect::<String>()),
        _ => Value::list(call.list(0).iter().rev().cloned().collect()),
    })
}

pub fn keys(call: &Call<'_>) -> Called {
    Ok(match call.argument(0) {
        Value::Map(members) => Value::list(members.keys().map(|key| Value::String(Rc::clone(key))).collect()),
        _ => Value::Null,
    })
}

pub fn values(call: &Call<'_>) -> Called {
    Ok(match call.argument(0) {
        Value::Map(members) => Value::list(members.values().cloned().collect()),
        _ => Value::Null,
    })
}

pub fn map(call: &Call<'_>) -> Called {
    call.list(1).iter().map(|item| call.evaluate(0, item)).collect::<Result<_, _>>().map(Value::list)
}

/// Only the first argument is checked to be a map; Python's `dict.update` takes pairs too, and refuses the rest.
pub fn merge(call: &Call<'_>) -> Called {
    let mut merged = Map::new();
    for argument in call.arguments {
        match argument {
            Value::Map(members) => {
                merged.extend(members.iter().map(|(key, value)| (Rc::clone(key), value.clone())));
            }
            Value::List(pairs) => {
                for (index, pair) in pairs.iter().enumerate() {
                    let (key, value) = pair_of(index, pair)?;
                    merged.insert(key, value);
                }
            }
            // Each character is a pair that is too short.
            Value::String(text) if text.is_empty() => {}
            Value::String(_) => return Err(RunProblem::PairLength { index: 0, length: 1 }.into()),
            other => return Err(RunProblem::NotIterable { received: other.python_class_name() }.into()),
        }
    }
    Ok(Value::map(merged))
}

/// A key and a value from a list, a string or a map (its keys) of two.
fn pair_of(index: usize, pair: &Value) -> Result<(Rc<str>, Value), RunError> {
    let parts: Vec<Value> = match pair {
        Value::List(items) => items.to_vec(),
        Value::String(text) => text.chars().map(|character| Value::string(character.to_string())).collect(),
        Value::Map(members) => members.keys().map(|key| Value::String(Rc::clone(key))).collect(),
        _ => return Err(RunProblem::PairNotIterable.into()),
    };
    let length = parts.len();
    let [key, value] = <[Value; 2]>::try_from(parts).map_err(|_| RunProblem::PairLength { index, length })?;
    let key = match key {
        Value::String(key) => key,
        Value::List(_) | Value::Map(_) => {
            return Err(RunProblem::KeyUnhashable { received: key.python_type_name() }.into());
        }
        // Python keeps such a key as it is; ours are strings, so it takes the form that JSON output gives it.
        Value::Epoch | Value::Expression(_) => key.python_str().into(),
        other => other.to_json_compact().into(),
    };
    Ok((key, value))
}
