//! Asks for a code on the terminal without showing what is typed, as Python's `getpass` does: on the terminal itself, whatever
//! standard input and output are; without one, on standard error and input.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Write};

use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use tokio::sync::oneshot;

use crate::error::{Error, Result};

const TERMINAL: &str = "/dev/tty";

/// Longer lines than a terminal takes are no codes.
const LONGEST: u64 = 4096;

/// Shows `prompt` and reads a line.
pub(crate) async fn ask(prompt: &str) -> Result<String> {
    let Ok(terminal) = OpenOptions::new().read(true).write(true).open(TERMINAL) else {
        return ask_on_standard_streams(prompt);
    };
    let failed = |error: io::Error| Error::General(error.to_string());
    let line = ask_on_terminal(&terminal, prompt).await.map_err(failed)?.ok_or_else(end_of_input)?;
    let _ = (&terminal).write_all(b"\n");
    Ok(line)
}

fn end_of_input() -> Error {
    Error::General(String::new())
}

/// A line from the terminal; none at the end of its input. Whoever drops what is awaited finds the terminal as it was before.
async fn ask_on_terminal(terminal: &File, prompt: &str) -> io::Result<Option<String>> {
    let silent = Silent::new(terminal)?;
    let mut writer = terminal;
    writer.write_all(prompt.as_bytes())?;
    // Waiting for a terminal blocks a thread; this one must stay free for Ctrl-C.
    let (sender, receiver) = oneshot::channel();
    let reader = terminal.try_clone()?;
    std::thread::spawn(move || sender.send(line(&reader)));
    let line = receiver.await.map_err(io::Error::other)??;
    drop(silent);
    Ok((!line.is_empty()).then(|| String::from_utf8_lossy(line.strip_suffix(b"\n").unwrap_or(&line)).into_owned()))
}

fn line(terminal: &File) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    BufReader::new(terminal).take(LONGEST).read_until(b'\n', &mut line)?;
    Ok(line)
}

/// A terminal that shows nothing of what is typed, as long as this lives.
struct Silent<'t> {
    terminal: &'t File,
    before: Termios,
}

impl<'t> Silent<'t> {
    fn new(terminal: &'t File) -> io::Result<Self> {
        let before = tcgetattr(terminal)?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        tcsetattr(terminal, OptionalActions::Flush, &silent)?;
        Ok(Self { terminal, before })
    }
}

impl Drop for Silent<'_> {
    fn drop(&mut self) {
        let _ = tcsetattr(self.terminal, OptionalActions::Flush, &self.before);
    }
}

fn ask_on_standard_streams(prompt: &str) -> Result<String> {
    let mut stderr = io::stderr();
    let _ = writeln!(stderr, "Warning: Password input may be echoed.");
    let _ = stderr.write_all(prompt.as_bytes()).and_then(|()| stderr.flush());
    let mut line = String::new();
    let read = io::stdin().lock().read_line(&mut line).map_err(|error| Error::General(error.to_string()))?;
    if read == 0 {
        return Err(end_of_input());
    }
    let _ = stderr.write_all(b"\n");
    Ok(line.strip_suffix('\n').unwrap_or(&line).to_owned())
}
