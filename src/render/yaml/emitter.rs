//! Lines, indentation, keys, anchors and folding: what libyaml 0.1.7 makes of a document in block style at 80 columns.

use crate::render::{push_blanks, scalar_text, sorted_members};
use crate::value::{Map, Value};

use super::anchors::{Anchors, Mention};
use super::scalar::{self, Quoting, Scalar, is_break, is_printable};

/// A line is folded at the first space beyond this column.
const WIDTH: usize = 80;
/// Spaces per level.
const STEP: usize = 2;
/// A key of more bytes is written with `? `.
const LONGEST_SIMPLE_KEY: usize = 128;

/// What stands before a node on its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// The dash of a list.
    Item,
    /// A key and its colon.
    Value,
    /// The colon that answers a `? ` key.
    ComplexValue,
}

pub(crate) struct Emitter<'a> {
    text: &'a mut String,
    anchors: Anchors,
    column: usize,
}

impl<'a> Emitter<'a> {
    pub(crate) fn new(text: &'a mut String, anchors: Anchors) -> Self {
        Self { text, anchors, column: 0 }
    }

    /// Writes a list or a map and ends its last line.
    pub(crate) fn document(mut self, root: &Value) {
        match root {
            Value::List(items) if !items.is_empty() => self.sequence(items, 0),
            Value::Map(map) if !map.is_empty() => self.mapping(map, 0),
            Value::List(_) => self.put("[]"),
            Value::Map(_) => self.put("{}"),
            scalar => self.put(&scalar_text(scalar)),
        }
        self.text.push('\n');
    }

