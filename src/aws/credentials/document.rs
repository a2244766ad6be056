//! Text and JSON of files, programs and responses as Python reads them: the message for a missing member is its bare name in quotes,
//! as in the AWS CLI. And JSON as Python writes it on one line.

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
        other => Err(Error::General(format!("{name} is expected in an object, not in a {}", other.python_type_name()))),
    }
}

pub(crate) fn has(value: &Value, name: &str) -> bool {
    matches!(value, Value::Map(members) if members.contains_key(name))
}

pub(crate) fn text(value: &Value, name: &str) -> Result<String> {
    string(member(value, name)?, name)
}

pub(crate) fn string(value: &Value, name: &str) -> Result<String> {
    match value {
        Value::String(text) => Ok(text.to_string()),
        other => Err(Error::General(format!("{name} is of type '{}', not text", other.python_type_name()))),
    }
}

/// The members of a response's body, in which botocore overlooks those that are `null`.
pub(crate) fn members(body: &[u8]) -> Result<Value> {
    fn without_nulls(members: Map) -> Value {
        let members = members.into_iter().filter(|(_, value)| !matches!(value, Value::Null));
        let cleaned = members.map(|(name, value)| match value {
            Value::Map(members) => (name, without_nulls(Map::clone(&members))),
            value => (name, value),
        });
        Value::map(cleaned.collect())
    }
    Ok(without_nulls(Map::clone(&*refusal::body(body)?)))
}

/// A member as Python's `int` reads it; beyond 64 bits it is the largest number.
pub(crate) fn whole_number(value: &Value, name: &str) -> Result<i64> {
    let number = match member(value, name)? {
        Value::Integer(number) => Some(number.clone()),
        Value::Float(number) => Integer::from_float(*number),
        other => Some(numeral::int(&string(other, name)?).map_err(Error::General)?),
    };
    Ok(number.and_then(|number| i64::try_from(number.saturated()).ok()).unwrap_or(i64::MAX))
}

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
