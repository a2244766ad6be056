//! The words after `bulk`, `wait` and `report`, as typed. Help, completions and the man page are made of the same structs.
//!
//! A new option is a field: its doc comment is the help, its heading the group there. What stands under [`WHAT`] is settled when a
//! run begins and so refused with `--resume`.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, Command, CommandFactory, FromArgMatches, Parser, ValueHint};
use serde::{Deserialize, Serialize};

use super::guards::Guards;
use super::pace::Pace;
use crate::aws::reads::REDRIVABLE;
use crate::cli::options::OUTPUT_FORMATS;
use crate::cli::own::{self, whole, wrong};
use crate::cli::{invocation, usage};
use crate::error::Result;
use crate::render::escape::Escaped;
use crate::settings::Globals;

const WHAT: &str = "What to redrive";
const HOW: &str = "How";
const CARE: &str = "A few at a time";
const SAFETY: &str = "Before and after a run";
const WAITING: &str = "Waiting for the ends";

#[derive(Debug)]
pub enum Parsed {
    /// The command whose help is requested.
    Help(Box<Command>),
    Run(Box<Globals>, Own),
}

#[derive(Debug)]
pub enum Own {
    Bulk(Box<Bulk>),
    Wait(Wait),
    Report(JournalReport),
}

/// What a run redrives. Its journal keeps it, with moments in the place of spans before now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::Args)]
#[serde(rename_all = "camelCase", default)]
pub struct Selection {
    /// The unsuccessful executions of this state machine (repeatable)
    #[arg(long = "state-machine-arn", value_name = "ARN", help_heading = WHAT)]
    pub(crate) machines: Vec<String>,
    /// The state machines of the account whose name is like this (repeatable; ListStateMachines)
    #[arg(long = "state-machine", value_name = "GLOB", help_heading = WHAT)]
    pub(crate) machine_globs: Vec<String>,
    /// Of these statuses; all three unless given
    #[arg(long = "status", value_name = "STATUS", value_delimiter = ',', ignore_case = true, help_heading = WHAT)]
    #[arg(value_parser = PossibleValuesParser::new(REDRIVABLE).map(|status| status.to_ascii_uppercase()))]
    pub(crate) statuses: Vec<String>,
    /// The executions in this file, or on stdin with -: one ARN a line, what list-executions or --dry-run prints (text or JSON), or
    /// CSV with a header that names executionArn (and stopDate and redriveCount)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = WHAT)]
    pub(crate) from: Option<String>,
    /// The execution that started this map run (repeatable); ARNs of child executions in --from lead to their parents too
    #[arg(long = "map-run-arn", value_name = "ARN", help_heading = WHAT)]
    pub(crate) map_runs: Vec<String>,
    /// Stopped from then on: 2026-11-20, 2026-11-20T08:00 (local), RFC 3339, today, yesterday, or that long ago: 1h30m, 3d, 1w
    #[arg(long, value_name = "WHEN", help_heading = WHAT)]
    pub(crate) since: Option<String>,
    /// Stopped up to then, written like --since
    #[arg(long, value_name = "WHEN", help_heading = WHAT)]
    pub(crate) until: Option<String>,
    /// Started from then on, written like --since
    #[arg(long, value_name = "WHEN", help_heading = WHAT)]
    pub(crate) started_since: Option<String>,
    /// Started up to then
    #[arg(long, value_name = "WHEN", help_heading = WHAT)]
    pub(crate) started_until: Option<String>,
    /// The execution's name is like this: * is any text, ? a character; a ! before it means all others
    #[arg(long, value_name = "GLOB", help_heading = WHAT)]
    pub(crate) name_match: Option<String>,
    /// Redriven at most N times so far
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = whole(0..=u16::MAX), help_heading = WHAT)]
    pub(crate) max_redrives: Option<u16>,
    /// The error, or the cause as --summary shows it, is like this (DescribeExecution)
    #[arg(long, value_name = "GLOB", help_heading = WHAT)]
    pub(crate) error_match: Option<String>,
    /// The cause, as --summary shows it, is like this; with a digit in the GLOB, also the cause as it is (DescribeExecution)
    #[arg(long, value_name = "GLOB", help_heading = WHAT)]
    pub(crate) cause_match: Option<String>,
    /// The state that failed is like this (GetExecutionHistory)
    #[arg(long, value_name = "GLOB", help_heading = WHAT)]
    pub(crate) failed_state: Option<String>,
    /// Capital and small letters are the same in every GLOB
    #[arg(long, help_heading = WHAT)]
    pub(crate) ignore_case: bool,
    /// No more than N, those closest to their deadline
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = whole(0..=1_000_000_000_usize), help_heading = WHAT)]
    pub(crate) limit: Option<usize>,
}

