//! The system's errors in Python's words.

use std::io;

use super::repr;

/// The system's error in Python's words: `[Errno 2] No such file or directory: '/x'`, the path as given.
pub(crate) fn with_path(error: &io::Error, path: &str) -> String {
    match error.raw_os_error() {
        Some(_) => format!("{}: {}", text(error), repr::string(path)),
        None => error.to_string(),
    }
}

/// The system's error in Python's words, without a path: `[Errno 28] No space left on device`.
pub(crate) fn text(error: &io::Error) -> String {
    let shown = error.to_string();
    match (error.raw_os_error(), shown.split_once(" (os error")) {
        (Some(number), Some((reason, _))) => format!("[Errno {number}] {reason}"),
        _ => shown,
    }
}
