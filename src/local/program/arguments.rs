//! What `sfn-local` takes on its command line.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::Parser;
use clap::builder::NonEmptyStringValueParser as NonEmpty;
use jiff::SignedDuration;

use super::super::operation::Operation;
use super::super::quotas::QuotaTable;
use super::super::settings::{Credentials, Settings};
use super::super::weather::Rule;
use super::faults;

const WHAT: &str = "What there is";
const WHO: &str = "Who may call";
const HOW: &str = "How it behaves";
const WRONG: &str = "What goes wrong";

const ABOUT: &str = "A small Step Functions endpoint on this machine, for trying and testing";

const EXAMPLE: &str = "  sfn-local --log -- sh my-test.sh";

const USAGE: &str = "sfn-local [OPTIONS] [-- COMMAND [ARG]...]";

const AFTER: &str = "\
It serves until it is interrupted and prints what to paste; or it serves while COMMAND runs, with the endpoint, credentials and \
region in its environment, and ends with its exit status.

A RULE says which requests meet a fault: [OPERATION:]SHARE[@FROM-UNTIL]: 20%, RedriveExecution:5%, or 100%@10s-30s, from 10 to 30 \
seconds after the start. For --fail it is [OPERATION:][page:]STATUS[:SHARE][@FROM-UNTIL]: 503:10% is trouble of the service's own, \
page:502:10% the page of a proxy in between. The first rule that fits counts, those of --fail before the others.

It answers RedriveExecution, DescribeExecution, ListExecutions, ListStateMachines, GetExecutionHistory, DescribeMapRun and \
ListMapRuns as documented. State is in memory.";

const TEMPLATE: &str = "{about-with-newline}\n{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}";

/// The options and the command.
#[derive(Debug, Parser)]
#[command(name = "sfn-local", version, about = ABOUT, override_usage = USAGE, after_help = AFTER)]
#[command(before_help = EXAMPLE, help_template = TEMPLATE)]
pub(crate) struct Arguments {
    /// state machines and executions, as JSON
    #[arg(long, value_name = "FILE", help_heading = WHAT)]
    pub(crate) seed: Option<PathBuf>,
    /// print the built-in seed, an example of the format
    #[arg(long, help_heading = WHAT)]
    pub(crate) print_seed: bool,
    /// how long a redriven execution runs
    #[arg(long, value_name = "SECONDS", default_value = "5", value_parser = seconds, help_heading = WHAT)]
    run_seconds: Duration,
    /// the account, 12 digits
    #[arg(long, value_name = "NUMBER", default_value = "123456789012", value_parser = account, help_heading = WHAT)]
    account: String,
    /// the region of signatures
    #[arg(long, default_value = "us-east-1", value_parser = region, help_heading = WHAT)]
    pub(crate) region: String,

    /// the access key
    #[arg(long, value_name = "ID", default_value = "AKIDLOCAL", value_parser = NonEmpty::new(), help_heading = WHO)]
    access_key_id: String,
    /// its secret
    #[arg(long, value_name = "KEY", value_parser = NonEmpty::new(), help_heading = WHO)]
    secret_access_key: Option<String>,
    /// the session token that must come with it
    #[arg(long, value_name = "TOKEN", value_parser = NonEmpty::new(), help_heading = WHO)]
    session_token: Option<String>,
    /// refuse this operation: AccessDeniedException
    #[arg(long, value_name = "OPERATION", hide_possible_values = true, help_heading = WHO)]
    deny: Vec<Operation>,

    /// on 127.0.0.1; 0 for a free one
    #[arg(long, default_value_t = 0, help_heading = HOW)]
    port: u16,
    /// throttle with the quotas of us-east-1 or other
    #[arg(long, value_name = "TABLE", hide_possible_values = true, help_heading = HOW)]
    quotas: Option<QuotaTable>,
    /// how many executions may run
    #[arg(long, value_name = "NUMBER", default_value_t = 1_000_000, help_heading = HOW)]
    open_limit: usize,
    /// hold each answer back
    #[arg(long, value_name = "NUMBER", default_value_t = 0, help_heading = HOW)]
    latency_ms: u64,
    /// how much faster its time runs
    #[arg(long, value_name = "FACTOR", default_value = "1", value_parser = factor, help_heading = HOW)]
    clock_scale: f64,
    /// its clock, +3m ahead or -3m behind
    #[arg(long, value_name = "OFFSET", default_value = "+0s", value_parser = faults::offset, help_heading = HOW)]
    #[arg(allow_hyphen_values = true)]
    clock: SignedDuration,
    /// log each request on stderr, and a summary
    #[arg(long, help_heading = HOW)]
    pub(crate) log: bool,

