//! The standard streams as the process was given them: which were closed, and what the system answers to a write.
//!
//! Rust's standard library opens a closed stream on `/dev/null` before `main`, and takes a descriptor that cannot be written for one
//! that can. Hence the look before it, and writes of our own.

use std::io::{self, LineWriter, Write};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::io::fcntl_getfd;

use crate::stdio::Closed;

/// Whether stdout and stderr were closed when the process started.
static CLOSED: [AtomicBool; 2] = [AtomicBool::new(false), AtomicBool::new(false)];

/// Notes which streams are closed. To be called before `main`: it asks only the system, for nothing of the standard library can be
/// relied on yet.
pub fn note_closed() {
    for (closed, stream) in CLOSED.iter().zip([rustix::stdio::stdout(), rustix::stdio::stderr()]) {
        closed.store(fcntl_getfd(stream).is_err(), Ordering::Relaxed);
    }
}

/// Standard output, by lines, and standard error, unbuffered.
pub fn standard() -> (impl Write, impl Write) {
    let [out, err] = [&CLOSED[0], &CLOSED[1]].map(|closed| closed.load(Ordering::Relaxed));
    let stdout = Stream { file: io::stdout(), closed: out };
    (LineWriter::new(stdout), Stream { file: io::stderr(), closed: err })
}

/// A standard stream. One that was closed refuses to be flushed, too, as there is nothing that anything could be written to.
struct Stream<F> {
    file: F,
    closed: bool,
}

impl<F: AsFd> Write for Stream<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.flush()?;
        Ok(rustix::io::write(&self.file, bytes)?)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.closed { Err(io::Error::other(Closed)) } else { Ok(()) }
    }
}
