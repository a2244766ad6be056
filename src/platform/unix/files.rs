//! Modes and identities of files.

use std::fs::{DirBuilder, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
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
