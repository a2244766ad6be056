//! The functions on strings, lists and maps, and the conversions.

use std::rc::Rc;

use super::{Call, Called};
use crate::jmespath::messages::RunProblem;
use crate::python::numeral;
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
    Ok(Value::list(call.members(0).map(|(name, _)| Value::String(Rc::clone(name))).collect()))
}

pub(crate) fn values(call: &Call<'_>) -> Called {
    Ok(Value::list(call.members(0).map(|(_, value)| value.clone()).collect()))
}

pub(crate) fn map(call: &Call<'_>) -> Called {
    call.list(1).iter().map(|item| call.evaluate(0, item)).collect::<Result<_, _>>().map(Value::list)
}

pub(crate) fn merge(call: &Call<'_>) -> Called {
    let members = (0..call.arguments.len()).flat_map(|index| call.members(index));
    Ok(Value::map(members.map(|(name, value)| (Rc::clone(name), value.clone())).collect::<Map>()))
}

pub(crate) fn starts_with(call: &Call<'_>) -> Called {
    Ok(Value::Bool(call.text(0).starts_with(call.text(1))))
}

pub(crate) fn ends_with(call: &Call<'_>) -> Called {
    Ok(Value::Bool(call.text(0).ends_with(call.text(1))))
}

pub(crate) fn join(call: &Call<'_>) -> Called {
    let texts: Vec<&str> =
        call.list(1).iter().map(|item| if let Value::String(text) = item { &**text } else { "" }).collect();
    if texts.iter().map(|text| text.len() + call.text(0).len()).sum::<usize>() > MAXIMUM_TEXT {
        return Err(RunProblem::TooLarge.into());
    }
    Ok(Value::string(texts.join(call.text(0))))
}

pub(crate) fn to_array(call: &Call<'_>) -> Called {
    Ok(match call.argument(0) {
        list @ Value::List(_) => list.clone(),
        other => Value::list(vec![other.clone()]),
    })
}

pub(crate) fn to_string(call: &Call<'_>) -> Called {
    Ok(match call.argument(0) {
        text @ Value::String(_) => text.clone(),
        other if other.fits_as_text() => Value::string(other.to_json_compact()),
        _ => return Err(RunProblem::TooLarge.into()),
    })
}

pub(crate) fn to_number(call: &Call<'_>) -> Called {
    match call.argument(0) {
        Value::Null | Value::Bool(_) | Value::List(_) | Value::Map(_) => Ok(Value::Null),
        number @ (Value::Integer(_) | Value::Float(_)) => Ok(number.clone()),
        Value::String(text) => {
            let integer = numeral::integer(text).map(Value::Integer);
            Ok(integer.or_else(|| numeral::float(text).map(Value::Float)).unwrap_or(Value::Null))
        }
        other => Err(RunProblem::NotNumeric(other.python_class_name()).into()),
    }
}

pub(crate) fn type_name(call: &Call<'_>) -> Called {
    Ok(match call.argument(0) {
        Value::Epoch | Value::Expression(_) => Value::Null,
        other => Value::string(super::jmespath_type(other)),
    })
}
