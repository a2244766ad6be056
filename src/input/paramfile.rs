//! `file://` and `fileb://`: an option's value that stands in a file. The words of its errors are the AWS CLI's.
//!
//! Refuses to know what the value is for.

use std::borrow::Cow;
use std::path::PathBuf;

use crate::error::{Error, Result};
use crate::host::{Host, read_at_most};
use crate::os_text;
use crate::python::codecs::Codec;
use crate::python::errno;

/// The most that is read of a file, in bytes; the AWS CLI has no limit. The service takes a request of about a kilobyte.
const LARGEST_FILE: u64 = 16 * 1024 * 1024;

/// The system's error for a file that is not there.
const NOT_FOUND: i32 = 2;

/// The encoding of a file where no other is set.
const DEFAULT_ENCODING: &str = "utf-8";

/// What an option's value stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Loaded<'a> {
    /// The value itself, or the text of a `file://`.
    Text(Cow<'a, str>),
    /// The bytes of a `fileb://`.
    Bytes(Vec<u8>),
}

#[derive(Clone, Copy, Debug)]
pub struct ParameterFiles<'a> {
    /// Expands `~` and `$NAME` in their paths.
    pub host: &'a Host,
    /// The encoding of the text files: `AWS_CLI_FILE_ENCODING`, where it is set.
    pub encoding: Option<&'a str>,
}

impl ParameterFiles<'_> {
    /// What a value stands for: the text or the bytes of a file, where it begins with `file://` or `fileb://`, else itself.
    ///
    /// # Errors
    /// Names the option, where it is its value that is taken; the AWS CLI does not expect an error later.
    pub(crate) fn load<'v>(&self, value: &'v str, option: Option<&str>) -> Result<Loaded<'v>> {
        let failed = |message: String| match option {
            Some(option) => Error::ParamValidation(format!("Error parsing parameter '{option}': {message}")),
            None => Error::General(message),
        };
        if let Some(path) = value.strip_prefix("file://") {
            let bytes = self.read(path, value).map_err(failed)?;
            let encoding = self.encoding.unwrap_or(DEFAULT_ENCODING);
            let codec = Codec::named(encoding).map_err(|error| Error::General(error.about(encoding)))?;
            let undecodable = || {
                failed(format!(
                    "Unable to load paramfile ({}), text contents could not be decoded.  If this is a binary file, \
                     please use the fileb:// prefix instead of the file:// prefix.",
                    os_text::decode(self.path(path).as_os_str())
                ))
            };
            let text = codec.decode(&bytes).ok_or_else(undecodable)?;
            // Text files have line feeds only, however they were written (Python's text mode).
            let is_unix = !text.contains('\r');
            let text = if is_unix { text } else { text.replace("\r\n", "\n").replace('\r', "\n") };
            return Ok(Loaded::Text(Cow::Owned(text)));
        }
        match value.strip_prefix("fileb://") {
            Some(path) => Ok(Loaded::Bytes(self.read(path, value).map_err(failed)?)),
            None => Ok(Loaded::Text(Cow::Borrowed(value))),
        }
    }

    /// The path expanded; as it was typed where it begins with a home that nobody knows.
    fn path(&self, path: &str) -> PathBuf {
        self.host.expand_path(path).unwrap_or_else(|| os_text::encode(path).into())
    }

    fn read(&self, path: &str, value: &str) -> std::result::Result<Vec<u8>, String> {
        let read = match self.host.expand_path(path) {
            Some(path) => read_at_most(path, LARGEST_FILE),
            None => Err(std::io::Error::from_raw_os_error(NOT_FOUND)),
        };
        read.map_err(|error| format!("Unable to load paramfile {value}: {}", errno::with_path(&error, self.path(path))))
    }
}
