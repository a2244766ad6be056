//! Text and JSON of files, programs and answers as Python reads them: a member that is missing is refused by its bare name in quotes,
//! which is all that the AWS CLI then says. And JSON as Python writes it on one line.

use std::path::Path;

use crate::aws::refusal;
use crate::error::{Error, Result};
use crate::host::read_at_most;
use crate::python::codecs::utf_8;
use crate::python::{errno, numeral, repr};
use crate::value::{Integer, Map, Value};

/// The most that is read of a file, in bytes. The Security Token Service accepts tokens of 20,000 characters.
const LARGEST_FILE: u64 = 1024 * 1024;

pub(crate) fn decode(bytes: &[u8]) -> Result<String> {
    utf_8(bytes).map(str::to_owned).map_err(Error::General)
}

/// A UTF-8 file with its line ends as line feeds. Failures to read it are worded as Python's.
pub(crate) fn read_text(path: impl AsRef<Path>) -> Result<String> {
    let bytes = read_at_most(&path, LARGEST_FILE).map_err(|error| Error::General(errno::with_path(&error, &path)))?;
    Ok(decode(&bytes)?.replace("\r\n", "\n").replace('\r', "\n"))
}

pub(crate) fn member<'v>(value: &'v Value, name: &str) -> Result<&'v Value> {
    match value {
        Value::Map(members) => members.get(name).ok_or_else(|| Error::General(repr::string(name))),
        Value::List(_) => Err(Error::General("list indices must be integers or slices, not str".to_owned())),
        other => Err(Error::General(format!("'{}' object is not subscriptable", other.python_type_name()))),
    }
}

pub(crate) fn has(value: &Value, name: &str) -> bool {
    matches!(value, Value::Map(members) if members.contains_key(name))
}

pub(crate) fn text(value: &Value, name: &str) -> Result<String> {
    string(member(value, name)?, name)
}

/// A value as text; `name` says what it is.
pub(crate) fn string(value: &Value, name: &str) -> Result<String> {
    match value {
        Value::String(text) => Ok(text.to_string()),
        other => Err(Error::General(format!("{name} is of type '{}', not text", other.python_type_name()))),
    }
}

/// The body of an answer, in which botocore overlooks the members that are `null`.
pub(crate) fn answer(body: &[u8]) -> Result<Value> {
    fn without_nulls(members: Map) -> Value {
        let members = members.into_iter().filter(|(_, value)| !matches!(value, Value::Null));
        Value::map(
            members
                .map(|(name, value)| match value {
                    Value::Map(members) => (name, without_nulls(Map::clone(&members))),
                    value => (name, value),
                })
                .collect(),
        )
    }
    Ok(without_nulls(Map::clone(&*refusal::body(body)?)))
}

/// A member as Python's `int` reads it; beyond 64 bits it is the largest number.
pub(crate) fn whole_number(value: &Value, name: &str) -> Result<i64> {
    match member(value, name)? {
        Value::Integer(Integer::Small(number)) => Ok(*number),
        Value::Integer(Integer::Big(_)) => Ok(i64::MAX),
        Value::Float(number) => match Integer::from_float(*number) {
            Some(Integer::Small(number)) => Ok(number),
            _ => Ok(i64::MAX),
        },
        Value::Bool(truth) => Ok((*truth).into()),
        Value::String(digits) => {
            let number = numeral::int(digits).map_err(Error::General)?;
            Ok(i64::try_from(number.saturated()).unwrap_or(i64::MAX))
        }
        other => Err(Error::General(format!(
            "int() argument must be a string, a bytes-like object or a real number, not '{}'",
            other.python_type_name()
        ))),
    }
}

/// A date's text; another type is refused as by Python's `dateutil`.
pub(crate) fn date(value: &Value, name: &str) -> Result<String> {
    match member(value, name)? {
        Value::String(text) => Ok(text.to_string()),
        other => Err(Error::General(format!(
            "Parser must be a string or character stream, not {}",
            other.python_type_name()
        ))),
    }
}

/// An object of texts, in order.
pub(crate) fn object<'t>(members: impl IntoIterator<Item = (&'t str, Value)>) -> Value {
    Value::map(members.into_iter().map(|(name, value)| (name.into(), value)).collect())
}

/// `json.dumps(value)`: one line, a blank after each comma and colon, all ASCII.
pub(crate) fn json_line(value: &Value) -> String {
    match value {
        Value::Map(members) => {
            let quoted = |name: &str| Value::string(name).to_json_compact();
            let members = members.iter().map(|(name, value)| format!("{}: {}", quoted(name), json_line(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        Value::List(items) => format!("[{}]", items.iter().map(json_line).collect::<Vec<_>>().join(", ")),
        scalar => scalar.to_json_compact(),
    }
}

#[cfg(test)]
mod tests {
    use super::json_line;
    use crate::value::Value;

    #[test]
    fn one_line_is_written_as_python_writes_it() {
        let text = "{\"a\": [1, 2.5, null, true, \"\\u00e9\\\"\"], \"b\": {}, \"c\": []}";
        assert_eq!(json_line(&Value::from_json(text).unwrap()), text);
    }
}
