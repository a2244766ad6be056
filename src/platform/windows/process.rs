//! Other programs: one in this one's place, its status as a shell shows it, and the shell.

use std::ffi::OsString;
use std::io;
use std::os::windows::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitStatus};

use super::signals::leave_interrupts_to_the_child;

/// Runs a program, with a variable more in its environment, and returns its status: no process becomes another here.
pub(crate) fn become_program(program: &Path, words: &[OsString], (name, value): (&str, &str)) -> io::Result<u8> {
    leave_interrupts_to_the_child();
    Command::new(program).args(words).env(name, value).status().map(shell_status)
}

/// The shell that runs a pager's command line: `more` is a word of it.
pub(crate) fn pager_shell(command: &str) -> Option<Command> {
    let mut shell = Command::new("cmd.exe");
    shell.raw_arg("/c").raw_arg(format!("\"{command}\""));
    Some(shell)
}

/// The console has sent Ctrl-C to the child too.
#[cfg(feature = "sfn-local")]
pub(crate) fn pass_on(_signal: super::super::Signal, _child: u32) {}

/// The status, as far as a byte holds it.
pub(crate) fn shell_status(status: ExitStatus) -> u8 {
    status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX)
}
