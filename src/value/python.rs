//! Values as Python prints them: `str(x)` and `repr(x)`.

use super::Value;

/// Python's `repr` of a string: single quotes unless only they occur, `\x`, `\u` and `\U` for what is not printable.
#[must_use]
pub fn python_string_repr(text: &str) -> String {
    // PLACEHOLDER: completed with the value room.
    format!("'{text}'")
}

impl Value {
    /// Python's `str(value)`.
    #[must_use]
    pub fn python_str(&self) -> String {
        match self {
            Self::Null => "None".to_owned(),
            Self::String(text) => text.to_string(),
            other => format!("{other:?}"),
        }
    }
}
