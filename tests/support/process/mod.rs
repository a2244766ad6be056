//! A program run from outside: in a bare environment, with pipes or on a terminal, watched until it ends.
//!
//! Refuses to interpret what it prints.

mod pump;
mod spawn;
#[cfg(test)]
mod tests;
mod typist;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Deserialize;

pub use rustix::process::Signal;

use super::raw::shown;

/// A run to be made. Words and values are text, unless `S` can be more.
pub struct Run<S = String> {
    /// The program and its words.
    pub words: Vec<S>,
    /// All of its environment.
    pub environment: BTreeMap<String, S>,
    /// Its working directory.
    pub folder: PathBuf,
    /// What it finds on standard input (a terminal brings its own: the keys).
    pub stdin: Vec<u8>,
    /// What its streams are.
    pub streams: Streams,
    /// A signal to send it, and when, counted from its start.
    pub signal: Option<(Signal, Duration)>,
    /// How long it may take before it is killed with everything it started.
    pub limit: Duration,
}

/// What a program's streams are.
#[derive(Clone, Debug)]
pub enum Streams {
    /// All three are pipes.
    Pipes,
    /// As pipes, but standard output is a device that is always full.
    FullOutput,
    /// Each of its own kind; with or without a standard input.
    Each { stdin: bool, stdout: Stream, stderr: Stream },
    /// A terminal, which is also the controlling one.
    Terminal(Terminal),
}

/// What a standard output or standard error is.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum Stream {
    /// A pipe that is read.
    #[default]
    Pipe,
    /// Not open at all.
    Closed,
    /// A device with no space left.
    Full,
    /// Open for reading only.
    ReadOnly,
    /// A pipe whose reader has gone.
    Gone,
}

/// A terminal that neither echoes nor turns line feeds into anything.
#[derive(Clone, Debug)]
pub struct Terminal {
    /// Lines.
    pub rows: u16,
    /// Columns.
    pub columns: u16,
    /// Whether standard error is on it too, not a pipe.
    pub with_stderr: bool,
    /// What is typed, in turn, each when the program has come to rest.
    pub keys: Vec<String>,
}

/// How a run ended.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Exit {
    /// With this status; below zero it is the signal that ended it.
    Status(i32),
    /// It had to be killed.
    TimedOut,
    /// It could not be started.
    NotStarted(String),
}

/// What a run left.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Finished {
    /// How it ended.
    pub exit: Exit,
    /// Standard output, or everything that came to the terminal.
    pub stdout: String,
    /// Standard error where it was a pipe.
    pub stderr: String,
}

impl<S: AsRef<OsStr>> Run<S> {
    /// Makes the run. A program that cannot be started is a way to end; an error is a failure of the surroundings.
    pub fn finish(&self) -> io::Result<Finished> {
        let spawned = match spawn::spawn(self)? {
            Ok(spawned) => spawned,
            Err(error) => {
                let exit = Exit::NotStarted(error.to_string());
                return Ok(Finished { exit, stdout: String::new(), stderr: String::new() });
            }
        };
        let (exit, output) = pump::pump(self, spawned)?;
        Ok(Finished { exit, stdout: shown(&output.stdout), stderr: shown(&output.stderr) })
    }
}

/// The right to start a process, or to have a file open that will be executed.
///
/// A child holds copies of all open files until it executes its program, and a file that is open for writing anywhere
/// cannot be executed: so no process is started while a script is being written. It concerns the entire process of the
/// tests, hence a static.
static FORKING: Mutex<()> = Mutex::new(());

/// Takes the right to start a process or to write an executable file.
pub fn forking() -> MutexGuard<'static, ()> {
    FORKING.lock().unwrap_or_else(PoisonError::into_inner)
}
