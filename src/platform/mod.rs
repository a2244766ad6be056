//! What differs by system: signals, terminals, modes of files, replacing the process.
//!
//! `unix` and `windows` offer the same names; the rest of the program has no `cfg` of its own. Signals have their one owner here,
//! [`signals`].

mod restored;
pub(crate) mod signals;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::io;

use tokio::net::TcpStream;

pub(crate) use restored::Restored;
pub(crate) use signals::Signal;
pub(crate) use system::{files, home_of, number_and_reason, process, terminal};
#[cfg(unix)]
use unix as system;
#[cfg(windows)]
use windows as system;

/// Whether to do as the AWS CLI does on Windows: its default pager, its rules for splitting words and for variables in paths.
pub(crate) const WINDOWS: bool = cfg!(windows);

/// Makes the system check now and then that the other side is still there, an option that tokio does not offer.
pub(crate) fn keep_alive(stream: &TcpStream) -> io::Result<()> {
    Ok(rustix::net::sockopt::set_socket_keepalive(stream, true)?)
}
