//! Arguments, variables and paths as the bytes that they are.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

pub(crate) fn of(given: &OsStr) -> &[u8] {
    given.as_bytes()
}

pub(crate) fn into_os(bytes: Vec<u8>) -> OsString {
    OsString::from_vec(bytes)
}
