//! Plain scalars: those without quotes.

use super::fold;
use crate::input::yaml::characters::{Characters, is_blank_or_end};
use crate::input::yaml::token::Version;

/// A plain scalar.
pub(in crate::input::yaml) struct Plain {
    pub(in crate::input::yaml) text: String,
    /// Whether a line break was passed after its last character.
    pub(in crate::input::yaml) line_ended: bool,
}

/// A plain scalar in a block indented by `indent` (-1 outside of all), or in a flow collection.
pub(in crate::input::yaml) fn plain(
    characters: &mut Characters,
    indent: i64,
    in_flow: bool,
    version: Version,
) -> Plain {
    let mut text = String::new();
    let mut spaces = String::new();
    let mut line_ended = false;
    while characters.peek() != '#' {
        let mut length = 0;
        while !ends_plain(characters, length, in_flow, version) {
            length += 1;
        }
        if length == 0 {
            break;
        }
        text.push_str(&spaces);
        text.push_str(&characters.take(length));
        (spaces, line_ended) = plain_spaces(characters);
        let outdented = !in_flow && i64::try_from(characters.column()).is_ok_and(|column| column <= indent);
        if spaces.is_empty() || outdented {
            break;
        }
    }
    Plain { text, line_ended }
}

/// Whether a plain scalar ends before the character at `offset`.
fn ends_plain(characters: &Characters, offset: usize, in_flow: bool, version: Version) -> bool {
    match characters.peek_at(offset) {
        // A colon belongs to the scalar unless white space follows.
        ':' => is_blank_or_end(characters.peek_at(offset + 1)),
        '?' => in_flow && version == Version::OneOne,
        ',' | '[' | ']' | '{' | '}' => in_flow,
        character => is_blank_or_end(character),
    }
}

/// The white space after a line of a plain scalar, folded, and whether a line break was in it. Empty where the scalar ends:
/// before a tab, and before a document marker.
fn plain_spaces(characters: &mut Characters) -> (String, bool) {
    let spaces = characters.take_while(|character| character == ' ');
    let Some(first) = characters.take_line_break() else { return (spaces, false) };
    let mut further = String::new();
    loop {
        if characters.at_document_marker() {
            return (String::new(), true);
        }
        characters.skip_while(|character| character == ' ');
        match characters.take_line_break() {
            Some(line_break) => further.push(line_break),
            None => break,
        }
    }
    let mut folded = String::new();
    fold(&mut folded, first, &further);
    (folded, true)
}
