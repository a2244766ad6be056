//! The program `sfn-local`: serves until it is ended, or for as long as a command runs.

mod environment;
mod overview;

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches, Parser};

use self::environment::Change;
use super::endpoint::Endpoint;
use super::seed::{BUILT_IN, Seed};
use super::settings::{BEHAVIOUR, CONTENT, Settings};
use crate::host::Host;
use crate::platform::process::{pass_on, shell_status};
use crate::platform::signals::Arrivals;
use crate::render::escape::Escaped;

const USAGE_STATUS: u8 = 2;
const START_STATUS: u8 = 1;
/// How often to look for signals, and for the command's end.
const TICK: Duration = Duration::from_millis(5);

const AFTER: &str = "\
It serves until it is interrupted and prints what to paste; or it serves while COMMAND runs, with the endpoint, credentials and \
region in its environment, and ends with its exit status.

A RULE says which requests meet a fault: [OPERATION:]SHARE[@FROM-UNTIL]: 20%, RedriveExecution:5%, or 100%@10s-30s, from 10 to 30 \
seconds after the start. For --fail it is [OPERATION:][page:]STATUS[:SHARE][@FROM-UNTIL]: 503:10% is trouble of the service's own, \
page:502:10% the page of a proxy in between. The first rule that fits counts, those of --fail before the others.

It answers RedriveExecution, DescribeExecution, ListExecutions, ListStateMachines, GetExecutionHistory, DescribeMapRun and \
ListMapRuns as documented. State is in memory.";

const TEMPLATE: &str = "{about-with-newline}\n{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";

/// A small Step Functions endpoint on this machine, for trying and testing
#[derive(Parser)]
#[command(name = "sfn-local", version, override_usage = "sfn-local [OPTIONS] [-- COMMAND [ARG]...]", after_help = AFTER)]
#[command(before_help = "  sfn-local --log -- sh my-test.sh", help_template = TEMPLATE)]
pub(crate) struct Arguments {
    /// state machines and executions, as JSON
    #[arg(long, value_name = "FILE", help_heading = CONTENT)]
    seed: Option<PathBuf>,
    /// print the built-in seed, an example of the format
    #[arg(long, help_heading = CONTENT)]
    print_seed: bool,
    #[command(flatten)]
    settings: Settings,
    /// log each request on stderr, and a summary
    #[arg(long, help_heading = BEHAVIOUR)]
    log: bool,
    #[arg(last = true, hide = true)]
    command: Vec<OsString>,
}

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
        Err(help_or_version) => return print(&format!("{}\n", help_or_version.to_string().trim_end())),
    };
    if arguments.print_seed {
        return print(BUILT_IN);
    }
    serve(arguments, host).unwrap_or_else(|message| complain(&message, START_STATUS))
}

fn serve(arguments: Arguments, host: &Host) -> Result<u8, String> {
    let Arguments { seed, mut settings, log, command, .. } = arguments;
    if let Some(path) = seed {
        settings.seed = Seed::read(&path).map_err(|error| error.to_string())?;
    }
    if log {
        settings.log = Some(Box::new(io::stderr()));
    }
    let endpoint = Endpoint::start(settings).map_err(|error| error.to_string())?;
    // Before anything starts, so that none is missed.
    let mut signals = Arrivals::new().map_err(|error| error.to_string())?;
    let status = if command.is_empty() {
        let changes = environment::to_paste(&endpoint, host);
        let status = print(&overview::text(&endpoint, &changes, host.stdout_columns()));
        while status == 0 && signals.take().is_empty() {
            sleep(TICK);
        }
        status
    } else {
        run_command(&command, &environment::for_command(&endpoint, host), &mut signals)?
    };
    if log {
        let _ = io::stderr().write_all(overview::counts(&endpoint.counts()).as_bytes());
    }
    Ok(status)
}

/// Prints a usage error, which may quote the command line.
fn usage(error: &clap::Error) -> u8 {
    let text: String = error.to_string().lines().map(|line| format!("{}\n", Escaped(line))).collect();
    let _ = io::stderr().write_all(text.as_bytes());
    USAGE_STATUS
}

