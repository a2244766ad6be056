//! Text into lines of a width: titles, paragraphs, lists. Knows nothing of their content.

use std::fmt::Write;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Look {
    pub(crate) columns: usize,
    pub(crate) bold: bool,
}

/// Narrower than this, lines run over the edge: deep indents leave no room for words.
const NARROWEST: usize = 40;

pub(crate) const BOLD: (&str, &str) = ("\u{1b}[1m", "\u{1b}[0m");
pub(crate) const QUOTES: (&str, &str) = ("\"", "\"");

/// The text with these signs round what stands between backticks in it.
pub(crate) fn set_off(text: &str, (start, end): (&str, &str)) -> String {
    let mut parts = text.split('`');
    let mut set = parts.next().unwrap_or_default().to_owned();
    for (part, sign) in parts.zip([start, end].into_iter().cycle()) {
        set.push_str(sign);
        set.push_str(part);
    }
    set
}

#[derive(Debug)]
pub(crate) struct Layout {
    look: Look,
    text: String,
}

impl Layout {
    pub(crate) fn new(look: Look) -> Self {
        Self { look: Look { columns: look.columns.max(NARROWEST), ..look }, text: String::with_capacity(16 * 1024) }
    }

    /// The page, without blank lines at its end.
    pub(crate) fn into_text(mut self) -> String {
        self.text.truncate(self.text.trim_end().len());
        self.text.push('\n');
        if self.look.bold { set_off(&self.text, BOLD) } else { set_off(&self.text, QUOTES) }
    }

    pub(crate) fn title(&mut self, title: &str) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
        self.bold(title);
        self.text.push('\n');
    }

    /// A paragraph, then a blank line.
    pub(crate) fn paragraph(&mut self, indent: usize, text: &str) {
        self.lines(indent, text);
        self.text.push('\n');
    }

    /// A paragraph that the next one follows without a blank line.
    pub(crate) fn lines(&mut self, indent: usize, text: &str) {
        self.wrapped(indent, indent, "", text.split_whitespace());
    }

    /// Parts of a command, none of them broken, then a blank line.
    pub(crate) fn parts(&mut self, indent: usize, command: &str, parts: &[String]) {
        let parts = std::iter::once(command).chain(parts.iter().map(String::as_str));
        self.wrapped(indent, indent + 4, "", parts);
        self.text.push('\n');
    }

    /// A term of at most `width` and its meaning beside it, or below it where a word is too long; nothing where the meaning is empty.
    pub(crate) fn definition(&mut self, indent: usize, width: usize, term: &str, meaning: &str) {
        let room = self.look.columns.saturating_sub(indent + width);
        if meaning.split_whitespace().any(|word| word.chars().count() > room) {
            self.line(indent, term);
            self.lines(indent + 2, meaning);
        } else if !meaning.is_empty() {
            let term = format!("{term:<width$}");
            self.wrapped(indent, indent + width, &term, meaning.split_whitespace());
        }
    }

    pub(crate) fn blank(&mut self) {
        self.text.push('\n');
    }

    /// A term on a line of its own, with what stands behind it.
    pub(crate) fn term(&mut self, indent: usize, term: &str, behind: &str) {
        self.spaces(indent);
        self.bold(term);
        self.text.push_str(behind);
        self.text.push('\n');
    }

    fn line(&mut self, indent: usize, line: &str) {
        self.spaces(indent);
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// Lines as they are, then a blank line: a command must not be broken.
    pub(crate) fn verbatim(&mut self, indent: usize, lines: &str) {
        lines.lines().for_each(|line| self.line(indent, line));
        self.text.push('\n');
    }

    fn bold(&mut self, text: &str) {
        let (start, end) = if self.look.bold { BOLD } else { ("", "") };
        // Writing to a String cannot fail.
        let _ = write!(self.text, "{start}{text}{end}");
    }

    fn spaces(&mut self, count: usize) {
        self.text.extend(std::iter::repeat_n(' ', count));
    }

    /// Words in lines: the first begins with `lead` at `first`, the others at `indent`.
    fn wrapped<'w>(&mut self, first: usize, indent: usize, lead: &str, words: impl Iterator<Item = &'w str>) {
        self.spaces(first);
        self.text.push_str(lead);
        let (mut column, mut fresh) = (first + lead.chars().count(), true);
        for word in words {
            let length = word.chars().count();
            if !fresh && column + 1 + length > self.look.columns {
                self.text.push('\n');
                self.spaces(indent);
                (column, fresh) = (indent, true);
            }
            if !fresh {
                self.text.push(' ');
                column += 1;
            }
            self.text.push_str(word);
            (column, fresh) = (column + length, false);
        }
        self.text.push('\n');
    }
}
