//! Another program in this one's place, and the shell.

use std::ffi::OsString;
use std::io;
use std::os::windows::process::CommandExt;
use std::path::Path;
use std::process::Command;

use super::signals::leave_interrupts_to_the_child;

/// Runs a program, with a variable more in its environment, and returns its status: no process becomes another here.
pub(crate) fn become_program(program: &Path, words: &[OsString], variable: (&str, &str)) -> io::Result<u8> {
    let (name, value) = variable;
    leave_interrupts_to_the_child();
    let status = Command::new(program).args(words).env(name, value).status()?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX))
}

/// The shell that runs a pager's command line: `more` is a word of it.
pub(crate) fn pager_shell(command: &str) -> Option<Command> {
    let mut shell = Command::new("cmd.exe");
    shell.raw_arg("/c").raw_arg(format!("\"{command}\""));
    Some(shell)
}
