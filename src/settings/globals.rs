//! The options of every command, as typed. `cli` fills them in; of them all only the timeouts are read here.

use std::time::Duration;

use crate::error::{Error, Result};
use crate::python::numeral;

/// The global options as typed.
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

    pub(crate) fn connect(&self) -> Result<Option<Duration>> {
        usable(self.connect, "connect")
    }

    pub(crate) fn read(&self) -> Result<Option<Duration>> {
        usable(self.read, "read")
    }
}

fn usable(seconds: i128, name: &str) -> Result<Option<Duration>> {
    match u64::try_from(seconds) {
        Ok(0) => Ok(None),
        Ok(seconds @ ..=LONGEST) => Ok(Some(Duration::from_secs(seconds))),
        _ if seconds > 0 => Err(Error::General(
            "An HTTP Client raised an unhandled exception: timestamp out of range for C PyTime_t".to_owned(),
        )),
        _ => Err(Error::General(format!(
            "Attempted to set {name} timeout to {seconds}, but the timeout cannot be set to a value less than or equal to 0."
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::{Globals, Timeouts};

    #[test]
    fn a_timeout_beyond_the_clock_is_refused() {
        for (seconds, usable) in [("0", true), ("9223372036", true), ("9223372037", false), ("-1", false)] {
            let (read_timeout, connect_timeout) = (Some(seconds.to_owned()), Some(seconds.to_owned()));
            let timeouts = Timeouts::parse(&Globals { read_timeout, connect_timeout, ..Globals::default() }).unwrap();
            assert_eq!((timeouts.read().is_ok(), timeouts.connect().is_ok()), (usable, usable), "{seconds}");
        }
    }
}
