//! Names of files as bytes, and their identities. There are no modes: the folder of a user's profile is closed to others.

use std::ffi::{OsStr, OsString};
use std::fs::{DirBuilder, File, Metadata, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// UTF-8, and what Rust makes of a lone surrogate.
pub(crate) fn bytes_of(name: &OsStr) -> &[u8] {
    name.as_encoded_bytes()
}

/// Bytes that are not UTF-8 cannot name anything here.
pub(crate) fn name_of(bytes: Vec<u8>) -> OsString {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

pub(crate) trait OwnerOnly {
    fn owner_only(&mut self) -> &mut Self {
        self
    }
}

impl OwnerOnly for OpenOptions {}

impl OwnerOnly for DirBuilder {}

pub(crate) fn close_to_others(_file: &File) -> io::Result<()> {
    Ok(())
}

pub(crate) fn is_open_to_others(_file: &Path) -> bool {
    false
}

/// The path of a file without links.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileIdentity(PathBuf);

/// The identity of a file; any may be executable.
pub(crate) fn executable(file: &Path) -> Option<FileIdentity> {
    file.is_file().then(|| file.canonicalize().ok().map(FileIdentity)).flatten()
}

/// Whether both can be of one file: by when it was made.
pub(crate) fn is_same_file(one: &Metadata, other: &Metadata) -> bool {
    one.created().ok() == other.created().ok()
}
