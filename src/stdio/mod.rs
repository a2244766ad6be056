//! Where output goes: straight to stdout, or through a pager on a terminal.
//!
//! Owns what a closed pipe and a full disk mean. Refuses to know what is written.

pub mod pager;

use std::io::{self, Write};

use crate::env_vars;
use crate::error::Result;
use crate::host::Host;

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
/// # Errors
/// The pager cannot be started.
pub fn deliver(bytes: &[u8], pager: Option<&str>, host: &Host, stdout: &mut dyn Write) -> Result<Written> {
    match pager {
        Some(command) if !bytes.is_empty() => {
            pager::page(bytes, command, host.environment.get(env_vars::LESS).is_some()).map(|()| Written::Done)
        }
        _ => Ok(written(stdout.write_all(bytes).and_then(|()| stdout.flush()))),
    }
}

/// A reader that has gone away has what it wanted; any other failure loses output.
#[must_use]
pub fn written(result: io::Result<()>) -> Written {
    match result {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Written::Lost,
        _ => Written::Done,
    }
}
