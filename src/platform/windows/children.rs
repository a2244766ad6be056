//! A child process: its status as a shell shows it. Ctrl-C reaches every process of a console, so there is nothing to pass on.

use std::process::ExitStatus;

use super::super::Signal;
use super::signals::looked_at;

/// The child has had it from the console; for us it is done with.
pub(crate) fn pass_on(_signal: Signal, _child: u32) {
    looked_at();
}

/// The status, as far as a byte holds it.
pub(crate) fn shell_status(status: ExitStatus) -> u8 {
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX)
}
