//! `--cli-input-json`: JSON text to a [`Document`]. Refuses to know what the document should hold.

use super::document::{Document, Item, ItemId};
use super::paramfile::Loaded;
use crate::error::{Error, Result};
use crate::python::codecs::decode_json;
use crate::value::{JsonError, Value};

/// The value of a JSON text, or of one in bytes.
pub(super) fn load(loaded: &Loaded<'_>) -> Result<(Document, ItemId)> {
    let invalid =
        || Error::ParamValidation("Error parsing parameter 'cli-input-json': Invalid JSON received.".to_owned());
    let value = match loaded {
        Loaded::Text(text) => Value::from_json(text),
        Loaded::Bytes(bytes) => Value::from_json(&decode_json(bytes).ok_or_else(invalid)?),
    };
    let value = value.map_err(|error| match error {
        JsonError::TooDeep => Error::General(error.to_string()),
        _ => invalid(),
    })?;
    let mut document = Document::default();
    let root = document.add(Item::Plain(value));
    Ok((document, root))
}
