//! What the characters of a string allow: plain, single quotes or only double quotes, as libyaml's emitter decides.
//!
//! Block scalars (`|`, `>`) and flow context are left out: the AWS CLI never uses them.

use crate::value::yaml_types::reads_as_string;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quoting {
    Plain,
    /// In single quotes; a quote is doubled, a line break doubled too.
    Single,
    Double,
}

/// The outcome of looking at a string once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scalar {
    /// How it is written, as a value or as a key.
    pub(crate) quoting: Quoting,
    /// Whether it holds a line break, so that it cannot be a simple key.
    pub(crate) multiline: bool,
}

/// A line break of YAML 1.1, to which libyaml holds: NEL, LS and PS are among them.
pub(crate) fn is_break(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether libyaml writes the character as it is. It has no characters beyond the basic plane, and no tab.
pub(crate) fn is_printable(character: char) -> bool {
    matches!(character, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}') && character != '\u{feff}'
}

fn is_blank_or_break(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\0') || is_break(character)
}

pub(crate) fn analyze(text: &str) -> Scalar {
    let mut multiline = false;
    let mut special = false;
    let mut indicator = starts_like_syntax(text);
    // A space beside a line break does not survive single quotes.
    let mut space_at_break = false;

    let mut previous = None;
    for character in text.chars() {
        let before = previous.replace(character);
        if is_blank_or_break(character) {
            indicator |= before == Some(':');
            space_at_break |= character == ' ' && before.is_some_and(is_break);
            space_at_break |= is_break(character) && before == Some(' ');
            multiline |= is_break(character);
            special |= !is_printable(character);
        } else if character == '#' {
            indicator |= before.is_some_and(is_blank_or_break);
        } else {
            special |= !is_printable(character);
        }
    }
    indicator |= previous == Some(':');

    let padded = |edge: Option<char>| edge.is_some_and(|character| character == ' ' || is_break(character));
    let quoting = if special || space_at_break {
        Quoting::Double
    } else if multiline || indicator || padded(text.chars().next()) || padded(previous) || !reads_as_string(text) {
        Quoting::Single
    } else {
        Quoting::Plain
    };
    Scalar { quoting, multiline }
}

/// A document marker, or a first character that begins something else than a plain scalar.
fn starts_like_syntax(text: &str) -> bool {
    let alone = |indicator: char| {
        text.strip_prefix(indicator).is_some_and(|rest| rest.chars().next().is_none_or(is_blank_or_break))
    };
    text.starts_with("---")
        || text.starts_with("...")
        || text.starts_with(['#', ',', '[', ']', '{', '}', '&', '*', '!', '|', '>', '\'', '"', '%', '@', '`'])
        || alone('-')
        || alone('?')
}

#[cfg(test)]
mod tests {
    use super::{Quoting, analyze};

    #[test]
    fn indicators_and_padding_need_single_quotes() {
        for text in [
            "", " a", "a ", "- a", "-", "? a", "?", ": a", ":", "a:", "a: b", "a #b", "#a", "--- a", "...", "---", "'",
            "@a", "`", "a\nb", "\u{2028}", "%", "null", "12",
        ] {
            assert_eq!(analyze(text).quoting, Quoting::Single, "{text:?}");
        }
        assert_eq!(analyze("a:\u{2028}b").quoting, Quoting::Single);
    }

    #[test]
    fn harmless_indicators_stay_plain() {
        for text in
            ["-a", "?a", ":a", "a:b", "a#b", "a ? b", "a - b", "a, b", "a]", "--", "..", "\u{a0}", "\u{e000}", "é#"]
        {
            assert_eq!(analyze(text).quoting, Quoting::Plain, "{text:?}");
        }
    }

    #[test]
    fn what_single_quotes_cannot_hold_is_double_quoted() {
        for text in [
            "\t", "\r", "\u{85}", "\u{feff}", "😀", "\u{7f}", "\0", "\u{fffe}", "a \nb", "a\n b", "\n ", " \n",
            "\u{80}",
        ] {
            assert_eq!(analyze(text).quoting, Quoting::Double, "{text:?}");
        }
    }

    #[test]
    fn a_break_makes_a_string_multiline() {
        assert!(analyze("a\u{2029}").multiline);
        assert!(analyze("a\rb").multiline);
        assert!(!analyze("a\tb").multiline);
    }
}
