//! What Python's `str` knows of characters (Unicode 16.0, as in Python 3.14).

/// Where the runs of ten decimal digits begin, ASCII's apart (general category Nd of Unicode 16.0, as in Python 3.14).
const DIGIT_RUNS: [u32; 75] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50, 0xed0, 0xf20,
    0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0,
    0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x10d30, 0x10d40, 0x11066, 0x110f0, 0x11136, 0x111d0,
    0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x116d0, 0x116da, 0x11730, 0x118e0, 0x11950, 0x11bf0, 0x11c50,
    0x11d50, 0x11da0, 0x11f50, 0x16130, 0x16a60, 0x16ac0, 0x16b50, 0x16d70, 0x1ccf0, 0x1d7ce, 0x1d7d8, 0x1d7e2,
    0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e4f0, 0x1e5f1, 0x1e950, 0x1fbf0,
];

/// `str.isspace` of one character: Unicode's white space and the four information separators.
pub(crate) fn is_space(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{1c}'..='\u{1f}')
}

/// The value of a decimal digit of any script but ASCII's.
pub(crate) fn decimal_digit(character: char) -> Option<u32> {
    let code = u32::from(character);
    let run = DIGIT_RUNS.partition_point(|&run| run <= code).checked_sub(1)?;
    Some(code - DIGIT_RUNS.get(run)?).filter(|digit| *digit < 10)
}

/// `str.upper`: letters whose capitals are younger stay as they are.
pub(crate) fn upper(text: &str) -> String {
    let mut upper = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\u{a7cf}' | '\u{a7d3}' | '\u{a7d5}' | '\u{16ebb}'..='\u{16ed3}' => upper.push(character),
            _ => upper.extend(character.to_uppercase()),
        }
    }
    upper
}

#[cfg(test)]
mod tests {
    use super::upper;

    #[test]
    fn capitals_are_those_of_unicode_16() {
        assert_eq!(upper("aßŉǰ\u{345}ﬁ"), "ASSʼNJ\u{30c}\u{399}FI");
        assert_eq!(upper("\u{a7cf}\u{a7d3}\u{16ebb}\u{16ed3}"), "\u{a7cf}\u{a7d3}\u{16ebb}\u{16ed3}");
    }
}
