//! JSON as Python's `json.dump(indent=4, ensure_ascii=False)` prints it. The notation is the value's own; here is when a
//! response is printed at all, and what a failure leaves behind.

use std::io::Write;

use crate::value::{JsonWriteError, Value};

use super::RenderError;

/// Writes a response: nothing for an empty map.
///
/// # Errors
/// As [`write`].
pub fn write_response(value: &Value, output: &mut dyn Write) -> Result<(), RenderError> {
    match value {
        Value::Map(map) if map.is_empty() => Ok(()),
        _ => write(value, output),
    }
}

/// Writes a value and a line feed.
///
/// # Errors
/// What the output answers, [`RenderError::NoJson`] for an expression, and [`RenderError::TooDeep`]; what comes before is
/// written.
pub fn write(value: &Value, output: &mut dyn Write) -> Result<(), RenderError> {
    let mut text = String::new();
    let written = value.push_json_indented(&mut text);
    if written.is_ok() {
        text.push('\n');
    }
    output.write_all(text.as_bytes())?;
    written.map_err(|error| match error {
        JsonWriteError::UnrecognizedType => RenderError::NoJson,
        JsonWriteError::TooDeep => RenderError::TooDeep,
    })
}
