//! Keys as the prompt knows them, apart from how a terminal library names them.

use ratatui::crossterm::event::{Event, KeyCode, KeyEventKind, KeyModifiers};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    Character(char),
    Paste(String),
    Control(char),
    /// A character with Alt (or after Escape); `\u{7f}` for Backspace.
    Alt(char),
    /// A function key, by number.
    Function(u8),
    Enter,
    Tab,
    BackTab,
    Escape,
    Backspace,
    Delete,
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
}

impl Key {
    /// The key of a terminal's event; `None` for one that the prompt does not know.
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
            KeyCode::Char('j' | 'm') if control => Self::Enter,
            KeyCode::Char('h') if control => Self::Backspace,
            KeyCode::Char('i') if control => Self::Tab,
            // Ctrl-_ and Ctrl-/ are the byte of Ctrl-7.
            KeyCode::Char('7' | '/') if control => Self::Control('_'),
            KeyCode::Char(character) if control => Self::Control(character.to_ascii_lowercase()),
            KeyCode::Char(character) if alt => Self::Alt(character),
            KeyCode::Char(character) => Self::Character(character),
            KeyCode::F(number) => Self::Function(number),
            KeyCode::Enter => Self::Enter,
            KeyCode::Tab => Self::Tab,
            KeyCode::BackTab => Self::BackTab,
            KeyCode::Esc => Self::Escape,
            KeyCode::Left if control || alt => Self::Alt('b'),
            KeyCode::Right if control || alt => Self::Alt('f'),
            KeyCode::Delete if control || alt => Self::Alt('d'),
            KeyCode::Backspace if alt => Self::Alt('\u{7f}'),
            KeyCode::Backspace => Self::Backspace,
            KeyCode::Delete => Self::Delete,
            KeyCode::Up => Self::Up,
            KeyCode::Down => Self::Down,
            KeyCode::Left => Self::Left,
            KeyCode::Right => Self::Right,
            KeyCode::Home => Self::Home,
            KeyCode::End => Self::End,
            KeyCode::PageUp => Self::PageUp,
            KeyCode::PageDown => Self::PageDown,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

    use super::Key;

    fn key(code: KeyCode, modifiers: KeyModifiers) -> Option<Key> {
        Key::of(Event::Key(KeyEvent::new(code, modifiers)))
    }

    #[test]
    fn control_keys_that_stand_for_others_are_those_others() {
        assert_eq!(key(KeyCode::Char('j'), KeyModifiers::CONTROL), Some(Key::Enter));
        assert_eq!(key(KeyCode::Char('h'), KeyModifiers::CONTROL), Some(Key::Backspace));
        assert_eq!(key(KeyCode::Char('C'), KeyModifiers::CONTROL), Some(Key::Control('c')));
        assert_eq!(key(KeyCode::Char('b'), KeyModifiers::ALT), Some(Key::Alt('b')));
        assert_eq!(key(KeyCode::Char('B'), KeyModifiers::SHIFT), Some(Key::Character('B')));
        assert_eq!(key(KeyCode::Char('7'), KeyModifiers::CONTROL), Some(Key::Control('_')));
        assert_eq!(key(KeyCode::Left, KeyModifiers::CONTROL), Some(Key::Alt('b')));
        assert_eq!(key(KeyCode::Right, KeyModifiers::ALT), Some(Key::Alt('f')));
    }

    #[test]
    fn releases_and_strange_keys_are_nothing() {
        let release = KeyEvent { kind: KeyEventKind::Release, ..KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE) };
        assert_eq!(Key::of(Event::Key(release)), None);
        assert_eq!(Key::of(Event::FocusGained), None);
        assert_eq!(key(KeyCode::CapsLock, KeyModifiers::NONE), None);
    }
}
