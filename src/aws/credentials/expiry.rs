//! When credentials end: dates as files, programs and answers write them.

use std::time::SystemTime;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::temporal::{Pieces, PiecesOffset};
use jiff::tz::Offset;

use crate::error::{Error, Result};
use crate::host::Clock;

/// Credentials that end sooner than this are renewed, in seconds; that it fails is no error yet.
pub const ADVISORY: f64 = 15.0 * 60.0;
/// Credentials that end sooner than this must be renewed, in seconds.
pub const MANDATORY: f64 = 10.0 * 60.0;

/// The end of credentials or of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// This moment.
    At(Timestamp),
    /// A date without a zone. The AWS CLI reads it, and fails when it looks at the clock.
    WithoutZone,
}

impl Expiry {
    /// Reads a date: ISO 8601 in its usual spellings, `UTC` or `GMT` in place of `Z`, or an RFC 2822 date.
    ///
    /// # Errors
    /// The refusal of Python's `dateutil` for what is no date.
    pub fn parse(text: &str) -> Result<Self> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(Error::General(format!("String does not contain a date: {text}")));
        }
        iso8601(trimmed)
            .or_else(|| jiff::fmt::rfc2822::parse(trimmed).ok().map(|zoned| Self::At(zoned.timestamp())))
            .ok_or_else(|| Error::General(format!("Unknown string format: {text}")))
    }

    /// How many seconds are left.
    ///
    /// # Errors
    /// A date without a zone.
    pub fn seconds_left(self, clock: Clock) -> Result<f64> {
        match self {
            Self::At(moment) => Ok(moment.duration_since(now(clock)).as_secs_f64()),
            Self::WithoutZone => {
                Err(Error::General("can't subtract offset-naive and offset-aware datetimes".to_owned()))
            }
        }
    }

    /// The moment as the system counts it.
    #[must_use]
    pub fn system_time(self) -> Option<SystemTime> {
        match self {
            Self::At(moment) => Some(moment.into()),
            Self::WithoutZone => None,
        }
    }
}

/// The time now.
#[must_use]
pub fn now(clock: Clock) -> Timestamp {
    Timestamp::try_from(clock.now()).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// A moment some seconds from now, as token files write it: `2099-01-01T00:00:00Z`.
#[must_use]
pub fn in_seconds(clock: Clock, seconds: i64) -> String {
    let moment = now(clock).saturating_add(jiff::SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX);
    moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn iso8601(text: &str) -> Option<Expiry> {
    let named_zone = ["UTC", "GMT", "Z", "z"].iter().find_map(|zone| text.strip_suffix(zone));
    let text = match named_zone {
        Some(local) => format!("{}Z", local.trim_end()),
        None => text.replace(" +", "+").replace(" -", "-"),
    };
    let pieces = Pieces::parse(&text).ok()?;
    let local = DateTime::from_parts(pieces.date(), pieces.time().unwrap_or_default());
    let offset = match pieces.offset() {
        None => return Some(Expiry::WithoutZone),
        Some(PiecesOffset::Numeric(offset)) => offset.offset(),
        Some(_) => Offset::UTC,
    };
    offset.to_timestamp(local).ok().map(Expiry::At)
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
    fn what_is_no_date_is_refused() {
        assert_eq!(Expiry::parse("soon").unwrap_err().to_string(), "Unknown string format: soon");
        assert_eq!(Expiry::parse(" ").unwrap_err().to_string(), "String does not contain a date:  ");
        assert!(Expiry::parse("2099-13-01T00:00:00Z").is_err());
    }

    #[test]
    fn moments_are_written_in_whole_seconds() {
        let clock = Clock::Fixed(SystemTime::UNIX_EPOCH + Duration::from_millis(1500));
        assert_eq!(in_seconds(clock, 3600), "1970-01-01T01:00:01Z");
        assert!(in_seconds(clock, i64::MAX).starts_with("9999-"));
    }
}
