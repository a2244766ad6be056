//! JSON text to [`Value`], as Python 3.14's `json.loads` reads a `str`: what it takes, what it refuses, and its messages.
//!
//! Two differences, both on purpose: half of a surrogate pair (`"\ud800"`) becomes U+FFFD, for Rust's text cannot hold it;
//! and nesting beyond [`MAXIMUM_DEPTH`] is refused, so that no later walk over a value can run out of stack.

use std::rc::Rc;

use super::parse_integer;
use super::{MAXIMUM_DEPTH, Map, Value};

/// Why a text is not JSON. Prints as `str()` of Python's exception.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// `json.JSONDecodeError`: what is wrong, and where: line and column from 1, the offset from 0, in characters.
    #[error("{problem}: line {line} column {column} (char {offset})")]
    Syntax { problem: &'static str, line: usize, column: usize, offset: usize },
    /// `ValueError`: more than 4300 digits.
    #[error(
        "Exceeds the limit (4300 digits) for integer string conversion: value has {digits} digits; use \
         sys.set_int_max_str_digits() to increase the limit"
    )]
    IntegerTooLong { digits: usize },
    #[error("maximum recursion depth exceeded")]
    TooDeep,
}

impl Value {
    /// Reads a JSON document as Python's `json.loads` does: NaN and the infinities, integers of any size (to 4300 digits),
    /// `1e400` as infinity.
    ///
    /// # Errors
    /// What Python refuses, in its words, and nesting beyond [`MAXIMUM_DEPTH`].
    pub fn from_json(text: &str) -> Result<Self, JsonError> {
        let mut reader = Reader { text, bytes: text.as_bytes(), at: 0 };
        if text.starts_with('\u{feff}') {
            return Err(reader.refuse("Unexpected UTF-8 BOM (decode using utf-8-sig)", 0));
        }
        reader.skip_whitespace();
        let value = reader.document()?;
        reader.skip_whitespace();
        if reader.at < text.len() {
            return Err(reader.refuse("Extra data", reader.at));
        }
        Ok(value)
    }
}

enum Open {
    List(Vec<Value>),
    Map(Map, Rc<str>),
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl<'t> Reader<'t> {
    /// Reads one value. Keeps the open containers in a list of its own: no recursion, whatever the text.
    fn document(&mut self) -> Result<Value, JsonError> {
        let mut open: Vec<Open> = Vec::new();
        loop {
            let Some(mut value) = self.begin_value(&mut open)? else { continue };
            loop {
                let Some(container) = open.last_mut() else { return Ok(value) };
                let closed = match container {
                    Open::List(items) => {
                        items.push(value);
                        self.end_item(b']', "Illegal trailing comma before end of array")?
                    }
                    Open::Map(members, key) => {
                        members.insert(Rc::clone(key), value);
                        let closed = self.end_item(b'}', "Illegal trailing comma before end of object")?;
                        if !closed {
                            *key = self.key()?;
                        }
                        closed
                    }
                };
                if !closed {
                    break;
                }
                value = match open.pop() {
                    Some(Open::List(items)) => Value::list(items),
                    Some(Open::Map(members, _)) => Value::map(members),
                    None => return Ok(Value::Null),
                };
            }
        }
    }

    /// Reads a complete scalar or empty container; for any other container opens it and gives `None`.
    fn begin_value(&mut self, open: &mut Vec<Open>) -> Result<Option<Value>, JsonError> {
        match self.peek() {
            Some(b'[') => {
                self.at += 1;
                self.skip_whitespace();
                if self.take(b']') {
                    return Ok(Some(Value::list(Vec::new())));
                }
                Self::open(open, Open::List(Vec::new()))
            }
            Some(b'{') => {
                self.at += 1;
                self.skip_whitespace();
                if self.take(b'}') {
                    return Ok(Some(Value::map(Map::new())));
                }
                let key = self.key()?;
                Self::open(open, Open::Map(Map::new(), key))
            }
            Some(b'"') => self.string().map(|text| Some(Value::String(text))),
            Some(b'-' | b'0'..=b'9') => self.number().map(Some),
            _ => self.constant().map(Some),
        }
    }

    fn open(open: &mut Vec<Open>, container: Open) -> Result<Option<Value>, JsonError> {
        if open.len() == MAXIMUM_DEPTH {
            return Err(JsonError::TooDeep);
        }
        open.push(container);
        Ok(None)
    }

    /// After an item: takes the comma (and the white space after it) or the closing bracket; says whether it was the latter.
    fn end_item(&mut self, closing: u8, trailing_comma: &'static str) -> Result<bool, JsonError> {
        self.skip_whitespace();
        if self.take(closing) {
            return Ok(true);
        }
        let comma = self.at;
        if !self.take(b',') {
            return Err(self.refuse("Expecting ',' delimiter", self.at));
        }
        self.skip_whitespace();
        if self.peek() == Some(closing) { Err(self.refuse(trailing_comma, comma)) } else { Ok(false) }
    }

    /// A member's name and its colon, and the white space up to the value.
    fn key(&mut self) -> Result<Rc<str>, JsonError> {
        if self.peek() != Some(b'"') {
            return Err(self.refuse("Expecting property name enclosed in double quotes", self.at));
        }
        let key = self.string()?;
        self.skip_whitespace();
        if !self.take(b':') {
            return Err(self.refuse("Expecting ':' delimiter", self.at));
        }
        self.skip_whitespace();
        Ok(key)
    }

    fn constant(&mut self) -> Result<Value, JsonError> {
        const CONSTANTS: [(&str, Value); 5] = [
            ("null", Value::Null),
            ("true", Value::Bool(true)),
            ("false", Value::Bool(false)),
            ("NaN", Value::Float(f64::NAN)),
            ("Infinity", Value::Float(f64::INFINITY)),
        ];
        let rest = self.rest();
        for (word, value) in CONSTANTS {
            if rest.starts_with(word.as_bytes()) {
                self.at += word.len();
                return Ok(value);
            }
        }
        Err(self.refuse("Expecting value", self.at))
    }

    fn number(&mut self) -> Result<Value, JsonError> {
        const NEGATIVE_INFINITY: &[u8] = b"-Infinity";
        let start = self.at;
        let negative = self.take(b'-');
        match self.peek() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.skip_digits(),
            _ if negative && self.bytes.get(start..).is_some_and(|rest| rest.starts_with(NEGATIVE_INFINITY)) => {
                self.at = start + NEGATIVE_INFINITY.len();
                return Ok(Value::Float(f64::NEG_INFINITY));
            }
            _ => return Err(self.refuse("Expecting value", start)),
        }
        let whole = self.at;
        if let [b'.', b'0'..=b'9', ..] = self.rest() {
            self.at += 1;
            self.skip_digits();
        }
        if let [b'e' | b'E', b'0'..=b'9', ..] | [b'e' | b'E', b'+' | b'-', b'0'..=b'9', ..] = self.rest() {
            self.at += 2;
            self.skip_digits();
        }
        let text = self.since(start);
        if self.at == whole {
            parse_integer(text).map(Value::Integer).map_err(|digits| JsonError::IntegerTooLong { digits })
        } else {
            // Both round to nearest, and Rust reads every number of this form.
            Ok(Value::Float(text.parse().unwrap_or(f64::NAN)))
        }
    }

