//! Lines, indentation, keys, anchors and folding: what libyaml 0.1.7 makes of a document in block style at 80 columns.

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::render::{RenderError, push_blanks, scalar_text, sorted_members};
use crate::value::{Map, Value};

use super::scalar::{self, Quoting, Scalar, is_break, is_printable};

/// A line is folded at the first space beyond this column.
const WIDTH: usize = 80;
/// Spaces per level.
const STEP: usize = 2;
/// A key of more bytes is written with `? `.
const LONGEST_SIMPLE_KEY: usize = 128;

/// The placeholder date is one object in Python; no allocation has the address 0.
const EPOCH: usize = 0;

/// What stands before a node on its line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lead {
    /// The dash of a list.
    Item,
    /// A key and its colon.
    Value,
    /// The colon that answers a `? ` key.
    ComplexValue,
}

/// Writes a list or a map and a line feed.
pub(crate) fn write(document: &Value, text: &mut String) -> Result<(), RenderError> {
    let mut anchors = Anchors::default();
    anchors.visit(document)?;
    let mut emitter = Emitter { text, anchors, column: 0 };
    match document {
        Value::List(items) if !items.is_empty() => emitter.sequence(items, 0),
        Value::Map(map) => emitter.mapping(map, 0),
        _ => emitter.put("[]"),
    }
    text.push('\n');
    Ok(())
}

/// Which nodes occur more than once: `&id001` stands for one at first, `*id001` after that. Only identity counts, as in Python: two
/// equal lists are two nodes, one list that a query yields twice is one.
#[derive(Default)]
struct Anchors {
    /// By address; with a number from the second time on.
    nodes: HashMap<usize, Option<usize>>,
    numbered: usize,
    written: HashSet<usize>,
}

impl Anchors {
    /// Walks a document in the order it will be written and numbers the nodes it meets again.
    fn visit(&mut self, value: &Value) -> Result<(), RenderError> {
        if let Some(address) = address(value) {
            match self.nodes.entry(address) {
                Entry::Vacant(node) => node.insert(None),
                Entry::Occupied(mut node) => {
                    if node.get().is_none() {
                        self.numbered += 1;
                        node.insert(Some(self.numbered));
                    }
                    return Ok(());
                }
            };
        }
        match value {
            Value::List(items) => items.iter().try_for_each(|item| self.visit(item)),
            Value::Map(map) => sorted_members(map).into_iter().try_for_each(|(_, item)| self.visit(item)),
            Value::Expression(_) => Err(RenderError::NotRepresentable(value.python_str())),
            _ => Ok(()),
        }
    }

    fn number(&self, value: &Value) -> Option<usize> {
        address(value).and_then(|address| self.nodes.get(&address).copied().flatten())
    }
}

/// What identifies a node; `None` for what cannot occur twice (a node with one owner) or has no identity.
fn address(value: &Value) -> Option<usize> {
    match value {
        Value::List(items) if Rc::strong_count(items) > 1 => Some(Rc::as_ptr(items).addr()),
        Value::Map(map) if Rc::strong_count(map) > 1 => Some(Rc::as_ptr(map).addr()),
        Value::Epoch => Some(EPOCH),
        _ => None,
    }
}

struct Emitter<'a> {
    text: &'a mut String,
    anchors: Anchors,
    column: usize,
}

impl Emitter<'_> {
    fn sequence(&mut self, items: &[Value], indent: usize) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.break_line(indent);
            }
            self.put("-");
            self.node(item, indent, Lead::Item);
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
                self.node(value, indent, Lead::ComplexValue);
            } else {
                self.string(key, analysis, None);
                self.put(":");
                self.node(value, indent, Lead::Value);
            }
        }
    }

    /// Writes what follows a dash or a colon, the space between included. `indent` is that of the collection around.
    fn node(&mut self, value: &Value, indent: usize, lead: Lead) {
        let number = self.anchors.number(value);
        if let Some(number) = number {
            let is_first = self.anchors.written.insert(number);
            self.put(&format!(" {}id{number:03}", if is_first { '&' } else { '*' }));
            if !is_first {
                return;
            }
        }
        let anchored = number.is_some();
        match value {
            Value::List(items) if items.is_empty() => self.put(" []"),
            Value::Map(map) if map.is_empty() => self.put(" {}"),
            Value::List(items) => {
                // A list below a key is not indented, unless the colon is the only thing on its line.
                let indentless = lead == Lead::Value || (lead == Lead::ComplexValue && anchored);
                let indent = if indentless { indent } else { indent + STEP };
                self.open(indent, lead, anchored);
                self.sequence(items, indent);
            }
            Value::Map(map) => {
                self.open(indent + STEP, lead, anchored);
                self.mapping(map, indent + STEP);
            }
            Value::String(text) => {
                self.put(" ");
                self.string(text, scalar::analyze(text), Some(indent + STEP));
            }
            scalar => {
                self.put(" ");
                self.folded(&plain_scalar(scalar), Quoting::Plain, Some(indent + STEP));
            }
        }
    }

    /// Goes to where the first entry of a collection stands: the same line after a dash or a lone colon, else the next.
    fn open(&mut self, indent: usize, lead: Lead, anchored: bool) {
        if anchored || lead == Lead::Value {
            return self.break_line(indent);
        }
        self.put(" ");
    }

    /// Writes a string. `fold` is the indentation of further lines; without it the string stays on its line.
    fn string(&mut self, text: &str, analysis: Scalar, fold: Option<usize>) {
        let quote = match analysis.quoting {
            Quoting::Plain => "",
            Quoting::Single => "'",
            Quoting::Double => "\"",
        };
        self.put(quote);
        self.folded(text, analysis.quoting, fold);
        if analysis.quoting == Quoting::Single && text.ends_with(is_break) {
            self.pad(fold.unwrap_or_default());
        }
        self.put(quote);
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
            } else {
                if after_break {
                    self.pad(indent);
                }
                self.put(if character == '\'' { "'" } else { "" });
                self.put_character(character);
            }
            after_break = is_break(character);
        }
    }

    fn double_quoted(&mut self, word: &str) {
        for character in word.chars() {
            if is_printable(character) && !is_break(character) && !matches!(character, '"' | '\\') {
                self.put_character(character);
            } else {
                self.put(&escape(character));
            }
        }
    }

    fn put_character(&mut self, character: char) {
        self.text.push(character);
        self.column += 1;
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

fn plain_scalar(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Null => "null".into(),
        Value::Bool(truth) => if *truth { "true" } else { "false" }.into(),
        Value::Float(number) if number.is_nan() => ".nan".into(),
        Value::Float(f64::INFINITY) => ".inf".into(),
        Value::Float(f64::NEG_INFINITY) => "-.inf".into(),
        other => scalar_text(other),
    }
}

/// The escape of a character in double quotes.
fn escape(character: char) -> String {
    let letter = match character {
        '\0' => '0',
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{b}' => 'v',
        '\u{c}' => 'f',
        '\r' => 'r',
        '\u{1b}' => 'e',
        '"' | '\\' => character,
        '\u{85}' => 'N',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        ..='\u{ff}' => return format!("\\x{:02X}", u32::from(character)),
        ..='\u{ffff}' => return format!("\\u{:04X}", u32::from(character)),
        _ => return format!("\\U{:08X}", u32::from(character)),
    };
    format!("\\{letter}")
}
