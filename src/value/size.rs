//! How large a value is once it is written out. A query yields one list in many places for a few bytes (`[@, @]`), and thirty of them
//! in a row have a result that fits into memory, but no text of it does.

use super::Value;

/// The most bytes that a value may take as text.
pub(crate) const MAXIMUM_TEXT: usize = 64 << 20;

impl Value {
    /// Whether it takes at most [`MAXIMUM_TEXT`] bytes as indented JSON, escapes and the digits of numbers aside.
    pub(crate) fn fits_as_text(&self) -> bool {
        let mut left = MAXIMUM_TEXT;
        let mut pending = vec![(self, 0)];
        while let Some((value, indent)) = pending.pop() {
            let own = match value {
                Self::String(text) => text.len(),
                Self::Map(members) => members.keys().map(|name| name.len()).sum(),
                _ => 0,
            };
            let Some(rest) = left.checked_sub(own + indent + 1) else { return false };
            left = rest;
            match value {
                Self::List(items) => pending.extend(items.iter().map(|item| (item, indent + 4))),
                Self::Map(members) => pending.extend(members.values().map(|member| (member, indent + 4))),
                _ => {}
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::{MAXIMUM_TEXT, Value};

    #[test]
    fn what_is_there_many_times_counts_as_often() {
        let doubled = |times| (0..times).fold(Value::Null, |value, _| Value::list(vec![value.clone(), value]));
        assert!(doubled(15).fits_as_text());
        assert!(!doubled(40).fits_as_text());
        let half = Value::string("x".repeat(MAXIMUM_TEXT / 2));
        assert!(half.fits_as_text());
        assert!(!Value::list(vec![half.clone(), half]).fits_as_text());
    }
}
