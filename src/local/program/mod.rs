//! The program `sfn-local`: serves until it is ended, or for as long as a command runs.
//!
//! Its arguments are few and its own, so a small parser of their own keeps clap's help and error texts out of the package, which
//! the main program does not want.

mod arguments;
mod command;
mod environment;
mod overview;

use std::ffi::OsString;
use std::io::{self, Write};

use self::arguments::{Arguments, Request};
use super::endpoint::Endpoint;
use super::seed::{BUILT_IN, Seed};
use crate::host::Host;
use crate::platform::Signal;
use crate::platform::signals::Streams;
use crate::render::escape::Escaped;

/// What went wrong before there was anything to serve.
const USAGE_STATUS: u8 = 2;
const START_STATUS: u8 = 1;

/// Runs the program with these arguments (without its name) and answers its exit status.
pub fn run(words: impl IntoIterator<Item = OsString>, host: &Host) -> u8 {
    let (arguments, command) = match Request::parse(words) {
        Ok(Request::Help) => return print(arguments::HELP, 0),
        Ok(Request::Version) => return print(concat!("sfn-local ", env!("CARGO_PKG_VERSION"), "\n"), 0),
        Ok(Request::PrintSeed) => return print(BUILT_IN, 0),
        Ok(Request::Serve(arguments)) => (arguments, None),
        Ok(Request::Run(arguments, command)) => (arguments, Some(command)),
        Err(message) => {
            let status = complain(&message, USAGE_STATUS);
            let _ = writeln!(io::stderr(), "Try 'sfn-local --help'.");
            return status;
        }
    };
    match start(&arguments).and_then(|endpoint| serve(&endpoint, &arguments, command, host)) {
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

fn serve(
    endpoint: &Endpoint,
    arguments: &Arguments,
    command: Option<Vec<OsString>>,
    host: &Host,
) -> Result<u8, String> {
    let told = |error: io::Error| error.to_string();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(told)?;
    let credentials = arguments.credentials();
    let variables =
        environment::Variables { url: &endpoint.url(), credentials: &credentials, region: &arguments.region };
    let status = match command {
        Some(words) => runtime.block_on(command::run(&words, &variables.for_command(host)))?,
        None => {
            let mut signals = runtime.block_on(async { Streams::of(&Signal::ALL) });
            let text = overview::text(endpoint, &variables.to_paste(host));
            let status = print(&text, 0);
            if status == 0 {
                runtime.block_on(signals.next());
            }
            status
        }
    };
    if arguments.log {
        let _ = io::stderr().write_all(overview::counts(&endpoint.counts()).as_bytes());
    }
    Ok(status)
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
    // There is no other place to tell that stderr is closed.
    let _ = writeln!(io::stderr(), "sfn-local: {}", Escaped(message));
    status
}
