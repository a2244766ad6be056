//! YAML text to an [`Item`], as the AWS CLI reads it: ruamel.yaml 0.18, `YAML(typ='safe', pure=True)`.
//!
//! The events of a stream are `granit-parser`'s; `builder` and `scalars` make items of them. That is our own, for scripts depend on
//! what ruamel.yaml makes of them. Beyond ruamel.yaml, only documents that are too large are refused.

mod builder;
mod scalars;

use granit_parser::{ErrorKind, Event, Parser, StrInput};

use super::document::Item;
use super::paramfile::Loaded;
use crate::error::{Error, Result};
use crate::python::codecs::Codec;
use crate::value::MAXIMUM_DEPTH;

/// Why a YAML document yields no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoadError {
    /// It is not YAML, or a safe loader refuses it. Holds the reason, which the AWS CLI does not show.
    Refused(&'static str),
    /// It is YAML, but a value in it cannot be made (the 30th of February), or it is too large. Holds the
    /// message, which the AWS CLI shows as it is.
    Failed(String),
}

fn refuse(reason: &'static str) -> LoadError {
    LoadError::Refused(reason)
}

fn fail(message: impl Into<String>) -> LoadError {
    LoadError::Failed(message.into())
}

fn too_deep() -> LoadError {
    fail("maximum recursion depth exceeded")
}

pub(super) fn load_option(loaded: &Loaded<'_>) -> Result<Item> {
    let item = match loaded {
        Loaded::Text(text) => load(text),
        Loaded::Bytes(bytes) => load_bytes(bytes),
    };
    item.map_err(|error| match error {
        LoadError::Refused(_) => {
            Error::ParamValidation("Error parsing parameter 'cli-input-yaml': Invalid YAML received.".to_owned())
        }
        LoadError::Failed(message) => Error::General(message),
    })
}

/// The value of YAML in bytes: UTF-16 where they begin with a byte order mark of UTF-16, else UTF-8.
pub fn load_bytes(bytes: &[u8]) -> std::result::Result<Item, LoadError> {
    let codec = match bytes {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Codec::Utf16(None),
        _ => Codec::Utf8,
    };
    load(&codec.decode(bytes).ok_or_else(|| refuse("the bytes cannot be decoded"))?)
}

/// The value of a YAML text; `None` (Python's) for one without a document.
pub fn load(text: &str) -> std::result::Result<Item, LoadError> {
    builder::read(Events::new(text)?)
}

/// The events of a YAML stream, with the limits of the AWS CLI's reader.
struct Events<'a> {
    parser: Parser<'a, StrInput<'a>>,
}

impl<'a> Events<'a> {
    fn new(text: &'a str) -> std::result::Result<Self, LoadError> {
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
    fn next(&mut self) -> std::result::Result<Event<'a>, LoadError> {
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

fn may_occur(character: char) -> bool {
    matches!(character,
        '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests;