/// Prints to stdout; a reader that has gone away makes it a failure.
fn print(text: &str) -> u8 {
    let mut stdout = io::stdout();
    stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()).map_or(START_STATUS, |()| 0)
}

fn complain(message: &str, status: u8) -> u8 {
    // There is no other place to report that stderr is closed.
    let _ = writeln!(io::stderr(), "sfn-local: {}", Escaped(message));
    status
}

/// Runs a command with these changes to the environment and returns its exit status as a shell does: 127 when it is not found, 126
/// when it cannot be run, 128 and the signal's number when a signal ended it.
fn run_command(words: &[OsString], changes: &[Change], signals: &mut Arrivals) -> Result<u8, String> {
    let Some((program, arguments)) = words.split_first() else { return Err("there is no command".to_owned()) };
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
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            return Ok(shell_status(status));
        }
        signals.take().into_iter().for_each(|signal| pass_on(signal, child.id()));
        sleep(TICK);
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::Arguments;
    use crate::local::weather::Fault;

    fn parse(line: &str) -> Result<Arguments, String> {
        let words = ["sfn-local"].into_iter().chain(line.split(' ').filter(|word| !word.is_empty()));
        Arguments::try_parse_from(words).map_err(|error| error.to_string())
    }

    #[test]
    fn the_help_fits_a_terminal() {
        let mut command = Arguments::command().term_width(80);
        let help = command.render_help().to_string();
        let wide: Vec<&str> = help.lines().filter(|line| line.len() > 80).collect();
        assert!(help.contains("--lose-answers") && wide.is_empty(), "{wide:#?}");
    }

    #[test]
    fn options_become_settings() {
        let settings = parse("--run-seconds=0.5 --deny RedriveExecution --quotas other --clock -3m --latency-ms 7")
            .unwrap()
            .settings;
        assert_eq!((settings.run_time.as_millis(), settings.latency.as_millis()), (500, 7));
        assert_eq!((settings.denied.len(), settings.ahead.as_secs()), (1, -180));
        assert!(settings.quotas.is_some());
        let settings = parse("--throttle 20% --fail 503:10% --fail page:502:5% --lose-answers 5%").unwrap().settings;
        let faults: Vec<Fault> = settings.fail.into_iter().map(|rule| rule.fault).collect();
        assert_eq!(faults, [Fault::Trouble(503), Fault::Page(502)]);
        assert_eq!((settings.throttle.len(), settings.lose_answers.len()), (1, 1));
    }

    #[test]
    fn everything_after_two_dashes_is_the_command() {
        let arguments = parse("--log -- sh --log --").unwrap();
        assert!(arguments.log);
        assert_eq!(arguments.command, ["sh", "--log", "--"]);
    }

    #[test]
    fn each_wrong_word_gets_a_reason() {
        for (line, message) in [
            ("--port 65536", "invalid value '65536' for '--port <PORT>': 65536 is not in 0..=65535"),
            ("--run-seconds=-1", "'--run-seconds <SECONDS>': it must be a number of seconds"),
            ("--run-seconds NaN", "'--run-seconds <SECONDS>': it must be a number of seconds"),
            ("--clock-scale 0", "'--clock-scale <FACTOR>': it must be above 0, up to 1000000"),
            ("--clock-scale nan", "'--clock-scale <FACTOR>': it must be above 0, up to 1000000"),
            ("--quotas none", "invalid value 'none' for '--quotas <TABLE>'"),
            ("--account 1", "'--account <NUMBER>': it must have 12 digits"),
            ("--region US", "'--region <REGION>': it must be a region such as us-east-1"),
            ("--session-token=", "a value is required for '--session-token <TOKEN>' but none was supplied"),
            ("--deny All", "invalid value 'All' for '--deny <OPERATION>'"),
            ("--fail 404", "'--fail <RULE>': trouble has a status from 500 to 599"),
        ] {
            let error = parse(line).err().unwrap();
            assert!(error.contains(message), "{line}: {error}");
        }
    }
}
