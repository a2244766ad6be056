//! YAML text to a [`Document`], as the AWS CLI reads it: ruamel.yaml 0.18, `YAML(typ='safe', pure=True)`.
//!
//! A pipeline of small parts: `characters`, `scanner` (with `scalars` and `properties`), `parser`, `composer` (with
//! `resolver`), `constructor` (with `merge`, `dictionary`, `numbers`, `timestamp`, `binary`). All of it is our own, for no
//! crate reads YAML as that library does and scripts depend on what it takes: `saphyr-parser` alone differs in 7 of 100
//! mutated documents, among them plain ones (a `]` at the beginning of its own line).
//!
//! Refuses nothing on its own account but documents out of all proportion: what nests too deep, and what a few lines blow up
//! to millions of items.

mod binary;
mod characters;
mod composer;
mod constructor;
mod dictionary;
mod error;
mod merge;
mod numbers;
mod parser;
mod properties;
mod resolver;
mod scalars;
mod scanner;
mod timestamp;
mod token;

use super::document::{Document, Item, ItemId};
use super::paramfile::Loaded;
use crate::error::{Error, Result};
use crate::value::Value;
use characters::Characters;
pub use error::LoadError;
use parser::Parser;
use scanner::Scanner;

/// The value of `--cli-input-yaml`.
///
/// # Errors
/// In the AWS CLI's words.
pub(super) fn load_option(loaded: &Loaded<'_>) -> Result<(Document, ItemId)> {
    let document = match loaded {
        Loaded::Text(text) => load(text),
        Loaded::Bytes(bytes) => load_bytes(bytes),
    };
    document.map_err(|error| match error {
        LoadError::Refused(_) => {
            Error::ParamValidation("Error parsing parameter 'cli-input-yaml': Invalid YAML received.".to_owned())
        }
        LoadError::Failed(message) => Error::General(message),
    })
}

/// The value of a YAML text; `None` (Python's) for one without a document.
///
/// # Errors
/// For what is no YAML, and for YAML that the AWS CLI refuses.
pub fn load(text: &str) -> std::result::Result<(Document, ItemId), LoadError> {
    load_characters(Characters::from_text(text)?)
}

/// The value of YAML in bytes: UTF-16 with a byte order mark, or UTF-8.
///
/// # Errors
/// The same.
pub fn load_bytes(bytes: &[u8]) -> std::result::Result<(Document, ItemId), LoadError> {
    load_characters(Characters::from_bytes(bytes)?)
}

fn load_characters(characters: Characters) -> std::result::Result<(Document, ItemId), LoadError> {
    match composer::compose(Parser::new(Scanner::new(characters)))? {
        Some(graph) => constructor::construct(graph),
        None => {
            let mut document = Document::default();
            let none = document.add(Item::Plain(Value::Null));
            Ok((document, none))
        }
    }
}

#[cfg(test)]
mod tests;
