//! Values as Python prints them: `str(x)`, `repr(x)` and `type(x).__name__`. Refuses to know where they are printed.

use std::fmt::Write;

use super::Value;
use super::printable::is_printable;
use crate::os_text;

/// Python's `repr` of a string: single quotes unless only they occur, `\x`, `\u` and `\U` for what is not printable.
#[must_use]
pub fn python_string_repr(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    push_string_repr(&mut out, text);
    out
}

/// Python's `repr` of a float: the shortest digits that read back as it, `1.0`, `1e+16`, `1e-05`, `inf`, `nan`.
#[must_use]
pub fn python_float_repr(number: f64) -> String {
    if number.is_nan() {
        return "nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let text = shortest(number);
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |mantissa| ("-", mantissa));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-4..16).contains(&exponent) {
        return format!("{sign}{mantissa}e{exponent:+03}");
    }
    // The point moves as many places as the exponent says; noughts fill up what it passes.
    let mut digits = mantissa.replace('.', "");
    digits.insert_str(0, &"0".repeat(usize::try_from(-exponent).unwrap_or(0)));
    let point = usize::try_from(exponent).unwrap_or(0) + 1;
    digits.extend(std::iter::repeat_n('0', (point + 1).saturating_sub(digits.len())));
    digits.insert(point, '.');
    format!("{sign}{digits}")
}

/// The shortest digits that read back as the number, as `d.ddde-5`. Of two such texts that are equally near, Python takes the
/// one with an even last digit, Rust the greater one.
fn shortest(number: f64) -> String {
    let text = format!("{number:e}");
    let digits = text.split('e').next().unwrap_or_default().bytes().filter(u8::is_ascii_digit).count();
    if digits < 15 {
        // Two of so few digits are never equally near.
        return text;
    }
    let rounded = format!("{number:.*e}", digits - 1);
    if rounded.parse() == Ok(number) { rounded } else { text }
}

impl Value {
    /// Python's `str(value)`.
    #[must_use]
    pub fn python_str(&self) -> String {
        match self {
            Self::String(text) => text.to_string(),
            Self::Epoch => "1970-01-01 00:00:00".to_owned(),
            other => other.python_repr(),
        }
    }

    /// Python's `repr(value)`.
    #[must_use]
    pub fn python_repr(&self) -> String {
        let mut out = String::new();
        push_repr(&mut out, self);
        out
    }

    /// Python's `type(value).__name__`.
    #[must_use]
    pub fn python_type_name(&self) -> &'static str {
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

fn push_repr(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("None"),
        Value::Bool(true) => out.push_str("True"),
        Value::Bool(false) => out.push_str("False"),
        Value::Integer(number) => push_display(out, number),
        Value::Float(number) => out.push_str(&python_float_repr(*number)),
        Value::String(text) => push_string_repr(out, text),
        Value::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                push_repr(out, item);
            }
            out.push(']');
        }
        Value::Map(members) => {
            out.push('{');
            for (index, (key, member)) in members.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                push_string_repr(out, key);
                out.push_str(": ");
                push_repr(out, member);
            }
            out.push('}');
        }
        Value::Epoch => out.push_str("datetime.datetime(1970, 1, 1, 0, 0)"),
        Value::Expression(reference) => {
            push_display(
                out,
                format_args!("<jmespath.visitor._Expression object at {reference:p}>", reference = *reference),
            );
        }
    }
}

fn push_display(out: &mut String, value: impl std::fmt::Display) {
    // Writing to a String cannot fail.
    let _ = write!(out, "{value}");
}

fn push_string_repr(out: &mut String, text: &str) {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    out.push(quote);
    for character in text.chars() {
        match character {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if character == quote => {
                out.push('\\');
                out.push(quote);
            }
            _ if is_printable(character) => out.push(character),
            _ => match os_text::surrogate(character).unwrap_or(u32::from(character)) {
                code @ ..=0xff => push_display(out, format_args!("\\x{code:02x}")),
                code @ ..=0xffff => push_display(out, format_args!("\\u{code:04x}")),
                code => push_display(out, format_args!("\\U{code:08x}")),
            },
        }
    }
    out.push(quote);
}

