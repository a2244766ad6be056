//! JSON documents read as Python reads a `dict`: a member that is missing is refused by its bare name in quotes, which is all that
//! the AWS CLI then says. And JSON as Python writes it on one line.

use crate::error::{Error, Result};
use crate::python::repr;
use crate::value::{Integer, Value};

/// A member of an object.
///
/// # Errors
/// Python's `KeyError` and `TypeError`.
pub fn member<'v>(value: &'v Value, name: &str) -> Result<&'v Value> {
    match value {
        Value::Map(members) => members.get(name).ok_or_else(|| Error::General(repr::string(name))),
        Value::List(_) => Err(Error::General("list indices must be integers or slices, not str".to_owned())),
        other => Err(Error::General(format!("'{}' object is not subscriptable", other.python_type_name()))),
    }
}

/// Whether an object has a member.
#[must_use]
pub fn has(value: &Value, name: &str) -> bool {
    matches!(value, Value::Map(members) if members.contains_key(name))
}

/// A member that is a text.
///
/// # Errors
/// As [`member`]; a member of another type.
pub fn text(value: &Value, name: &str) -> Result<String> {
    match member(value, name)? {
        Value::String(text) => Ok(text.to_string()),
        other => Err(Error::General(format!("{name} is of type '{}', not a text", other.python_type_name()))),
    }
}

/// Access key and secret key as they are signed with: what is no text is refused where Python stumbles over it then.
///
/// # Errors
/// Python's `TypeError`.
pub fn signing_keys(access_key: &Value, secret_key: &Value) -> Result<(String, String)> {
    match (access_key, secret_key) {
        (Value::String(access_key), Value::String(secret_key)) => Ok((access_key.to_string(), secret_key.to_string())),
        (other, Value::String(_)) => {
            let kind = other.python_type_name();
            Err(Error::General(format!("sequence item 0: expected str instance, {kind} found")))
        }
        (_, other) => {
            let kind = other.python_type_name();
            Err(Error::General(format!("can only concatenate str (not \"{kind}\") to str")))
        }
    }
}

/// A session token; what Python takes for false is none.
///
/// # Errors
/// What is no text.
pub fn session_token(value: &Value, name: &str) -> Result<Option<String>> {
    match member(value, name)? {
        token if !token.python_truth() => Ok(None),
        _ => text(value, name).map(Some),
    }
}

/// A member that is a whole number; one beyond 64 bits counts as the largest.
///
/// # Errors
/// As [`member`]; a member of another type.
pub fn whole_number(value: &Value, name: &str) -> Result<i64> {
    match member(value, name)? {
        Value::Integer(Integer::Small(number)) => Ok(*number),
        Value::Integer(Integer::Big(_)) => Ok(i64::MAX),
        Value::Float(number) => match Integer::from_float(*number) {
            Some(Integer::Small(number)) => Ok(number),
            _ => Ok(i64::MAX),
        },
        other => Err(Error::General(format!("{name} is of type '{}', not a number", other.python_type_name()))),
    }
}

/// A date's text, told as Python's `dateutil` refuses what is none.
///
/// # Errors
/// As [`member`]; a member that is no text.
pub fn date(value: &Value, name: &str) -> Result<String> {
    match member(value, name)? {
        Value::String(text) => Ok(text.to_string()),
        other => Err(Error::General(format!(
            "Parser must be a string or character stream, not {}",
            other.python_type_name()
        ))),
    }
}

/// An object of texts, in order.
#[must_use]
pub fn object<'t>(members: impl IntoIterator<Item = (&'t str, Value)>) -> Value {
    Value::map(members.into_iter().map(|(name, value)| (name.into(), value)).collect())
}

/// `json.dumps(value)`: one line, a blank after each comma and colon, all ASCII.
#[must_use]
pub fn json_line(value: &Value) -> String {
    match value {
        Value::Map(members) => {
            let members = members.iter().map(|(name, value)| format!("{}: {}", quoted(name), json_line(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        Value::List(items) => format!("[{}]", items.iter().map(json_line).collect::<Vec<_>>().join(", ")),
        scalar => scalar.to_json_compact(),
    }
}

fn quoted(text: &str) -> String {
    Value::string(text).to_json_compact()
}

#[cfg(test)]
mod tests {
    use super::{date, json_line, member, object, text, whole_number};
    use crate::value::Value;

    #[test]
    fn what_is_missing_or_wrong_is_refused_in_pythons_words() {
        let value = object([("a", Value::Null), ("n", Value::integer(5))]);
        assert_eq!(text(&value, "b").unwrap_err().to_string(), "'b'");
        assert_eq!(
            date(&value, "a").unwrap_err().to_string(),
            "Parser must be a string or character stream, not NoneType"
        );
        assert_eq!(whole_number(&value, "n").unwrap(), 5);
        let list = Value::list(Vec::new());
        assert_eq!(member(&list, "a").unwrap_err().to_string(), "list indices must be integers or slices, not str");
    }

    #[test]
    fn one_line_is_written_as_python_writes_it() {
        let text = "{\"a\": [1, 2.5, null, true, \"\\u00e9\\\"\"], \"b\": {}, \"c\": []}";
        assert_eq!(json_line(&Value::from_json(text).unwrap()), text);
    }
}
