//! Modes and identities of files.

use std::fs::{DirBuilder, File, Metadata, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// New files and folders for the eyes of their owner alone.
pub(crate) trait OwnerOnly {
    /// What is made will be so; what is there stays as it is.
    fn owner_only(&mut self) -> &mut Self;
}

impl OwnerOnly for OpenOptions {
    fn owner_only(&mut self) -> &mut Self {
        self.mode(0o600)
    }
}

impl OwnerOnly for DirBuilder {
    fn owner_only(&mut self) -> &mut Self {
        self.mode(0o700)
    }
}

/// Takes from others what they may do with a file that is there.
pub(crate) fn close_to_others(file: &File) -> io::Result<()> {
    let metadata = file.metadata()?;
    if metadata.is_file() && metadata.mode() & 0o077 != 0 {
        file.set_permissions(Permissions::from_mode(0o600))
    } else {
        Ok(())
    }
}

/// What a file is, whatever it is called: its device and inode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileIdentity(u64, u64);

/// Whether anybody but its owner may read or change a file.
pub(crate) fn is_open_to_others(file: &Path) -> bool {
    file.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.mode() & 0o066 != 0)
}

/// Which file this is, where it is one that can be executed.
pub(crate) fn executable(file: &Path) -> Option<FileIdentity> {
    let metadata = file.metadata().ok()?;
    let executable = metadata.is_file() && metadata.mode() & 0o111 != 0;
    executable.then(|| FileIdentity(metadata.dev(), metadata.ino()))
}

/// Whether both are of one file, by device and inode.
pub(crate) fn is_same_file(one: &Metadata, other: &Metadata) -> bool {
    (one.dev(), one.ino()) == (other.dev(), other.ino())
}

#[cfg(test)]
pub(crate) mod testing {
    use std::fs::{Permissions, metadata, set_permissions};
    use std::os::unix::fs::PermissionsExt;
    pub(crate) use std::os::unix::fs::symlink;
    use std::path::Path;

    pub(crate) fn mode(path: impl AsRef<Path>) -> u32 {
        metadata(path).unwrap().permissions().mode() & 0o777
    }

    pub(crate) fn set_mode(path: impl AsRef<Path>, mode: u32) {
        set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }
}
