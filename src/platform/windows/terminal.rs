//! The console that controls the process, and the standard streams in Python's text mode: lines end by a carriage return and a line
//! feed.

use std::fs::File;
use std::io::{self, LineWriter, Read, Write};
pub(crate) use std::io::{stderr, stdin, stdout};
use std::time::Duration;

use crossterm_winapi::{ConsoleMode, Handle};
use ratatui::crossterm::event::poll;
use ratatui::crossterm::terminal::size;

use super::super::Restored;

/// `ENABLE_ECHO_INPUT` of a console's mode.
const ECHO: u32 = 0x0004;

/// The console, to read from and to write to.
#[derive(Debug)]
pub(crate) struct Device {
    input: File,
    output: File,
}

impl Device {
    pub(crate) fn try_clone(&self) -> io::Result<Self> {
        Ok(Self { input: self.input.try_clone()?, output: self.output.try_clone()? })
    }
}

impl Read for &Device {
    /// A line ends by a line feed alone.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = (&self.input).read(buffer)?;
        match buffer.get_mut(..read) {
            Some([.., end @ b'\r', b'\n']) => {
                *end = b'\n';
                Ok(read - 1)
            }
            _ => Ok(read),
        }
    }
}

impl Write for &Device {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (&self.output).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        (&self.output).flush()
    }
}

pub(crate) fn open() -> io::Result<Device> {
    Ok(Device { input: file("CONIN$")?, output: screen()? })
}

/// Waits for a key, or for this long.
pub(crate) fn wait_for_input(span: Duration) -> io::Result<()> {
    poll(span).map(drop)
}

pub(crate) fn screen() -> io::Result<File> {
    file("CONOUT$")
}

fn file(name: &str) -> io::Result<File> {
    File::options().read(true).write(true).open(name)
}

pub(crate) fn stdout_columns() -> Option<u16> {
    size().ok().map(|(columns, _)| columns)
}

pub(crate) fn stderr_columns() -> Option<u16> {
    stdout_columns()
}

pub(crate) fn silence(_terminal: &Device) -> io::Result<Restored> {
    let console = ConsoleMode::from(Handle::current_in_handle()?);
    let before = console.mode()?;
    let restored = Restored::new({
        let console = console.clone();
        move || {
            let _ = console.set_mode(before);
        }
    });
    console.set_mode(before & !ECHO)?;
    Ok(restored)
}

/// A closed stream takes what is written to it here.
pub fn note_closed() {}

pub fn standard() -> (impl Write, impl Write) {
    (LineWriter::new(TextMode(stdout())), TextMode(stderr()))
}

struct TextMode<F>(F);

impl<F: Write> Write for TextMode<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            match line.strip_suffix(b"\n") {
                Some(line) => self.0.write_all(&[line, b"\r\n"].concat())?,
                None => self.0.write_all(line)?,
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
