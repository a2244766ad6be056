//! A child process: passing signals on to it, and its status as a shell shows it.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use rustix::process::{Pid, getpgrp, kill_process};

use super::super::Signal;

/// Passes a signal on to a child with this number, unless the terminal has sent it to both.
pub(crate) fn pass_on(signal: Signal, child: u32) {
    if matches!(signal, Signal::Interrupt | Signal::Quit) && in_foreground() {
        return;
    }
    if let Some(child) = i32::try_from(child).ok().and_then(Pid::from_raw) {
        // It may be gone already, which waiting for it will show.
        let _ = kill_process(child, number(signal));
    }
}

fn number(signal: Signal) -> rustix::process::Signal {
    match signal {
        Signal::Interrupt => rustix::process::Signal::INT,
        Signal::Quit => rustix::process::Signal::QUIT,
        Signal::Terminate => rustix::process::Signal::TERM,
        Signal::HangUp => rustix::process::Signal::HUP,
    }
}

/// Whether a Ctrl-C on the terminal reaches our whole process group, and so a child, without our doing.
fn in_foreground() -> bool {
    let terminal = super::terminal::open();
    terminal.is_ok_and(|terminal| rustix::termios::tcgetpgrp(&terminal).is_ok_and(|group| group == getpgrp()))
}

/// The status as a shell shows it: 128 and the signal's number where a signal ended it.
pub(crate) fn shell_status(status: ExitStatus) -> u8 {
    let number = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    number.and_then(|number| u8::try_from(number).ok()).unwrap_or(u8::MAX)
}
