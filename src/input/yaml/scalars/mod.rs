//! The text of scalars: plain, in quotes, and in blocks. Refuses to know where a scalar may stand.

mod block;
mod plain;
mod quoted;

pub(super) use block::block;
pub(super) use plain::plain;
pub(super) use quoted::quoted;

use super::characters::{Characters, is_break, is_break_or_end};
use super::error::{LoadError, refuse};

/// Line breaks within a scalar fold: one becomes a space, each further one a line feed.
fn fold(text: &mut String, first: char, further: &str) {
    if first != '\n' {
        text.push(first);
    } else if further.is_empty() {
        text.push(' ');
    }
    text.push_str(further);
}

/// Spaces, a comment and a line break; nothing else may stand there.
pub(super) fn end_line(characters: &mut Characters) -> Result<(), LoadError> {
    characters.skip_while(|character| character == ' ');
    if characters.peek() == '#' {
        characters.skip_while(|character| !is_break(character));
    }
    if !is_break_or_end(characters.peek()) {
        return Err(refuse("expected a comment or a line break"));
    }
    characters.take_line_break();
    Ok(())
}
