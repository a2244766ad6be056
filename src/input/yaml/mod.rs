//! YAML text to a [`Document`], as the AWS CLI reads it: ruamel.yaml 0.18, `YAML(typ='safe', pure=True)`.
//!
//! A pipeline of small parts: `events` (by `granit-parser`), `composer`, `constructor` (with `merge`,
//! `dictionary`, `numbers`, `timestamp`). What the events mean is our own, for scripts depend on what ruamel.yaml makes of them.
//!
//! Refuses nothing on its own account but documents out of all proportion: what nests too deep, and what a few lines blow up
//! to millions of items.

mod composer;
mod constructor;
mod dictionary;
mod error;
mod events;
mod merge;
mod numbers;
mod timestamp;

use super::document::{Document, Item, ItemId};
use super::paramfile::Loaded;
use crate::error::{Error, Result};
use crate::value::Value;
pub(crate) use error::LoadError;
use events::Events;

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

/// The value of YAML in bytes: UTF-16 with a byte order mark, or UTF-8.
pub fn load_bytes(bytes: &[u8]) -> std::result::Result<(Document, ItemId), LoadError> {
    load(&events::decode(bytes)?)
}

/// The value of a YAML text; `None` (Python's) for one without a document.
pub fn load(text: &str) -> std::result::Result<(Document, ItemId), LoadError> {
    match composer::compose(Events::new(text)?)? {
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
