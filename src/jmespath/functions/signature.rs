//! What a function takes, and the check of its arguments, in Python's order and words. Refuses to call.

use super::{Call, Called};
use crate::jmespath::messages::{RunError, RunProblem};
use crate::value::Value;

/// A name, the types each argument may have (none for any), and what the function does.
pub(crate) type Function = (&'static str, &'static [&'static [Type]], fn(&Call<'_>) -> Called);

/// The functions that take more arguments like the last.
const VARIADIC: [&str; 2] = ["merge", "not_null"];

#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub(crate) enum Type {
    Number,
    String,
    Array,
    Object,
    #[strum(serialize = "expref")]
    Expression,
    ArrayNumber,
    ArrayString,
}

impl Type {
    pub(crate) fn name(self) -> &'static str {
        self.into()
    }

    fn takes(self, value: &Value) -> bool {
        match self {
            Self::Number => matches!(value, Value::Integer(_) | Value::Float(_)),
            Self::String => matches!(value, Value::String(_)),
            Self::Array | Self::ArrayNumber | Self::ArrayString => matches!(value, Value::List(_)),
            Self::Object => matches!(value, Value::Map(_)),
            Self::Expression => matches!(value, Value::Expression(_)),
        }
    }

    /// What an array's items must be, where it matters.
    fn items(self) -> Option<Self> {
        match self {
            Self::ArrayNumber => Some(Self::Number),
            Self::ArrayString => Some(Self::String),
            _ => None,
        }
    }
}

/// JMESPath's name for the type of a value; `unknown` for what it has no name for.
pub(crate) fn jmespath_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Integer(_) | Value::Float(_) => "number",
        Value::String(_) => "string",
        Value::List(_) => "array",
        Value::Map(_) => "object",
        Value::Expression(_) => "expref",
        Value::Epoch => "unknown",
    }
}

/// Checks number and types of the arguments.
pub(crate) fn check(&(function, parameters, _): &Function, arguments: &[Value]) -> Result<(), RunError> {
    let (expected, received, variadic) = (parameters.len(), arguments.len(), VARIADIC.contains(&function));
    if received < expected || (received > expected && !variadic) {
        return Err(RunProblem::Arity { function, expected, variadic, received }.into());
    }
    let more = parameters.iter().chain(parameters.last().into_iter().cycle());
    for (types, argument) in more.zip(arguments) {
        check_argument(function, types, argument)?;
    }
    Ok(())
}

fn check_argument(function: &'static str, types: &[Type], argument: &Value) -> Result<(), RunError> {
    let refuse = |value: &Value, received: &'static str| {
        let expected = types.iter().map(|allowed| allowed.name()).collect();
        RunError::from(RunProblem::Type { function, value: value.clone(), expected, received })
    };
    if !types.is_empty() && !types.iter().any(|allowed| allowed.takes(argument)) {
        return Err(refuse(argument, jmespath_type(argument)));
    }
    let Value::List(items) = argument else { return Ok(()) };
    // Where items may be of several types, the first decides which all must be of.
    let mut kinds = types.iter().filter_map(|allowed| allowed.items());
    let (Some(first), second) = (kinds.next(), kinds.next()) else { return Ok(()) };
    let kind = match (second, items.first()) {
        (Some(second), Some(item)) if second.takes(item) => second,
        _ => first,
    };
    match items.iter().find(|item| !kind.takes(item)) {
        Some(item) => Err(refuse(item, item.python_type_name())),
        None => Ok(()),
    }
}
