//! Time as the endpoint sees it: the host's clock, optionally ahead or behind, optionally faster, optionally put forward.
//!
//! Signatures are judged, and answers dated, by a clock that is only ahead or behind, for clients sign with the host's; everything
//! else (redrives, periods, token buckets) goes by the endpoint's own time.

use std::fmt;
use std::time::{Duration, SystemTime};

use jiff::SignedDuration;
use serde::{Serialize, Serializer};

use crate::host;

/// A moment: milliseconds since 1970. Goes over the wire as seconds with milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Timestamp(i64);

impl Timestamp {
    pub(crate) const fn from_milliseconds(milliseconds: i64) -> Self {
        Self(milliseconds)
    }

    pub(crate) fn milliseconds(self) -> i64 {
        self.0
    }

    /// This many milliseconds later (or earlier, when negative).
    pub(crate) fn plus(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }

    /// How many milliseconds this is after `earlier`; negative when it is before.
    pub(crate) fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// As the header `Date` writes it.
    pub(crate) fn http_date(self) -> String {
        let date = jiff::Timestamp::from_millisecond(self.0).unwrap_or_default();
        date.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        Self(match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => milliseconds(after),
            Err(before) => -milliseconds(before.duration()),
        })
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(timestamp) => timestamp.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").fmt(formatter),
            Err(_) => write!(formatter, "{} ms", self.0),
        }
    }
}

impl Serialize for Timestamp {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of any year below 287,000 fit 53 bits")]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0 as f64 / 1000.0)
    }
}

/// A duration in whole milliseconds, at most what an `i64` holds.
pub(crate) fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[derive(Debug)]
pub(crate) struct Clock {
    host: host::Clock,
    ahead: i64,
    started: Timestamp,
    scale: f64,
    forward: i64,
}

impl Clock {
    /// A clock that starts this far ahead of the host's and runs `scale` times as fast.
    pub(crate) fn new(host: host::Clock, ahead: SignedDuration, scale: f64) -> Self {
        let ahead = i64::try_from(ahead.as_millis()).unwrap_or(0);
        Self { host, ahead, started: Timestamp::from(host.now()).plus(ahead), scale, forward: 0 }
    }

    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "a run of millennia would be exact"
    )]
    pub(crate) fn now(&self) -> Timestamp {
        let elapsed = self.calendar().since(self.started);
        let scaled = if self.scale == 1.0 { elapsed } else { (elapsed as f64 * self.scale) as i64 };
        self.started.plus(scaled).plus(self.forward)
    }

    /// The time that signatures are judged by and answers are dated with.
    pub(crate) fn calendar(&self) -> Timestamp {
        Timestamp::from(self.host.now()).plus(self.ahead)
    }

    /// How long the endpoint has run, by its own time.
    pub(crate) fn since_start(&self) -> Duration {
        Duration::from_millis(self.now().since(self.started).try_into().unwrap_or(0))
    }

    pub(crate) fn advance(&mut self, duration: Duration) {
        self.forward = self.forward.saturating_add(milliseconds(duration));
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use jiff::SignedDuration;

    use super::{Clock, Timestamp};
    use crate::host;

    #[test]
    fn putting_the_clock_forward_leaves_the_calendar_alone() {
        let host = host::Clock::Fixed(SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000));
        let mut clock = Clock::new(host, SignedDuration::from_mins(-3), 10.0);
        clock.advance(Duration::from_secs(900));
        assert_eq!(clock.now(), Timestamp::from_milliseconds(1_700_000_720_000));
        assert_eq!(clock.calendar(), Timestamp::from_milliseconds(1_699_999_820_000));
        assert_eq!(clock.since_start(), Duration::from_secs(900));
    }

    #[test]
    fn a_timestamp_goes_out_as_seconds_with_milliseconds() {
        for (milliseconds, json) in
            [(1_700_000_000_123, "1700000000.123"), (1_700_000_000_100, "1700000000.1"), (0, "0.0")]
        {
            let timestamp = Timestamp::from_milliseconds(milliseconds);
            assert_eq!(serde_json::to_string(&timestamp).unwrap(), json);
        }
    }
}
