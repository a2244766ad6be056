//! Tables as the AWS CLI draws them: a section for each map and list of the value, titled by its key, one level further in.
//!
//! Three steps, three files: `build` makes sections of a value, `section` knows how wide one is, `draw` draws them. Widths
//! count East Asian characters of ambiguous width as two, which no table crate does.

mod build;
mod draw;
mod section;
#[cfg(test)]
mod tests;
mod width;

use std::io::Write;

use crate::value::Value;

use super::{RenderError, Style};

/// Writes a value as a table, or nothing where it is empty, null, false or zero.
///
/// # Errors
/// What the output answers, and with nothing written every other kind of [`RenderError`] that a table can run into.
pub fn write(title: &str, value: &Value, style: Style, output: &mut dyn Write) -> Result<(), RenderError> {
    let sections = build::sections(title, value)?;
    if sections.is_empty() {
        return Ok(());
    }
    draw::draw(sections, style, output)
}
