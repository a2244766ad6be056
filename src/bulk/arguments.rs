//! The words after `bulk` and `wait`. The options that every command has keep their names and meaning; the rest is our own.

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use crate::cli::invocation;
use crate::cli::options::{GLOBALS, Kind};
use crate::error::{Error, Result};
use crate::settings::Globals;

use super::help;
use super::pace::Pace;

#[derive(Debug)]
pub enum Asked {
    Help(&'static str),
    Bulk(Box<Globals>, Box<Bulk>),
    Wait(Box<Globals>, Wait),
}

/// The options of `bulk`, as typed.
#[derive(Debug, Default)]
pub struct Bulk {
    /// `--state-machine-arn`.
    pub(crate) machines: Vec<String>,
    /// `--status`.
    pub(crate) statuses: Vec<String>,
    /// `--map-run-arn`.
    pub(crate) map_runs: Vec<String>,
    pub(crate) from: Option<String>,
    pub(crate) since: Option<String>,
    pub(crate) until: Option<String>,
    pub(crate) name_match: Option<String>,
    pub(crate) max_redrives: Option<u16>,
    pub(crate) limit: Option<usize>,
    pub(crate) error_match: Option<String>,
    pub(crate) failed_state: Option<String>,
    pub(crate) dry_run: bool,
    pub(crate) yes: bool,
    /// `--rate`, `--share`, `--burst`, `--ramp`, `--concurrency`.
    pub(crate) pace: Pace,
    pub(crate) patience: Option<String>,
    pub(crate) journal: Option<String>,
    pub(crate) resume: Option<String>,
    pub(crate) retry_refused: bool,
    pub(crate) wait: bool,
    pub(crate) timeout: Option<String>,
    pub(crate) poll: Option<String>,
}

/// The options of `wait`, as typed.
#[derive(Debug, Default)]
pub struct Wait {
    /// `--execution-arn`.
    pub(crate) executions: Vec<String>,
    pub(crate) redrive_date: Option<String>,
    pub(crate) from: Option<String>,
    pub(crate) patience: Option<String>,
    pub(crate) timeout: Option<String>,
    pub(crate) poll: Option<String>,
}

/// Reads the words, of which the first is `bulk` or `wait`.
///
/// # Errors
/// [`Error::ParamValidation`] for words that do not fit.
pub fn parse(words: &[String]) -> Result<Asked> {
    let (name, words) = words.split_first().map_or(("", &[][..]), |(name, words)| (name.as_str(), words));
    let (command, help) = match name {
        "wait" => (wait_command(), help::WAIT),
        _ => (bulk_command(), help::BULK),
    };
    if words.iter().any(|word| word == "--help") || words.first().is_some_and(|word| word == "help") {
        return Ok(Asked::Help(help));
    }
    let matches = command.try_get_matches_from(words).map_err(|error| {
        let text = error.to_string();
        let text = text.trim_start_matches("error: ").split("\n\nFor more information").next().unwrap_or_default();
        wrong(&format!("{}\n\nTo see help text, you can run:\n\n  redrive-execution {name} --help\n", text.trim_end()))
    })?;
    let globals = Box::new(invocation::globals_of_clap(&matches));
    if name == "wait" {
        let wait = wait_of(&matches);
        if wait.executions.is_empty() && wait.from.is_none() {
            return Err(wrong("the following arguments are required: --execution-arn or --from"));
        }
        return Ok(Asked::Wait(globals, wait));
    }
    let bulk = bulk_of(&matches);
    check(&bulk)?;
    Ok(Asked::Bulk(globals, Box::new(bulk)))
}

/// What no single option shows to be wrong.
fn check(bulk: &Bulk) -> Result<()> {
    let source = !bulk.machines.is_empty() || !bulk.map_runs.is_empty() || bulk.from.is_some();
    match (source, &bulk.resume) {
        (false, None) => {
            return Err(wrong(
                "nothing says what to redrive: give --state-machine-arn, --map-run-arn, --from or --resume",
            ));
        }
        (true, Some(_)) => return Err(wrong("--resume continues the plan of its journal; leave out other sources")),
        _ => {}
    }
    // What a run redrives is settled when it begins: its journal has the plan.
    let selects = [
        ("--journal", bulk.journal.is_some()),
        ("--status", !bulk.statuses.is_empty()),
        ("--since", bulk.since.is_some()),
        ("--until", bulk.until.is_some()),
        ("--name-match", bulk.name_match.is_some()),
        ("--max-redrives", bulk.max_redrives.is_some()),
        ("--limit", bulk.limit.is_some()),
        ("--error-match", bulk.error_match.is_some()),
        ("--failed-state", bulk.failed_state.is_some()),
    ];
    if bulk.resume.is_some()
        && let Some((name, _)) = selects.iter().find(|(_, given)| *given)
    {
        return Err(wrong(&format!("--resume continues the plan of its journal; leave out {name}")));
    }
    if bulk.retry_refused && bulk.resume.is_none() {
        return Err(wrong(
            "--retry-refused goes with --resume: it asks again for what the run of the journal was refused",
        ));
    }
    if !bulk.statuses.is_empty() && bulk.machines.is_empty() {
        return Err(wrong(
            "--status selects from the lists of --state-machine-arn; the executions of other sources come without it",
        ));
    }
    for (name, given) in [("--timeout", bulk.timeout.is_some()), ("--poll", bulk.poll.is_some())] {
        if given && !bulk.wait {
            return Err(wrong(&format!("{name} goes with --wait")));
        }
    }
    for status in &bulk.statuses {
        if !matches!(status.as_str(), "FAILED" | "TIMED_OUT" | "ABORTED") {
            return Err(wrong(&format!("argument --status: '{status}' is none of FAILED, TIMED_OUT and ABORTED")));
        }
    }
    Ok(())
}

pub(crate) fn wrong(message: &str) -> Error {
    Error::ParamValidation(message.to_owned())
}

fn value(name: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::Set)
}

