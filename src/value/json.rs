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
        let value = reader.value(0)?;
        reader.skip_whitespace();
        if reader.at < text.len() {
            return Err(reader.refuse("Extra data", reader.at));
        }
        Ok(value)
    }
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

impl<'t> Reader<'t> {
    /// Reads one value, which lies in this many containers.
    fn value(&mut self, depth: usize) -> Result<Value, JsonError> {
        match self.peek() {
            Some(b'[') => self.list(depth),
            Some(b'{') => self.map(depth),
            Some(b'"') => self.string().map(Value::String),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.constant(),
        }
    }

    fn list(&mut self, depth: usize) -> Result<Value, JsonError> {
        let mut items = Vec::new();
        self.at += 1;
        self.skip_whitespace();
        if self.take(b']') {
            return Ok(Value::list(items));
        }
        check_depth(depth)?;
        loop {
            items.push(self.value(depth + 1)?);
            if self.end_item(b']', "Illegal trailing comma before end of array")? {
                return Ok(Value::list(items));
            }
        }
    }

    fn map(&mut self, depth: usize) -> Result<Value, JsonError> {
        let mut members = Map::new();
        self.at += 1;
        self.skip_whitespace();
        if self.take(b'}') {
            return Ok(Value::map(members));
        }
        loop {
            let key = self.key()?;
            check_depth(depth)?;
            members.insert(key, self.value(depth + 1)?);
            if self.end_item(b'}', "Illegal trailing comma before end of object")? {
                return Ok(Value::map(members));
            }
        }
    }

    /// After an item: takes the comma (and the white space after it) or the closing bracket; returns whether it was the latter.
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
        let integer_end = self.at;
        if let [b'.', b'0'..=b'9', ..] = self.rest() {
            self.at += 1;
            self.skip_digits();
        }
        if let [b'e' | b'E', b'0'..=b'9', ..] | [b'e' | b'E', b'+' | b'-', b'0'..=b'9', ..] = self.rest() {
            self.at += 2;
            self.skip_digits();
        }
        let text = self.since(start);
        if self.at == integer_end {
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

fn check_depth(depth: usize) -> Result<(), JsonError> {
    if depth < MAXIMUM_DEPTH { Ok(()) } else { Err(JsonError::TooDeep) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repr(text: &str) -> String {
        Value::from_json(text).map_or_else(|error| error.to_string(), |value| value.python_repr())
    }

    #[test]
    fn documents_read_as_in_python() {
        let cases = [
            (" [1, -0, 1.0, 1e2, 1E400, -1e400, 1e-400]\n", "[1, 0, 1.0, 100.0, inf, -inf, 0.0]"),
            ("[NaN, Infinity, -Infinity]", "[nan, inf, -inf]"),
            ("{\"a\": 1, \"b\": 2, \"a\": 3}", "{'a': 3, 'b': 2}"),
            ("123456789012345678901234567890", "123456789012345678901234567890"),
            ("\"\\ud83d\\ude00 \\u00e9 \\/ \\b\\f\\n\\r\\t\"", "'😀 é / \\x08\\x0c\\n\\r\\t'"),
            ("\"\u{7f}\u{2028}\"", "'\\x7f\\u2028'"),
            ("\"\\ud800\"", "'\u{fffd}'"),
            ("\"\\ud800\\ud83d\\ude00\\udc00\"", "'\u{fffd}😀\u{fffd}'"),
            ("[[], {}, [[]]]", "[[], {}, [[]]]"),
        ];
        for (text, expected) in cases {
            assert_eq!(repr(text), expected, "{text}");
        }
    }

    #[test]
    fn errors_have_pythons_words_and_places() {
        let cases = [
            ("", "Expecting value: line 1 column 1 (char 0)"),
            ("[", "Expecting value: line 1 column 2 (char 1)"),
            ("[1", "Expecting ',' delimiter: line 1 column 3 (char 2)"),
            ("{", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
            ("{\"a\"", "Expecting ':' delimiter: line 1 column 5 (char 4)"),
            ("{\"a\":1,", "Expecting property name enclosed in double quotes: line 1 column 8 (char 7)"),
            ("[1 ,]", "Illegal trailing comma before end of array: line 1 column 4 (char 3)"),
            ("{\"a\":1,}", "Illegal trailing comma before end of object: line 1 column 7 (char 6)"),
            ("\"\\", "Unterminated string starting at: line 1 column 1 (char 0)"),
            ("\"\\u12", "Invalid \\uXXXX escape: line 1 column 3 (char 2)"),
            ("\"\\u1234", "Unterminated string starting at: line 1 column 1 (char 0)"),
            ("\"\\ud800\\udc00", "Unterminated string starting at: line 1 column 1 (char 0)"),
            ("\"\\ud800\\u12\"", "Invalid \\uXXXX escape: line 1 column 9 (char 8)"),
            ("\"\\x\"", "Invalid \\escape: line 1 column 2 (char 1)"),
            ("\"a\tb\"", "Invalid control character at: line 1 column 3 (char 2)"),
            ("01", "Extra data: line 1 column 2 (char 1)"),
            ("1.", "Extra data: line 1 column 2 (char 1)"),
            ("-Inf", "Expecting value: line 1 column 1 (char 0)"),
            ("\u{feff}1", "Unexpected UTF-8 BOM (decode using utf-8-sig): line 1 column 1 (char 0)"),
            (" [ \"é\" , \n x ]", "Expecting value: line 2 column 2 (char 11)"),
        ];
        for (text, expected) in cases {
            assert_eq!(repr(text), expected, "{text}");
        }
    }

    #[test]
    fn too_many_digits_are_an_error_and_not_a_number() {
        let error = Value::from_json(&format!("-{}", "9".repeat(4301))).unwrap_err();
        assert_eq!(error, JsonError::IntegerTooLong { digits: 4301 });
        assert!(Value::from_json(&format!("{}.5", "9".repeat(4301))).is_ok());
    }

    #[test]
    fn deep_nesting_is_refused_and_never_overflows() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(Value::from_json(&nested(MAXIMUM_DEPTH)).is_ok());
        assert_eq!(Value::from_json(&nested(MAXIMUM_DEPTH + 2)).unwrap_err(), JsonError::TooDeep);
        assert_eq!(Value::from_json(&nested(100_000)).unwrap_err(), JsonError::TooDeep);
        assert_eq!(Value::from_json(&"{\"a\":".repeat(100_000)).unwrap_err(), JsonError::TooDeep);
    }

    #[test]
    fn the_deepest_value_can_be_walked_on_a_small_stack() {
        let text = format!("{}1{}", "[{\"a\":".repeat(MAXIMUM_DEPTH / 2), "}]".repeat(MAXIMUM_DEPTH / 2));
        let (one, two) = (Value::from_json(&text).unwrap(), Value::from_json(&text).unwrap());
        assert!(one.python_eq(&two));
        assert_eq!(one.to_json_compact(), text);
        assert_eq!(one.python_repr().len(), text.len() + MAXIMUM_DEPTH / 2);
    }
}
