//! What differs by system: signals, terminals, modes of files, replacing the process.
//!
//! What belongs to one system stands in a module of its name, `unix` or `windows`; the rest of the program sees the same names
//! for every system and has no `cfg` of its own. Signals have their one owner here, [`signals`].

mod restored;
mod signal;
pub(crate) mod signals;
pub(crate) mod sockets;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

pub(crate) use restored::Restored;
pub(crate) use signal::Signal;
#[cfg(feature = "sfn-local")]
pub(crate) use system::children;
pub(crate) use system::{accounts, errors, files, os_bytes, process, streams, terminal};
#[cfg(unix)]
use unix as system;
#[cfg(windows)]
use windows as system;

/// Whether to do as the AWS CLI does on Windows: its default pager, its rules for splitting words and for variables in paths.
pub(crate) const WINDOWS: bool = cfg!(windows);
