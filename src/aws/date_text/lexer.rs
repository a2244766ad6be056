//! A text cut into tokens: runs of letters, runs of digits with their points, and every other character by itself.

use std::collections::VecDeque;
use std::str::Chars;

use super::characters::{is_digit, is_letter, is_space};

/// The tokens of a text. Zero bytes are left out; any space is a blank.
pub fn split(text: &str) -> Vec<String> {
    let mut lexer = Lexer { left: text.chars(), held: None, cut: VecDeque::new() };
    std::iter::from_fn(|| lexer.next()).collect()
}

/// What the token that is being read is so far.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Word,
    Number,
    /// A word, or several, and points.
    DottedWord,
    /// A number, or several, and points.
    DottedNumber,
}

struct Lexer<'a> {
    left: Chars<'a>,
    /// The character that ended the token before.
    held: Option<char>,
    /// Tokens that were read as one with points between.
    cut: VecDeque<String>,
}

impl Lexer<'_> {
    fn next(&mut self) -> Option<String> {
        if let Some(token) = self.cut.pop_front() {
            return Some(token);
        }
        let first = self.character()?;
        let mut token = String::from(first);
        let mut state = match first {
            _ if is_letter(first) => State::Word,
            _ if is_digit(first) => State::Number,
            _ if is_space(first) => return Some(" ".to_owned()),
            _ => return Some(token),
        };
        let mut has_letters = false;
        while let Some(next) = self.character() {
            has_letters |= matches!(state, State::Word | State::DottedWord);
            let Some(following) = following(state, &token, next) else {
                self.held = Some(next);
                break;
            };
            state = following;
            token.push(next);
        }
        Some(self.finished(token, state, has_letters))
    }

    fn character(&mut self) -> Option<char> {
        self.held.take().or_else(|| self.left.by_ref().find(|character| *character != '\0'))
    }

    /// The token, cut at its points and commas where they are no decimal point; what is cut off comes next.
    fn finished(&mut self, token: String, state: State, has_letters: bool) -> String {
        let is_dotted = matches!(state, State::DottedWord | State::DottedNumber);
        if is_dotted && (has_letters || token.matches('.').count() > 1 || token.ends_with(['.', ','])) {
            let mut pieces = token.split_inclusive(['.', ',']);
            let first = pieces.next().unwrap_or_default();
            self.cut(first);
            pieces.for_each(|piece| self.cut(piece));
            return self.cut.pop_front().unwrap_or_default();
        }
        if state == State::DottedNumber && !token.contains('.') { token.replace(',', ".") } else { token }
    }

    /// Keeps a piece and the mark at its end, each by itself.
    fn cut(&mut self, piece: &str) {
        let body = piece.trim_end_matches(['.', ',']);
        if !body.is_empty() {
            self.cut.push_back(body.to_owned());
        }
        if let Some(mark) = piece.strip_prefix(body).filter(|mark| !mark.is_empty()) {
            self.cut.push_back(mark.to_owned());
        }
    }
}

/// The state after another character; none where the character is no part of the token.
fn following(state: State, token: &str, next: char) -> Option<State> {
    match state {
        State::Word if is_letter(next) => Some(State::Word),
        State::Word if next == '.' => Some(State::DottedWord),
        State::Number if is_digit(next) => Some(State::Number),
        State::Number if next == '.' || next == ',' && token.chars().nth(1).is_some() => Some(State::DottedNumber),
        State::DottedWord if next == '.' || is_letter(next) => Some(State::DottedWord),
        State::DottedWord if is_digit(next) && token.ends_with('.') => Some(State::DottedNumber),
        State::DottedNumber if next == '.' || is_digit(next) => Some(State::DottedNumber),
        State::DottedNumber if is_letter(next) && token.ends_with('.') => Some(State::DottedWord),
        _ => None,
    }
}