/// Redrive many executions in one run, at the rate that the service allows.
#[derive(Debug, Default, Parser)]
#[command(name = "bulk", before_help = "  redrive-execution bulk --state-machine-arn ARN --since yesterday --dry-run")]
#[command(after_help = AFTER_BULK)]
pub struct Bulk {
    #[command(flatten)]
    pub(crate) selection: Selection,

    #[command(flatten, next_help_heading = HOW)]
    pub(crate) pace: Pace,
    /// How long the service may give no answer before the run ends, or 'forever' [default: 15m]
    #[arg(long, value_name = "SPAN", help_heading = HOW)]
    pub(crate) patience: Option<String>,

    #[command(flatten, next_help_heading = CARE)]
    pub(crate) guards: Guards,

    /// Look at the executions and print what failed, how, and how often; redrive nothing
    #[arg(long, conflicts_with_all = ["dry_run", "journal", "resume", "wait"], help_heading = SAFETY)]
    pub(crate) summary: bool,
    /// With --summary: look at N executions of each state machine, spread over the time, and estimate the rest
    #[arg(long, value_name = "N", value_parser = whole(1..=1_000_000_usize), requires = "summary", help_heading = SAFETY)]
    pub(crate) sample: Option<usize>,
    /// Print a record of each execution that is left out, and why
    #[arg(long, conflicts_with = "resume", help_heading = SAFETY)]
    pub(crate) show_left_out: bool,
    /// Print the plan and how long it takes; redrive nothing
    #[arg(long, help_heading = SAFETY)]
    pub(crate) dry_run: bool,
    /// Do not ask; needed where there is no terminal
    #[arg(long, help_heading = SAFETY)]
    pub(crate) yes: bool,
    /// Print no plan, progress or table on stderr while all goes well. A question, warnings and errors are printed, and so is the
    /// table of a run where not everything went well; records go to stdout all the same
    #[arg(long, help_heading = SAFETY)]
    pub(crate) quiet: bool,
    /// Where to record what is done [default: redrive-….jsonl]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = SAFETY)]
    pub(crate) journal: Option<String>,
    /// Continue the run of this journal, with its pace and its safety where no other is given
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = SAFETY)]
    pub(crate) resume: Option<String>,
    /// With --resume: request again what was refused
    #[arg(long, help_heading = SAFETY)]
    pub(crate) retry_refused: bool,

    /// Wait until what was redriven has ended
    #[arg(long, help_heading = WAITING)]
    pub(crate) wait: bool,
    /// Wait no longer than this
    #[arg(long, value_name = "SPAN", help_heading = WAITING)]
    pub(crate) timeout: Option<String>,
    /// How often to look [default: 5s]
    #[arg(long, value_name = "SPAN", help_heading = WAITING)]
    pub(crate) poll: Option<String>,
}

const AFTER_BULK: &str = "\
Those that stopped more than 14 days ago are left out, for the service refuses them. A record of each outcome goes to stdout as it \
happens (--output and --query apply to each), progress and a summary to stderr. The options of every command apply too: --profile, \
--region, --endpoint-url and the others.

Exit status: 0 all were redriven (and, waiting, all succeeded); 1 some were not; 130 interrupted; 252 to 255 as for a single redrive.";

/// Wait until executions have ended.
#[derive(Debug, Default, Parser)]
#[command(name = "wait", before_help = "  redrive-execution wait --execution-arn ARN --timeout 30m", after_help = AFTER_WAIT)]
pub struct Wait {
    /// An execution (repeatable)
    #[arg(long = "execution-arn", value_name = "ARN")]
    pub(crate) executions: Vec<String>,
    /// An end counts only if it follows this redrive
    #[arg(long, value_name = "DATE")]
    pub(crate) redrive_date: Option<String>,
    /// The executions in this file, or on stdin with -, as bulk prints them (JSON lines with executionArn and redriveDate) or takes
    /// them
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) from: Option<String>,
    /// Wait no longer than this, such as 30m
    #[arg(long, value_name = "SPAN")]
    pub(crate) timeout: Option<String>,
    /// How long the service may give no answer, or 'forever' [default: 15m]
    #[arg(long, value_name = "SPAN")]
    pub(crate) patience: Option<String>,
    /// How often to look [default: 5s]
    #[arg(long, value_name = "SPAN")]
    pub(crate) poll: Option<String>,
    /// Show no progress on stderr; warnings, errors and what is still running in the end are printed all the same
    #[arg(long)]
    pub(crate) quiet: bool,
}

const AFTER_WAIT: &str = "\
An execution that is gone (GONE), or cannot be looked at (UNKNOWN), does not end the wait for the others. The options of every \
command apply too: --profile, --region, --endpoint-url and the others.

Exit status: 0 all succeeded; 1 some ended otherwise, or not in time; 130 interrupted.";

