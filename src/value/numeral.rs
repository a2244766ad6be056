//! Numbers as Python's `int(text)` and `float(text)` read them: white space around, `_` between digits, any script's digits.

use super::{Integer, MAXIMUM_DIGITS, parse_integer};

/// Where the runs of ten decimal digits begin, ASCII's apart (general category Nd of Unicode 16.0, as in Python 3.14).
const DIGIT_RUNS: [u32; 75] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20,
    0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0,
    0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x10d40, 0x11066, 0x110f0, 0x11136, 0x111d0,
    0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x116d0, 0x116da, 0x11730, 0x118e0, 0x11950, 0x11bf0, 0x11c50,
    0x11d50, 0x11da0, 0x11f50, 0x16130, 0x16a60, 0x16ac0, 0x16b50, 0x16d70, 0x1ccf0, 0x1d7ce, 0x1d7d8, 0x1d7e2,
    0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e4f0, 0x1e5f1, 0x1e950, 0x1fbf0,
];

/// The whole number that a text is; none where it is none, or has more digits than Python takes.
#[must_use]
pub fn integer(text: &str) -> Option<Integer> {
    let text = normal(text)?;
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(&text);
    let sound =
        !unsigned.is_empty() && unsigned.len() <= MAXIMUM_DIGITS && unsigned.bytes().all(|byte| byte.is_ascii_digit());
    if sound { parse_integer(&text).ok() } else { None }
}

/// The number that a text is; one that is too large is infinite.
#[must_use]
pub fn float(text: &str) -> Option<f64> {
    normal(text)?.parse().ok()
}

/// The text in ASCII, without what may stand around it and between digits.
fn normal(text: &str) -> Option<String> {
    let text = text.chars().map(plain).collect::<Option<String>>()?;
    without_underscores(text.trim_matches(|character: char| matches!(character, ' ' | '\t'..='\r')))
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