fn flag(name: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue)
}

fn repeated(name: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::Append)
}

fn command(name: &'static str) -> Command {
    let globals = GLOBALS.iter().filter(|option| option.kind != Kind::Version).map(|option| match option.kind {
        Kind::Flag | Kind::Version => flag(option.id()),
        Kind::Choice(words) | Kind::OptionalChoice(words) => {
            value(option.id()).value_parser(clap::builder::PossibleValuesParser::new(words))
        }
        Kind::Value => value(option.id()),
    });
    Command::new(name)
        .bin_name(format!("redrive-execution {name}"))
        .no_binary_name(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .args_override_self(true)
        .args(globals)
}

fn bulk_command() -> Command {
    command("bulk").args([
        repeated("state-machine-arn"),
        repeated("status").value_delimiter(','),
        repeated("map-run-arn"),
        value("from"),
        value("since"),
        value("until"),
        value("name-match"),
        value("max-redrives").value_parser(value_parser!(u16)),
        value("limit").value_parser(value_parser!(usize)),
        value("error-match"),
        value("failed-state"),
        flag("dry-run"),
        flag("yes"),
        value("rate"),
        value("share").value_parser(value_parser!(f64)),
        value("burst").value_parser(value_parser!(u32).range(1..)),
        value("ramp"),
        value("concurrency").value_parser(value_parser!(u16).range(1..)),
        value("patience"),
        value("journal"),
        value("resume"),
        flag("retry-refused"),
        flag("wait"),
        value("timeout"),
        value("poll"),
    ])
}

fn wait_command() -> Command {
    command("wait").args([
        repeated("execution-arn"),
        value("redrive-date"),
        value("from"),
        value("patience"),
        value("timeout"),
        value("poll"),
    ])
}

fn text(matches: &ArgMatches, name: &str) -> Option<String> {
    matches.get_one::<String>(name).cloned()
}

fn texts(matches: &ArgMatches, name: &str) -> Vec<String> {
    matches.get_many::<String>(name).map(|values| values.cloned().collect()).unwrap_or_default()
}

fn bulk_of(matches: &ArgMatches) -> Bulk {
    Bulk {
        machines: texts(matches, "state-machine-arn"),
        statuses: texts(matches, "status").iter().map(|status| status.to_ascii_uppercase()).collect(),
        map_runs: texts(matches, "map-run-arn"),
        from: text(matches, "from"),
        since: text(matches, "since"),
        until: text(matches, "until"),
        name_match: text(matches, "name-match"),
        max_redrives: matches.get_one("max-redrives").copied(),
        limit: matches.get_one("limit").copied(),
        error_match: text(matches, "error-match"),
        failed_state: text(matches, "failed-state"),
        dry_run: matches.get_flag("dry-run"),
        yes: matches.get_flag("yes"),
        pace: Pace {
            rate: text(matches, "rate"),
            share: matches.get_one("share").copied(),
            burst: matches.get_one("burst").copied(),
            ramp: text(matches, "ramp"),
            concurrency: matches.get_one("concurrency").copied(),
        },
        patience: text(matches, "patience"),
        journal: text(matches, "journal"),
        resume: text(matches, "resume"),
        retry_refused: matches.get_flag("retry-refused"),
        wait: matches.get_flag("wait"),
        timeout: text(matches, "timeout"),
        poll: text(matches, "poll"),
    }
}

fn wait_of(matches: &ArgMatches) -> Wait {
    Wait {
        executions: texts(matches, "execution-arn"),
        redrive_date: text(matches, "redrive-date"),
        from: text(matches, "from"),
        patience: text(matches, "patience"),
        timeout: text(matches, "timeout"),
        poll: text(matches, "poll"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Asked, parse};

    fn asked(line: &str) -> Result<Asked, String> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        parse(&words).map_err(|error| error.to_string())
    }

    #[test]
    fn options_of_every_command_are_options_here() {
        let line =
            "bulk --state-machine-arn m --region r --status failed,Aborted --no-verify-ssl --output text --rate 5";
        let Ok(Asked::Bulk(globals, bulk)) = asked(line) else { panic!() };
        assert_eq!((globals.region.as_deref(), globals.output.as_deref()), (Some("r"), Some("text")));
        assert!(globals.no_verify_ssl);
        assert_eq!(bulk.statuses, ["FAILED", "ABORTED"]);
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_a_reason() {
        for (line, start) in [
            ("bulk", "nothing says what to redrive"),
            ("bulk --from - --resume j", "--resume continues"),
            ("bulk --resume j --limit 2", "--resume continues the plan of its journal; leave out --limit"),
            ("bulk --resume j --name-match x*", "--resume continues the plan of its journal; leave out --name-match"),
            ("bulk --resume j --journal k", "--resume continues the plan of its journal; leave out --journal"),
            ("bulk --from - --status ABORTED", "--status selects from the lists of --state-machine-arn"),
            ("bulk --from - --poll 1s", "--poll goes with --wait"),
            ("bulk --state-machine-arn m --status RUNNING", "argument --status: 'RUNNING' is none of"),
            ("bulk --from - --timeout 5m", "--timeout goes with --wait"),
            ("bulk --from - --bogus", "unexpected argument '--bogus' found"),
            ("bulk --from - --output xml", "invalid value 'xml' for"),
            ("wait", "the following arguments are required"),
        ] {
            let error = asked(line).unwrap_err();
            assert!(error.starts_with(start), "{line}: {error}");
        }
    }

    #[test]
    fn help_is_given_wherever_it_is_asked_for() {
        for line in ["bulk --help", "bulk help", "wait --from - --help"] {
            assert!(matches!(asked(line), Ok(Asked::Help(_))), "{line}");
        }
    }
}
