//! Arguments and variables as text, and back: bytes that are not UTF-8 are kept, as Python keeps them (PEP 383).
//!
//! Python puts a lone surrogate (U+DC80 to U+DCFF) in the place of such a byte. Rust's texts hold none, so a private character
//! (U+10DC80 to U+10DCFF) stands for it here. A path is turned back before it is opened; what would be sent is refused.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};

use crate::platform::files::{bytes_of, name_of};

/// Added to a byte, this gives the character that stands for it.
const PRIVATE: u32 = 0x0010_DC00;

/// The surrogate by which Python shows a byte that was not UTF-8; `None` for any other character.
pub(crate) fn surrogate(character: char) -> Option<u32> {
    byte(character).map(|byte| 0xdc00 + u32::from(byte))
}

/// Whether a text stands for bytes that are not UTF-8.
pub(crate) fn holds_bytes(text: &str) -> bool {
    text.chars().any(|character| byte(character).is_some())
}

/// The text with such bytes as `\udcNN`, as on Python's standard error.
pub(crate) fn escaped(text: &str) -> Cow<'_, str> {
    if !holds_bytes(text) {
        return Cow::Borrowed(text);
    }
    let shown = |character: char| match surrogate(character) {
        Some(code) => format!("\\u{code:04x}"),
        None => character.to_string(),
    };
    text.chars().map(shown).collect()
}

/// The text for what the system gave. Nothing is lost: [`encode`] gives it back.
pub(crate) fn decode(given: &OsStr) -> String {
    let mut text = String::with_capacity(given.len());
    for chunk in bytes_of(given).utf8_chunks() {
        for character in chunk.valid().chars() {
            if byte(character).is_some() {
                // Taken for a byte otherwise.
                text.extend(character.encode_utf8(&mut [0; 4]).bytes().filter_map(stand_in));
            } else {
                text.push(character);
            }
        }
        text.extend(chunk.invalid().iter().copied().filter_map(stand_in));
    }
    text
}

/// What the system is given for a text.
pub(crate) fn encode(text: &str) -> OsString {
    let mut bytes = Vec::with_capacity(text.len());
    for character in text.chars() {
        match byte(character) {
            Some(byte) => bytes.push(byte),
            None => bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    name_of(bytes)
}

fn byte(character: char) -> Option<u8> {
    u32::from(character).checked_sub(PRIVATE).and_then(|byte| u8::try_from(byte).ok()).filter(|byte| *byte >= 0x80)
}

fn stand_in(byte: u8) -> Option<char> {
    char::from_u32(PRIVATE + u32::from(byte))
}

#[cfg(test)]
mod tests {
    use crate::platform::files::{bytes_of, name_of};

    use super::{decode, encode, holds_bytes, surrogate};

    #[test]
    fn every_byte_comes_back() {
        for bytes in [&b"caf\xc3\xa9"[..], b"caf\xe9", b"\xff/\x80\xed\xb3\xa9", "\u{10dce9}\u{10ffff}".as_bytes()] {
            assert_eq!(bytes_of(&encode(&decode(&name_of(bytes.to_vec())))), bytes);
        }
    }

    #[test]
    fn a_byte_that_is_not_utf_8_is_seen_and_shown_as_in_python() {
        let text = decode(&name_of(b"caf\xe9".to_vec()));
        assert!(holds_bytes(&text) && !holds_bytes("caf\u{e9}"));
        assert_eq!(text.chars().find_map(surrogate), Some(0xdce9));
    }
}
