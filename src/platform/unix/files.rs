//! Names of files as bytes, their modes and identities.

use std::ffi::{OsStr, OsString};
use std::fs::{DirBuilder, File, Metadata, OpenOptions, Permissions};
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

pub(crate) fn bytes_of(name: &OsStr) -> &[u8] {
    name.as_bytes()
}

pub(crate) fn name_of(bytes: Vec<u8>) -> OsString {
    OsString::from_vec(bytes)
}

/// New files and folders that only their owner may read or change; those that exist keep their modes.
pub(crate) trait OwnerOnly {
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

/// Takes every permission on an existing file from all but its owner.
pub(crate) fn close_to_others(file: &File) -> io::Result<()> {
    let metadata = file.metadata()?;
    if metadata.is_file() && metadata.mode() & 0o077 != 0 {
        return file.set_permissions(Permissions::from_mode(0o600));
    }
    Ok(())
}

/// Whether anybody but its owner may read or change a file.
pub(crate) fn is_open_to_others(file: &Path) -> bool {
    file.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.mode() & 0o066 != 0)
}

/// The device and the inode of a file, which all its names share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileIdentity(u64, u64);

pub(crate) fn executable(file: &Path) -> Option<FileIdentity> {
    let metadata = file.metadata().ok()?;
    let executable = metadata.is_file() && metadata.mode() & 0o111 != 0;
    executable.then(|| FileIdentity(metadata.dev(), metadata.ino()))
}

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
