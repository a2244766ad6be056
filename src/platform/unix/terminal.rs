//! The terminal that controls the process, whatever its standard streams are.

use std::fs::File;
use std::io;

use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcgetwinsize, tcsetattr};

use super::super::Restored;

/// The terminal, to read from and to write to.
pub(crate) type Device = File;

/// Fails where the process has none.
pub(crate) fn open() -> io::Result<Device> {
    File::options().read(true).write(true).open("/dev/tty")
}

/// The terminal to draw on.
pub(crate) fn screen() -> io::Result<File> {
    open()
}

/// The columns of the terminal on standard output, if there is one.
pub(crate) fn stdout_columns() -> Option<u16> {
    tcgetwinsize(io::stdout()).ok().map(|size| size.ws_col)
}

/// The same for standard error.
pub(crate) fn stderr_columns() -> Option<u16> {
    tcgetwinsize(io::stderr()).ok().map(|size| size.ws_col)
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
