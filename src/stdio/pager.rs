//! The pager: a program that is given the output on its stdin, with `LESS=FRX` unless `LESS` is set.

use std::io::Write;
use std::process::{Command, Stdio};

use crate::env_vars;
use crate::error::{Error, Result};
use crate::settings::shell_words;

/// The options for `less` that let short output through and keep the screen.
const LESS_OPTIONS: &str = "FRX";

/// Runs `command` (split into words, no shell) on `bytes` and waits for its end. How it ends is its own business.
///
/// # Errors
/// [`Error::Pager`] where it cannot be started.
pub fn page(bytes: &[u8], command: &str, environment_has_less: bool) -> Result<()> {
    let words = shell_words::split(command).map_err(|error| Error::General(error.to_string()))?;
    let Some((program, arguments)) = words.split_first() else {
        return Err(Error::Pager(format!("the pager \"{command}\" names no program")));
    };
    let mut process = Command::new(program);
    process.args(arguments).stdin(Stdio::piped());
    if !environment_has_less {
        process.env(env_vars::LESS, LESS_OPTIONS);
    }
    let mut child = process.spawn().map_err(|error| Error::Pager(Error::errno(&error, program)))?;
    if let Some(mut stdin) = child.stdin.take() {
        // A pager that is left early closes its end; that is its right.
        let _ = stdin.write_all(bytes);
    }
    let _ = child.wait();
    Ok(())
}
