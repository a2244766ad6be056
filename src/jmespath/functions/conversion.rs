//! `to_array`, `to_string`, `to_number` and `type`. Owns how Python reads a number from a string.

use super::collections::python_class;
use super::{Call, Called};
use crate::jmespath::messages::RunProblem;
use crate::value::{Integer, Value, parse_integer};

/// Where the runs of ten decimal digits begin, ASCII's apart (general category Nd of Unicode 16.0, as in Python 3.14).
const DIGIT_RUNS: [u32; 75] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20,
    0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0,
    0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x10d40, 0x11066, 0x110f0, 0x11136, 0x111d0,
    0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x116d0, 0x116da, 0x11730, 0x118e0, 0x11950, 0x11bf0, 0x11c50,
    0x11d50, 0x11da0, 0x11f50, 0x16130, 0x16a60, 0x16ac0, 0x16b50, 0x16d70, 0x1ccf0, 0x1d7ce, 0x1d7d8, 0x1d7e2,
    0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e4f0, 0x1e5f1, 0x1e950, 0x1fbf0,
];

pub fn to_array(call: &Call<'_>) -> Called {
    Ok(match call.argument(0) {
        list @ Value::List(_) => list.clone(),
        other => Value::list(vec![other.clone()]),
    })
}

pub fn to_string(call: &Call<'_>) -> Called {
    Ok(match call.argument(0) {
        text @ Value::String(_) => text.clone(),
        other => Value::string(other.to_json_compact()),
    })
}

pub fn to_number(call: &Call<'_>) -> Called {
    match call.argument(0) {
        Value::Null | Value::Bool(_) | Value::List(_) | Value::Map(_) => Ok(Value::Null),
        number @ (Value::Integer(_) | Value::Float(_)) => Ok(number.clone()),
        Value::String(text) => Ok(read_number(text)),
        other => Err(RunProblem::NotNumeric { received: python_class(other) }.into()),
    }
}

pub fn type_name(call: &Call<'_>) -> Called {
    Ok(match call.argument(0) {
        Value::Epoch | Value::Expression(_) => Value::Null,
        other => Value::string(super::signature::jmespath_type(other)),
    })
}

/// Python's `int(text)`, else `float(text)`, else nothing: white space around, `_` between digits, any script's digits.
fn read_number(text: &str) -> Value {
    let Some(text) = text.chars().map(plain).collect::<Option<String>>() else { return Value::Null };
    let text = text.trim_matches(|character: char| matches!(character, ' ' | '\t'..='\r'));
    let Some(text) = without_underscores(text) else { return Value::Null };
    if let Some(integer) = read_integer(&text) {
        return Value::Integer(integer);
    }
    text.parse().map_or(Value::Null, Value::Float)
}

/// A character as Python reads numbers: spaces and digits of any script as those of ASCII; others beyond ASCII are none.
fn plain(character: char) -> Option<char> {
    let code = u32::from(character);
    if character.is_ascii() {
        return Some(character);
    }
    if character.is_whitespace() {
        return Some(' ');
    }
    let run = DIGIT_RUNS.partition_point(|&run| run <= code).checked_sub(1)?;
    char::from_digit(code - DIGIT_RUNS.get(run)?, 10)
}

/// The text without its underscores; `None` where one does not stand between two digits.
fn without_underscores(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let is_digit = |index: Option<usize>| index.and_then(|index| bytes.get(index)).is_some_and(u8::is_ascii_digit);
    let misplaced = text
        .bytes()
        .enumerate()
        .any(|(index, byte)| byte == b'_' && !(is_digit(index.checked_sub(1)) && is_digit(index.checked_add(1))));
    if misplaced { None } else { Some(text.replace('_', "")) }
}

/// `None` also where there are more digits than Python takes; those are read as a float.
fn read_integer(text: &str) -> Option<Integer> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if unsigned.is_empty() || !unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if unsigned.len() > crate::value::MAXIMUM_DIGITS {
        return None;
    }
    parse_integer(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_python_reads_them() {
        let cases = [
            ("12", "12"),
            (" +5\n", "5"),
            ("-0", "0"),
            ("007", "7"),
            ("1_000", "1000"),
            ("1_0.5", "10.5"),
            ("1e5_0", "1e+50"),
            ("٣", "3"),
            ("٣.٥", "3.5"),
            ("5\u{85}", "5"),
            ("5.", "5.0"),
            (".5", "0.5"),
            ("-Infinity", "-inf"),
            ("nan", "nan"),
            ("1e400", "inf"),
        ];
        for (text, expected) in cases {
            assert_eq!(read_number(text).python_repr(), expected, "{text}");
        }
        let none = [
            "", " ", "1__0", "_1", "1_", "1._5", "1_e5", "in_f", "0x10", "+ 5", "+-5", ".", "1e", "5\0", "\u{1c}5",
            "∞", "５x",
        ];
        for text in none {
            assert_eq!(read_number(text).python_repr(), "None", "{text}");
        }
    }

    #[test]
    fn too_many_digits_for_an_int_make_a_float() {
        assert_eq!(read_number(&"9".repeat(4301)).python_repr(), "inf");
        assert_eq!(read_number(&format!("{}1", "0".repeat(5000))).python_repr(), "1.0");
        assert!(matches!(read_number(&"9".repeat(4300)), Value::Integer(_)));
    }
}
