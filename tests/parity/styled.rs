//! Coloured text as it looks: the same characters in the same style, however the escapes are placed.

use std::collections::BTreeSet;

/// Codes of "select graphic rendition" that are in force.
type Style = BTreeSet<String>;

/// Text as runs of one style each. Two texts that look alike on a terminal are equal.
#[derive(Debug, Default, Eq, PartialEq)]
pub struct Styled {
    runs: Vec<(Style, String)>,
    /// Whether the terminal is left in a style, which would colour whatever comes next.
    left_styled: bool,
}

impl Styled {
    /// Reads a text with its escapes. A line feed has no style.
    pub fn read(text: &str) -> Self {
        let mut styled = Self::default();
        let mut style = Style::new();
        let mut rest = text;
        while let Some((before, codes, after)) = next_escape(rest) {
            styled.put(before, &style);
            if codes.is_empty() || codes == "0" {
                style.clear();
            } else {
                style.extend(codes.split(';').map(str::to_owned));
            }
            rest = after;
        }
        styled.put(rest, &style);
        styled.left_styled = !style.is_empty();
        styled
    }

    fn put(&mut self, text: &str, style: &Style) {
        for character in text.chars() {
            let style = if character == '\n' { Style::new() } else { style.clone() };
            match self.runs.last_mut() {
                Some((last, run)) if *last == style => run.push(character),
                _ => self.runs.push((style, character.into())),
            }
        }
    }
}

/// The text before the next `ESC [ codes m`, its codes, and the text after it.
fn next_escape(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    loop {
        let start = from + text[from..].find("\x1b[")?;
        let codes = &text[start + 2..];
        let end = codes.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap_or(codes.len());
        if let Some(after) = codes[end..].strip_prefix('m') {
            return Some((&text[..start], &codes[..end], after));
        }
        from = start + 2;
    }
}

#[cfg(test)]
mod tests {
    use super::Styled;

    fn alike(one: &str, other: &str) -> bool {
        Styled::read(one) == Styled::read(other)
    }

    #[test]
    fn escapes_may_stand_elsewhere_if_it_looks_the_same() {
        assert!(alike("\x1b[1m\x1b[34mab\x1b[0m", "\x1b[34;1ma\x1b[0m\x1b[1;34mb\x1b[m"));
        assert!(alike("\x1b[31ma\n\x1b[0mb", "\x1b[31ma\x1b[0m\nb"), "a line feed has no colour");
        assert!(alike("\x1b[0ma", "a"));
    }

    #[test]
    fn what_looks_different_is_different() {
        assert!(!alike("\x1b[31ma\x1b[0m", "a"));
        assert!(!alike("\x1b[31ma\x1b[0m", "\x1b[32ma\x1b[0m"));
        assert!(!alike("\x1b[31ma b\x1b[0m", "\x1b[31ma\x1b[0m b"));
        assert!(!alike("\x1b[31ma\x1b[0m", "\x1b[31mb\x1b[0m"));
        assert!(!alike("\x1b[31ma", "\x1b[31ma\x1b[0m"), "the terminal is left coloured");
        assert!(!alike("\x1b[2Ka", "a"), "other escapes are text");
    }
}
