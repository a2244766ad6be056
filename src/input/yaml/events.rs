//! The events of a YAML stream, by `granit-parser`, with the limits of the AWS CLI's reader.

use granit_parser::{self as granit, ErrorKind, Event, Parser, StrInput};

use super::{LoadError, fail, refuse, too_deep};
use crate::python::codecs::Codec;
use crate::value::MAXIMUM_DEPTH;
use crate::value::yaml_types::Tag;

pub(super) struct Events<'a> {
    parser: Parser<'a, StrInput<'a>>,
}

impl<'a> Events<'a> {
    pub(super) fn new(text: &'a str) -> Result<Self, LoadError> {
        if !text.chars().all(may_occur) {
            return Err(refuse("special characters are not allowed"));
        }
        let options = granit_parser::options! {
            emit_comments: false,
            bom_inside_document_as_content: true,
            block_scalar_eof_without_line_feed: true,
            flow_nesting_limit: MAXIMUM_DEPTH,
            block_nesting_limit: MAXIMUM_DEPTH,
        };
        Ok(Self { parser: Parser::new_from_str_with_options(text, options) })
    }

    /// The next event; the end of the stream comes again and again.
    pub(super) fn next(&mut self) -> Result<Event<'a>, LoadError> {
        let event = match self.parser.next_event() {
            None => return Ok(Event::StreamEnd),
            Some(Ok((Event::StreamStart, _))) => return self.next(),
            Some(Ok((event, _))) => event,
            Some(Err(error)) if matches!(error.kind(), ErrorKind::RecursionLimitExceeded) => return Err(too_deep()),
            Some(Err(_)) => return Err(refuse("not YAML")),
        };
        match &event {
            Event::DocumentStart(_, Some(version)) if !matches!(version.minor, 1 | 2) => {
                Err(fail(format!("version minor part can only be 2 or 1, got (1, {})", version.minor)))
            }
            _ => Ok(event),
        }
    }
}

/// The text of a stream of bytes: UTF-16 where it begins with a byte order mark of UTF-16, else UTF-8.
pub(super) fn decode(bytes: &[u8]) -> Result<String, LoadError> {
    let codec = match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Codec::Utf16(None),
        _ => Codec::Utf8,
    };
    codec.decode(bytes).ok_or_else(|| refuse("the bytes cannot be decoded"))
}

fn may_occur(character: char) -> bool {
    matches!(character,
        '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// The tag with its handle's prefix put in; `None` also for `!` alone, which asks for the tag that a plain scalar would get.
pub(super) fn tag(written: Option<&granit::Tag>) -> Option<Tag> {
    let tag = written.map(|tag| format!("{}{}", tag.handle(), tag.suffix())).filter(|tag| tag != "!");
    tag.map(|tag| Tag::named(&tag))
}
