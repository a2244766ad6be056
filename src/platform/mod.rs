//! What differs by system: signals, terminals, modes of files, replacing the process.
//!
//! What belongs to one system stands in a module of its name, [`unix`]; the rest of the program sees the same names for every
//! system and has no `cfg` of its own. Signals have their one owner here, [`signals`].

mod restored;
mod signal;
pub(crate) mod signals;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
compile_error!("redrive-execution runs on Linux and macOS; for another system write a module beside src/platform/unix");

pub(crate) use restored::Restored;
pub(crate) use signal::Signal;
#[cfg(feature = "sfn-local")]
pub(crate) use system::children;
pub(crate) use system::{accounts, files, os_bytes, process, sockets, streams, terminal};
#[cfg(unix)]
use unix as system;
