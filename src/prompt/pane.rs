//! A pane of text that is read, not written: scrolled and searched with the AWS CLI's keys. One has the documentation, another the
//! output's skeleton through the `--query` and `--output` of the line as they stand.

use ratatui::crossterm::event::KeyCode;

use super::Computer;
use super::context::{self, Context};
use super::keys::Key;
use crate::aws::OPERATION;
use crate::cli::help::{self, Look};
use crate::cli::options::{Kind, OUTPUT_FORMATS};
use crate::env_vars;
use crate::input::Skeleton;
use crate::jmespath::Expression;
use crate::render::{Format, Style, render};
use crate::settings::{Globals, Sources};
use crate::trace::Trace;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pane {
    pub(crate) shown: bool,
    pub(crate) top: usize,
    pub(crate) typing: Option<Search>,
    pub(crate) search: Option<Search>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Search {
    pub(crate) backward: bool,
    /// The text, in any case.
    pub(crate) pattern: String,
}

impl Pane {
    /// A key pressed while the pane has the focus, with the `lines` it shows, `height` of them at a time. Returns false for a key
    /// that gives the focus back.
    pub(crate) fn press(&mut self, key: &Key, lines: &[String], height: usize) -> bool {
        if self.typing.is_some() {
            self.type_search(key, lines, height);
            return true;
        }
        let page = height.max(1);
        let last = lines.len().saturating_sub(height);
        match key {
            Key::Character('q') | Key::Code(KeyCode::Esc) => return false,
            Key::Character('j') | Key::Code(KeyCode::Down) => self.top += 1,
            Key::Character('k') | Key::Code(KeyCode::Up) => self.top = self.top.saturating_sub(1),
            Key::Character('z' | ' ') | Key::Code(KeyCode::PageDown) => self.top += page,
            Key::Character('w') | Key::Code(KeyCode::PageUp) => self.top = self.top.saturating_sub(page),
            Key::Character('g') | Key::Code(KeyCode::Home) => self.top = 0,
            Key::Character('G') | Key::Code(KeyCode::End) => self.top = last,
            Key::Character('/') => self.typing = Some(Search::default()),
            Key::Character('?') => self.typing = Some(Search { backward: true, ..Search::default() }),
            Key::Character('n') => self.find(false, lines),
            Key::Character('N') => self.find(true, lines),
            _ => {}
        }
        self.top = self.top.min(last);
        true
    }

    fn type_search(&mut self, key: &Key, lines: &[String], height: usize) {
        let Some(search) = &mut self.typing else { return };
        match key {
            Key::Character(character) => search.pattern.push(*character),
            Key::Paste(text) => search.pattern.extend(text.chars().filter(|character| !character.is_control())),
            Key::Code(KeyCode::Backspace) if !search.pattern.is_empty() => drop(search.pattern.pop()),
            Key::Code(KeyCode::Backspace | KeyCode::Esc) => self.typing = None,
            Key::Code(KeyCode::Enter) => {
                self.search = self.typing.take().filter(|search| !search.pattern.is_empty());
                self.find(false, lines);
                self.top = self.top.min(lines.len().saturating_sub(height));
            }
            _ => {}
        }
    }

    /// Goes to the next line that has the pattern, beyond the end from the start again; `opposite` turns the direction.
    fn find(&mut self, opposite: bool, lines: &[String]) {
        let Some(search) = &self.search else { return };
        let pattern = search.pattern.to_lowercase();
        let count = lines.len();
        let found = (1..=count).find_map(|step| {
            let at = if search.backward == opposite { self.top + step } else { self.top + count - step } % count;
            lines.get(at).is_some_and(|line| line.to_lowercase().contains(&pattern)).then_some(at)
        });
        self.top = found.unwrap_or(self.top);
    }
}

/// A text in lines no wider than `columns`, broken between words where it can be; spaces at a line's start are kept.
pub(crate) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let mut lines = Vec::new();
    for line in text.lines() {
        let mut rest = line.trim_end();
        while let Some((at, next)) = rest.char_indices().nth(columns) {
            let indent = rest.len() - rest.trim_start().len();
            // A space just behind the line is a good place, too.
            let window = rest.get(..at + next.len_utf8()).unwrap_or(rest);
            let end = window.rfind(' ').filter(|&end| end > indent).unwrap_or(at);
            lines.push(rest.get(..end).unwrap_or_default().to_owned());
            rest = rest.get(end..).unwrap_or_default().trim_start();
        }
        lines.push(rest.to_owned());
    }
    lines
}

/// The documentation of the option at the cursor, else of the command.
pub(crate) fn documentation(context: &Context, columns: u16) -> String {
    let Some(option) = context.option else {
        return help::page(Look { columns: usize::from(columns), bold: false });
    };
    let mut text = format!("{} ({})\n\n{}\n", option.name, option.type_name(), option.help);
    if let Kind::Choice(words) | Kind::OptionalChoice(words) = option.kind {
        text.push_str("\nPossible values:\n");
        words.iter().for_each(|word| text.push_str(&format!("  {word}\n")));
    }
    text
}

