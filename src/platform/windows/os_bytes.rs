//! Arguments, variables and paths as bytes: UTF-8, and what Rust makes of a lone surrogate.

use std::ffi::{OsStr, OsString};

pub(crate) fn of(given: &OsStr) -> &[u8] {
    given.as_encoded_bytes()
}

/// Bytes that are not UTF-8 cannot name anything here.
pub(crate) fn into_os(bytes: Vec<u8>) -> OsString {
    String::from_utf8_lossy(&bytes).into_owned().into()
}
