//! A whole number as Python's `int(text)` reads it, or what it says.

use num_bigint::Sign;

use crate::error::{Error, Result};
use crate::value::{Integer, numeral, python_string_repr};

/// Reads `text`; a number beyond 128 bits is as good as the largest.
///
/// # Errors
/// Python's message: `invalid literal for int() with base 10: 'x'`.
pub fn parse(text: &str) -> Result<i128> {
    /// Python shows no more of it.
    const SHOWN: usize = 200;
    let refused = || {
        let shown: String = python_string_repr(text).chars().take(SHOWN).collect();
        Error::General(format!("invalid literal for int() with base 10: {shown}"))
    };
    match numeral::integer(text).ok_or_else(refused)? {
        Integer::Small(number) => Ok(number.into()),
        Integer::Big(number) => {
            let largest = if number.sign() == Sign::Minus { i128::MIN } else { i128::MAX };
            Ok(i128::try_from(&*number).unwrap_or(largest))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn numbers_are_read_as_in_python() {
        for (text, number) in [("5", 5), (" +5 ", 5), ("-3", -3), ("1_0", 10), ("007", 7), ("٣", 3)] {
            assert_eq!(parse(text).unwrap(), number, "{text}");
        }
        for text in ["", " ", "x", "1.5", "_1", "1_", "1__0", "+", "0x1", "- 1"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
