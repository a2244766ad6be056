//! Literal and folded scalars in blocks of their own.

use super::end_line;
use crate::input::yaml::characters::{Characters, END, is_break, is_space_or_end};
use crate::input::yaml::error::{LoadError, refuse};

/// What becomes of the line breaks at the end of a block scalar.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomping {
    /// `-`
    Strip,
    /// Neither.
    Clip,
    /// `+`
    Keep,
}

/// A block scalar in a block indented by `indent` (-1 outside of all); the next character is `|` or `>`.
pub(in crate::input::yaml) fn block(characters: &mut Characters, indent: i64) -> Result<String, LoadError> {
    let folded = characters.peek() == '>';
    characters.advance();
    let (chomping, increment) = block_header(characters)?;
    let outermost = indent < 0;
    let least = usize::try_from(indent + 1).unwrap_or(0);
    let (indent, mut breaks) = match increment {
        None => {
            let (breaks, deepest) = block_first_breaks(characters)?;
            (least.max(deepest), breaks)
        }
        Some(increment) => {
            let indent = least.max(1) + increment - 1;
            (indent, block_breaks(characters, indent))
        }
    };
    let mut text = String::new();
    let mut line_break = None;
    while characters.column() == indent && characters.peek() != END {
        text.push_str(&breaks);
        let flush = !matches!(characters.peek(), ' ' | '\t');
        text.push_str(&characters.take_while(|character| !is_break(character)));
        line_break = characters.take_line_break();
        breaks = block_breaks(characters, indent);
        let document_ends =
            outermost && increment.is_none() && characters.column() == 0 && characters.at_document_marker();
        if document_ends || characters.column() != indent || characters.peek() == END {
            break;
        }
        if folded && line_break == Some('\n') && flush && !matches!(characters.peek(), ' ' | '\t') {
            if breaks.is_empty() {
                text.push(' ');
            }
        } else {
            text.extend(line_break);
        }
    }
    if chomping != Chomping::Strip {
        text.extend(line_break);
    }
    if chomping == Chomping::Keep {
        text.push_str(&breaks);
    }
    Ok(text)
}

/// The indicators after `|` or `>` in either order, and a comment.
fn block_header(characters: &mut Characters) -> Result<(Chomping, Option<usize>), LoadError> {
    let mut chomping = Chomping::Clip;
    let mut increment = None;
    for _ in 0..2 {
        match characters.peek() {
            '+' if chomping == Chomping::Clip => chomping = Chomping::Keep,
            '-' if chomping == Chomping::Clip => chomping = Chomping::Strip,
            '0' if increment.is_none() => return Err(refuse("an indentation indicator is in the range 1-9")),
            digit @ '1'..='9' if increment.is_none() => {
                increment = digit.to_digit(10).and_then(|digit| usize::try_from(digit).ok());
            }
            _ => break,
        }
        characters.advance();
    }
    if !is_space_or_end(characters.peek()) {
        return Err(refuse("expected chomping or indentation indicators"));
    }
    end_line(characters)?;
    Ok((chomping, increment))
}

/// The empty lines at the beginning of a block scalar, and the deepest indentation up to its first text.
fn block_first_breaks(characters: &mut Characters) -> Result<(String, usize), LoadError> {
    let mut breaks = String::new();
    let mut first = None;
    let mut deepest = 0;
    loop {
        if characters.peek() == ' ' {
            characters.advance();
            deepest = deepest.max(characters.column());
            continue;
        }
        let column = characters.column();
        match characters.take_line_break() {
            Some(line_break) => {
                first.get_or_insert(column);
                breaks.push(line_break);
            }
            None => break,
        }
    }
    if first.is_some_and(|first| first > 0 && deepest > first) {
        return Err(refuse("the first line of a block scalar is indented less than a following one"));
    }
    Ok((breaks, deepest))
}

/// The empty lines of a block scalar, and the indentation of its next line.
fn block_breaks(characters: &mut Characters, indent: usize) -> String {
    let mut breaks = String::new();
    loop {
        while characters.column() < indent && characters.peek() == ' ' {
            characters.advance();
        }
        match characters.take_line_break() {
            Some(line_break) => breaks.push(line_break),
            None => return breaks,
        }
    }
}
