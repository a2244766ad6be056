//! The line being edited: a text and a cursor between two of its characters.

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    text: String,
    /// In bytes; always between two characters.
    cursor: usize,
}

/// Where the cursor goes, or up to where a text is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Motion {
    Left,
    Right,
    /// The beginning of a word: of letters and digits, or of other signs, as in the AWS CLI.
    WordLeft,
    WordRight,
    /// The beginning of what stands between spaces.
    SpaceLeft,
    Start,
    End,
}

impl Line {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { cursor: text.len(), text }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn before(&self) -> &str {
        self.text.get(..self.cursor).unwrap_or_default()
    }

    pub fn after(&self) -> &str {
        self.text.get(self.cursor..).unwrap_or_default()
    }

    /// Types a text. It stays one line: lines that a `\` joins are joined, what else would break it becomes a space, other
    /// control characters are left out.
    pub(crate) fn insert(&mut self, text: &str) {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let mut line = String::with_capacity(text.len());
        for (at, part) in text.split("\\\n").enumerate() {
            let indented = at > 0 && line.ends_with(char::is_whitespace);
            let part = if indented { part.trim_start() } else { part };
            let spaced = part.chars().map(|sign| if matches!(sign, '\n' | '\t') { ' ' } else { sign });
            line.extend(spaced.filter(|sign| !sign.is_control()));
        }
        self.text.insert_str(self.cursor, &line);
        self.cursor += line.len();
    }

    /// Puts `text` in the place of everything from byte `start` to the cursor.
    pub(crate) fn replace_from(&mut self, start: usize, text: &str) {
        if start <= self.cursor && self.text.is_char_boundary(start) {
            self.text.replace_range(start..self.cursor, text);
            self.cursor = start + text.len();
        }
    }

    pub(crate) fn go(&mut self, motion: Motion) {
        self.cursor = self.find(motion);
    }

    /// Takes away what is between the cursor and where the motion leads.
    pub(crate) fn cut(&mut self, motion: Motion) -> String {
        let place = self.find(motion);
        let range = place.min(self.cursor)..place.max(self.cursor);
        self.cursor = range.start;
        self.text.drain(range).collect()
    }

    fn find(&self, motion: Motion) -> usize {
        let (before, after) = (self.before(), self.after());
        let word = |sign: Option<char>| sign.map(is_word);
        match motion {
            Motion::Left => before.char_indices().next_back().map_or(0, |(at, _)| at),
            Motion::Right => self.cursor + after.chars().next().map_or(0, char::len_utf8),
            Motion::Start => 0,
            Motion::End => self.text.len(),
            Motion::SpaceLeft => before.trim_end().trim_end_matches(|sign: char| !sign.is_whitespace()).len(),
            Motion::WordLeft => {
                let before = before.trim_end();
                let kind = word(before.chars().next_back());
                before.trim_end_matches(|sign: char| !sign.is_whitespace() && Some(is_word(sign)) == kind).len()
            }
            Motion::WordRight => {
                let after = after.trim_start();
                let kind = word(after.chars().next());
                let rest = after.trim_start_matches(|sign: char| !sign.is_whitespace() && Some(is_word(sign)) == kind);
                self.text.len() - rest.len()
            }
        }
    }
}

fn is_word(sign: char) -> bool {
    sign.is_alphanumeric() || sign == '_'
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Line, Motion};

    fn parts(line: &Line) -> (&str, &str) {
        (line.before(), line.after())
    }

    #[test]
    fn words_are_those_of_the_aws_cli() {
        let mut line = Line::new("a --region  eu-west-1 ");
        assert_eq!(line.cut(Motion::SpaceLeft), "eu-west-1 ");
        for expected in ["a --", "a ", "", ""] {
            line.go(Motion::WordLeft);
            assert_eq!(line.before(), expected);
        }
        for expected in ["a", "a --", "a --region", "a --region  "] {
            line.go(Motion::WordRight);
            assert_eq!(line.before(), expected);
        }
        line.go(Motion::WordLeft);
        assert_eq!((line.cut(Motion::WordRight).as_str(), parts(&line)), ("region", ("a --", "  ")));
        line.cut(Motion::Start);
        line.cut(Motion::End);
        assert_eq!(parts(&line), ("", ""));
    }

    #[test]
    fn it_stays_one_line() {
        for (pasted, line) in [
            ("a\nb\r\tc\u{1b}[31m", "a b  c[31m"),
            ("a \\\r\n    --b c \\\r  --d\\\n-e", "a --b c --d-e"),
            ("a\\\n  b \\c", "a  b \\c"),
        ] {
            let mut typed = Line::default();
            typed.insert(pasted);
            assert_eq!(typed.text(), line);
        }
    }

    #[test]
    fn a_part_before_the_cursor_is_replaced() {
        let mut line = Line::new("x --out json");
        (0..5).for_each(|_| line.go(Motion::Left));
        line.replace_from(2, "--output");
        assert_eq!(parts(&line), ("x --output", " json"));
    }

    proptest! {
        #[test]
        fn the_cursor_is_always_between_characters(text in "[ aä€😀-]{0,12}", moves in proptest::collection::vec(0usize..15, 0..30)) {
            let places =
                [Motion::Left, Motion::Right, Motion::WordLeft, Motion::WordRight, Motion::SpaceLeft, Motion::Start, Motion::End];
            let mut line = Line::new(text);
            for step in moves {
                match places.get(step / 2) {
                    Some(place) if step % 2 == 0 => line.go(*place),
                    Some(place) => drop(line.cut(*place)),
                    None => line.insert("é"),
                }
                prop_assert!(line.text().is_char_boundary(line.cursor));
            }
        }
    }
}
