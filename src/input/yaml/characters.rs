//! The characters of a YAML stream and the place in them: decoding, what may occur at all, lines and columns.
//!
//! Refuses to know any token. A zero character stands for the end of the stream; it cannot occur inside, for it does not print.

use super::error::{LoadError, refuse};

/// Where the next character stands. Lines and columns count from 0, as the indentation rules need them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) index: usize,
    pub(super) line: usize,
    pub(super) column: usize,
}

/// A stream of characters with a place in it.
#[derive(Debug)]
pub(super) struct Characters {
    text: Vec<char>,
    place: Place,
}

/// The end of the stream, as a character.
pub(super) const END: char = '\0';

impl Characters {
    /// A stream that is already text.
    ///
    /// # Errors
    /// Refuses characters that do not print (a NUL, a bell, DEL ...).
    pub(super) fn from_text(text: &str) -> Result<Self, LoadError> {
        if !text.chars().all(may_occur) {
            return Err(refuse("special characters are not allowed"));
        }
        Ok(Self { text: text.chars().collect(), place: Place { index: 0, line: 0, column: 0 } })
    }

    /// A stream of bytes: UTF-16 where it begins with a byte order mark of UTF-16, else UTF-8.
    ///
    /// # Errors
    /// Refuses what cannot be decoded, and characters that do not print.
    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, LoadError> {
        let utf_16 = |unit: fn([u8; 2]) -> u16| {
            if !bytes.len().is_multiple_of(2) {
                return None;
            }
            let units = bytes.as_chunks::<2>().0.iter().map(|pair| unit(*pair));
            char::decode_utf16(units).collect::<Result<String, _>>().ok()
        };
        let text = match bytes {
            [0xff, 0xfe, ..] => utf_16(u16::from_le_bytes),
            [0xfe, 0xff, ..] => utf_16(u16::from_be_bytes),
            _ => str::from_utf8(bytes).ok().map(ToOwned::to_owned),
        };
        Self::from_text(&text.ok_or_else(|| refuse("the bytes cannot be decoded"))?)
    }

    /// The next character.
    pub(super) fn peek(&self) -> char {
        self.peek_at(0)
    }

    /// The character `offset` places after the next one.
    pub(super) fn peek_at(&self, offset: usize) -> char {
        self.text.get(self.place.index + offset).copied().unwrap_or(END)
    }

    /// Whether the next characters are these.
    pub(super) fn starts_with(&self, expected: &str) -> bool {
        expected.chars().enumerate().all(|(offset, character)| self.peek_at(offset) == character)
    }

    /// Moves past one character. Only LF and a lone CR begin a new line; a byte order mark has no width.
    pub(super) fn advance(&mut self) {
        let character = self.peek();
        if self.place.index < self.text.len() {
            self.place.index += 1;
        }
        if character == '\n' || (character == '\r' && self.peek() != '\n') {
            self.place.line += 1;
            self.place.column = 0;
        } else if character != '\u{feff}' {
            self.place.column += 1;
        }
    }

    /// Moves past some characters and gives them.
    pub(super) fn take(&mut self, count: usize) -> String {
        let start = self.place.index;
        for _ in 0..count {
            self.advance();
        }
        self.text.get(start..self.place.index).unwrap_or_default().iter().collect()
    }

    /// Moves past the characters that fulfil the condition and gives them.
    pub(super) fn take_while(&mut self, condition: impl Fn(char) -> bool) -> String {
        let mut count = 0;
        while self.peek_at(count) != END && condition(self.peek_at(count)) {
            count += 1;
        }
        self.take(count)
    }

    /// Moves past the characters that fulfil the condition.
    pub(super) fn skip_while(&mut self, condition: impl Fn(char) -> bool) {
        while self.peek() != END && condition(self.peek()) {
            self.advance();
        }
    }

    /// Moves past a line break and gives what it stands for: LF, or itself for the Unicode separators.
    pub(super) fn take_line_break(&mut self) -> Option<char> {
        let stands_for = match self.peek() {
            '\r' if self.peek_at(1) == '\n' => {
                self.advance();
                '\n'
            }
            '\r' | '\n' | '\u{85}' => '\n',
            separator @ ('\u{2028}' | '\u{2029}') => separator,
            _ => return None,
        };
        self.advance();
        Some(stands_for)
    }

    /// Whether a document marker (`---` or `...`) and white space come next, in whatever column.
    pub(super) fn at_document_marker(&self) -> bool {
        (self.starts_with("---") || self.starts_with("...")) && is_blank_or_end(self.peek_at(3))
    }

    /// Where the next character stands.
    pub(super) fn place(&self) -> Place {
        self.place
    }

    /// The column of the next character.
    pub(super) fn column(&self) -> usize {
        self.place.column
    }
}

/// Whether a character may occur in a stream at all.
fn may_occur(character: char) -> bool {
    matches!(character,
        '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// Whether a character breaks a line.
pub(super) fn is_break(character: char) -> bool {
    matches!(character, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether a character breaks a line, or there is none.
pub(super) fn is_break_or_end(character: char) -> bool {
    is_break(character) || character == END
}

/// Whether a character is a space, a tab, a break, or none at all.
pub(super) fn is_blank_or_end(character: char) -> bool {
    matches!(character, ' ' | '\t') || is_break_or_end(character)
}

/// The same without the tab, which may not follow a directive, a tag or the head of a block scalar.
pub(super) fn is_space_or_end(character: char) -> bool {
    character == ' ' || is_break_or_end(character)
}
