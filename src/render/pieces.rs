//! Where the pieces begin in which Python's formatters write, for what cannot be written as a whole. Knows the shape of each format's
//! output, not its values.

use super::Format;

/// The start of the piece with the character at `at` (in bytes) in what was rendered in this format.
#[must_use]
pub fn start(format: Format, text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    match format {
        Format::Json => json(before, text.get(at..).unwrap_or_default()),
        Format::Text | Format::Table => before.rfind('\n').map_or(0, |end| end + 1),
        Format::Yaml | Format::YamlStream | Format::Off => 0,
    }
}

/// A string of JSON is a piece of its own; as an item of a list it has what stands between it and the item before, or the list's
/// bracket, with it.
fn json(before: &str, after: &str) -> usize {
    let quote = string_start(before).unwrap_or_default();
    let outside = before.get(..quote).unwrap_or_default().trim_end();
    let is_key = string_end(after).is_some_and(|rest| rest.starts_with(':'));
    match outside.chars().next_back() {
        Some(',' | '[') if !is_key => outside.len() - 1,
        _ => quote,
    }
}

/// The quote that opens the string in which a text ends.
fn string_start(text: &str) -> Option<usize> {
    let mut open = None;
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if open.is_some() => escaped = true,
            '"' => open = if open.is_some() { None } else { Some(at) },
            _ => {}
        }
    }
    open
}

/// What follows the string in which a text begins.
fn string_end(text: &str) -> Option<&str> {
    let mut escaped = false;
    let end = text.find(|character| match character {
        _ if escaped => {
            escaped = false;
            false
        }
        '\\' => {
            escaped = true;
            false
        }
        other => other == '"',
    })?;
    text.get(end + 1..)
}

#[cfg(test)]
mod tests {
    use super::{Format, start};

    #[test]
    fn strings_are_pieces_and_take_a_lists_separator_with_them() {
        for (text, piece) in [
            ("{\n    \"a\": \"xé\"\n}", "\"xé\"\n}"),
            ("{\n    \"é\": 1\n}", "\"é\": 1\n}"),
            ("{\n    \"a\": 1,\n    \"\\\"é\": 1\n}", "\"\\\"é\": 1\n}"),
            ("[\n    \"é\"\n]", "[\n    \"é\"\n]"),
            ("[\n    1,\n    \"é\"\n]", ",\n    \"é\"\n]"),
            ("\"é\"\n", "\"é\"\n"),
        ] {
            assert_eq!(&text[start(Format::Json, text, text.find('é').unwrap())..], piece);
        }
    }

    #[test]
    fn lines_are_pieces_of_text_and_tables() {
        let text = "one\ntwo é\n";
        assert_eq!(start(Format::Text, text, 8), 4);
        assert_eq!(start(Format::Table, text, 8), 4);
        assert_eq!(start(Format::Yaml, text, 8), 0);
    }
}
