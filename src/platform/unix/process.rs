//! Another program, becoming it.

use std::ffi::OsString;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use rustix::io::Errno;

/// Replaces this process, with a variable more in its environment; returns only where it could not.
pub(crate) fn become_program(program: &Path, words: &[OsString], variable: (&str, &str)) -> io::Result<u8> {
    let (name, value) = variable;
    let error = Command::new(program).args(words).env(name, value).exec();
    if error.raw_os_error() == Some(Errno::NOEXEC.raw_os_error()) {
        // A script without a `#!` line, which every shell runs by `sh`.
        return Err(Command::new("/bin/sh").arg(program).args(words).env(name, value).exec());
    }
    Err(error)
}

/// The shell that runs a pager's command line; here none does.
pub(crate) fn pager_shell(_command: &str) -> Option<Command> {
    None
}
