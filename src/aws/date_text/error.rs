//! What stops the reading of a date, in Python's words.

use std::fmt;

/// Why a text is no date: the kinds of exception that callers tell apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DateTextError {
    /// A `ValueError`: no date, or a day that does not exist.
    Value(String),
    /// An `OverflowError`: numbers beyond what Python's dates hold.
    Overflow(&'static str),
    /// An `OverflowError` about this many days of offset.
    OverflowOfDays(i64),
    /// A `decimal.InvalidOperation`: a number of more digits than Python divides.
    Arithmetic,
}

impl fmt::Display for DateTextError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(message) => formatter.write_str(message),
            Self::Overflow(message) => formatter.write_str(message),
            Self::OverflowOfDays(days) => write!(formatter, "days={days}; must have magnitude <= 999999999"),
            Self::Arithmetic => formatter.write_str("[<class 'decimal.DivisionImpossible'>]"),
        }
    }
}

impl std::error::Error for DateTextError {}

/// Why the tokens of a text are no date. Python's own messages for it are never shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// In whatever way.
    NoDate,
    /// A number of more digits than can be divided.
    TooPrecise,
}

/// Why fields are no day, or no time of day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Impossible {
    /// Told together with the text.
    Field(String),
    /// Told as it is.
    Other(DateTextError),
}

impl Impossible {
    /// The error that is shown for `text`.
    pub fn about(self, text: &str) -> DateTextError {
        match self {
            Self::Field(message) => DateTextError::Value(format!("{message}: {text}")),
            Self::Other(error) => error,
        }
    }
}
