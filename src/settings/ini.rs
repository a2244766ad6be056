//! An INI file as Python's `configparser.RawConfigParser` reads it (strict, no interpolation), which is how the AWS CLI does.
//!
//! Owns the grammar: sections, `=` and `:`, continuation lines, whole-line comments, `[DEFAULT]`, and what counts as broken.
//! Refuses to know what a section is for.

use std::fmt;

use indexmap::IndexMap;

use crate::error::{Error, Result};
use crate::value::Value;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum IniValue {
    Text(String),
    /// A value that starts on the line after its key: keys and values of its own, one level deep. Python has a `dict` for it.
    Nested(Box<IndexMap<String, String>>),
}

impl IniValue {
    /// The text of `key`. Keys and values in its place are refused: overlooking them could change who calls, and where.
    pub(crate) fn text(&self, key: &str) -> Result<&str> {
        match self {
            Self::Text(text) => Ok(text),
            Self::Nested(_) => Err(Error::General(format!(
                "Invalid value for {key}: expected text on the same line, found keys and values on the lines below"
            ))),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        matches!(self, Self::Text(text) if text.is_empty())
    }

    /// A text in lower case; keys and values as Python shows them.
    pub(crate) fn lower_case(&self) -> String {
        match self {
            Self::Text(text) => text.to_lowercase(),
            nested @ Self::Nested(_) => nested.to_string(),
        }
    }

    pub(crate) fn to_value(&self) -> Value {
        match self {
            Self::Text(text) => Value::string(text.as_str()),
            Self::Nested(keys) => Value::map(
                keys.iter().map(|(key, value)| (key.as_str().into(), Value::string(value.as_str()))).collect(),
            ),
        }
    }
}

/// As Python's `str` shows it.
impl fmt::Display for IniValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => formatter.write_str(text),
            Self::Nested(_) => formatter.write_str(&self.to_value().python_str()),
        }
    }
}

/// The keys of a section, in order; names are lower-case.
pub(crate) type Section = IndexMap<String, IniValue>;

/// The file is not what `configparser` accepts: no header, a line without `=` or `:`, a section or key given twice.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Broken;

const DEFAULTS: &str = "DEFAULT";

/// The most keys that `[DEFAULT]` may hand down, over all sections: each section gets a copy of each.
const MOST_DEFAULTS: usize = 200_000;

/// The sections of `text`, in order, each with the keys of `[DEFAULT]` that it does not have itself.
pub(crate) fn parse(text: &str) -> std::result::Result<IndexMap<String, Section>, Broken> {
    let mut raw: IndexMap<String, IndexMap<String, Vec<String>>> = IndexMap::new();
    let mut section: Option<String> = None;
    let mut key: Option<String> = None;
    let mut indent = 0;
    for line in lines(text) {
        let mut current = section.as_ref().and_then(|name| raw.get_mut(name));
        let clean = line.trim_matches(is_space);
        let is_comment = clean.starts_with(['#', ';']);
        let value = key.as_ref().and_then(|key| current.as_mut().and_then(|section| section.get_mut(key)));
        if clean.is_empty() || is_comment {
            if let (false, Some(value)) = (is_comment, value) {
                value.push(String::new());
            }
            continue;
        }
        let line_indent = line.chars().take_while(|c| is_space(*c)).count();
        if let (true, Some(value)) = (line_indent > indent, value) {
            value.push(clean.to_owned());
            continue;
        }
        indent = line_indent;
        if let Some(name) = header(clean) {
            if name != DEFAULTS && raw.contains_key(name) {
                return Err(Broken);
            }
            raw.entry(name.to_owned()).or_default();
            section = Some(name.to_owned());
            key = None;
            continue;
        }
        let current = current.ok_or(Broken)?;
        let (name, value) = clean.split_once(['=', ':']).ok_or(Broken)?;
        let (name, value) = (name.trim_end_matches(is_space).to_lowercase(), value.trim_matches(is_space));
        if name.is_empty() || current.insert(name.clone(), vec![value.to_owned()]).is_some() {
            return Err(Broken);
        }
        key = Some(name);
    }
    let defaults = raw.shift_remove(DEFAULTS).unwrap_or_default();
    if defaults.len().saturating_mul(raw.len()) > MOST_DEFAULTS {
        return Err(Broken);
    }
    raw.into_iter()
        .map(|(name, mut section)| {
            for (key, lines) in &defaults {
                section.entry(key.clone()).or_insert_with(|| lines.clone());
            }
            let mut read = Section::with_capacity(section.len());
            for (key, lines) in section {
                read.insert(key, value(&lines)?);
            }
            Ok((name, read))
        })
        .collect()
}

