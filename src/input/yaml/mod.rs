//! YAML text to an [`Item`], as the AWS CLI reads it: ruamel.yaml 0.18, `YAML(typ='safe', pure=True)`.
//!
//! `events` (by `granit-parser`), then `builder` (with `numbers` and `timestamp`). What the events mean is our own, for scripts
//! depend on what ruamel.yaml makes of them. Refuses nothing on its own account but documents out of all proportion.

mod builder;
mod events;
mod numbers;
mod timestamp;

use super::document::Item;
use super::paramfile::Loaded;
use crate::error::{Error, Result};
use events::Events;

/// Why a YAML document yields no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoadError {
    /// It is not YAML, or a safe loader refuses it. Holds the reason, which the AWS CLI does not show.
    Refused(&'static str),
    /// It is YAML, but a value in it cannot be made (the 30th of February), or it is out of all proportion. Holds the
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

/// The value of YAML in bytes: UTF-16 with a byte order mark, or UTF-8.
pub fn load_bytes(bytes: &[u8]) -> std::result::Result<Item, LoadError> {
    load(&events::decode(bytes)?)
}

/// The value of a YAML text; `None` (Python's) for one without a document.
pub fn load(text: &str) -> std::result::Result<Item, LoadError> {
    builder::read(Events::new(text)?)
}

#[cfg(test)]
mod tests;
