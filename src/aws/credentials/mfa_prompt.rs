//! Asks for a code on the terminal without showing what is typed, as Python's `getpass` does: on the terminal itself, whatever
//! standard input and output are; without one, on standard error and input.

use std::io::{self, BufRead, BufReader, Read, Write};

use tokio::task::spawn_blocking;

use crate::error::{Error, Result};
use crate::platform::signals::Watch;
use crate::platform::terminal::{self, Device};

/// In bytes; a terminal takes no longer lines.
const LONGEST: u64 = 4096;

/// Shows `prompt` and reads a line.
pub(crate) async fn ask(prompt: &str) -> Result<String> {
    let Ok(terminal) = terminal::open() else {
        return ask_on_standard_streams(prompt).await;
    };
    let failed = |error: io::Error| Error::General(error.to_string());
    let line = ask_on_terminal(&terminal, prompt).await.map_err(failed)?.ok_or_else(end_of_input)?;
    let _ = (&terminal).write_all(b"\n");
    Ok(line)
}

fn end_of_input() -> Error {
    Error::General(String::new())
}

/// A line from the terminal; `None` at the end of input. Dropping the future restores the terminal.
async fn ask_on_terminal(terminal: &Device, prompt: &str) -> io::Result<Option<String>> {
    // Before the first key: a signal may end this program only with the terminal as it was.
    let watch = Watch::new();
    let silent = terminal::silence(terminal)?;
    let mut writer = terminal;
    writer.write_all(prompt.as_bytes())?;
    // Waiting for a terminal blocks a thread; this one must stay free for Ctrl-C.
    let reader = terminal.try_clone()?;
    let line = spawn_blocking(move || line(&reader)).await.map_err(io::Error::other)??;
    drop((silent, watch));
    Ok((!line.is_empty()).then(|| String::from_utf8_lossy(line.strip_suffix(b"\n").unwrap_or(&line)).into_owned()))
}

fn line(terminal: &Device) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    BufReader::new(terminal).take(LONGEST).read_until(b'\n', &mut line)?;
    Ok(line)
}

async fn ask_on_standard_streams(prompt: &str) -> Result<String> {
    let mut stderr = io::stderr();
    let _ = writeln!(stderr, "Warning: Password input may be echoed.");
    let _ = stderr.write_all(prompt.as_bytes()).and_then(|()| stderr.flush());
    let read = spawn_blocking(|| {
        let mut line = String::new();
        io::stdin().read_line(&mut line).map(|_| line)
    });
    let line = read.await.map_err(Error::general)?.map_err(Error::general)?;
    if line.is_empty() {
        return Err(end_of_input());
    }
    let _ = stderr.write_all(b"\n");
    Ok(line.strip_suffix('\n').unwrap_or(&line).to_owned())
}
