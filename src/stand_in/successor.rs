//! The next `aws` on PATH: the first behind this program's own place there, never this program.
//!
//! Files are told apart by device and inode, so links of any kind are seen through. Each file counts once, at its first place: two
//! programs that stand in for `aws` can therefore only hand on in one direction, and never round in circles.

use std::env::consts::EXE_SUFFIX;
use std::ffi::OsStr;
use std::fmt;
use std::path::PathBuf;

use super::AWS;
use crate::env_vars;
use crate::host::Host;
use crate::platform::files::{FileIdentity, executable};

/// Why there is nobody to hand on to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    /// The file of this program is unknown, so that it might hand on to itself.
    OwnFile,
    Successor,
}

impl fmt::Display for Missing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::OwnFile => "cannot tell which file this program is, and will not risk calling itself",
            Self::Successor => {
                "this command is not a redrive, and there is no other aws behind this one on PATH to hand it to"
            }
        })
    }
}

/// Finds it on this host's PATH.
pub(crate) fn find(host: &Host) -> Result<PathBuf, Missing> {
    let own = host.own_file().and_then(|file| executable(&file)).ok_or(Missing::OwnFile)?;
    let path = host.environment.get_os(env_vars::PATH).unwrap_or_default();
    next(&path, own).ok_or(Missing::Successor)
}

fn next(path: &OsStr, own: FileIdentity) -> Option<PathBuf> {
    let mut found: Vec<(FileIdentity, PathBuf)> = Vec::new();
    for folder in std::env::split_paths(path) {
        // An empty entry is the working directory.
        let folder = if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder };
        let file = folder.join(format!("{AWS}{EXE_SUFFIX}"));
        if let Some(identity) = executable(&file)
            && found.iter().all(|(known, _)| *known != identity)
        {
            found.push((identity, file));
        }
    }
    let behind_us = found.iter().position(|(identity, _)| *identity == own).map_or(0, |at| at + 1);
    found.into_iter().nth(behind_us).map(|(_, file)| file)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::next;
    use crate::platform::files::executable;
    use crate::platform::files::testing::{set_mode, symlink};

    struct Folders(tempfile::TempDir);

    impl Folders {
        fn new() -> Self {
            Self(tempfile::tempdir().unwrap())
        }

        fn file(&self, folder: &str, mode: u32) -> PathBuf {
            let folder = self.0.path().join(folder);
            fs::create_dir_all(&folder).unwrap();
            let file = folder.join("aws");
            fs::write(&file, "#!/bin/sh\n").unwrap();
            set_mode(&file, mode);
            file
        }

        fn link(&self, folder: &str, to: &Path) -> PathBuf {
            let folder = self.0.path().join(folder);
            fs::create_dir_all(&folder).unwrap();
            symlink(to, folder.join("aws")).unwrap();
            folder.join("aws")
        }

        fn next(&self, folders: &[&str], own: &Path) -> Option<PathBuf> {
            let path = std::env::join_paths(folders.iter().map(|folder| self.0.path().join(folder))).unwrap();
            next(&path, executable(own).unwrap())
        }
    }

    #[test]
    fn it_is_the_first_behind_our_own_place() {
        let folders = Folders::new();
        let (before, own, behind) =
            (folders.file("before", 0o755), folders.file("own", 0o755), folders.file("behind", 0o755));
        assert_eq!(folders.next(&["before", "own", "nowhere", "behind"], &own), Some(behind));
        assert_eq!(folders.next(&["before", "own"], &own), None);
        assert_eq!(folders.next(&["before"], &own), Some(before));
    }

    #[test]
    fn it_is_never_this_program_under_another_name() {
        let folders = Folders::new();
        let own = folders.file("own", 0o755);
        let link = folders.link("link", &own);
        folders.link("link-to-link", &link);
        fs::create_dir_all(folders.0.path().join("hard")).unwrap();
        fs::hard_link(&own, folders.0.path().join("hard/aws")).unwrap();
        assert_eq!(folders.next(&["link", "own", "hard", "link-to-link", "own"], &own), None);
    }

    #[test]
    fn a_folder_named_twice_does_not_lead_backwards() {
        let folders = Folders::new();
        let (one, other) = (folders.file("one", 0o755), folders.file("other", 0o755));
        let path = ["one", "other", "one"];
        assert_eq!(folders.next(&path, &one), Some(other.clone()));
        assert_eq!(folders.next(&path, &other), None);
    }

    #[test]
    fn what_cannot_be_executed_is_passed_over() {
        let folders = Folders::new();
        let (own, behind) = (folders.file("own", 0o755), folders.file("behind", 0o755));
        folders.file("plain", 0o644);
        folders.link("broken", Path::new("/no/such/file"));
        fs::create_dir_all(folders.0.path().join("folder/aws")).unwrap();
        assert_eq!(folders.next(&["own", "plain", "broken", "folder", "behind"], &own), Some(behind));
    }
}
