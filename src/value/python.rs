//! Values as Python prints them: `str(x)`, `repr(x)` and `type(x).__name__`. Refuses to know where they are printed.

use std::fmt::Write;

use super::Value;
use super::printable::is_printable;

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
    let places = |text: &str| text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    // Rust has the same shortest digits, but for a number half-way between two of them: there Python takes the even one, as
    // exact rounding does in both.
    let even = |shortest: String, rounded: String| if rounded.parse() == Ok(number) { rounded } else { shortest };
    if number == 0.0 || (1e-4..1e16).contains(&number.abs()) {
        let shortest = format!("{number:?}");
        let rounded = format!("{number:.*}", places(&shortest));
        return even(shortest, rounded);
    }
    let shortest = format!("{number:e}");
    let (digits, _) = shortest.split_once('e').unwrap_or((&shortest, "0"));
    let rounded = format!("{number:.*e}", places(digits));
    let text = even(shortest, rounded);
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |exponent| ('-', exponent));
    format!("{digits}e{sign}{exponent:0>2}")
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
            _ => match u32::from(character) {
                code @ ..=0xff => push_display(out, format_args!("\\x{code:02x}")),
                code @ ..=0xffff => push_display(out, format_args!("\\u{code:04x}")),
                code => push_display(out, format_args!("\\U{code:08x}")),
            },
        }
    }
    out.push(quote);
}

#[cfg(test)]
mod tests {
    use super::*;

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
            (1_437_126_845_219_038.25, "1437126845219038.2"),
            (-272_913_719_764_904.625, "-272913719764904.62"),
            (1e15, "1000000000000000.0"),
            (123.0, "123.0"),
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
