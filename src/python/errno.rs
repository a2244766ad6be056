//! The system's errors in Python's words.

use std::io;
use std::path::Path;

use super::repr;
use crate::os_text;
use crate::platform::number_and_reason;

/// The system's error in Python's words: `[Errno 2] No such file or directory: '/x'`, the path as given.
pub(crate) fn with_path(error: &io::Error, path: impl AsRef<Path>) -> String {
    match number_and_reason(error) {
        Some(_) => format!("{}: {}", text(error), repr::string(&os_text::decode(path.as_ref().as_os_str()))),
        None => error.to_string(),
    }
}

/// The system's error in Python's words, without a path: `[Errno 28] No space left on device`.
pub(crate) fn text(error: &io::Error) -> String {
    match number_and_reason(error) {
        Some((number, reason)) => format!("[Errno {number}] {reason}"),
        None => error.to_string(),
    }
}