/// Say what became of a run, from its journal alone; without one, list those of the state folder.
#[derive(Debug, Default, Parser)]
#[command(name = "report", before_help = "  redrive-execution report JOURNAL --output markdown", after_help = AFTER_REPORT)]
pub struct JournalReport {
    /// The journal of a run, which may still be going
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) journal: Option<String>,
    /// Whether `--output`, an option of every command, is `markdown`, which only a report knows.
    #[arg(skip)]
    pub(crate) is_markdown: bool,
}

const AFTER_REPORT: &str = "\
The report is a table on a terminal and JSON elsewhere. It says what was planned, redriven and refused, how it ended, what is left and \
the command that goes on. No connection is opened.";

impl JournalReport {
    /// The command: reports can be Markdown, too.
    pub(crate) fn with_globals() -> Command {
        let formats = OUTPUT_FORMATS.iter().copied().chain(["markdown"]);
        let formats = PossibleValuesParser::new(formats);
        own::with_globals(Self::command())
            .mut_arg("output", |output| output.value_parser(formats).hide_short_help(false))
    }
}

/// Reads the words, of which the first is `bulk`, `wait` or `report`.
///
/// # Errors
/// [`ParamValidation`](crate::error::Error::ParamValidation) for words that do not fit.
pub fn parse(words: &[String]) -> Result<Parsed> {
    let (name, words) = words.split_first().map_or(("", &[][..]), |(name, words)| (name.as_str(), words));
    let command = match name {
        "wait" => own::with_globals(Wait::command()),
        "report" => JournalReport::with_globals(),
        _ => own::with_globals(Bulk::command()),
    };
    if words.iter().any(|word| word == "--help") || words.first().is_some_and(|word| word == "help") {
        return Ok(Parsed::Help(Box::new(command)));
    }
    let refused = |error: clap::Error| usage::of_ours(&error, &command);
    let matches = match command.clone().try_get_matches_from(words) {
        Err(error) if error.kind() == ErrorKind::DisplayHelp => return Ok(Parsed::Help(Box::new(command))),
        matches => matches.map_err(refused)?,
    };
    let mut globals = Box::new(invocation::globals_of_clap(&matches));
    let words = match name {
        "wait" => Wait::from_arg_matches(&matches).map(Own::Wait),
        "report" => JournalReport::from_arg_matches(&matches).map(Own::Report),
        _ => Bulk::from_arg_matches(&matches).map(|bulk| Own::Bulk(Box::new(bulk))),
    };
    let mut words = words.map_err(refused)?;
    match &mut words {
        Own::Bulk(bulk) => check(bulk, &command, &matches)?,
        Own::Wait(wait) if wait.executions.is_empty() && wait.from.is_none() => {
            return Err(wrong("the following arguments are required: --execution-arn or --from"));
        }
        Own::Wait(_) => {}
        Own::Report(report) => {
            report.is_markdown = globals.output.take_if(|output| output == "markdown").is_some();
            if report.is_markdown && globals.query.is_some() {
                return Err(wrong("--query does not go with --output markdown"));
            }
        }
    }
    Ok(Parsed::Run(globals, words))
}

impl Bulk {
    /// Refuses options, those of waiting too, that mean nothing without others; `guards` are also those of the journal.
    pub(crate) fn check_guards(&self, guards: &Guards) -> Result<()> {
        if guards.canary_success.is_some() && guards.canary.is_none() {
            return Err(wrong("--canary-success goes with --canary"));
        }
        if self.guards.stop_failing.is_some() && !self.wait && guards.max_running.is_none() {
            return Err(wrong("--stop-failing goes with --wait or --max-running: the ends have to be looked for"));
        }
        let given = [("timeout", &self.timeout), ("poll", &self.poll)].into_iter().find(|(_, given)| given.is_some());
        match given {
            Some((name, _)) if !self.wait && guards.canary.is_none() && guards.max_running.is_none() => {
                Err(wrong(&format!("--{name} goes with --wait, --canary or --max-running")))
            }
            _ => Ok(()),
        }
    }
}

