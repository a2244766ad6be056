//! The functions on strings, lists and maps.

use std::rc::Rc;

use super::{Call, Called};
use crate::jmespath::messages::RunProblem;
use crate::value::{MAXIMUM_TEXT, Map, Value};

pub(crate) fn not_null(call: &Call<'_>) -> Called {
    Ok(call.arguments.iter().find(|argument| !matches!(argument, Value::Null)).cloned().unwrap_or(Value::Null))
}

pub(crate) fn contains(call: &Call<'_>) -> Called {
    let found = match (call.argument(0), call.argument(1)) {
        (Value::String(subject), Value::String(search)) => subject.contains(&**search),
        (Value::String(_), other) => {
            return Err(RunProblem::NotInString(other.python_type_name()).into());
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

pub(crate) fn starts_with(call: &Call<'_>) -> Called {
    Ok(Value::Bool(call.text(0).starts_with(call.text(1))))
}

pub(crate) fn ends_with(call: &Call<'_>) -> Called {
    Ok(Value::Bool(call.text(0).ends_with(call.text(1))))
}

pub(crate) fn join(call: &Call<'_>) -> Called {
    let texts = || call.list(1).iter().map(|item| if let Value::String(text) = item { text.len() } else { 0 });
    if texts().map(|length| length + call.text(0).len()).sum::<usize>() > MAXIMUM_TEXT {
        return Err(RunProblem::TooLarge.into());
    }
    let mut joined = String::new();
    for (index, item) in call.list(1).iter().enumerate() {
        if index > 0 {
            joined.push_str(call.text(0));
        }
        if let Value::String(text) = item {
            joined.push_str(text);
        }
    }
    Ok(Value::string(joined))
}
