//! Scalars in single and double quotes, with their escapes.

use super::fold;
use crate::input::yaml::characters::{Characters, END, is_blank_or_end, is_break};
use crate::input::yaml::error::{LoadError, fail, refuse};

/// The text of a double-quoted scalar while it is read. `\ud83d\ude00` stands for one character; half of such a pair, which
/// no Rust text can hold, becomes U+FFFD.
#[derive(Default)]
struct QuotedText {
    text: String,
    high_surrogate: Option<u32>,
}

impl QuotedText {
    fn push(&mut self, character: char) {
        self.end_pair();
        self.text.push(character);
    }

    fn push_str(&mut self, more: &str) {
        if !more.is_empty() {
            self.end_pair();
            self.text.push_str(more);
        }
    }

    fn push_code(&mut self, code: u32) -> Result<(), LoadError> {
        match (code, self.high_surrogate) {
            (0xdc00..=0xdfff, Some(high)) => {
                let pair = 0x10000 + ((high - 0xd800) << 10) + (code - 0xdc00);
                self.text.push(char::from_u32(pair).unwrap_or(char::REPLACEMENT_CHARACTER));
                self.high_surrogate = None;
            }
            (0xd800..=0xdbff, _) => {
                self.end_pair();
                self.high_surrogate = Some(code);
            }
            (0xdc00..=0xdfff, None) => self.push(char::REPLACEMENT_CHARACTER),
            _ => self.push(char::from_u32(code).ok_or_else(|| fail("chr() arg not in range(0x110000)"))?),
        }
        Ok(())
    }

    fn end_pair(&mut self) {
        if self.high_surrogate.take().is_some() {
            self.text.push(char::REPLACEMENT_CHARACTER);
        }
    }

    fn finish(mut self) -> String {
        self.end_pair();
        self.text
    }
}

/// A scalar in quotes; the next character is the quote.
pub(in crate::input::yaml) fn quoted(characters: &mut Characters) -> Result<String, LoadError> {
    let quote = characters.peek();
    characters.advance();
    let mut text = QuotedText::default();
    loop {
        match characters.peek() {
            character if character == quote => {
                characters.advance();
                if quote == '"' || characters.peek() != quote {
                    return Ok(text.finish());
                }
                characters.advance();
                text.push(quote);
            }
            '\\' if quote == '"' => {
                characters.advance();
                escape(characters, &mut text)?;
            }
            character if is_blank_or_end(character) => quoted_spaces(characters, &mut text)?,
            character => {
                characters.advance();
                text.push(character);
            }
        }
    }
}

/// What follows a backslash.
fn escape(characters: &mut Characters, text: &mut QuotedText) -> Result<(), LoadError> {
    let plain = match characters.peek() {
        '0' => '\0',
        'a' => '\u{7}',
        'b' => '\u{8}',
        't' | '\t' => '\t',
        'n' => '\n',
        'v' => '\u{b}',
        'f' => '\u{c}',
        'r' => '\r',
        'e' => '\u{1b}',
        same @ (' ' | '"' | '/' | '\\') => same,
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        'x' => return escape_code(characters, 2, text),
        'u' => return escape_code(characters, 4, text),
        'U' => return escape_code(characters, 8, text),
        character if is_break(character) => {
            characters.take_line_break();
            let breaks = quoted_breaks(characters)?;
            text.push_str(&breaks);
            return Ok(());
        }
        _ => return Err(refuse("found unknown escape character")),
    };
    characters.advance();
    text.push(plain);
    Ok(())
}

fn escape_code(characters: &mut Characters, digits: usize, text: &mut QuotedText) -> Result<(), LoadError> {
    characters.advance();
    if !(0..digits).all(|offset| characters.peek_at(offset).is_ascii_hexdigit()) {
        return Err(refuse("expected an escape sequence of hexadecimal digits"));
    }
    let code = u32::from_str_radix(&characters.take(digits), 16).unwrap_or(u32::MAX);
    text.push_code(code)
}

/// White space within quotes: as it is inside a line, folded at the end of one.
fn quoted_spaces(characters: &mut Characters, text: &mut QuotedText) -> Result<(), LoadError> {
    let spaces = characters.take_while(|character| matches!(character, ' ' | '\t'));
    if characters.peek() == END {
        return Err(refuse("found unexpected end of stream in a quoted scalar"));
    }
    match characters.take_line_break() {
        Some(first) => {
            let further = quoted_breaks(characters)?;
            let mut folded = String::new();
            fold(&mut folded, first, &further);
            text.push_str(&folded);
        }
        None => text.push_str(&spaces),
    }
    Ok(())
}

/// The empty lines within quotes, and the white space before the next text.
fn quoted_breaks(characters: &mut Characters) -> Result<String, LoadError> {
    let mut breaks = String::new();
    loop {
        if characters.at_document_marker() {
            return Err(refuse("found a document separator in a quoted scalar"));
        }
        characters.skip_while(|character| matches!(character, ' ' | '\t'));
        match characters.take_line_break() {
            Some(line_break) => breaks.push(line_break),
            None => return Ok(breaks),
        }
    }
}