    /// answer this status instead (repeatable)
    #[arg(long, value_name = "RULE", value_parser = faults::failure, help_heading = WRONG)]
    fail: Vec<Rule>,
    /// throttle these requests (repeatable)
    #[arg(long, value_name = "RULE", value_parser = faults::throttle, help_heading = WRONG)]
    throttle: Vec<Rule>,
    /// do it and cut the connection (repeatable)
    #[arg(long, value_name = "RULE", value_parser = faults::lost_answer, help_heading = WRONG)]
    lose_answers: Vec<Rule>,

    #[arg(last = true, hide = true)]
    pub(crate) command: Vec<OsString>,
}

impl Arguments {
    /// The credentials that are accepted.
    pub(crate) fn credentials(&self) -> Credentials {
        let defaults = Credentials::default();
        Credentials {
            access_key_id: self.access_key_id.clone(),
            secret_access_key: self.secret_access_key.clone().unwrap_or(defaults.secret_access_key),
            session_token: self.session_token.clone(),
            expired: false,
        }
    }

    /// The settings of the endpoint, but for the seed and the log.
    pub(crate) fn settings(&self) -> Settings {
        Settings {
            port: self.port,
            region: self.region.clone(),
            account: self.account.clone(),
            credentials: vec![self.credentials()],
            run_time: self.run_seconds,
            quotas: self.quotas,
            open_limit: self.open_limit,
            denied: self.deny.clone(),
            latency: Duration::from_millis(self.latency_ms),
            faults: [&self.fail, &self.throttle, &self.lose_answers].into_iter().flatten().cloned().collect(),
            clock_scale: self.clock_scale,
            ahead: self.clock,
            ..Settings::default()
        }
    }
}

fn seconds(value: &str) -> Result<Duration, &'static str> {
    let seconds = value.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.ok_or("it must be a number of seconds")
}

fn account(value: &str) -> Result<String, &'static str> {
    let is_account = value.len() == 12 && value.bytes().all(|byte| byte.is_ascii_digit());
    is_account.then(|| value.to_owned()).ok_or("it must have 12 digits")
}

fn region(value: &str) -> Result<String, &'static str> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let is_region = (1..=63).contains(&value.len()) && value.bytes().all(fits);
    is_region.then(|| value.to_owned()).ok_or("it must be a region such as us-east-1")
}

fn factor(value: &str) -> Result<f64, &'static str> {
    let factor = value.parse().ok().filter(|factor| *factor > 0.0 && *factor <= 1e6);
    factor.ok_or("it must be above 0, up to 1000000")
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
    fn options_come_with_and_without_the_equal_sign() {
        let arguments =
            parse("--port 4566 --run-seconds=0.5 --deny RedriveExecution --quotas other --clock -3m").unwrap();
        let settings = arguments.settings();
        assert_eq!((settings.port, settings.run_time.as_millis()), (4566, 500));
        assert_eq!((settings.denied.len(), settings.ahead.as_secs()), (1, -180));
        assert!(settings.quotas.is_some());
    }

    #[test]
    fn faults_are_repeatable() {
        let arguments = parse("--throttle 20% --fail 503:10% --fail page:502:5% --lose-answers 5%").unwrap();
        let faults: Vec<Fault> = arguments.settings().faults.into_iter().map(|rule| rule.fault).collect();
        assert_eq!(faults, [Fault::Trouble(503), Fault::Page(502), Fault::Throttle, Fault::LoseAnswer]);
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
            ("--prot 1", "unexpected argument '--prot' found\n\n  tip: a similar argument exists: '--port'"),
            ("--log=yes", "unexpected value 'yes' for '--log' found"),
            ("sh", "unexpected argument 'sh' found"),
            ("--port", "a value is required for '--port <PORT>'"),
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
            let error = parse(line).unwrap_err();
            assert!(error.contains(message), "{line}: {error}");
        }
    }
}
