//! Text from programs and files, as Python reads it.

use std::path::Path;

use crate::error::{Error, Result};
use crate::host::read_at_most;
use crate::python::{errno, utf8};

/// The most that is read of a file, in bytes. The Security Token Service accepts tokens of 20,000 characters.
const LARGEST_FILE: u64 = 1024 * 1024;

pub(crate) fn decode(bytes: &[u8]) -> Result<String> {
    utf8::text(bytes).map(str::to_owned).map_err(Error::General)
}

/// A UTF-8 file with its line ends as line feeds. Failures to read it are worded as Python's.
pub(crate) fn read_text(path: impl AsRef<Path>) -> Result<String> {
    let bytes = read_at_most(&path, LARGEST_FILE).map_err(|error| Error::General(errno::with_path(&error, &path)))?;
    Ok(decode(&bytes)?.replace("\r\n", "\n").replace('\r', "\n"))
}
