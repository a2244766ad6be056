//! The system's errors as the C runtime of the AWS CLI knows them: by the numbers of `errno`, in English.

use std::borrow::Cow;
use std::io::{self, ErrorKind};

/// The number of an error and its reason in words; `None` for an error that is not the system's.
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
