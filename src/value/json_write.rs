//! [`Value`] to JSON text, as Python's `json.dumps` writes it in the two ways the AWS CLI uses: its output, and JMESPath's
//! `to_string`. Refuses to know where the text goes.

use std::fmt::{self, Write};

use super::Value;
use crate::python::repr;

/// An expression (`&name`) among the values, which has no JSON. Prints as `str()` of Python's exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Encountered unrecognized type in JSON encoder.")]
pub struct JsonWriteError;

impl Value {
    /// The AWS CLI's output: `json.dumps(value, indent=4, ensure_ascii=False)`, without a line feed at the end. A scalar is
    /// the same without the indent. The epoch prints as ISO 8601.
    pub fn to_json_indented(&self) -> Result<String, JsonWriteError> {
        let mut out = String::new();
        self.push_json_indented(&mut out).map(|()| out)
    }

    /// As [`Value::to_json_indented`], to the end of a text; where it fails, the text holds what Python has written by then.
    pub(crate) fn push_json_indented(&self, out: &mut String) -> Result<(), JsonWriteError> {
        push_indented(out, self, 0)
    }

    /// JMESPath's `to_string`: `json.dumps(value, separators=(',', ':'), default=str)`, all ASCII.
    pub fn to_json_compact(&self) -> String {
        let mut out = String::new();
        push_compact(&mut out, self);
        out
    }
}

fn push_indented(out: &mut String, value: &Value, depth: usize) -> Result<(), JsonWriteError> {
    match value {
        Value::String(text) => push_string(out, text, false),
        Value::Epoch => out.push_str("\"1970-01-01T00:00:00\""),
        Value::Expression(_) => return Err(JsonWriteError),
        Value::List(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index == 0 { "[" } else { "," });
                push_new_line(out, depth + 1);
                push_indented(out, item, depth + 1)?;
            }
            push_new_line(out, depth);
            out.push(']');
        }
        Value::Map(members) if !members.is_empty() => {
            for (index, (key, member)) in members.iter().enumerate() {
                out.push_str(if index == 0 { "{" } else { "," });
                push_new_line(out, depth + 1);
                push_string(out, key, false);
                out.push_str(": ");
                push_indented(out, member, depth + 1)?;
            }
            push_new_line(out, depth);
            out.push('}');
        }
        // Empty containers and the other scalars look alike in both styles.
        other => push_compact(out, other),
    }
    Ok(())
}

fn push_compact(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Integer(number) => push_display(out, format_args!("{number}")),
        Value::Float(number) => push_float(out, *number),
        Value::String(text) => push_string(out, text, true),
        Value::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { "," });
                push_compact(out, item);
            }
            out.push(']');
        }
        Value::Map(members) => {
            out.push('{');
            for (index, (key, member)) in members.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { "," });
                push_string(out, key, true);
                out.push(':');
                push_compact(out, member);
            }
            out.push('}');
        }
        Value::Epoch | Value::Expression(_) => push_string(out, &value.python_str(), true),
    }
}

fn push_float(out: &mut String, number: f64) {
    match number {
        _ if number.is_nan() => out.push_str("NaN"),
        f64::INFINITY => out.push_str("Infinity"),
        f64::NEG_INFINITY => out.push_str("-Infinity"),
        _ => out.push_str(&repr::float(number)),
    }
}

fn push_string(out: &mut String, text: &str, ascii: bool) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='~' => out.push(character),
            '\0'..' ' => push_display(out, format_args!("\\u{:04x}", u32::from(character))),
            _ if ascii => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    push_display(out, format_args!("\\u{unit:04x}"));
                }
            }
            _ => out.push(character),
        }
    }
    out.push('"');
}

fn push_new_line(out: &mut String, depth: usize) {
    out.push('\n');
    for _ in 0..depth {
        out.push_str("    ");
    }
}

fn push_display(out: &mut String, value: fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = out.write_fmt(value);
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::super::ExpressionReference;
    use super::*;

    fn read(text: &str) -> Value {
        Value::from_json(text).unwrap()
    }

    #[test]
    fn the_output_is_indented_by_four() {
        let value = read("{\"b\": [1, [], {}, {\"x\": null}], \"a\": \"é\\u007f\\u0001\\b\"}");
        let expected = "{\n    \"b\": [\n        1,\n        [],\n        {},\n        {\n            \"x\": null\n        }\n    ],\n    \
                        \"a\": \"é\u{7f}\\u0001\\b\"\n}";
        assert_eq!(value.to_json_indented().unwrap(), expected);
        assert_eq!(read("[NaN]").to_json_indented().unwrap(), "[\n    NaN\n]");
        assert_eq!(Value::Epoch.to_json_indented().unwrap(), "\"1970-01-01T00:00:00\"");
    }

    #[test]
    fn to_string_is_compact_and_ascii() {
        let value =
            read("{\"k\": [1.0, Infinity, -Infinity, NaN, true, 1e16], \"\\u00e9😀\": \"\\u007f\\u2028/\\\"\\\\\\f\"}");
        let expected = "{\"k\":[1.0,Infinity,-Infinity,NaN,true,1e+16],\
                        \"\\u00e9\\ud83d\\ude00\":\"\\u007f\\u2028/\\\"\\\\\\f\"}";
        assert_eq!(value.to_json_compact(), expected);
        assert_eq!(Value::Epoch.to_json_compact(), "\"1970-01-01 00:00:00\"");
    }

    #[test]
    fn an_expression_has_no_json_but_a_text() {
        let value = Value::list(vec![Value::Null, Value::Expression(Rc::new(ExpressionReference))]);
        let mut out = String::new();
        assert_eq!(value.push_json_indented(&mut out), Err(JsonWriteError));
        assert_eq!(out, "[\n    null,\n    ");
        assert!(value.to_json_compact().starts_with("[null,\"<jmespath.visitor._Expression object at 0x"));
    }
}
