//! The text of scalars: plain, in quotes, and in blocks. Refuses to know where a scalar may stand.

use super::characters::{Characters, END, is_blank_or_end, is_break, is_break_or_end, is_space_or_end};
use super::error::{LoadError, fail, refuse};
use super::token::Version;

/// A plain scalar.
pub(super) struct Plain {
    pub(super) text: String,
    /// Whether a line break was passed after its last character.
    pub(super) line_ended: bool,
}

/// Line breaks within a scalar fold: one becomes a space, each further one a line feed.
fn fold(text: &mut String, first: char, further: &str) {
    if first != '\n' {
        text.push(first);
    } else if further.is_empty() {
        text.push(' ');
    }
    text.push_str(further);
}

/// A plain scalar in a block indented by `indent` (-1 outside of all), or in a flow collection.
pub(super) fn plain(characters: &mut Characters, indent: i64, in_flow: bool, version: Version) -> Plain {
    let mut text = String::new();
    let mut spaces = String::new();
    let mut line_ended = false;
    while characters.peek() != '#' {
        let mut length = 0;
        while !ends_plain(characters, length, in_flow, version) {
            length += 1;
        }
        if length == 0 {
            break;
        }
        text.push_str(&spaces);
        text.push_str(&characters.take(length));
        (spaces, line_ended) = plain_spaces(characters);
        let outdented = !in_flow && i64::try_from(characters.column()).is_ok_and(|column| column <= indent);
        if spaces.is_empty() || outdented {
            break;
        }
    }
    Plain { text, line_ended }
}

/// Whether a plain scalar ends before the character at `offset`.
fn ends_plain(characters: &Characters, offset: usize, in_flow: bool, version: Version) -> bool {
    match characters.peek_at(offset) {
        // A colon belongs to the scalar unless white space follows.
        ':' => is_blank_or_end(characters.peek_at(offset + 1)),
        '?' => in_flow && version == Version::OneOne,
        ',' | '[' | ']' | '{' | '}' => in_flow,
        character => is_blank_or_end(character),
    }
}

/// The white space after a line of a plain scalar, folded, and whether a line break was in it. Empty where the scalar ends:
/// before a tab, and before a document marker.
fn plain_spaces(characters: &mut Characters) -> (String, bool) {
    let spaces = characters.take_while(|character| character == ' ');
    let Some(first) = characters.take_line_break() else { return (spaces, false) };
    let mut further = String::new();
    loop {
        if characters.at_document_marker() {
            return (String::new(), true);
        }
        characters.skip_while(|character| character == ' ');
        match characters.take_line_break() {
            Some(line_break) => further.push(line_break),
            None => break,
        }
    }
    let mut folded = String::new();
    fold(&mut folded, first, &further);
    (folded, true)
}

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
pub(super) fn quoted(characters: &mut Characters) -> Result<String, LoadError> {
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

/// What becomes of the line breaks at the end of a block scalar.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomping {
    /// `-`
    Strip,
    /// Neither.
    Clip,
    /// `+`
    Keep,
}

/// A block scalar in a block indented by `indent` (-1 outside of all); the next character is `|` or `>`.
pub(super) fn block(characters: &mut Characters, indent: i64) -> Result<String, LoadError> {
    let folded = characters.peek() == '>';
    characters.advance();
    let (chomping, increment) = block_header(characters)?;
    let outermost = indent < 0;
    let least = usize::try_from(indent + 1).unwrap_or(0);
    let (indent, mut breaks) = match increment {
        None => {
            let (breaks, deepest) = block_first_breaks(characters)?;
            (least.max(deepest), breaks)
        }
        Some(increment) => {
            let indent = least.max(1) + increment - 1;
            (indent, block_breaks(characters, indent))
        }
    };
    let mut text = String::new();
    let mut line_break = None;
    while characters.column() == indent && characters.peek() != END {
        text.push_str(&breaks);
        let flush = !matches!(characters.peek(), ' ' | '\t');
        text.push_str(&characters.take_while(|character| !is_break(character)));
        line_break = characters.take_line_break();
        breaks = block_breaks(characters, indent);
        let document_ends =
            outermost && increment.is_none() && characters.column() == 0 && characters.at_document_marker();
        if document_ends || characters.column() != indent || characters.peek() == END {
            break;
        }
        if folded && line_break == Some('\n') && flush && !matches!(characters.peek(), ' ' | '\t') {
            if breaks.is_empty() {
                text.push(' ');
            }
        } else {
            text.extend(line_break);
        }
    }
    if chomping != Chomping::Strip {
        text.extend(line_break);
    }
    if chomping == Chomping::Keep {
        text.push_str(&breaks);
    }
    Ok(text)
}

/// The indicators after `|` or `>` in either order, and a comment.
fn block_header(characters: &mut Characters) -> Result<(Chomping, Option<usize>), LoadError> {
    let mut chomping = Chomping::Clip;
    let mut increment = None;
    for _ in 0..2 {
        match characters.peek() {
            '+' if chomping == Chomping::Clip => chomping = Chomping::Keep,
            '-' if chomping == Chomping::Clip => chomping = Chomping::Strip,
            '0' if increment.is_none() => return Err(refuse("an indentation indicator is in the range 1-9")),
            digit @ '1'..='9' if increment.is_none() => {
                increment = digit.to_digit(10).and_then(|digit| usize::try_from(digit).ok());
            }
            _ => break,
        }
        characters.advance();
    }
    if !is_space_or_end(characters.peek()) {
        return Err(refuse("expected chomping or indentation indicators"));
    }
    end_line(characters)?;
    Ok((chomping, increment))
}

/// Spaces, a comment and a line break; nothing else may stand there.
pub(super) fn end_line(characters: &mut Characters) -> Result<(), LoadError> {
    characters.skip_while(|character| character == ' ');
    if characters.peek() == '#' {
        characters.skip_while(|character| !is_break(character));
    }
    if !is_break_or_end(characters.peek()) {
        return Err(refuse("expected a comment or a line break"));
    }
    characters.take_line_break();
    Ok(())
}

/// The empty lines at the beginning of a block scalar, and the deepest indentation up to its first text.
fn block_first_breaks(characters: &mut Characters) -> Result<(String, usize), LoadError> {
    let mut breaks = String::new();
    let mut first = None;
    let mut deepest = 0;
    loop {
        if characters.peek() == ' ' {
            characters.advance();
            deepest = deepest.max(characters.column());
            continue;
        }
        let column = characters.column();
        match characters.take_line_break() {
            Some(line_break) => {
                first.get_or_insert(column);
                breaks.push(line_break);
            }
            None => break,
        }
    }
    if first.is_some_and(|first| first > 0 && deepest > first) {
        return Err(refuse("the first line of a block scalar is indented less than a following one"));
    }
    Ok((breaks, deepest))
}

/// The empty lines of a block scalar, and the indentation of its next line.
fn block_breaks(characters: &mut Characters, indent: usize) -> String {
    let mut breaks = String::new();
    loop {
        while characters.column() < indent && characters.peek() == ' ' {
            characters.advance();
        }
        match characters.take_line_break() {
            Some(line_break) => breaks.push(line_break),
            None => return breaks,
        }
    }
}