/// What the result will look like, or what is wrong with the options it depends on.
pub(crate) fn preview(line: &str, columns: u16, computer: Computer<'_>) -> Result<String, String> {
    let profile = context::value_of(line, "--profile").filter(|name| !name.is_empty());
    let output = context::value_of(line, "--output").filter(|name| !name.is_empty());
    let output = output.or_else(|| configured_output(profile, computer)).unwrap_or_else(|| "json".to_owned());
    let format: Format = output
        .parse()
        .map_err(|_| format!("Bad value for --output: {output}\n\nValid values are: {}", OUTPUT_FORMATS.join(", ")))?;
    let mut result = Skeleton::response();
    let query = context::value_of(line, "--query").unwrap_or_default();
    let query = finished(&query);
    if !query.is_empty() {
        let wrong = |error: String| format!("Bad value for --query: {query}\n\n{error}");
        let expression = Expression::compile(query).map_err(|error| wrong(error.to_string()))?;
        result = expression.search(&result).map_err(|error| wrong(error.to_string()))?;
    }
    let mut text = String::new();
    render(format, OPERATION, &result, Style::new(false, Some(columns)), &mut text)
        .map_err(|error| error.to_string())?;
    Ok(text.replace('\t', "  "))
}

fn configured_output(profile: Option<String>, Computer { host, files }: Computer<'_>) -> Option<String> {
    let globals = Globals { profile, ..Globals::default() };
    let sources = Sources { host, files, globals: &globals, trace: &Trace::off() };
    sources.configured(&[env_vars::DEFAULT_OUTPUT], "output").ok().flatten()
}

/// The part of a query that is not still being typed: without an open bracket at its end, or a point.
fn finished(query: &str) -> &str {
    let open = query.char_indices().filter(|(_, character)| matches!(character, '[' | '{'));
    let mut halves = open.filter_map(|(at, _)| query.split_at_checked(at));
    let closed = halves.find(|(_, after)| !after.contains([']', '}'])).map_or(query, |(before, _)| before);
    closed.trim_matches('.')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::crossterm::event::KeyCode;

    use super::super::Computer;
    use super::super::context::context;
    use super::super::keys::Key;
    use super::{Pane, wrap};
    use crate::host::Host;
    use crate::settings::ConfigFiles;

    fn lines() -> Vec<String> {
        (0..30).map(|number| format!("line {number}")).collect()
    }

    fn press(pane: &mut Pane, keys: &str) -> bool {
        let lines = lines();
        keys.chars().all(|character| {
            let key = if character == '\n' { Key::Code(KeyCode::Enter) } else { Key::Character(character) };
            pane.press(&key, &lines, 10)
        })
    }

    #[test]
    fn it_scrolls_within_its_text() {
        let mut pane = Pane::default();
        for (keys, top) in [("k", 0), ("j", 1), ("jj", 3), ("z", 13), ("zzz", 20), ("w", 10), ("g", 0), ("G", 20)] {
            assert!(press(&mut pane, keys));
            assert_eq!(pane.top, top, "{keys}");
        }
        assert!(!press(&mut pane, "q"));
    }

    #[test]
    fn a_search_goes_round() {
        let mut pane = Pane::default();
        press(&mut pane, "/LINE 1\n");
        assert_eq!(pane.top, 1);
        press(&mut pane, "n");
        assert_eq!(pane.top, 10);
        press(&mut pane, "N");
        assert_eq!(pane.top, 1);
        press(&mut pane, "?q");
        assert!(pane.typing.is_some(), "q is a letter of the search");
        press(&mut pane, "\n");
        assert_eq!((pane.top, pane.typing.is_some()), (1, false), "nothing found");
        let mut empty = Pane::default();
        empty.press(&Key::Character('/'), &[], 0);
        empty.press(&Key::Character('x'), &[], 0);
        assert!(empty.press(&Key::Code(KeyCode::Enter), &[], 0));
    }

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("    indented text\n\nx", 12), ["    indented", "text", "", "x"]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrap("", 3), [""; 0]);
    }

    fn preview(line: &str) -> String {
        let (host, files) = (Host::fixed(&[("AWS_DEFAULT_OUTPUT", "text")]), ConfigFiles::default());
        super::preview(line, 80, Computer { host: &host, files: &files }).unwrap_or_else(|wrong| wrong)
    }

    #[test]
    fn a_preview_follows_query_and_output_while_they_are_typed() {
        let formats = "Valid values are: json, text, table, yaml, yaml-stream, off";
        for (line, expected) in [
            ("", "1970-01-01 00:00:00\n"),
            ("--output json", "{\n    \"redriveDate\": \"1970-01-01T00:00:00\"\n}\n"),
            ("--output yaml --query redriveDate", "\"1970-01-01T00:00:00\"\n"),
            ("--output off", ""),
            ("--query redriveDate.", "1970-01-01 00:00:00\n"),
            ("--query redriveDate[", "1970-01-01 00:00:00\n"),
            ("--query 'redriveDate{a: b'", "1970-01-01 00:00:00\n"),
            ("--output xml", &format!("Bad value for --output: xml\n\n{formats}")),
        ] {
            assert_eq!(preview(line), expected, "{line}");
        }
        assert!(preview("--query a||").starts_with("Bad value for --query: a||\n\n"));
        assert!(preview("--query nothing(@)").starts_with("Bad value for --query: nothing(@)\n\nUnknown function"));
    }

    #[test]
    fn the_option_at_the_cursor_or_the_command_is_explained() {
        let at =
            |rest: &str| super::documentation(&context(&format!("stepfunctions redrive-execution {rest}"), ""), 80);
        assert!(at("--output ").starts_with("--output (string)\n"));
        assert!(at("--output").contains("\n  yaml-stream\n"));
        assert!(at("--outpu").contains("redrive-execution"));
        assert_eq!(at("--output json "), at(""));
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide_and_no_word_is_lost(text in "[ a-cé\n]{0,60}", columns in 0usize..12) {
            let lines = wrap(&text, columns);
            prop_assert!(lines.iter().all(|line| line.chars().count() <= columns.max(1)));
            let letters = |text: &str| text.chars().filter(|character| !character.is_whitespace()).collect::<String>();
            prop_assert_eq!(letters(&lines.concat()), letters(&text));
        }
    }
}
