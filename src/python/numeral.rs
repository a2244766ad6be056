//! Numbers as Python's `int(text)` and `float(text)` read them: white space around, `_` between digits, any script's digits.

use super::integer::{Integer, MAXIMUM_DIGITS, parse_integer};
use super::{repr, unicode};

/// The integer that a text is; `None` for other text, or where it has more digits than Python takes.
pub(crate) fn integer(text: &str) -> Option<Integer> {
    let text = normal(text)?;
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(&text);
    let sound =
        !unsigned.is_empty() && unsigned.len() <= MAXIMUM_DIGITS && unsigned.bytes().all(|byte| byte.is_ascii_digit());
    if sound { parse_integer(&text).ok() } else { None }
}

/// Python's `int(text)`.
///
/// # Errors
/// Python's message: `invalid literal for int() with base 10: 'x'`.
pub(crate) fn int(text: &str) -> Result<Integer, String> {
    /// Python shows no more of it.
    const SHOWN: usize = 200;
    integer(text).ok_or_else(|| {
        let shown: String = repr::string(text).chars().take(SHOWN).collect();
        format!("invalid literal for int() with base 10: {shown}")
    })
}

/// The number that a text is; one that is too large is infinite.
pub(crate) fn float(text: &str) -> Option<f64> {
    normal(text)?.parse().ok()
}

/// The text in ASCII, without what may stand around it and between digits; `None` where no number can be in it.
pub(crate) fn normal(text: &str) -> Option<String> {
    let text = text.chars().map(plain).collect::<Option<String>>()?;
    without_underscores(text.trim_matches(|character: char| matches!(character, ' ' | '\t'..='\r')))
}

/// A character as Python reads numbers: spaces and digits of any script as those of ASCII; no other character beyond ASCII counts.
fn plain(character: char) -> Option<char> {
    if character.is_ascii() {
        return Some(character);
    }
    if character.is_whitespace() {
        return Some(' ');
    }
    char::from_digit(unicode::decimal_digit(character)?, 10)
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

#[cfg(test)]
mod tests {
    use super::int;

    #[test]
    fn numbers_are_read_as_in_python() {
        for (text, number) in [("5", 5), (" +5 ", 5), ("-3", -3), ("1_0", 10), ("007", 7), ("٣", 3)] {
            assert_eq!(int(text).unwrap().saturated(), number, "{text}");
        }
        for text in ["", " ", "x", "1.5", "_1", "1_", "1__0", "+", "0x1", "- 1"] {
            assert!(int(text).is_err(), "{text}");
        }
    }
}
