//! When credentials end: dates as files, programs and answers write them.

use std::time::SystemTime;

use jiff::Timestamp;

use crate::aws::date_text;
use crate::error::{Error, Result};
use crate::host::Clock;

/// In seconds. Credentials that end sooner are renewed; a failure to do so is not an error yet.
pub(crate) const ADVISORY: f64 = 15.0 * 60.0;
/// Credentials that end sooner than this must be renewed, in seconds.
pub(crate) const MANDATORY: f64 = 10.0 * 60.0;

/// The end of credentials or of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expiry {
    At(Timestamp),
    /// A date without a zone. The AWS CLI reads it, and fails when it looks at the clock.
    WithoutZone,
}

impl Expiry {
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let date = date_text::parse(text).map_err(Error::General)?;
        // The last hours of the year 9999 are beyond the system's clock.
        let at = |offset: jiff::tz::Offset| offset.to_timestamp(date.local).unwrap_or(Timestamp::MAX);
        Ok(date.offset.map_or(Self::WithoutZone, |offset| Self::At(at(offset))))
    }

    pub(crate) fn seconds_left(self, clock: Clock) -> Result<f64> {
        match self {
            Self::At(moment) => Ok(moment.duration_since(clock.timestamp()).as_secs_f64()),
            Self::WithoutZone => {
                Err(Error::General("can't subtract offset-naive and offset-aware datetimes".to_owned()))
            }
        }
    }

    pub(crate) fn system_time(self) -> Option<SystemTime> {
        match self {
            Self::At(moment) => moment.try_into().ok(),
            Self::WithoutZone => None,
        }
    }
}

/// A moment some seconds from now, as token files write it: `2099-01-01T00:00:00Z`.
pub(crate) fn in_seconds(clock: Clock, seconds: i64) -> String {
    let moment = clock.timestamp().saturating_add(jiff::SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX);
    moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::{Expiry, in_seconds};
    use crate::host::Clock;

    const CLOCK: Clock = Clock::Fixed(SystemTime::UNIX_EPOCH);

    #[test]
    fn every_usual_spelling_of_a_moment_is_read() {
        for text in [
            "1970-01-01T01:00:00Z",
            "1970-01-01T01:00:00UTC",
            "1970-01-01 01:00:00 GMT",
            "1970-01-01 03:00:00+02:00",
            "1970-01-01 03:00:00 +0200",
            "1970-01-01T01:00Z",
            "19700101T010000Z",
            " 1970-01-01T01:00:00.000+00:00 ",
            "Thu, 01 Jan 1970 01:00:00 GMT",
        ] {
            assert_eq!(Expiry::parse(text).unwrap().seconds_left(CLOCK).unwrap(), 3600.0, "{text}");
        }
    }

    #[test]
    fn a_date_without_a_zone_is_read_but_cannot_be_compared() {
        for text in ["2099-01-01", "2099-01-01T00:00:00"] {
            assert!(Expiry::parse(text).unwrap().seconds_left(CLOCK).is_err(), "{text}");
        }
    }

    #[test]
    fn a_date_at_the_end_of_the_calendar_is_far_away() {
        assert!(Expiry::parse("9999-12-31T23:59:59Z").unwrap().seconds_left(CLOCK).unwrap() > 2.5e11);
    }

    #[test]
    fn moments_are_written_in_whole_seconds() {
        let clock = Clock::Fixed(SystemTime::UNIX_EPOCH + Duration::from_millis(1500));
        assert_eq!(in_seconds(clock, 3600), "1970-01-01T01:00:01Z");
        assert!(in_seconds(clock, i64::MAX).starts_with("9999-"));
    }
}
