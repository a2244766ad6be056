//! The terminal that controls the process, and the standard streams as the process was given them.
//!
//! Rust's standard library opens a closed stream on `/dev/null` before `main`, and takes a descriptor that cannot be written for one
//! that can. Hence the look before it, and writes of our own.

use std::fs::File;
use std::io::{self, LineWriter, Write};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{Errno, fcntl_getfd};
pub(crate) use rustix::stdio::{stderr, stdin, stdout};
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcgetwinsize, tcsetattr};

use super::super::Restored;
use crate::stdio::Closed;

/// The terminal, to read from and to write to.
pub(crate) type Device = File;

/// Fails where the process has none.
pub(crate) fn open() -> io::Result<Device> {
    File::options().read(true).write(true).open("/dev/tty")
}

pub(crate) fn screen() -> io::Result<File> {
    open()
}

pub(crate) fn stdout_columns() -> Option<u16> {
    tcgetwinsize(stdout()).ok().map(|size| size.ws_col)
}

pub(crate) fn stderr_columns() -> Option<u16> {
    tcgetwinsize(stderr()).ok().map(|size| size.ws_col)
}

/// Waits for a key on standard input, for a signal, or for this long. Fails where the terminal is gone.
pub(crate) fn wait_for_input(span: Duration) -> io::Result<()> {
    let (stdin, span) = (stdin(), Timespec::try_from(span).unwrap_or_default());
    let mut waited = [PollFd::new(&stdin, PollFlags::IN)];
    match poll(&mut waited, Some(&span)) {
        Err(error) if error != Errno::INTR => Err(error.into()),
        _ if waited[0].revents().intersects(PollFlags::HUP | PollFlags::ERR) => {
            Err(io::ErrorKind::UnexpectedEof.into())
        }
        _ => Ok(()),
    }
}

/// Turns echo off for as long as the returned value lives.
pub(crate) fn silence(terminal: &Device) -> io::Result<Restored> {
    let device = terminal.try_clone()?;
    let before = tcgetattr(terminal)?;
    let mut silent = before.clone();
    silent.local_modes.remove(LocalModes::ECHO);
    let restored = Restored::new(move || {
        let _ = tcsetattr(&device, OptionalActions::Flush, &before);
    });
    tcsetattr(terminal, OptionalActions::Flush, &silent)?;
    Ok(restored)
}

/// Whether stdout and stderr were closed when the process started.
static CLOSED: [AtomicBool; 2] = [AtomicBool::new(false), AtomicBool::new(false)];

/// Notes which streams are closed. To be called before `main`, so it uses system calls only: the standard library is not ready.
pub fn note_closed() {
    for (closed, stream) in CLOSED.iter().zip([stdout(), stderr()]) {
        closed.store(fcntl_getfd(stream).is_err(), Ordering::Relaxed);
    }
}

/// Standard output, by lines, and standard error, unbuffered.
pub fn standard() -> (impl Write, impl Write) {
    let [out, err] = [&CLOSED[0], &CLOSED[1]].map(|closed| closed.load(Ordering::Relaxed));
    let stdout = Stream { file: stdout(), closed: out };
    (LineWriter::new(stdout), Stream { file: stderr(), closed: err })
}

/// A standard stream. One that was closed refuses to be flushed, too: nothing can have been written to it.
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
