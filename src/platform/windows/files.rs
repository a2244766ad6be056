//! Identities of files. There are no modes: the folder of a user's profile is closed to others.

use std::fs::{DirBuilder, File, Metadata, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

/// New files and folders for the eyes of their owner alone, by where they are.
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

/// Never: see this module.
pub(crate) fn is_open_to_others(_file: &Path) -> bool {
    false
}

/// What a file is, whatever it is called: its path without links.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileIdentity(PathBuf);

/// Which file this is, where it is one.
pub(crate) fn executable(file: &Path) -> Option<FileIdentity> {
    file.is_file().then(|| file.canonicalize().ok().map(FileIdentity)).flatten()
}

/// Whether both can be of one file: by when it was made.
pub(crate) fn is_same_file(one: &Metadata, other: &Metadata) -> bool {
    one.created().ok() == other.created().ok()
}
