//! What is written beside the data: directives, tags, and the names of anchors and aliases. Refuses to give tags a meaning.

use super::characters::{Characters, is_blank_or_end, is_break, is_space_or_end};
use super::error::{LoadError, refuse};
use super::scalars::end_line;
use super::token::{Directive, Version, WrittenTag};

/// A directive; the next character is `%`.
pub(super) fn directive(characters: &mut Characters, version: Version) -> Result<Directive, LoadError> {
    characters.advance();
    let name = characters
        .take_while(|character| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | ':' | '.'));
    if name.is_empty() || !is_space_or_end(characters.peek()) {
        return Err(refuse("a directive's name is of letters and digits"));
    }
    let directive = match name.as_str() {
        "YAML" => yaml_directive(characters)?,
        "TAG" => tag_directive(characters, version)?,
        _ => {
            characters.skip_while(|character| !is_break(character));
            Directive::Unknown
        }
    };
    end_line(characters)?;
    Ok(directive)
}

fn yaml_directive(characters: &mut Characters) -> Result<Directive, LoadError> {
    characters.skip_while(|character| character == ' ');
    let major = version_number(characters)?;
    if characters.peek() != '.' {
        return Err(refuse("expected a digit or '.' in a version"));
    }
    characters.advance();
    let minor = version_number(characters)?;
    if !is_space_or_end(characters.peek()) {
        return Err(refuse("expected a digit in a version"));
    }
    Ok(Directive::Yaml { major, minor })
}

fn version_number(characters: &mut Characters) -> Result<u64, LoadError> {
    let digits = characters.take_while(|character| character.is_ascii_digit());
    if digits.is_empty() {
        return Err(refuse("expected a digit in a version"));
    }
    Ok(digits.parse().unwrap_or(u64::MAX))
}

fn tag_directive(characters: &mut Characters, version: Version) -> Result<Directive, LoadError> {
    characters.skip_while(|character| character == ' ');
    let handle = tag_handle(characters)?;
    if characters.peek() != ' ' {
        return Err(refuse("expected ' ' after a tag handle"));
    }
    characters.skip_while(|character| character == ' ');
    let prefix = tag_uri(characters, version)?;
    if !is_space_or_end(characters.peek()) {
        return Err(refuse("expected ' ' after a tag prefix"));
    }
    Ok(Directive::Tag { handle, prefix })
}

/// `!`, `!!` or `!word!`.
fn tag_handle(characters: &mut Characters) -> Result<String, LoadError> {
    if characters.peek() != '!' {
        return Err(refuse("expected '!'"));
    }
    let mut length = 1;
    if characters.peek_at(length) != ' ' {
        while matches!(characters.peek_at(length), 'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_') {
            length += 1;
        }
        if characters.peek_at(length) != '!' {
            return Err(refuse("expected '!' at the end of a tag handle"));
        }
        length += 1;
    }
    Ok(characters.take(length))
}

/// The characters of a URI, `%41` decoded.
fn tag_uri(characters: &mut Characters, version: Version) -> Result<String, LoadError> {
    let plain = |character: char| {
        character.is_ascii_alphanumeric()
            || "-;/?:@&=+$,_.!~*'()[]".contains(character)
            || (character == '#' && version == Version::OneTwo)
    };
    let mut uri = String::new();
    let mut empty = true;
    loop {
        let text = characters.take_while(plain);
        empty &= text.is_empty();
        uri.push_str(&text);
        if characters.peek() != '%' {
            break;
        }
        empty = false;
        uri.push_str(&uri_escapes(characters)?);
    }
    if empty { Err(refuse("expected a URI")) } else { Ok(uri) }
}

/// A run of `%c3%a9`, which must be UTF-8.
fn uri_escapes(characters: &mut Characters) -> Result<String, LoadError> {
    let mut bytes = Vec::new();
    while characters.peek() == '%' {
        characters.advance();
        if !(0..2).all(|offset| characters.peek_at(offset).is_ascii_hexdigit()) {
            return Err(refuse("expected a URI escape of 2 hexadecimal digits"));
        }
        bytes.push(u8::from_str_radix(&characters.take(2), 16).unwrap_or_default());
    }
    String::from_utf8(bytes).map_err(|_| refuse("a URI escape is no UTF-8"))
}

/// A tag; the next character is `!`.
pub(super) fn tag(characters: &mut Characters, version: Version) -> Result<WrittenTag, LoadError> {
    let mut short_handle = "!";
    if characters.peek_at(1) == '!' {
        short_handle = "!!";
        characters.advance();
    }
    let tag = match characters.peek_at(1) {
        '<' => {
            characters.take(2);
            let suffix = tag_uri(characters, version)?;
            if characters.peek() != '>' {
                return Err(refuse("expected '>' at the end of a tag"));
            }
            characters.advance();
            WrittenTag { handle: None, suffix }
        }
        character if is_blank_or_end(character) => {
            characters.advance();
            WrittenTag { handle: None, suffix: short_handle.to_owned() }
        }
        _ => {
            let handle = if has_long_handle(characters) {
                tag_handle(characters)?
            } else {
                characters.advance();
                short_handle.to_owned()
            };
            WrittenTag { handle: Some(handle), suffix: tag_uri(characters, version)? }
        }
    };
    if is_space_or_end(characters.peek()) { Ok(tag) } else { Err(refuse("expected ' ' after a tag")) }
}

/// Whether another `!` follows before the next space or line break.
fn has_long_handle(characters: &Characters) -> bool {
    let mut offset = 1;
    loop {
        match characters.peek_at(offset) {
            '!' => return true,
            character if is_space_or_end(character) => return false,
            _ => offset += 1,
        }
    }
}

/// The name of an anchor or an alias; the next character is `&` or `*`.
pub(super) fn anchor(characters: &mut Characters) -> Result<String, LoadError> {
    characters.advance();
    let name = characters.take_while(may_name);
    let next = characters.peek();
    if name.is_empty() || !(is_blank_or_end(next) || matches!(next, ',' | '[' | ']' | '{' | '}')) {
        return Err(refuse("expected a letter or a digit in the name of an anchor"));
    }
    Ok(name)
}

/// Whether a character may occur in the name of an anchor.
fn may_name(character: char) -> bool {
    !matches!(character, ',' | '[' | ']' | '{' | '}' | '\u{feff}')
        && matches!(character, '!'..='~' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..)
}
