//! Why a text is not JSON, in the words of Python's `json`. Refuses to find out; that is the reader's part.

use std::fmt;

/// Why a text is not JSON. Prints as `str()` of Python's exception.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JsonError {
    /// `json.JSONDecodeError`: what is wrong, and where.
    Syntax {
        /// Such as `Expecting value`.
        problem: &'static str,
        /// From 1.
        line: usize,
        /// From 1, in characters.
        column: usize,
        /// From 0, in characters.
        offset: usize,
    },
    /// `ValueError`: more than 4300 digits.
    IntegerTooLong {
        digits: usize,
    },
    TooDeep,
}

impl fmt::Display for JsonError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax { problem, line, column, offset } => {
                write!(formatter, "{problem}: line {line} column {column} (char {offset})")
            }
            Self::IntegerTooLong { digits } => write!(
                formatter,
                "Exceeds the limit (4300 digits) for integer string conversion: value has {digits} digits; \
                 use sys.set_int_max_str_digits() to increase the limit"
            ),
            Self::TooDeep => formatter.write_str("maximum recursion depth exceeded"),
        }
    }
}

impl std::error::Error for JsonError {}
