//! Keys as the prompt knows them, apart from how a terminal library names them; and which of them are shown, by who has the focus.

use ratatui::crossterm::event::{Event, KeyCode, KeyEventKind, KeyModifiers};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    Character(char),
    Paste(String),
    Control(char),
    /// A character with Alt (or after Escape); `\u{7f}` for Backspace.
    Alt(char),
    Function(u8),
    /// Any other.
    Code(KeyCode),
}

impl Key {
    pub(crate) fn of(event: Event) -> Option<Self> {
        let key = match event {
            Event::Paste(text) => return Some(Self::Paste(text)),
            Event::Key(key) if key.kind != KeyEventKind::Release => key,
            _ => return None,
        };
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        let alt = key.modifiers.contains(KeyModifiers::ALT);
        Some(match key.code {
            // What a terminal without its own codes for them sends.
            KeyCode::Char('j' | 'm') if control => Self::Code(KeyCode::Enter),
            KeyCode::Char('h') if control => Self::Code(KeyCode::Backspace),
            KeyCode::Char('i') if control => Self::Code(KeyCode::Tab),
            // Ctrl-_ and Ctrl-/ are the byte of Ctrl-7.
            KeyCode::Char('7' | '/') if control => Self::Control('_'),
            KeyCode::Char(character) if control => Self::Control(character.to_ascii_lowercase()),
            KeyCode::Char(character) if alt => Self::Alt(character),
            KeyCode::Char(character) => Self::Character(character),
            KeyCode::F(number) => Self::Function(number),
            KeyCode::Left if control || alt => Self::Alt('b'),
            KeyCode::Right if control || alt => Self::Alt('f'),
            KeyCode::Delete if control || alt => Self::Alt('d'),
            KeyCode::Backspace if alt => Self::Alt('\u{7f}'),
            code => Self::Code(code),
        })
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Focus {
    #[default]
    Input,
    Document,
    Output,
}

/// A key in brackets, and what it does.
pub(crate) type Hint = &'static str;

pub(crate) const GAP: &str = "    ";

const ENTER: Hint = "[ENTER] Autocomplete Choice/Execute Command";
const SHOW_KEYS: Hint = "[F1] Show Shortkey Help";
const HIDE_KEYS: Hint = "[F1] Hide Shortkey Help";
const NEXT: Hint = "[F2] Focus on next panel";
const DOCS: Hint = "[F3] Hide/Show Docs";
const COLUMNS: Hint = "[F4] One/Multi column prompt";
const OUTPUT: Hint = "[F5] Hide/Show Output";
const HISTORY: Hint = "[CONTROL+R] On/Off bck-i-search";
const BACK: Hint = "[q] Focus on Input";

pub(crate) fn bar(focus: Focus, searches_history: bool, columns: u16) -> Vec<Vec<Hint>> {
    let mut hints: Vec<Hint> = Vec::new();
    if searches_history {
        hints.push("bck-i-search");
    }
    hints.extend(match focus {
        Focus::Input => &[ENTER, SHOW_KEYS, NEXT, DOCS, OUTPUT][..],
        Focus::Document => &[SHOW_KEYS, NEXT, BACK],
        Focus::Output => &[SHOW_KEYS, NEXT, DOCS, OUTPUT],
    });
    let mut lines: Vec<Vec<Hint>> = vec![Vec::new()];
    let mut used = 0;
    for hint in hints {
        if used > 0 && used + GAP.len() + hint.len() > usize::from(columns) {
            lines.push(Vec::new());
            used = 0;
        }
        used += hint.len() + if used > 0 { GAP.len() } else { 0 };
        if let Some(line) = lines.last_mut() {
            line.push(hint);
        }
    }
    lines
}

pub(crate) fn help(focus: Focus) -> (&'static str, &'static [Hint]) {
    match focus {
        Focus::Input => ("Prompt panel help", &[ENTER, HIDE_KEYS, NEXT, DOCS, COLUMNS, OUTPUT, HISTORY]),
        Focus::Document => ("Doc panel help", READING),
        Focus::Output => ("Output panel help", READING),
    }
}

const READING: &[Hint] = &[
    "[/] Search Forward",
    "[?] Search Backward",
    "[n] Find Next Match",
    "[N] Find Previous Match",
    "[w] Go Up a Page",
    "[z] Go Down a Page",
    "[k] Go Up a Line",
    "[j] Go Down a Line",
    "[g] Go to Top",
    "[G] Go to Bottom",
    HIDE_KEYS,
    NEXT,
    BACK,
    DOCS,
    OUTPUT,
];

#[cfg(test)]
mod tests {
    use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

    use super::Key;

    fn key(code: KeyCode, modifiers: KeyModifiers) -> Option<Key> {
        Key::of(Event::Key(KeyEvent::new(code, modifiers)))
    }

    #[test]
    fn control_keys_that_stand_for_others_are_those_others() {
        assert_eq!(key(KeyCode::Char('j'), KeyModifiers::CONTROL), Some(Key::Code(KeyCode::Enter)));
        assert_eq!(key(KeyCode::Char('h'), KeyModifiers::CONTROL), Some(Key::Code(KeyCode::Backspace)));
        assert_eq!(key(KeyCode::Char('C'), KeyModifiers::CONTROL), Some(Key::Control('c')));
        assert_eq!(key(KeyCode::Char('b'), KeyModifiers::ALT), Some(Key::Alt('b')));
        assert_eq!(key(KeyCode::Char('B'), KeyModifiers::SHIFT), Some(Key::Character('B')));
        assert_eq!(key(KeyCode::Char('7'), KeyModifiers::CONTROL), Some(Key::Control('_')));
        assert_eq!(key(KeyCode::Left, KeyModifiers::CONTROL), Some(Key::Alt('b')));
        assert_eq!(key(KeyCode::Right, KeyModifiers::ALT), Some(Key::Alt('f')));
    }

    #[test]
    fn releases_and_other_events_are_no_keys() {
        let release = KeyEvent { kind: KeyEventKind::Release, ..KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE) };
        assert_eq!(Key::of(Event::Key(release)), None);
        assert_eq!(Key::of(Event::FocusGained), None);
    }
}
