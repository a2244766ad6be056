//! Where output goes: straight to stdout, or through a pager on a terminal.
//!
//! Owns what a closed stream, a reader that is gone and a full disk mean. Refuses to know what is written.

pub(crate) mod pager;

use std::io::{self, Write};

use crate::env_vars;
use crate::error::{Error, Result};
use crate::host::Host;
use crate::python::errno;
use pager::Paged;

/// Writes `bytes` to `stdout`, or to `pager` where there is one. Nothing written means no pager.
///
/// A pager that exists but cannot be run (no permission, no program) swallows the output without a word, as in the AWS CLI.
pub(crate) fn deliver(bytes: &[u8], pager: Option<&str>, host: &Host, stdout: &mut dyn Write) -> Result<()> {
    let Some(command) = pager.filter(|_| !bytes.is_empty()) else { return write(bytes, stdout) };
    match pager::page(bytes, command, host.environment.get(env_vars::LESS).is_none())? {
        // The empty name is found nowhere, yet Python reports another error for it.
        Paged::NotStarted(program, error) if error.kind() == io::ErrorKind::NotFound && !program.is_empty() => {
            Err(Error::Pager(errno::with_path(&error, &program)))
        }
        _ => Ok(()),
    }
}

/// Writes a page of help to `stdout`, or to `pager` where there is one; one that cannot be started is skipped.
pub(crate) fn deliver_help(page: &str, pager: Option<&str>, stdout: &mut dyn Write) -> Result<()> {
    match pager.map(|command| pager::page(page.as_bytes(), command, false)).transpose()? {
        Some(Paged::Ran) => Ok(()),
        Some(Paged::NotStarted(..)) | None => write(page.as_bytes(), stdout),
    }
}

/// Fails with [`Error::OutputLost`], or with status 255 where stdout was closed when the program started.
pub(crate) fn write(bytes: &[u8], stdout: &mut dyn Write) -> Result<()> {
    stdout.write_all(bytes).and_then(|()| stdout.flush()).map_err(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Error::OutputLost(None),
        _ if is_closed(&error) => Error::general("The output could not be written: standard output is closed"),
        _ => Error::OutputLost(Some(errno::text(&error))),
    })
}

/// What a stream answers that was closed when the program started.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the stream is closed")]
pub(crate) struct Closed;

/// Whether a stream's answer is [`Closed`].
pub(crate) fn is_closed(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|cause| cause.is::<Closed>())
}

/// Warns on stderr that `--no-verify-ssl` has an effect.
pub(crate) fn warn_unverified() {
    let text = "Unverified HTTPS request: the endpoint's certificate is not checked (--no-verify-ssl).";
    // An unread warning is not worth an error.
    let _ = writeln!(io::stderr(), "Warning: {text}");
}