    fn sequence(&mut self, items: &[Value], indent: usize) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.break_line(indent);
            }
            self.put("-");
            self.node(item, indent, Place::Item);
        }
    }

    fn mapping(&mut self, map: &Map, indent: usize) {
        for (index, (key, value)) in sorted_members(map).into_iter().enumerate() {
            if index > 0 {
                self.break_line(indent);
            }
            let analysis = scalar::analyze(key);
            if analysis.multiline || key.len() > LONGEST_SIMPLE_KEY {
                self.put("? ");
                self.string(key, analysis, Some(indent + STEP));
                self.break_line(indent);
                self.put(":");
                self.node(value, indent, Place::ComplexValue);
            } else {
                self.string(key, analysis, None);
                self.put(":");
                self.node(value, indent, Place::Value);
            }
        }
    }

    /// Writes what follows a dash or a colon, the space between included. `indent` is that of the collection around.
    fn node(&mut self, value: &Value, indent: usize, place: Place) {
        let mention = self.anchors.mention(value);
        match mention {
            Mention::Only => {}
            Mention::First(number) => self.put(&format!(" &id{number:03}")),
            Mention::Again(number) => {
                self.put(&format!(" *id{number:03}"));
                return;
            }
        }
        let anchored = mention != Mention::Only;
        match value {
            Value::List(items) if items.is_empty() => self.put(" []"),
            Value::Map(map) if map.is_empty() => self.put(" {}"),
            Value::List(items) => {
                // A list below a key is not indented, unless the colon is the only thing on its line.
                let indentless = place == Place::Value || (place == Place::ComplexValue && anchored);
                let indent = if indentless { indent } else { indent + STEP };
                self.open(indent, place, anchored);
                self.sequence(items, indent);
            }
            Value::Map(map) => {
                self.open(indent + STEP, place, anchored);
                self.mapping(map, indent + STEP);
            }
            Value::String(text) => {
                self.put(" ");
                self.string(text, scalar::analyze(text), Some(indent + STEP));
            }
            Value::Null => self.put(" null"),
            Value::Bool(truth) => self.put(if *truth { " true" } else { " false" }),
            Value::Float(number) if !number.is_finite() => self.put(match number {
                number if number.is_nan() => " .nan",
                number if *number > 0.0 => " .inf",
                _ => " -.inf",
            }),
            Value::Integer(_) | Value::Float(_) | Value::Epoch | Value::Expression(_) => {
                self.put(" ");
                self.folded(&scalar_text(value), Quoting::Plain, Some(indent + STEP));
            }
        }
    }

    /// Goes to where the first entry of a collection stands: the same line after a dash or a lone colon, else the next.
    fn open(&mut self, indent: usize, place: Place, anchored: bool) {
        if anchored || place == Place::Value {
            return self.break_line(indent);
        }
        self.put(" ");
    }

    /// Writes a string. `fold` is the indentation of further lines; without it the string stays on its line.
    fn string(&mut self, text: &str, analysis: Scalar, fold: Option<usize>) {
        match analysis.quoting {
            Quoting::Plain => self.folded(text, Quoting::Plain, fold),
            Quoting::Single => {
                self.put("'");
                self.folded(text, Quoting::Single, fold);
                if text.ends_with(is_break) {
                    self.pad(fold.unwrap_or_default());
                }
                self.put("'");
            }
            Quoting::Double => {
                self.put("\"");
                self.folded(text, Quoting::Double, fold);
                self.put("\"");
            }
        }
    }

    /// Writes the inside of a scalar, with a line break in place of a space where the line has become too long.
    ///
    /// Plain and in single quotes only a lone space between two words can go; in double quotes also the first of several, for
    /// there a backslash keeps the others.
    fn folded(&mut self, text: &str, quoting: Quoting, fold: Option<usize>) {
        if quoting == Quoting::Plain && (fold.is_none() || self.column + text.len() <= WIDTH) {
            return self.put(text);
        }
        let mut words = text.split(' ').peekable();
        while let Some(word) = words.next() {
            match quoting {
                Quoting::Plain => self.put(word),
                Quoting::Single => self.single_quoted(word, fold.unwrap_or_default()),
                Quoting::Double => self.double_quoted(word),
            }
            let Some(next) = words.peek().map(|next| next.is_empty()) else { return };
            match fold {
                Some(indent) if self.column > WIDTH && !word.is_empty() && !next => self.break_line(indent),
                Some(indent) if self.column > WIDTH && !word.is_empty() && quoting == Quoting::Double => {
                    // An empty word follows: another space, or the end of the text, where nothing may be folded.
                    words.next();
                    if words.peek().is_none() {
                        self.put(" ");
                        return;
                    }
                    self.break_line(indent);
                    self.put("\\ ");
                }
                _ => self.put(" "),
            }
        }
    }

    /// A quote is doubled, and so is the first line feed of several; the text goes on at `indent`.
    fn single_quoted(&mut self, word: &str, indent: usize) {
        if !word.contains(|character| character == '\'' || is_break(character)) {
            return self.put(word);
        }
        let mut after_break = false;
        for character in word.chars() {
            if is_break(character) {
                if character == '\n' && !after_break {
                    self.text.push('\n');
                }
                self.text.push(character);
                self.column = 0;
                after_break = true;
                continue;
            }
            if after_break {
                self.pad(indent);
                after_break = false;
            }
            if character == '\'' {
                self.text.push('\'');
                self.column += 1;
            }
            self.text.push(character);
            self.column += 1;
        }
    }

    fn double_quoted(&mut self, word: &str) {
        for character in word.chars() {
            if is_printable(character) && !is_break(character) && !matches!(character, '"' | '\\') {
                self.text.push(character);
                self.column += 1;
            } else {
                self.column += push_escape(self.text, character);
            }
        }
    }

    fn put(&mut self, text: &str) {
        self.text.push_str(text);
        self.column += if text.is_ascii() { text.len() } else { text.chars().count() };
    }

    fn break_line(&mut self, indent: usize) {
        self.text.push('\n');
        self.column = 0;
        self.pad(indent);
    }

    fn pad(&mut self, indent: usize) {
        push_blanks(self.text, indent);
        self.column += indent;
    }
}

/// Writes the escape of a character in double quotes and says how many columns it takes.
fn push_escape(text: &mut String, character: char) -> usize {
    let (letter, digits) = match character {
        '\0' => ('0', 0),
        '\u{7}' => ('a', 0),
        '\u{8}' => ('b', 0),
        '\t' => ('t', 0),
        '\n' => ('n', 0),
        '\u{b}' => ('v', 0),
        '\u{c}' => ('f', 0),
        '\r' => ('r', 0),
        '\u{1b}' => ('e', 0),
        '"' | '\\' => (character, 0),
        '\u{85}' => ('N', 0),
        '\u{2028}' => ('L', 0),
        '\u{2029}' => ('P', 0),
        ..='\u{ff}' => ('x', 2),
        ..='\u{ffff}' => ('u', 4),
        _ => ('U', 8),
    };
    text.push('\\');
    text.push(letter);
    for place in (0..digits).rev() {
        let digit = char::from_digit((u32::from(character) >> (4 * place)) & 0xf, 16).unwrap_or_default();
        text.push(digit.to_ascii_uppercase());
    }
    2 + digits
}
