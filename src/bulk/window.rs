//! `--since` and `--until`: when executions must have stopped.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::arguments::{Bulk, wrong};
use super::plan::REDRIVABLE_PERIOD;
use super::times::{describe, moment};
use crate::aws::zone::LocalZone;
use crate::error::{Error, Result};
use crate::host::Host;

/// From when to when, in milliseconds since 1970, both included.
#[derive(Debug)]
pub(crate) struct Window {
    since: Option<i64>,
    until: Option<i64>,
    zone: TimeZone,
}

impl Window {
    pub(crate) fn parse(bulk: &Bulk, host: &Host) -> Result<Self> {
        let zone = LocalZone::from_host(host).zone().clone();
        let now = Timestamp::try_from(host.clock.now()).map_err(Error::general)?;
        let at = |name: &str, text: &Option<String>| {
            let moment = text.as_deref().map(|text| moment(text, now, &zone)).transpose();
            moment.map_err(|what| wrong(&format!("argument {name}: {what}")))
        };
        let (since, until) = (at("--since", &bulk.since)?, at("--until", &bulk.until)?);
        if let (Some(since), Some(until)) = (since, until)
            && since > until
        {
            return Err(wrong("--since is later than --until"));
        }
        Ok(Self { since, until, zone })
    }

    pub(crate) fn ends(&self) -> (Option<i64>, Option<i64>) {
        (self.since, self.until)
    }

    pub(crate) fn is_open(&self) -> bool {
        self.since.is_none() && self.until.is_none()
    }

    /// Whether what stopped then is inside; so is what stopped nobody knows when.
    pub(crate) fn contains(&self, stopped: Option<i64>) -> bool {
        stopped.is_none_or(|stopped| {
            self.since.is_none_or(|since| stopped >= since) && self.until.is_none_or(|until| stopped <= until)
        })
    }

    /// The earliest stop that matters at all.
    pub(crate) fn start(&self, now: i64) -> i64 {
        let redrivable = now.saturating_sub(REDRIVABLE_PERIOD);
        self.since.map_or(redrivable, |since| since.max(redrivable))
    }

    /// Why something is left out for its age, and by the filters. Of a list that was cut there is more than was counted.
    pub(crate) fn reasons(&self, is_cut: bool, now: i64) -> (&'static str, &'static str) {
        let (aged, filtered) = ("past 14 days since the end", "by the filters");
        match (is_cut, self.since) {
            (true, Some(since)) if since == self.start(now) => (aged, "by the filters (older ones were not listed)"),
            (true, _) => ("past 14 days since the end (older ones were not listed)", filtered),
            (false, _) => (aged, filtered),
        }
    }

    /// What was understood, for the plan: a line, or nothing.
    pub(crate) fn text(&self) -> String {
        let shown = |moment| describe(moment, &self.zone);
        match (self.since.map(shown), self.until.map(shown)) {
            (Some(since), Some(until)) => format!("stopped from {since} to {until}\n"),
            (Some(since), None) => format!("stopped from {since} on\n"),
            (None, Some(until)) => format!("stopped up to {until}\n"),
            (None, None) => String::new(),
        }
    }
}
