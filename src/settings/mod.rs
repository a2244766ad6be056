//! What applies here: options, variables, files and defaults, in the AWS CLI's precedence. The only precedence code.
//!
//! The AWS CLI resolves its settings at different moments, and the first refusal wins; so each group has its own file and its own
//! `resolve`. Sends nothing and does not look for credentials.

pub(crate) mod config_files;
pub(crate) mod connection;
pub mod endpoint_url;
pub(crate) mod identity;
pub(crate) mod ini;
pub(crate) mod other_services;
pub mod presentation;
pub(crate) mod sources;

pub use config_files::ConfigFiles;
pub use connection::{Connection, STEP_FUNCTIONS};
pub(crate) use connection::{RetryMode, Service};
pub use identity::Identity;
pub(crate) use identity::Verify;
pub(crate) use presentation::PromptMode;
pub use presentation::{ErrorFormat, Format, TimestampFormat};
pub use sources::Sources;

use std::time::Duration;

use crate::error::{Error, Result};
use crate::jmespath::Expression;
use crate::python::numeral;

/// Where a command looks for settings, and the options that are checked before any of them is looked for.
pub struct Settings<'s> {
    pub(crate) sources: Sources<'s>,
    pub(crate) query: Option<Expression>,
    pub(crate) timeouts: Timeouts,
}

impl<'s> Settings<'s> {
    /// Checks `--query`, `--endpoint-url` and the timeouts, in this order, as the AWS CLI does before it takes up `--profile`.
    pub fn resolve(sources: Sources<'s>) -> Result<Self> {
        let globals = sources.globals;
        sources.log_profile();
        let compile = |query: &str| {
            Expression::compile(query)
                .map_err(|error| Error::ParamValidation(format!("Bad value for --query {query}: {error}")))
        };
        let query = globals.query.as_deref().map(compile).transpose()?;
        globals.endpoint_url.as_deref().map_or(Ok(()), endpoint_url::check_option)?;
        Ok(Self { sources, query, timeouts: Timeouts::parse(globals)? })
    }
}

/// The options of every command, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Globals {
    pub(crate) debug: bool,
    pub(crate) endpoint_url: Option<String>,
    pub(crate) no_verify_ssl: bool,
    pub(crate) output: Option<String>,
    pub(crate) query: Option<String>,
    pub(crate) profile: Option<String>,
    pub(crate) region: Option<String>,
    /// `on`, `off` or `auto`.
    pub(crate) color: Option<String>,
    pub(crate) no_sign_request: bool,
    pub(crate) ca_bundle: Option<String>,
    /// `--cli-read-timeout`, not yet a number.
    pub(crate) read_timeout: Option<String>,
    /// `--cli-connect-timeout`, not yet a number.
    pub(crate) connect_timeout: Option<String>,
    /// The value of `--cli-binary-format` changes nothing, for the operation has no binary parameters.
    pub(crate) binary_format_given: bool,
    pub(crate) no_pager: bool,
    pub(crate) error_format: Option<String>,
}

/// The AWS CLI's own, in seconds.
const DEFAULT_SECONDS: i128 = 60;
/// The longest that Python can wait: 2^63 nanoseconds, in seconds.
const LONGEST: u64 = 9_223_372_036;

/// The timeouts as whole numbers of seconds, not yet known to be usable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    connect: i128,
    read: i128,
}

impl Timeouts {
    pub fn parse(globals: &Globals) -> Result<Self> {
        let seconds = |given: &Option<String>| match given {
            Some(text) => numeral::int(text).map(|seconds| seconds.saturated()).map_err(Error::General),
            None => Ok(DEFAULT_SECONDS),
        };
        // The read timeout is looked at first, and so refused first.
        let read = seconds(&globals.read_timeout)?;
        Ok(Self { read, connect: seconds(&globals.connect_timeout)? })
    }
}

/// A timeout, unless it is zero, which is forever; `name` is for the refusal.
fn usable(seconds: i128, name: &str) -> Result<Option<Duration>> {
    match u64::try_from(seconds) {
        Ok(0) => Ok(None),
        Ok(seconds @ ..=LONGEST) => Ok(Some(Duration::from_secs(seconds))),
        _ if seconds > 0 => {
            Err(Error::general("An HTTP Client raised an unhandled exception: timestamp out of range for C PyTime_t"))
        }
        _ => Err(Error::General(format!(
            "Attempted to set {name} timeout to {seconds}, but the timeout cannot be set to a value less than or equal to 0."
        ))),
    }
}