/// Bytes as a text.
///
/// # Errors
/// Python's words for what is no UTF-8.
pub fn python_utf8(bytes: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(bytes).map_err(|error| {
        let position = error.valid_up_to();
        let (first, left) = (bytes.get(position).copied().unwrap_or_default(), bytes.len() - position);
        let (length, reason) = match error.error_len() {
            None => (left, "unexpected end of data"),
            Some(length) if matches!(first, 0x80..=0xc1 | 0xf5..) => (length, "invalid start byte"),
            Some(length) => (length, "invalid continuation byte"),
        };
        let what = match length {
            1 => format!("byte {first:#04x} in position {position}"),
            _ => format!("bytes in position {position}-{}", position + length - 1),
        };
        format!("'utf-8' codec can't decode {what}: {reason}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_text_are_refused_by_place() {
        for (bytes, message) in [
            (&b"a\xff"[..], "'utf-8' codec can't decode byte 0xff in position 1: invalid start byte"),
            (b"\xc3(", "'utf-8' codec can't decode byte 0xc3 in position 0: invalid continuation byte"),
            (b"\xe2\x82(", "'utf-8' codec can't decode bytes in position 0-1: invalid continuation byte"),
            (b"a\xc3", "'utf-8' codec can't decode byte 0xc3 in position 1: unexpected end of data"),
            (b"\xe2\x82", "'utf-8' codec can't decode bytes in position 0-1: unexpected end of data"),
        ] {
            assert_eq!(super::python_utf8(bytes), Err(message.to_owned()));
        }
    }

    #[test]
    fn floats_print_as_in_python() {
        let cases = [
            (1.0, "1.0"),
            (-0.0, "-0.0"),
            (1e16, "1e+16"),
            (9_999_999_999_999_998.0, "9999999999999998.0"),
            (123_456_789_012_345_680.0, "1.2345678901234568e+17"),
            (1e-4, "0.0001"),
            (1e-5, "1e-05"),
            (1.5e300, "1.5e+300"),
            (5e-324, "5e-324"),
            (0.1, "0.1"),
            (-1_479_208_636_409_580.0 - 0.25, "-1479208636409580.2"),
            (95_846_474_908_198.0 + 0.125, "95846474908198.12"),
            (0.001_234, "0.001234"),
            (12.5, "12.5"),
            (100.0, "100.0"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
            (f64::NAN, "nan"),
        ];
        for (number, text) in cases {
            assert_eq!(python_float_repr(number), text);
        }
    }

    #[test]
    fn strings_choose_their_quotes() {
        assert_eq!(python_string_repr("a"), "'a'");
        assert_eq!(python_string_repr("it's"), "\"it's\"");
        assert_eq!(python_string_repr("it's \"so\""), "'it\\'s \"so\"'");
    }

    #[test]
    fn what_does_not_print_is_escaped() {
        assert_eq!(
            python_string_repr("\u{7f}\u{a0}\u{ad}\u{2028}é😀\u{1f}\u{8}\n\t\r\\\u{e0001}\u{378} "),
            "'\\x7f\\xa0\\xad\\u2028é😀\\x1f\\x08\\n\\t\\r\\\\\\U000e0001\\u0378 '"
        );
    }

    #[test]
    fn containers_nest() {
        let value =
            Value::from_json("[1.0, true, null, \"a'b\", {\"k\": [], \"m\": {}}, 99999999999999999999]").unwrap();
        assert_eq!(value.python_repr(), "[1.0, True, None, \"a'b\", {'k': [], 'm': {}}, 99999999999999999999]");
        assert_eq!(Value::list(vec![Value::Epoch]).python_str(), "[datetime.datetime(1970, 1, 1, 0, 0)]");
        assert_eq!(Value::Epoch.python_str(), "1970-01-01 00:00:00");
        assert_eq!(Value::string("it's").python_str(), "it's");
    }
}