/// The lines of a text by Python's universal newlines.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
}

/// White space by Python's `str.strip`.
fn is_space(character: char) -> bool {
    character.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&character)
}

/// What ends a line by Python's `str.splitlines`, by which nested values are read.
fn ends_line(character: char) -> bool {
    matches!(character, '\n'..='\r' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// The name between `[` and the last `]` of a header line; something must stand between.
fn header(line: &str) -> Option<&str> {
    let inside = line.strip_prefix('[')?;
    let (name, _) = inside.rsplit_once(']')?;
    (!name.is_empty()).then_some(name)
}

fn value(lines: &[String]) -> std::result::Result<IniValue, Broken> {
    let text = lines.join("\n");
    let text = text.trim_end_matches(is_space);
    if !text.starts_with('\n') {
        return Ok(IniValue::Text(text.to_owned()));
    }
    let mut nested = IndexMap::new();
    for line in text.split(ends_line).map(|line| line.trim_matches(is_space)).filter(|line| !line.is_empty()) {
        let (key, value) = line.split_once('=').ok_or(Broken)?;
        nested.insert(key.trim_matches(is_space).to_owned(), value.trim_matches(is_space).to_owned());
    }
    Ok(IniValue::Nested(Box::new(nested)))
}

#[cfg(test)]
mod tests {
    use super::{Broken, IniValue, parse};

    fn texts(file: &str) -> Vec<(String, String, String)> {
        let mut all = Vec::new();
        for (section, keys) in parse(file).unwrap() {
            for (key, value) in keys {
                let text = match value {
                    IniValue::Text(text) => text,
                    IniValue::Nested(nested) => format!("{nested:?}"),
                };
                all.push((section.clone(), key, text));
            }
        }
        all
    }

    #[test]
    fn values_and_comments_are_read_as_configparser_does() {
        for (file, value) in [
            ("[a]\nk = v = w", "v = w"),
            ("[a]\nk: v=w", "v=w"),
            ("[a]\nK  =v", "v"),
            ("# c\n[a]\n; c\nk = v # kept", "v # kept"),
            ("[a]\nk = v\n # between\n w", "v\nw"),
            ("[a]\nk = v\n  w\n\n  x\n\n", "v\nw\n\nx"),
            ("[a]\ns3 =\n  x = 1\n  y=2", "{\"x\": \"1\", \"y\": \"2\"}"),
        ] {
            assert_eq!(texts(file).first().map(|(_, _, text)| text.as_str()), Some(value), "{file:?}");
        }
    }

    #[test]
    fn the_default_section_fills_every_other() {
        let all = texts("[DEFAULT]\nk = d\nj = e\n[a]\nk = v\n[b]\n");
        let expected = [("a", "k", "v"), ("a", "j", "e"), ("b", "k", "d"), ("b", "j", "e")];
        assert_eq!(all, expected.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned())));
    }

    #[test]
    fn what_configparser_refuses_is_broken() {
        for file in [
            "k = v",
            "[a\nk = v",
            "[a]\nk",
            "[a]\n= v",
            "[a]\nk=1\nK=2",
            "[a]\n[a]",
            "[]\n",
            "\u{feff}[a]\n",
            "[a]\ns3 =\n  x",
        ] {
            assert_eq!(parse(file), Err(Broken), "{file:?}");
        }
    }

    #[test]
    fn every_kind_of_line_end_ends_a_line() {
        assert_eq!(texts("[a]\r\nk = v\r\nj = w\ri = x").len(), 3);
    }
}
