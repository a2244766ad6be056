//! Integers and floats from the text of scalars, as Python's `int(text, base)` and `float(text)` read them, errors included.

use num_bigint::BigInt;

use super::{LoadError, fail};
use crate::python::{numeral, repr};
use crate::value::{Integer, MAXIMUM_DIGITS};

const NO_CHARACTER: &str = "string index out of range";

/// A text without its underscores and without one sign, and whether that is a minus.
fn unsigned(text: &str) -> Result<(bool, &str), LoadError> {
    if text.is_empty() {
        return Err(fail(NO_CHARACTER));
    }
    Ok(match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    })
}

/// The value of a scalar that is tagged as an integer: `0o17`, `0x1f`, `0b1`, `1_000`.
pub(super) fn integer(text: &str) -> Result<Integer, LoadError> {
    let text = text.replace('_', "");
    let (negative, digits) = unsigned(&text)?;
    let size = if digits == "0" {
        BigInt::ZERO
    } else if let Some(binary) = digits.strip_prefix("0b") {
        python_int(binary, 2)?
    } else if let Some(hexadecimal) = digits.strip_prefix("0x") {
        python_int(hexadecimal, 16)?
    } else if let Some(octal) = digits.strip_prefix("0o") {
        python_int(octal, 8)?
    } else {
        python_int(digits, 10)?
    };
    Ok(Integer::from(if negative { -size } else { size }))
}

/// Python's `int(digits, base)`.
fn python_int(text: &str, base: u32) -> Result<BigInt, LoadError> {
    let wrong = || fail(format!("invalid literal for int() with base {base}: {}", repr::string(text)));
    let digits = numeral::normal(text).filter(|digits| digits.chars().all(|digit| digit.is_digit(base)));
    let digits = digits.ok_or_else(wrong)?;
    if digits.len() > MAXIMUM_DIGITS {
        let count = digits.len();
        return Err(fail(format!(
            "Exceeds the limit ({MAXIMUM_DIGITS} digits) for integer string conversion: value has {count} digits; \
             use sys.set_int_max_str_digits() to increase the limit"
        )));
    }
    BigInt::parse_bytes(digits.as_bytes(), base).ok_or_else(wrong)
}

/// The value of a scalar that is tagged as a float.
pub(super) fn float(text: &str) -> Result<f64, LoadError> {
    let text = text.replace('_', "").to_lowercase();
    let (negative, digits) = unsigned(&text)?;
    let size = match digits {
        ".inf" => f64::INFINITY,
        ".nan" => return Ok(f64::NAN),
        _ => python_float(digits)?,
    };
    Ok(if negative { -size } else { size })
}

/// Python's `float(text)`.
fn python_float(text: &str) -> Result<f64, LoadError> {
    numeral::float(text).ok_or_else(|| fail(format!("could not convert string to float: {}", repr::string(text))))
}

pub(super) fn boolean(text: &str) -> Result<bool, LoadError> {
    match text.to_lowercase().as_str() {
        "yes" | "y" | "true" | "on" => Ok(true),
        "no" | "n" | "false" | "off" => Ok(false),
        // The message of a `KeyError` is the key.
        other => Err(fail(repr::string(other))),
    }
}
