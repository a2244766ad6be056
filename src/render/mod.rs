//! A value to text, in each of the AWS CLI's output formats, and a failure in each of its error styles.
//!
//! Each format has one file behind one door, [`render`]. Nothing here looks at a terminal, a setting or a query: colours and
//! width come in as a [`Style`], the query has been applied. What Python's formatters fail on is a typed [`RenderError`].

pub mod error;
pub(crate) mod escape;
pub(crate) mod report_table;
mod table;
mod text;
mod yaml;

use std::borrow::Cow;
use std::rc::Rc;

use crate::value::{JsonWriteError, Map, Value};

pub use crate::settings::Format;

/// Why a value was not printed, or not to the end: failures of the AWS CLI's formatters that a query's result can cause. They
/// end with status 255 there, and here; the messages are Python's.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// A row of a table has another number of cells than the rows above it.
    #[error("Row should have {expected} elements, instead it has {actual}")]
    RowLength { expected: usize, actual: usize },
    /// A header has more cells than the rows above it, or a list that begins with a map holds a list of numbers.
    #[error("list index out of range")]
    IndexOutOfRange,
    /// A list that begins with a map holds a list with a number beyond 64 bits.
    #[error("cannot fit 'int' into an index-sized integer")]
    IndexTooLarge,
    /// A list that holds maps holds something else too, of this type.
    #[error("'{type_name}' object has no attribute '{attribute}'")]
    NoAttribute { type_name: &'static str, attribute: &'static str },
    /// A list that begins with a map holds something that has no members, of this type.
    #[error("'{0}' object is not iterable")]
    NotIterable(&'static str),
    /// A list that begins with a map holds a string.
    #[error("string indices must be integers, not 'str'")]
    StringIndex,
    /// A list that begins with a map holds a list, whose element of this type the formatter took for an index.
    #[error("list indices must be integers or slices, not {0}")]
    ListIndex(&'static str),
    /// An expression of a query (`&name`) has no JSON.
    #[error("{0}")]
    NoJson(#[from] JsonWriteError),
    /// An expression of a query (`&name`) has no YAML; holds how Python prints it.
    #[error("cannot represent an object: {0}")]
    NotRepresentable(String),
}

/// What a table has to know about where it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether to colour: `--color on`, or `auto` and standard output is a terminal (for an error too, which goes to stderr).
    pub color: bool,
    /// The columns a table may take before its single-row sections are turned on their side.
    pub columns: i16,
}

impl Style {
    /// The columns where standard output is not a terminal.
    pub(crate) const DEFAULT_COLUMNS: i16 = 80;

    /// A style for standard output with this number of columns; `None` where it is not a terminal.
    ///
    /// A terminal may call itself 0 columns wide, and then every single-row section is turned; the AWS CLI reads the number
    /// as a signed 16-bit one, so a terminal of 32,768 columns or more is as narrow to it.
    pub fn new(color: bool, terminal_columns: Option<u16>) -> Self {
        Self { color, columns: terminal_columns.map_or(Self::DEFAULT_COLUMNS, u16::cast_signed) }
    }
}

/// Appends the result of an operation. `operation` is the title of a table, such as `RedriveExecution`.
///
/// An empty response prints nothing, except in a list; so do all empty values and zero as a table.
///
/// # Errors
/// See [`RenderError`]. In `text` and `json` what comes before the failure has been written, as the AWS CLI does.
pub fn render(
    format: Format,
    operation: &str,
    value: &Value,
    style: Style,
    output: &mut String,
) -> Result<(), RenderError> {
    if matches!(value, Value::Map(map) if map.is_empty()) {
        return Ok(());
    }
    match format {
        Format::Json => write_json(value, output),
        Format::Text => text::write(value, output),
        Format::Table => table::write(operation, value, style, output),
        Format::Yaml => yaml::write(value, output),
        Format::YamlStream => yaml::write_stream(value, output),
        Format::Off => Ok(()),
    }
}

/// Writes JSON as Python's `json.dump(indent=4, ensure_ascii=False)` prints it, and a line feed.
fn write_json(value: &Value, output: &mut String) -> Result<(), RenderError> {
    value.push_json_indented(output)?;
    output.push('\n');
    Ok(())
}

fn is_scalar(value: &Value) -> bool {
    !matches!(value, Value::List(_) | Value::Map(_))
}

/// Python's `str` of a value, without a copy where it is a string.
fn scalar_text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.python_str()),
    }
}

fn push_blanks(text: &mut String, count: usize) {
    text.extend(std::iter::repeat_n(' ', count));
}

/// A map's members in the order of their keys' code points, which is that of their bytes.
fn sorted_members(map: &Map) -> Vec<(&Rc<str>, &Value)> {
    let mut members: Vec<_> = map.iter().collect();
    members.sort_unstable_by_key(|(key, _)| *key);
    members
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::ExpressionReference;

    #[test]
    fn columns_are_read_as_the_aws_cli_reads_them() {
        assert_eq!(Style::new(true, None).columns, 80);
        assert_eq!(Style::new(true, Some(0)).columns, 0);
        assert_eq!(Style::new(true, Some(32_768)).columns, -32_768);
    }

    #[test]
    fn what_comes_before_a_failure_is_written() {
        let expression = Value::Expression(Rc::new(ExpressionReference));
        let value = Value::list(vec![Value::Null, expression]);
        let mut output = String::new();
        let error = render(Format::Json, "", &value, Style::new(false, None), &mut output).unwrap_err();
        assert!(matches!(error, RenderError::NoJson(_)));
        assert_eq!(output, "[\n    null,\n    ");
    }

    #[test]
    fn an_empty_response_is_nothing() {
        for format in [Format::Json, Format::Text, Format::Table, Format::Yaml, Format::YamlStream] {
            let mut output = String::new();
            render(format, "T", &Value::map(Map::new()), Style::new(false, None), &mut output).unwrap();
            assert_eq!(output, "", "{format:?}");
        }
    }
}
