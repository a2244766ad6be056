//! What an endpoint is started with: the options of `sfn-local`, and what only its owner in this process can set.

use std::io::Write;
use std::time::Duration;

use clap::builder::NonEmptyStringValueParser as NonEmpty;
use clap::{Args, Command, FromArgMatches};
use jiff::SignedDuration;

use super::arn::is_account;
use super::clock::Span;
use super::operation::{Operation, QuotaTable};
use super::seed::Seed;
use super::weather::Rule;
use crate::host;

pub(crate) const CONTENT: &str = "What there is";
const CALLERS: &str = "Who may call";
pub(crate) const BEHAVIOUR: &str = "How it behaves";
const FAULTS: &str = "What goes wrong";

/// The default: a free port, the built-in seed, no quotas, no faults.
#[derive(Args)]
pub struct Settings {
    #[arg(skip)]
    pub seed: Seed,
    /// how long a redriven execution runs
    #[arg(long = "run-seconds", value_name = "SECONDS", default_value = "5", value_parser = seconds, help_heading = CONTENT)]
    pub run_time: Duration,
    /// the account, 12 digits
    #[arg(long, value_name = "NUMBER", default_value = "123456789012", value_parser = account, help_heading = CONTENT)]
    pub account: String,
    /// the region of signatures
    #[arg(long, default_value = "us-east-1", value_parser = region, help_heading = CONTENT)]
    pub region: String,

    #[command(flatten)]
    pub credentials: Credentials,
    /// refuse this operation: AccessDeniedException
    #[arg(long = "deny", value_name = "OPERATION", hide_possible_values = true, help_heading = CALLERS)]
    pub denied: Vec<Operation>,

    /// on 127.0.0.1; 0 for a free one
    #[arg(long, default_value_t = 0, help_heading = BEHAVIOUR)]
    pub port: u16,
    /// throttle with the quotas of us-east-1 or other
    #[arg(long, value_name = "TABLE", hide_possible_values = true, help_heading = BEHAVIOUR)]
    pub quotas: Option<QuotaTable>,
    /// how many executions may run
    #[arg(long, value_name = "NUMBER", default_value_t = 1_000_000, help_heading = BEHAVIOUR)]
    pub open_limit: usize,
    /// hold each answer back
    #[arg(long = "latency-ms", value_name = "NUMBER", default_value = "0", value_parser = milliseconds)]
    #[arg(help_heading = BEHAVIOUR)]
    pub latency: Duration,
    /// how much faster its time runs
    #[arg(long, value_name = "FACTOR", default_value = "1", value_parser = factor, help_heading = BEHAVIOUR)]
    pub clock_scale: f64,
    /// its clock, +3m ahead or -3m behind
    #[arg(long = "clock", value_name = "OFFSET", default_value = "+0s", value_parser = offset)]
    #[arg(allow_hyphen_values = true, help_heading = BEHAVIOUR)]
    pub ahead: SignedDuration,
    #[arg(skip)]
    pub clock: host::Clock,
    /// Receives a line for each request.
    #[arg(skip)]
    pub log: Option<Box<dyn Write + Send>>,

    /// answer this status instead (repeatable)
    #[arg(long, value_name = "RULE", value_parser = Rule::failure, help_heading = FAULTS)]
    pub fail: Vec<Rule>,
    /// throttle these requests (repeatable)
    #[arg(long, value_name = "RULE", value_parser = Rule::throttle, help_heading = FAULTS)]
    pub throttle: Vec<Rule>,
    /// do it and cut the connection (repeatable)
    #[arg(long, value_name = "RULE", value_parser = Rule::lost_answer, help_heading = FAULTS)]
    pub lose_answers: Vec<Rule>,
}

/// Credentials that are accepted. The default ones open nothing but a local endpoint.
#[derive(Args, Clone)]
pub struct Credentials {
    /// the access key
    #[arg(long, value_name = "ID", default_value = "AKIDLOCAL", value_parser = NonEmpty::new(), help_heading = CALLERS)]
    pub access_key_id: String,
    /// its secret
    #[arg(long, value_name = "KEY", default_value = "sfn-local-needs-no-secret", hide_default_value = true)]
    #[arg(value_parser = NonEmpty::new(), help_heading = CALLERS)]
    pub secret_access_key: String,
    /// the session token that must come with it
    #[arg(long, value_name = "TOKEN", value_parser = NonEmpty::new(), help_heading = CALLERS)]
    pub session_token: Option<String>,
    /// Whether a valid signature is refused with `ExpiredTokenException`.
    #[arg(skip)]
    pub expired: bool,
}

impl Credentials {
    pub fn new(access_key_id: &str, secret_access_key: &str) -> Self {
        let [access_key_id, secret_access_key] = [access_key_id, secret_access_key].map(str::to_owned);
        Self { access_key_id, secret_access_key, session_token: None, expired: false }
    }
}

impl Default for Settings {
    #[expect(clippy::expect_used, reason = "every option has a default, as a test shows")]
    fn default() -> Self {
        let nothing = Self::augment_args(Command::new("")).try_get_matches_from([""]);
        nothing.and_then(|matches| Self::from_arg_matches(&matches)).expect("the defaults are right")
    }
}

fn seconds(value: &str) -> Result<Duration, &'static str> {
    let seconds = value.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.ok_or("it must be a number of seconds")
}

fn milliseconds(value: &str) -> Result<Duration, std::num::ParseIntError> {
    value.parse().map(Duration::from_millis)
}

/// `+3m` is ahead, `-3m` behind.
fn offset(text: &str) -> Result<SignedDuration, String> {
    let (sign, span) = match text.strip_prefix('-') {
        Some(span) => (-1, span),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    Ok(SignedDuration::from_millis(sign * span.parse::<Span>()?.0))
}

fn account(value: &str) -> Result<String, &'static str> {
    is_account(value).then(|| value.to_owned()).ok_or("it must have 12 digits")
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
    use super::offset;

    #[test]
    fn a_clock_is_ahead_or_behind() {
        for (text, seconds) in [("+3m", 180), ("3m", 180), ("-3m", -180), ("+0s", 0)] {
            assert_eq!(offset(text).map(|offset| offset.as_secs()), Ok(seconds), "{text}");
        }
    }
}
