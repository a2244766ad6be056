//! The program `sfn-local`: serves until it is ended, or for as long as a command runs.

mod arguments;
mod environment;
mod faults;
mod overview;

use std::ffi::OsString;
use std::io::{self, Write};

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches};
use tokio::process::Command;

pub(crate) use self::arguments::Arguments;
use self::environment::Change;
use super::endpoint::Endpoint;
use super::seed::{BUILT_IN, Seed};
use crate::host::Host;
use crate::platform::Signal;
use crate::platform::process::{pass_on, shell_status};
use crate::platform::signals::Streams;
use crate::render::escape::Escaped;

/// What went wrong before there was anything to serve.
const USAGE_STATUS: u8 = 2;
const START_STATUS: u8 = 1;

/// Runs the program with these words, its name first, and returns its exit status.
pub fn run(words: Vec<OsString>, host: &Host) -> u8 {
    let no_command = words.last().is_some_and(|word| word == "--");
    let command = Arguments::command().term_width(host.page_columns());
    let arguments = match command.try_get_matches_from(words).and_then(|found| Arguments::from_arg_matches(&found)) {
        Ok(arguments) if no_command && arguments.command.is_empty() => {
            let message = "there is no COMMAND after --";
            return usage(&Arguments::command().error(ErrorKind::MissingRequiredArgument, message));
        }
        Ok(arguments) => arguments,
        Err(error) if error.use_stderr() => return usage(&error),
        Err(help_or_version) => return print(&format!("{}\n", help_or_version.to_string().trim_end()), 0),
    };
    if arguments.print_seed {
        return print(BUILT_IN, 0);
    }
    match start(&arguments).and_then(|endpoint| serve(&endpoint, &arguments, host)) {
        Ok(status) => status,
        Err(message) => complain(&message, START_STATUS),
    }
}

fn start(arguments: &Arguments) -> Result<Endpoint, String> {
    let mut settings = arguments.settings();
    if let Some(path) = &arguments.seed {
        settings.seed = Seed::read(path).map_err(|error| error.to_string())?;
    }
    if arguments.log {
        settings.log = Some(Box::new(io::stderr()));
    }
    Endpoint::start(settings).map_err(|error| error.to_string())
}

fn serve(endpoint: &Endpoint, arguments: &Arguments, host: &Host) -> Result<u8, String> {
    let as_text = |error: io::Error| error.to_string();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(as_text)?;
    let credentials = arguments.credentials();
    let variables =
        environment::Variables { url: &endpoint.url(), credentials: &credentials, region: &arguments.region };
    let status = if arguments.command.is_empty() {
        let mut signals = runtime.block_on(async { Streams::of(&Signal::ALL) });
        let text = overview::text(endpoint, &variables.to_paste(host), host.stdout_columns());
        let status = print(&text, 0);
        if status == 0 {
            runtime.block_on(signals.next());
        }
        status
    } else {
        runtime.block_on(run_command(&arguments.command, &variables.for_command(host)))?
    };
    if arguments.log {
        let _ = io::stderr().write_all(overview::counts(&endpoint.counts()).as_bytes());
    }
    Ok(status)
}

/// Says what is wrong with the words, of which the message may show some.
fn usage(error: &clap::Error) -> u8 {
    let text: String = error.to_string().lines().map(|line| format!("{}\n", Escaped(line))).collect();
    let _ = io::stderr().write_all(text.as_bytes());
    USAGE_STATUS
}

/// Prints to stdout; a reader that has gone away makes it a failure.
fn print(text: &str, status: u8) -> u8 {
    let mut stdout = io::stdout();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Ok(()) => status,
        Err(_) => START_STATUS,
    }
}

fn complain(message: &str, status: u8) -> u8 {
    // There is no other place to report that stderr is closed.
    let _ = writeln!(io::stderr(), "sfn-local: {}", Escaped(message));
    status
}

/// Runs a command with these changes to the environment and answers its exit status as a shell would: 127 when it is not found,
/// 126 when it cannot be run, 128 and the signal's number when a signal ended it.
async fn run_command(words: &[OsString], changes: &[Change]) -> Result<u8, String> {
    let Some((program, arguments)) = words.split_first() else { return Err("there is no command".to_owned()) };
    // Before the command is there, so that none is missed.
    let mut signals = Streams::of(&Signal::ALL);
    let mut command = Command::new(program);
    command.args(arguments);
    for (name, value) in changes {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => {
            let status = if error.kind() == io::ErrorKind::NotFound { 127 } else { 126 };
            return Ok(complain(&format!("cannot run {}: {error}", Escaped(&program.to_string_lossy())), status));
        }
    };
    loop {
        tokio::select! {
            status = child.wait() => return status.map(shell_status).map_err(|error| error.to_string()),
            signal = signals.next() => child.id().into_iter().for_each(|id| pass_on(signal, id)),
        }
    }
}
