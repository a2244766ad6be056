//! `--cli-auto-prompt`: a line editor over the entire screen that knows the options and their values.
//!
//! [`state`] is a pure machine of keys and replies; [`screen`] draws it; [`terminal`] lends both the terminal, and [`worker`] calls
//! the service in the background. Refuses to run anything: it hands back a command line.

mod candidate;
pub mod context;
pub mod executions;
mod fuzzy;
mod history;
pub mod keys;
mod layout;
mod line;
pub mod lookup;
mod menu;
mod pane;
pub mod screen;
pub mod state;
mod terminal;
mod worker;

use std::io::Write;

use crate::cli;
use crate::error::{Error, Result};
use crate::host::Host;
use crate::render::escape::Escaped;
use crate::settings::ConfigFiles;
use history::History;
use state::{State, Step};
use worker::Worker;

const AUTO_PROMPT: &str = "--cli-auto-prompt";

/// The computer that the prompt runs on.
#[derive(Clone, Copy, Debug)]
pub struct Computer<'c> {
    pub host: &'c Host,
    pub files: &'c ConfigFiles,
}

/// Lets the words of `argv` be completed on the terminal. Returns the command line to run, or `None` where the user left; either
/// way the line stays on the screen, on the stream where the AWS CLI puts it.
pub(crate) fn ask(
    argv: &[String],
    host: &Host,
    files: &ConfigFiles,
    stdout: &mut dyn Write,
    stderr: &mut dyn Write,
) -> Result<Option<Vec<String>>> {
    if !host.stdin_is_terminal {
        let _ = writeln!(stderr, "Warning: Input is not a terminal (fd=0).");
        return Err(Error::General(String::new()));
    }
    let mut words = cli::full_form(argv.to_vec());
    if let Some(at) = words.iter().position(|word| word == AUTO_PROMPT) {
        words.remove(at);
    }
    let history = History::of(host);
    let computer = Computer { host, files };
    let lost = |error: std::io::Error| Error::General(error.to_string());
    let size = terminal::screen_size().map_err(lost)?;
    let mut state = State::new(&words, history.lines(), computer, size);
    let step = terminal::drive(&mut state, &mut Worker::new(computer)).map_err(lost)?;
    let line = format!("{}{}\n", screen::PROMPT, Escaped(state.line.text()));
    // The line is shown to somebody who may be gone; that is no reason for another outcome.
    if let Step::Run(words) = step {
        history.keep(state.line.text());
        let _ = stdout.write_all(line.as_bytes()).and_then(|()| stdout.flush());
        return Ok(Some(words));
    }
    let _ = stderr.write_all(line.as_bytes()).and_then(|()| stderr.flush());
    Ok(None)
}
