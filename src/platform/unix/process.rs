//! Other programs: becoming one, passing signals on to one, and its status as a shell shows it.

use std::ffi::OsString;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use rustix::io::Errno;

/// Replaces this process, with a variable more in its environment; returns only where it could not.
pub(crate) fn become_program(program: &Path, words: &[OsString], (name, value): (&str, &str)) -> io::Result<u8> {
    let error = Command::new(program).args(words).env(name, value).exec();
    if error.raw_os_error() == Some(Errno::NOEXEC.raw_os_error()) {
        // A script without a `#!` line, which every shell runs by `sh`.
        return Err(Command::new("/bin/sh").arg(program).args(words).env(name, value).exec());
    }
    Err(error)
}

/// The shell that runs a pager's command line: none here.
pub(crate) fn pager_shell(_command: &str) -> Option<Command> {
    None
}

/// Passes a signal on to a child with this number, unless the terminal has sent it to both.
#[cfg(feature = "sfn-local")]
pub(crate) fn pass_on(signal: super::super::Signal, child: u32) {
    use super::super::Signal::{Interrupt, Quit};
    use rustix::process::{Pid, Signal, getpgrp, kill_process};
    let in_foreground =
        || rustix::termios::tcgetpgrp(super::terminal::open().ok()?).ok().map(|group| group == getpgrp());
    if matches!(signal, Interrupt | Quit) && in_foreground().unwrap_or(false) {
        return;
    }
    let child = i32::try_from(child).ok().and_then(Pid::from_raw);
    if let (Some(child), Some(signal)) = (child, Signal::from_named_raw(signal as i32)) {
        // It may be gone already, which waiting for it will show.
        let _ = kill_process(child, signal);
    }
}

/// 128 and the signal's number where a signal ended it.
#[cfg(feature = "sfn-local")]
pub(crate) fn shell_status(status: std::process::ExitStatus) -> u8 {
    use std::os::unix::process::ExitStatusExt;
    let number = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    number.and_then(|number| u8::try_from(number).ok()).unwrap_or(u8::MAX)
}
