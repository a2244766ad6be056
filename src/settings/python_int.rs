//! A whole number as Python's `int(text)` reads it: blanks around, a sign, single underscores between digits.

use crate::error::{Error, Result};
use crate::value::python_string_repr;

/// Reads `text`; a number beyond 128 bits is as good as the largest.
///
/// # Errors
/// Python's message: `invalid literal for int() with base 10: 'x'`.
pub fn parse(text: &str) -> Result<i128> {
    let refused = || Error::General(format!("invalid literal for int() with base 10: {}", python_string_repr(text)));
    let trimmed = text.trim();
    let (negative, digits) = match trimmed.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, trimmed.strip_prefix('+').unwrap_or(trimmed)),
    };
    let mut number: i128 = 0;
    let mut after_digit = false;
    for character in digits.chars() {
        match character.to_digit(10) {
            Some(digit) => {
                number = number.saturating_mul(10).saturating_add(i128::from(digit));
                after_digit = true;
            }
            None if character == '_' && after_digit => after_digit = false,
            None => return Err(refused()),
        }
    }
    if !after_digit {
        return Err(refused());
    }
    Ok(if negative { -number } else { number })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn numbers_are_read_as_in_python() {
        for (text, number) in [("5", 5), (" +5 ", 5), ("-3", -3), ("1_0", 10), ("007", 7)] {
            assert_eq!(parse(text).unwrap(), number, "{text}");
        }
        for text in ["", " ", "x", "1.5", "_1", "1_", "1__0", "+", "0x1", "- 1"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
