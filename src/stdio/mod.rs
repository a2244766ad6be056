//! Where output goes: straight to stdout, or through a pager on a terminal.
//!
//! Owns what a closed pipe and a full disk mean. Refuses to know what is written.

pub mod pager;

use std::io::{self, Write};

use crate::env_vars;
use crate::error::{Error, Result};
use crate::host::Host;

/// Writes `bytes` to `stdout`, or to `pager` where there is one. Nothing written means no pager.
///
/// # Errors
/// The pager cannot be started; the output cannot be written.
pub fn deliver(bytes: &[u8], pager: Option<&str>, host: &Host, stdout: &mut dyn Write) -> Result<()> {
    match pager {
        Some(command) if !bytes.is_empty() => {
            pager::page(bytes, command, host.environment.get(env_vars::LESS).is_some())
        }
        _ => write(bytes, stdout),
    }
}

/// Writes all of it. A reader that has gone away has what it wanted; any other failure loses output.
///
/// # Errors
/// [`Error::OutputLost`].
pub fn write(bytes: &[u8], stdout: &mut dyn Write) -> Result<()> {
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::OutputLost(Error::errno_text(&error))),
        _ => Ok(()),
    }
}