    fn string(&mut self) -> Result<Rc<str>, JsonError> {
        let quote = self.at;
        self.at += 1;
        let mut decoded = String::new();
        loop {
            let from = self.at;
            let length = self.rest().iter().position(|&byte| matches!(byte, b'"' | b'\\' | ..=0x1f));
            let Some(length) = length else { return Err(self.refuse("Unterminated string starting at", quote)) };
            self.at += length;
            let chunk = self.since(from);
            match self.peek().unwrap_or_default() {
                b'"' => {
                    self.at += 1;
                    if decoded.is_empty() {
                        return Ok(chunk.into());
                    }
                    decoded.push_str(chunk);
                    return Ok(decoded.into());
                }
                b'\\' => {
                    decoded.push_str(chunk);
                    decoded.push(self.escape(quote)?);
                }
                _ => return Err(self.refuse("Invalid control character at", self.at)),
            }
        }
    }

    /// Reads an escape, from its backslash on.
    fn escape(&mut self, quote: usize) -> Result<char, JsonError> {
        let character = match self.rest().get(1) {
            Some(plain @ (b'"' | b'\\' | b'/')) => char::from(*plain),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            Some(_) => return Err(self.refuse("Invalid \\escape", self.at)),
            None => return Err(self.refuse("Unterminated string starting at", quote)),
        };
        self.at += 2;
        Ok(character)
    }

    /// `\uXXXX`, or two of them that make one character.
    fn unicode_escape(&mut self) -> Result<char, JsonError> {
        let Some(unit) = self.code_unit(0) else {
            return Err(self.refuse("Invalid \\uXXXX escape", self.at + 1));
        };
        if (0xd800..0xdc00).contains(&unit) && self.rest().get(6..).is_some_and(|rest| rest.starts_with(b"\\u")) {
            let Some(second) = self.code_unit(6) else {
                return Err(self.refuse("Invalid \\uXXXX escape", self.at + 7));
            };
            if let Some(Ok(joined)) = char::decode_utf16([unit, second]).next() {
                self.at += 12;
                return Ok(joined);
            }
        }
        self.at += 6;
        Ok(char::from_u32(unit.into()).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    /// The four hexadecimal digits of the escape that begins `offset` bytes on.
    fn code_unit(&self, offset: usize) -> Option<u16> {
        let digits = self.rest().get(offset + 2..offset + 6)?;
        digits.iter().try_fold(0, |unit, &digit| {
            let digit = char::from(digit).to_digit(16).and_then(|digit| u16::try_from(digit).ok())?;
            Some(unit << 4 | digit)
        })
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// The text from a place to here; both stand between characters.
    fn since(&self, start: usize) -> &'t str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn skip_whitespace(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    fn skip_digits(&mut self) {
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
    }

    /// The error at a byte position, which it gives in lines and characters.
    fn refuse(&self, problem: &'static str, at: usize) -> JsonError {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line_so_far = before.rsplit('\n').next().unwrap_or(before);
        JsonError::Syntax {
            problem,
            line: before.matches('\n').count() + 1,
            column: line_so_far.chars().count() + 1,
            offset: before.chars().count(),
        }
    }
}

#[cfg(test)]
mod tests;
