//! Windows, as far as it goes: an experiment. Accounts, the system's errors, and the rooms of this system.

pub(crate) mod files;
pub(crate) mod process;
pub(crate) mod signals;
pub(crate) mod terminal;

use std::borrow::Cow;
use std::io::{self, ErrorKind};
use std::path::PathBuf;

/// Python takes the folder beside the own home for that of another account. It may not be, so none is known here.
pub(crate) fn home_of(_user: &str) -> Option<PathBuf> {
    None
}

/// The `errno` of an error and its reason, as the C runtime of the AWS CLI knows them; `None` for an error that is not the system's.
pub(crate) fn number_and_reason(error: &io::Error) -> Option<(i32, Cow<'static, str>)> {
    let (number, reason) = match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::InvalidFilename => (2, "No such file or directory"),
        ErrorKind::PermissionDenied | ErrorKind::IsADirectory => (13, "Permission denied"),
        ErrorKind::AlreadyExists => (17, "File exists"),
        ErrorKind::StorageFull => (28, "No space left on device"),
        ErrorKind::BrokenPipe => (32, "Broken pipe"),
        _ => {
            error.raw_os_error()?;
            (22, "Invalid argument")
        }
    };
    Some((number, reason.into()))
}
