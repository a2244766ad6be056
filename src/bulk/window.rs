//! `--since` and `--until`, and the like for starts: when executions must have stopped, and when they must have been started.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::arguments::Selection;
use super::plan::REDRIVABLE_PERIOD;
use super::times::{describe, moment};
use crate::aws::zone::LocalZone;
use crate::cli::own::wrong;
use crate::error::{Error, Result};
use crate::host::Host;

/// From when to when, in milliseconds since 1970, both included.
#[derive(Debug)]
pub(crate) struct Window {
    what: &'static str,
    pub(crate) since: Option<i64>,
    pub(crate) until: Option<i64>,
    zone: TimeZone,
}

impl Window {
    pub(crate) fn parse(selection: &Selection, host: &Host) -> Result<(Self, Self)> {
        let Selection { since, until, started_since, started_until, .. } = selection;
        let zone = LocalZone::from_host(host).zone().clone();
        let now = Timestamp::try_from(host.clock.now()).map_err(Error::general)?;
        let at = |name: &str, text: &Option<String>| {
            let moment = text.as_deref().map(|text| moment(text, now, &zone)).transpose();
            moment.map_err(|what| wrong(&format!("argument {name}: {what}")))
        };
        let window = |what, (from, since): (&str, &Option<String>), (to, until): (&str, &Option<String>)| {
            let (since, until) = (at(from, since)?, at(to, until)?);
            match since.zip(until) {
                Some((since, until)) if since > until => Err(wrong(&format!("{from} is later than {to}"))),
                _ => Ok(Self { what, since, until, zone: zone.clone() }),
            }
        };
        Ok((
            window("stopped", ("--since", since), ("--until", until))?,
            window("started", ("--started-since", started_since), ("--started-until", started_until))?,
        ))
    }

    pub(crate) fn is_open(&self) -> bool {
        self.since.is_none() && self.until.is_none()
    }

    /// Whether a moment is inside; so is one that is not known.
    pub(crate) fn contains(&self, moment: Option<i64>) -> bool {
        moment.is_none_or(|moment| {
            self.since.is_none_or(|since| moment >= since) && self.until.is_none_or(|until| moment <= until)
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

    pub(crate) fn text(&self) -> String {
        let shown = |moment| describe(moment, &self.zone);
        match (self.since.map(shown), self.until.map(shown)) {
            (Some(since), Some(until)) => format!("{} from {since} to {until}\n", self.what),
            (Some(since), None) => format!("{} from {since} on\n", self.what),
            (None, Some(until)) => format!("{} up to {until}\n", self.what),
            (None, None) => String::new(),
        }
    }
}
