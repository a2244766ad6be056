//! Linux, macOS and their like: accounts, the system's errors, and the rooms of this system.

pub(crate) mod files;
pub(crate) mod process;
pub(crate) mod signals;
pub(crate) mod terminal;

use std::borrow::Cow;
use std::io;
use std::path::PathBuf;

use nix::unistd::User;

/// The home directory of the account of this name.
pub(crate) fn home_of(user: &str) -> Option<PathBuf> {
    User::from_name(user).ok().flatten().map(|account| account.dir)
}

/// The number of an error and its reason, in the words of the AWS CLI's C library; `None` for an error that is not the system's.
pub(crate) fn number_and_reason(error: &io::Error) -> Option<(i32, Cow<'static, str>)> {
    let number = error.raw_os_error()?;
    #[cfg(target_env = "musl")]
    if let Some((_, reason)) = GLIBC.into_iter().find(|(known, _)| *known == number) {
        return Some((number, reason.into()));
    }
    let shown = error.to_string();
    let reason = shown.split_once(" (os error").map_or(shown.as_str(), |(reason, _)| reason);
    Some((number, reason.to_owned().into()))
}

/// The reasons in glibc's words where musl has others: for what files, pipes, sockets and programs can meet.
#[cfg(target_env = "musl")]
const GLIBC: [(i32, &str); 30] = [
    (5, "Input/output error"),
    (12, "Cannot allocate memory"),
    (16, "Device or resource busy"),
    (18, "Invalid cross-device link"),
    (24, "Too many open files"),
    (25, "Inappropriate ioctl for device"),
    (29, "Illegal seek"),
    (35, "Resource deadlock avoided"),
    (36, "File name too long"),
    (40, "Too many levels of symbolic links"),
    (70, "Communication error on send"),
    (75, "Value too large for defined data type"),
    (79, "Can not access a needed shared library"),
    (80, "Accessing a corrupted shared library"),
    (83, "Cannot exec a shared library directly"),
    (84, "Invalid or incomplete multibyte or wide character"),
    (90, "Message too long"),
    (95, "Operation not supported"),
    (98, "Address already in use"),
    (99, "Cannot assign requested address"),
    (101, "Network is unreachable"),
    (102, "Network dropped connection on reset"),
    (103, "Software caused connection abort"),
    (107, "Transport endpoint is not connected"),
    (108, "Cannot send after transport endpoint shutdown"),
    (110, "Connection timed out"),
    (113, "No route to host"),
    (115, "Operation now in progress"),
    (117, "Structure needs cleaning"),
    (122, "Disk quota exceeded"),
];
