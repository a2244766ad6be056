//! The line being edited: a text and a cursor between two of its characters.

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    text: String,
    /// In bytes; always between two characters.
    cursor: usize,
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

    /// Types a text. It stays one line: what would break it becomes a space, other control characters are left out.
    pub(crate) fn insert(&mut self, text: &str) {
        let text: String = text
            .chars()
            .map(|character| if matches!(character, '\n' | '\r' | '\t') { ' ' } else { character })
            .filter(|character| !character.is_control())
            .collect();
        self.text.insert_str(self.cursor, &text);
        self.cursor += text.len();
    }

    /// Puts `text` in the place of everything from byte `start` to the cursor.
    pub(crate) fn replace_from(&mut self, start: usize, text: &str) {
        if start <= self.cursor && self.text.is_char_boundary(start) {
            self.text.replace_range(start..self.cursor, text);
            self.cursor = start + text.len();
        }
    }

    /// Takes away the character before the cursor; whether there was one.
    pub(crate) fn backspace(&mut self) -> bool {
        let end = self.cursor;
        self.left();
        self.text.replace_range(self.cursor..end, "");
        self.cursor < end
    }

    /// Takes away the character after the cursor; whether there was one.
    pub(crate) fn delete(&mut self) -> bool {
        let length = self.after().chars().next().map_or(0, char::len_utf8);
        self.text.replace_range(self.cursor..self.cursor + length, "");
        length > 0
    }

    pub(crate) fn delete_word(&mut self) {
        let end = self.cursor;
        self.cursor = self.word_start();
        self.text.replace_range(self.cursor..end, "");
    }

    pub(crate) fn delete_before(&mut self) {
        self.text.replace_range(..self.cursor, "");
        self.cursor = 0;
    }

    pub(crate) fn delete_after(&mut self) {
        self.text.truncate(self.cursor);
    }

    pub(crate) fn left(&mut self) {
        self.cursor -= self.before().chars().next_back().map_or(0, char::len_utf8);
    }

    pub(crate) fn right(&mut self) {
        self.cursor += self.after().chars().next().map_or(0, char::len_utf8);
    }

    pub(crate) fn word_left(&mut self) {
        self.cursor = self.word_start();
    }

    pub(crate) fn word_right(&mut self) {
        let after = self.after();
        let word = after.trim_start();
        let length = word.find(char::is_whitespace).unwrap_or(word.len());
        self.cursor += after.len() - word.len() + length;
    }

    pub(crate) fn home(&mut self) {
        self.cursor = 0;
    }

    pub(crate) fn end(&mut self) {
        self.cursor = self.text.len();
    }

    fn word_start(&self) -> usize {
        let before = self.before().trim_end();
        before.char_indices().rfind(|(_, c)| c.is_whitespace()).map_or(0, |(at, blank)| at + blank.len_utf8())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Line;

    fn parts(line: &Line) -> (&str, &str) {
        (line.before(), line.after())
    }

    #[test]
    fn words_are_what_stands_between_spaces() {
        let mut line = Line::new("a --region  eu-west-1 ");
        line.delete_word();
        assert_eq!(parts(&line), ("a --region  ", ""));
        line.word_left();
        assert_eq!(parts(&line), ("a ", "--region  "));
        line.word_left();
        line.word_left();
        assert_eq!(parts(&line), ("", "a --region  "));
        line.word_right();
        line.word_right();
        assert_eq!(parts(&line), ("a --region", "  "));
        line.delete_before();
        line.delete_after();
        assert_eq!(parts(&line), ("", ""));
    }

    #[test]
    fn it_stays_one_line() {
        let mut line = Line::default();
        line.insert("a\nb\r\tc\u{1b}[31m");
        assert_eq!(line.text(), "a b  c[31m");
    }

    #[test]
    fn a_part_before_the_cursor_is_replaced() {
        let mut line = Line::new("x --out json");
        line.word_left();
        line.left();
        line.replace_from(2, "--output");
        assert_eq!(parts(&line), ("x --output", " json"));
    }

    proptest! {
        #[test]
        fn the_cursor_is_always_between_characters(text in "[ aä€😀-]{0,12}", moves in proptest::collection::vec(0u8..10, 0..30)) {
            let mut line = Line::new(text);
            for step in moves {
                match step {
                    0 => line.left(),
                    1 => line.right(),
                    2 => line.home(),
                    3 => line.end(),
                    4 => line.word_left(),
                    5 => line.word_right(),
                    6 => drop(line.backspace()),
                    7 => drop(line.delete()),
                    8 => line.delete_word(),
                    _ => line.insert("é"),
                }
                prop_assert!(line.text().is_char_boundary(line.cursor));
            }
        }
    }
}
