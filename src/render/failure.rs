//! The ways to fail while printing: accidents of the AWS CLI's formatters that a query's result can run into. They end with status
//! 255 there, and here.

use std::fmt;

/// Why a value was not printed, or not to the end.
///
/// Its message is Python's. What `text` and `json` had printed before stays printed, as there.
#[derive(Debug)]
pub enum RenderError {
    /// A row of a table has another number of cells than the rows above it.
    RowLength { expected: usize, actual: usize },
    /// A header has more cells than the rows above it, or a list that begins with a map holds a list of numbers.
    IndexOutOfRange,
    /// A list that begins with a map holds a list with a number beyond 64 bits.
    IndexTooLarge,
    /// A list that holds maps holds something else too.
    NoAttribute {
        /// Python's name for the type of the other thing.
        type_name: &'static str,
        attribute: &'static str,
    },
    /// A list that begins with a map holds something that has no members.
    NotIterable { type_name: &'static str },
    /// A list that begins with a map holds a string.
    StringIndex,
    /// A list that begins with a map holds a list.
    ListIndex {
        /// Python's name for the type of that list's element, which the formatter took for an index.
        type_name: &'static str,
    },
    /// An expression of a query (`&name`) has no JSON.
    NoJson,
    /// An expression of a query (`&name`) has no YAML; holds how Python prints it.
    NotRepresentable(String),
}

impl fmt::Display for RenderError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RowLength { expected, actual } => {
                write!(formatter, "Row should have {expected} elements, instead it has {actual}")
            }
            Self::IndexOutOfRange => formatter.write_str("list index out of range"),
            Self::IndexTooLarge => formatter.write_str("cannot fit 'int' into an index-sized integer"),
            Self::NoAttribute { type_name, attribute } => {
                write!(formatter, "'{type_name}' object has no attribute '{attribute}'")
            }
            Self::NotIterable { type_name } => write!(formatter, "'{type_name}' object is not iterable"),
            Self::StringIndex => formatter.write_str("string indices must be integers, not 'str'"),
            Self::ListIndex { type_name } => {
                write!(formatter, "list indices must be integers or slices, not {type_name}")
            }
            Self::NoJson => formatter.write_str("Encountered unrecognized type in JSON encoder."),
            Self::NotRepresentable(text) => write!(formatter, "cannot represent an object: {text}"),
        }
    }
}

impl std::error::Error for RenderError {}
