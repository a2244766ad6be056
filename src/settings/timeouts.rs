//! The two timeouts, given in whole seconds by option; 0 waits forever.

use std::time::Duration;

use crate::cli::Globals;
use crate::error::{Error, Result};
use crate::python::numeral;

/// The AWS CLI's own, in seconds.
const DEFAULT_SECONDS: i128 = 60;

/// The timeouts as whole numbers of seconds, not yet known to be usable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    connect: i128,
    read: i128,
}

impl Timeouts {
    /// Reads both options.
    ///
    /// # Errors
    /// Python's refusal of what is no whole number.
    pub fn parse(globals: &Globals) -> Result<Self> {
        let seconds = |given: &Option<String>| match given {
            Some(text) => numeral::int(text).map(|seconds| seconds.saturated()).map_err(Error::General),
            None => Ok(DEFAULT_SECONDS),
        };
        // The read timeout is looked at first, and so refused first.
        let read = seconds(&globals.read_timeout)?;
        Ok(Self { read, connect: seconds(&globals.connect_timeout)? })
    }

    /// The longest wait for a connection.
    ///
    /// # Errors
    /// A negative number.
    pub fn connect(&self) -> Result<Option<Duration>> {
        usable(self.connect, "connect")
    }

    /// The longest wait for an answer.
    ///
    /// # Errors
    /// A negative number.
    pub fn read(&self) -> Result<Option<Duration>> {
        usable(self.read, "read")
    }
}

fn usable(seconds: i128, name: &str) -> Result<Option<Duration>> {
    match u64::try_from(seconds) {
        Ok(0) => Ok(None),
        Ok(seconds) => Ok(Some(Duration::from_secs(seconds))),
        Err(_) if seconds > 0 => Ok(None),
        Err(_) => Err(Error::General(format!(
            "Attempted to set {name} timeout to {seconds}, but the timeout cannot be set to a value less than or equal to 0."
        ))),
    }
}
