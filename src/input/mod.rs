//! Input.
pub mod document;
mod document_repr;
pub mod yaml;
