//! The pager: a program that is given the output on its stdin, with `LESS=FRX` unless `LESS` is set.
//!
//! How it ends, and how much of the output it reads, is its own business, as in the AWS CLI.

use std::io::{self, Write};
use std::process::{Command, Stdio};

use crate::env_vars;
use crate::error::{Error, Result};
use crate::os_text;
use crate::platform::process::pager_shell;
use crate::platform::signals::leave_interrupts_to_the_child;
use crate::python::shlex;

/// The options for `less` that let short output through and keep the screen.
const LESS_OPTIONS: &str = "FRX";

#[derive(Debug)]
pub(crate) enum Paged {
    Ran,
    /// The system could not start this program.
    NotStarted(String, io::Error),
}

/// Runs `command` (split into words; by a shell only where the system's AWS CLI does so) on `bytes` and waits for its end; `less` is given `LESS=FRX` where wanted.
/// Fails in Python's words where the command cannot be split or is empty.
pub(crate) fn page(bytes: &[u8], command: &str, set_less: bool) -> Result<Paged> {
    let mut process = match pager_shell(command) {
        Some(shell) => shell,
        None => {
            let words = shlex::split(command).map_err(|error| Error::General(error.to_string()))?;
            let Some((program, arguments)) = words.split_first() else {
                return Err(Error::General("list index out of range".to_owned()));
            };
            let mut process = Command::new(program);
            process.args(arguments);
            process
        }
    };
    process.stdin(Stdio::piped());
    if set_less {
        process.env(env_vars::LESS, LESS_OPTIONS);
    }
    leave_interrupts_to_the_child();
    let mut child = match process.spawn() {
        Ok(child) => child,
        Err(error) => return Ok(Paged::NotStarted(os_text::decode(process.get_program()), error)),
    };
    if let Some(mut stdin) = child.stdin.take() {
        // A pager that is left early closes its end; that is its right.
        let _ = stdin.write_all(bytes);
    }
    let _ = child.wait();
    Ok(Paged::Ran)
}

#[cfg(test)]
mod tests {
    use super::{Paged, page};

    /// More than a pipe holds.
    const LARGE: &[u8] = &[b'x'; 1 << 20];

    #[test]
    fn a_pager_may_read_nothing_fail_or_be_killed() {
        for command in ["true", "false", "sh -c 'exit 3'", "sh -c 'kill -9 $$'", "sh -c 'head -c 10 >/dev/null'"] {
            assert!(matches!(page(LARGE, command, false), Ok(Paged::Ran)), "{command}");
        }
    }

    #[test]
    fn one_that_cannot_be_started_is_named() {
        for (command, name) in [("/no/such/pager -R", "/no/such/pager"), ("''", ""), ("/", "/")] {
            let Ok(Paged::NotStarted(program, _)) = page(LARGE, command, true) else { panic!("{command}") };
            assert_eq!(program, name);
        }
    }

    #[test]
    fn a_command_of_no_words_is_refused_in_pythons_words() {
        for (command, message) in [
            (" \t", "list index out of range"),
            ("less '", "No closing quotation"),
            ("less \\", "No escaped character"),
        ] {
            assert_eq!(page(LARGE, command, true).unwrap_err().to_string(), message, "{command}");
        }
    }
}
