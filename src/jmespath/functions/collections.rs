//! The functions on lists and maps, and those on "strings or lists".

use std::rc::Rc;

use super::{Call, Called};
use crate::jmespath::messages::RunProblem;
use crate::value::{Map, Value};

pub(crate) fn not_null(call: &Call<'_>) -> Called {
    Ok(call.arguments.iter().find(|argument| !matches!(argument, Value::Null)).cloned().unwrap_or(Value::Null))
}

pub(crate) fn contains(call: &Call<'_>) -> Called {
    let found = match (call.argument(0), call.argument(1)) {
        (Value::String(subject), Value::String(search)) => subject.contains(&**search),
        (Value::String(_), other) => {
            return Err(RunProblem::NotInString { searched: other.python_type_name() }.into());
        }
        (_, search) => call.list(0).iter().any(|item| item.is_or_equals(search)),
    };
    Ok(Value::Bool(found))
}

pub(crate) fn length(call: &Call<'_>) -> Called {
    let length = match call.argument(0) {
        Value::String(text) => text.chars().count(),
        Value::Map(members) => members.len(),
        _ => call.list(0).len(),
    };
    Ok(Value::integer(i64::try_from(length).unwrap_or(i64::MAX)))
}

pub(crate) fn reverse(call: &Call<'_>) -> Called {
    Ok(match call.argument(0) {
        Value::String(text) => Value::string(text.chars().rev().collect::<String>()),
        _ => Value::list(call.list(0).iter().rev().cloned().collect()),
    })
}

pub(crate) fn keys(call: &Call<'_>) -> Called {
    Ok(match call.argument(0) {
        Value::Map(members) => Value::list(members.keys().map(|key| Value::String(Rc::clone(key))).collect()),
        _ => Value::Null,
    })
}

pub(crate) fn values(call: &Call<'_>) -> Called {
    Ok(match call.argument(0) {
        Value::Map(members) => Value::list(members.values().cloned().collect()),
        _ => Value::Null,
    })
}

pub(crate) fn map(call: &Call<'_>) -> Called {
    call.list(1).iter().map(|item| call.evaluate(0, item)).collect::<Result<_, _>>().map(Value::list)
}

pub(crate) fn merge(call: &Call<'_>) -> Called {
    let mut merged = Map::new();
    for argument in call.arguments {
        if let Value::Map(members) = argument {
            merged.extend(members.iter().map(|(key, value)| (Rc::clone(key), value.clone())));
        }
    }
    Ok(Value::map(merged))
}