/// What no single option shows to be wrong.
fn check(bulk: &Bulk, command: &Command, matches: &ArgMatches) -> Result<()> {
    let given = |heading: &str| {
        let of_heading = command.get_arguments().filter(move |option| option.get_help_heading() == Some(heading));
        let mut names = of_heading.map(|option| (option.get_id().as_str(), option.get_long().unwrap_or_default()));
        names.find(|(id, _)| matches.value_source(id) == Some(ValueSource::CommandLine)).map(|(_, name)| name)
    };
    let selection = &bulk.selection;
    let has_machines = !selection.machines.is_empty() || !selection.machine_globs.is_empty();
    if bulk.resume.is_some() {
        // What a run redrives is settled when it begins: its journal has the plan.
        if let Some(name) = given(WHAT).or(bulk.journal.as_ref().map(|_| "journal")) {
            return Err(wrong(&format!("--resume continues the plan of its journal; leave out --{name}")));
        }
    } else if !has_machines && selection.map_runs.is_empty() && selection.from.is_none() {
        return Err(wrong(
            "nothing says what to redrive: give --state-machine-arn, --state-machine, --map-run-arn, --from or --resume",
        ));
    } else if bulk.retry_refused {
        return Err(wrong(
            "--retry-refused goes with --resume: it requests again what the run of the journal was refused",
        ));
    }
    if !selection.statuses.is_empty() && !has_machines {
        return Err(wrong(
            "--status selects from the lists of state machines; the executions of other sources come without it",
        ));
    }
    let is_arn = |text: &&String| text.starts_with("arn:") && text.split(':').count() > 6;
    if let Some(other) = selection.machines.iter().find(|text| !is_arn(text)) {
        return Err(wrong(&format!(
            "--state-machine-arn: '{}' is not an ARN, such as arn:aws:states:us-east-1:123456789012:stateMachine:orders; \
             --state-machine takes names and globs",
            Escaped(other)
        )));
    }
    // Those of a resumed run are those of its journal, too.
    if bulk.resume.is_some() { Ok(()) } else { bulk.check_guards(&bulk.guards) }
}

#[cfg(test)]
mod tests {
    use super::{Own, Parsed, parse};

    fn asked(line: &str) -> Result<Parsed, String> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        parse(&words).map_err(|error| error.to_string())
    }

    const MACHINE: &str = "arn:aws:states:r:1:stateMachine:m";

    #[test]
    fn options_may_be_shortened_and_mistyped_ones_are_recognised() {
        let line = format!("bulk --state-machine-a {MACHINE} --status=failed,Aborted --dry --reg r --no-verify-ssl");
        let Ok(Parsed::Run(globals, Own::Bulk(bulk))) = asked(&line) else { panic!() };
        assert!(asked("bulk --from - --poll 1s --canary 0").is_ok(), "to go on without the canary that was waited for");
        assert!(
            bulk.dry_run && bulk.selection.machines == [MACHINE] && bulk.selection.statuses == ["FAILED", "ABORTED"]
        );
        assert!(globals.no_verify_ssl && globals.region.as_deref() == Some("r"));
        for (line, hint) in [
            ("bulk --form f", "'--from'"),
            ("bulk --state-machine-arn m --status FALED", "'FAILED'"),
            ("bulk --state m", "--state-machine-arn"),
            ("bulk --from - --limit x", "it must be a whole number from 0 to 1000000000"),
            ("bulk --from - --share x", "it must be a number above 0 and at most 1"),
            ("wait --from f --pol", "--poll <SPAN>"),
        ] {
            let error = asked(line).unwrap_err();
            assert!(error.contains(hint) && !error.contains("Usage"), "{line}: {error}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_a_reason() {
        for (line, start) in [
            ("bulk", "nothing says what to redrive"),
            ("bulk --from - --resume j", "--resume continues"),
            ("bulk --resume j --limit 2", "--resume continues the plan of its journal; leave out --limit"),
            ("bulk --resume j --name-match x*", "--resume continues the plan of its journal; leave out --name-match"),
            ("bulk --resume j --journal k", "--resume continues the plan of its journal; leave out --journal"),
            ("bulk --from - --status ABORTED", "--status selects from the lists of state machines"),
            ("bulk --state-machine-arn orders", "--state-machine-arn: 'orders' is not an ARN, such as arn:aws:states:"),
            ("bulk --from - --poll 1s", "--poll goes with --wait"),
            ("bulk --state-machine-arn m --status RUNNING", "invalid value 'RUNNING' for '--status <STATUS>'"),
            ("bulk --from - --stop-failing 20%", "--stop-failing goes with --wait or --max-running"),
            ("bulk --from - --canary-success 80%", "--canary-success goes with --canary"),
            ("bulk --from - --canary 5 --canary-success 101%", "invalid value '101%'"),
            ("bulk --from - --timeout 5m", "--timeout goes with --wait"),
            ("bulk --from - --bogus", "unexpected argument '--bogus' found"),
            ("bulk --from - --output xml", "invalid value 'xml' for"),
            ("bulk --from - --sample 5", "the following required arguments were not provided"),
            ("bulk --from - --summary --dry-run", "the argument '--summary' cannot be used with"),
            ("wait", "the following arguments are required"),
        ] {
            let error = asked(line).unwrap_err();
            assert!(error.starts_with(start), "{line}: {error}");
        }
    }

    #[test]
    fn help_is_given_wherever_it_is_asked_for() {
        for line in ["bulk --help", "bulk help", "bulk -h", "wait --he", "wait --from - --bogus --help"] {
            assert!(matches!(asked(line), Ok(Parsed::Help(_))), "{line}");
        }
    }
}
