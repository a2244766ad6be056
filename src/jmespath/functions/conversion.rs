//! `to_array`, `to_string`, `to_number` and `type`.

use super::{Call, Called};
use crate::jmespath::messages::RunProblem;
use crate::python::numeral;
use crate::value::Value;

pub(crate) fn to_array(call: &Call<'_>) -> Called {
    Ok(match call.argument(0) {
        list @ Value::List(_) => list.clone(),
        other => Value::list(vec![other.clone()]),
    })
}

pub(crate) fn to_string(call: &Call<'_>) -> Called {
    Ok(match call.argument(0) {
        text @ Value::String(_) => text.clone(),
        other if other.fits_as_text() => Value::string(other.to_json_compact()),
        _ => return Err(RunProblem::TooLarge.into()),
    })
}

pub(crate) fn to_number(call: &Call<'_>) -> Called {
    match call.argument(0) {
        Value::Null | Value::Bool(_) | Value::List(_) | Value::Map(_) => Ok(Value::Null),
        number @ (Value::Integer(_) | Value::Float(_)) => Ok(number.clone()),
        Value::String(text) => Ok(read_number(text)),
        other => Err(RunProblem::NotNumeric(other.python_class_name()).into()),
    }
}

pub(crate) fn type_name(call: &Call<'_>) -> Called {
    Ok(match call.argument(0) {
        Value::Epoch | Value::Expression(_) => Value::Null,
        other => Value::string(super::signature::jmespath_type(other)),
    })
}

/// Python's `int(text)`, else `float(text)`, else nothing.
fn read_number(text: &str) -> Value {
    let integer = numeral::integer(text).map(Value::Integer);
    integer.or_else(|| numeral::float(text).map(Value::Float)).unwrap_or(Value::Null)
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
