//! Where output goes: straight to stdout, or through a pager on a terminal.
//!
//! Owns what a closed pipe and a full disk mean. Refuses to know what is written.

pub mod pager;

use std::io::{self, Write};

use crate::env_vars;
use crate::error::{Error, Result};
use crate::host::Host;
use pager::Paged;

/// How writing ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// All of it, or as much as the reader wanted.
    Done,
    /// The disk is full or the stream broken; Python ends with status 120 on this.
    Lost,
}

/// Writes `bytes` to `stdout`, or to `pager` where there is one. Nothing written means no pager.
///
/// A pager that is there but cannot be run (no permission, no program) swallows the output without a word, as in the AWS CLI.
///
/// # Errors
/// [`Error::Pager`] where the pager is not there; a command line that is none.
pub fn deliver(bytes: &[u8], pager: Option<&str>, host: &Host, stdout: &mut dyn Write) -> Result<Written> {
    let Some(command) = pager.filter(|_| !bytes.is_empty()) else { return Ok(plainly(bytes, stdout)) };
    match pager::page(bytes, command, host.environment.get(env_vars::LESS).is_none())? {
        // The empty name is found nowhere, yet Python reports another error for it.
        Paged::NotStarted(program, error) if error.kind() == io::ErrorKind::NotFound && !program.is_empty() => {
            Err(Error::Pager(Error::errno(&error, &program)))
        }
        _ => Ok(Written::Done),
    }
}

/// Writes a page of help to `stdout`, or to `pager` where there is one; a pager that cannot be started is done without.
///
/// # Errors
/// A pager's command line that cannot be split into words.
pub fn deliver_help(page: &str, pager: Option<&str>, stdout: &mut dyn Write) -> Result<Written> {
    match pager.map(|command| pager::page(page.as_bytes(), command, false)).transpose()? {
        Some(Paged::Ran) => Ok(Written::Done),
        Some(Paged::NotStarted(..)) | None => Ok(plainly(page.as_bytes(), stdout)),
    }
}

fn plainly(bytes: &[u8], stdout: &mut dyn Write) -> Written {
    written(stdout.write_all(bytes).and_then(|()| stdout.flush()))
}

/// A reader that has gone away has what it wanted; any other failure loses output.
#[must_use]
pub fn written(result: io::Result<()>) -> Written {
    match result {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Written::Lost,
        _ => Written::Done,
    }
}
