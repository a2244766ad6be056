//! [`Value`] as text: JSON as Python's `json.dumps` writes it in the two ways the AWS CLI uses (its output, and JMESPath's
//! `to_string`), and Python's `str` and `repr`. Refuses to know where the text goes.

use super::Value;
use crate::python::repr::{self, push_display};

/// An expression (`&name`) among the values, which has no JSON. Prints as `str()` of Python's exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Encountered unrecognized type in JSON encoder.")]
pub struct JsonWriteError;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Notation {
    /// The AWS CLI's output: `json.dumps(value, indent=4, ensure_ascii=False)`, with the indentation of the line.
    Indented(usize),
    /// JMESPath's `to_string`: `json.dumps(value, separators=(',', ':'), default=str)`, all ASCII.
    Compact,
    Repr,
}

impl Value {
    /// The AWS CLI's output, without a line feed at the end. The epoch prints as ISO 8601.
    pub fn to_json_indented(&self) -> Result<String, JsonWriteError> {
        let mut out = String::new();
        self.push_json_indented(&mut out).map(|()| out)
    }

    /// As [`Value::to_json_indented`], to the end of a text; where it fails, the text holds what Python has written by then.
    pub(crate) fn push_json_indented(&self, out: &mut String) -> Result<(), JsonWriteError> {
        push(out, self, Notation::Indented(0))
    }

    /// JMESPath's `to_string`.
    pub fn to_json_compact(&self) -> String {
        self.text(Notation::Compact)
    }

    /// Python's `str(value)`.
    pub fn python_str(&self) -> String {
        match self {
            Self::String(text) => text.to_string(),
            Self::Epoch => "1970-01-01 00:00:00".to_owned(),
            other => other.python_repr(),
        }
    }

    /// Python's `repr(value)`.
    pub fn python_repr(&self) -> String {
        self.text(Notation::Repr)
    }

    fn text(&self, notation: Notation) -> String {
        let mut out = String::new();
        // Only indented JSON has no text for an expression.
        let _ = push(&mut out, self, notation);
        out
    }

    /// The name of the type as Python's own messages have it, with its module.
    pub(crate) fn python_class_name(&self) -> &'static str {
        match self {
            Self::Epoch => "datetime.datetime",
            other => other.python_type_name(),
        }
    }

    pub(crate) fn python_type_name(&self) -> &'static str {
        match self {
            Self::Null => "NoneType",
            Self::Bool(_) => "bool",
            Self::Integer(_) => "int",
            Self::Float(_) => "float",
            Self::String(_) => "str",
            Self::List(_) => "list",
            Self::Map(_) => "dict",
            Self::Epoch => "datetime",
            Self::Expression(_) => "_Expression",
        }
    }
}

fn push(out: &mut String, value: &Value, notation: Notation) -> Result<(), JsonWriteError> {
    let is_python = notation == Notation::Repr;
    match value {
        Value::Null => out.push_str(if is_python { "None" } else { "null" }),
        Value::Bool(true) => out.push_str(if is_python { "True" } else { "true" }),
        Value::Bool(false) => out.push_str(if is_python { "False" } else { "false" }),
        Value::Integer(number) => push_display(out, number),
        Value::Float(number) if is_python || number.is_finite() => out.push_str(&repr::float(*number)),
        Value::Float(number) if number.is_nan() => out.push_str("NaN"),
        Value::Float(number) => out.push_str(if *number > 0.0 { "Infinity" } else { "-Infinity" }),
        Value::String(text) => push_string(out, text, notation),
        Value::List(items) => push_items(out, ['[', ']'], items.iter(), notation, push)?,
        Value::Map(members) => {
            push_items(out, ['{', '}'], members.iter(), notation, |out, (key, member), notation| {
                push_string(out, key, notation);
                out.push_str(if notation == Notation::Compact { ":" } else { ": " });
                push(out, member, notation)
            })?
        }
        Value::Epoch | Value::Expression(_) if notation == Notation::Compact => {
            push_string(out, &value.python_str(), notation);
        }
        Value::Epoch if is_python => out.push_str("datetime.datetime(1970, 1, 1, 0, 0)"),
        Value::Epoch => out.push_str("\"1970-01-01T00:00:00\""),
        Value::Expression(reference) if is_python => {
            push_display(out, format_args!("<jmespath.visitor._Expression object at {:p}>", *reference));
        }
        Value::Expression(_) => return Err(JsonWriteError),
    }
    Ok(())
}

/// Writes the items of a list or map, between its brackets.
fn push_items<T>(
    out: &mut String,
    [open, close]: [char; 2],
    items: impl ExactSizeIterator<Item = T>,
    notation: Notation,
    push: impl Fn(&mut String, T, Notation) -> Result<(), JsonWriteError>,
) -> Result<(), JsonWriteError> {
    let is_empty = items.len() == 0;
    let (separator, inner) = match notation {
        Notation::Indented(indent) => (",", Notation::Indented(indent + 4)),
        Notation::Compact => (",", notation),
        Notation::Repr => (", ", notation),
    };
    out.push(open);
    for (index, item) in items.enumerate() {
        out.push_str(if index == 0 { "" } else { separator });
        push_line_break(out, inner);
        push(out, item, inner)?;
    }
    if !is_empty {
        push_line_break(out, notation);
    }
    out.push(close);
    Ok(())
}

fn push_line_break(out: &mut String, notation: Notation) {
    if let Notation::Indented(indent) = notation {
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', indent));
    }
}

fn push_string(out: &mut String, text: &str, notation: Notation) {
    if notation == Notation::Repr {
        return repr::push_string(out, text);
    }
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
            '\0'..' ' => push_display(out, format_args!("\\u{:04x}", u32::from(character))),
            '\u{7f}'.. if notation == Notation::Compact => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    push_display(out, format_args!("\\u{unit:04x}"));
                }
            }
            _ => out.push(character),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::value::ExpressionReference;

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

    #[test]
    fn python_text_nests() {
        let value = read("[1.0, true, null, \"a'b\", {\"k\": [], \"m\": {}}, 99999999999999999999]");
        assert_eq!(value.python_repr(), "[1.0, True, None, \"a'b\", {'k': [], 'm': {}}, 99999999999999999999]");
        assert_eq!(Value::list(vec![Value::Epoch]).python_str(), "[datetime.datetime(1970, 1, 1, 0, 0)]");
        assert_eq!(Value::Epoch.python_str(), "1970-01-01 00:00:00");
        assert_eq!(Value::string("it's").python_str(), "it's");
    }
}
