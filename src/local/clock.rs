//! Time as the endpoint sees it: the host's clock, optionally ahead or behind, optionally faster, optionally put forward.
//!
//! Signatures are checked, and responses dated, by a clock that is only ahead or behind, because clients sign with the host's;
//! everything else (redrives, periods, token buckets) goes by the endpoint's own time.

use std::str::FromStr;
use std::time::Duration;

use jiff::{SignedDuration, SpanRelativeTo};
use serde::{Deserialize, Serialize, Serializer};

use crate::host;

/// Milliseconds since 1970. Serialized as seconds with milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Timestamp(i64);

impl Timestamp {
    pub(crate) const fn from_milliseconds(milliseconds: i64) -> Self {
        Self(milliseconds)
    }

    pub(crate) fn milliseconds(self) -> i64 {
        self.0
    }

    /// This many milliseconds later, or earlier where negative.
    pub(crate) fn plus(self, milliseconds: i64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }

    /// How many milliseconds this is after `earlier`; negative where it is before.
    pub(crate) fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    pub(crate) fn format(self, format: &str) -> String {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or_default().strftime(format).to_string()
    }

    pub(crate) fn http_date(self) -> String {
        self.format("%a, %d %b %Y %H:%M:%S GMT")
    }
}

impl From<jiff::Timestamp> for Timestamp {
    fn from(time: jiff::Timestamp) -> Self {
        Self(time.as_millisecond())
    }
}

impl Serialize for Timestamp {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of any year below 287,000 fit 53 bits")]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0 as f64 / 1000.0)
    }
}

/// A length of time, in milliseconds: `500ms`, `90s`, `15m`, `2h`, `14d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Span(pub(crate) i64);

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let span = text.parse::<jiff::Span>().ok().filter(|_| text.starts_with(|first: char| first.is_ascii_digit()));
        let duration = span.and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()).ok());
        let milliseconds = duration.and_then(|duration| duration.as_millis().try_into().ok());
        milliseconds.map(Self).ok_or_else(|| format!("'{text}' is not a span of time such as 90s, 15m, 2h or 14d"))
    }
}

impl TryFrom<String> for Span {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

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
    /// Starts this far ahead of the host's clock and runs `scale` times as fast.
    pub(crate) fn new(host: host::Clock, ahead: SignedDuration, scale: f64) -> Self {
        let ahead = i64::try_from(ahead.as_millis()).unwrap_or(0);
        Self { host, ahead, started: Timestamp::from(host.timestamp()).plus(ahead), scale, forward: 0 }
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

    /// The time by which signatures are checked and responses are dated.
    pub(crate) fn calendar(&self) -> Timestamp {
        Timestamp::from(self.host.timestamp()).plus(self.ahead)
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

    use super::{Clock, Span, Timestamp};
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

    #[test]
    fn a_span_has_a_number_and_a_unit() {
        for (text, milliseconds) in [("500ms", 500), ("0s", 0), ("15m", 900_000), ("14d", 1_209_600_000)] {
            assert_eq!(text.parse(), Ok(Span(milliseconds)), "{text}");
        }
        for text in ["", "5", "h", "-1h", "99999999999999999999s", "9999999999999d"] {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
    }
}
