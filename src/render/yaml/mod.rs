//! YAML as ruamel.yaml's C emitter prints it for the AWS CLI: block style, sorted keys, 80 columns, YAML 1.2 words quoted,
//! `&id001` where a node occurs twice.
//!
//! No crate prints this (the best ones 79 % of documents alike), for libyaml 0.1.7 knows no characters beyond the basic plane,
//! folds in its own way and quotes by its own rules.

mod anchors;
mod emitter;
mod resolver;
mod scalar;
#[cfg(test)]
mod tests;

use std::io::Write;

use crate::value::Value;

use super::{RenderError, json};
use anchors::Anchors;
use emitter::Emitter;

/// Writes one document. A scalar is printed as JSON, for YAML would end it with `...`; an empty response not at all.
///
/// # Errors
/// What the output answers; [`RenderError::TooDeep`] and [`RenderError::NotRepresentable`] with nothing written.
pub fn write(value: &Value, output: &mut dyn Write) -> Result<(), RenderError> {
    match value {
        Value::Map(map) if map.is_empty() => Ok(()),
        Value::List(_) | Value::Map(_) | Value::Expression(_) => {
            let anchors = Anchors::of(value, false)?;
            Ok(Emitter::new(output, anchors).document(value)?)
        }
        scalar => json::write(scalar, output),
    }
}

/// Writes the response as the one item of a list, as the AWS CLI does for each page of a result.
///
/// # Errors
/// As [`write`].
pub fn write_stream(value: &Value, output: &mut dyn Write) -> Result<(), RenderError> {
    if matches!(value, Value::Map(map) if map.is_empty()) {
        return Ok(());
    }
    let document = Value::list(vec![value.clone()]);
    let anchors = Anchors::of(&document, true)?;
    Ok(Emitter::new(output, anchors).document(&document)?)
}
