//! Text from outside (a list, a file, the environment, the service) in messages of our own, safe for a terminal.
//!
//! The AWS CLI's own surfaces keep their bytes; everything that only this program prints goes through [`Escaped`].

use std::fmt::{self, Write};

use crate::python::repr::Escape;
use crate::python::unicode::is_printable;

/// Shows a text on one line: control characters, bidirectional marks, line separators and everything else that Python's `repr`
/// would escape appear as `\xNN`, `\uNNNN` or `\UNNNNNNNN`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Escaped<'t>(pub(crate) &'t str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                _ if is_printable(character) => formatter.write_char(character)?,
                _ => Escape(character).fmt(formatter)?,
            }
        }
        Ok(())
    }
}

/// The start of a text that may be of any length, safe for a terminal.
pub(crate) fn shortened(text: &str) -> String {
    const LONGEST: usize = 200;
    match text.char_indices().nth(LONGEST).and_then(|(end, _)| text.get(..end)) {
        Some(start) => format!("{}…", Escaped(start)),
        None => Escaped(text).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::Escaped;

    #[test]
    fn nothing_moves_the_cursor_or_turns_the_text_round() {
        for (text, shown) in [
            ("orders: 2 é 日", "orders: 2 é 日"),
            ("a\u{1b}[1A\r\n\t\u{9b}K", "a\\x1b[1A\\x0d\\x0a\\x09\\x9bK"),
            ("\u{202e}\u{2066}\u{2028}\u{200b}\u{e0001}", "\\u202e\\u2066\\u2028\\u200b\\U000e0001"),
        ] {
            assert_eq!(Escaped(text).to_string(), shown);
        }
    }
}
