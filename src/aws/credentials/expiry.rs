//! When credentials end: dates as files, programs and answers write them.

use std::time::SystemTime;

use jiff::Timestamp;
use jiff::tz::Offset;

use crate::aws::date_text::{self, DateText, Gmt};
use crate::aws::timestamp::LocalZone;
use crate::error::{Error, Result};
use crate::host::{Clock, Host};

/// Credentials that end sooner than this are renewed, in seconds; that it fails is no error yet.
pub(crate) const ADVISORY: f64 = 15.0 * 60.0;
/// Credentials that end sooner than this must be renewed, in seconds.
pub(crate) const MANDATORY: f64 = 10.0 * 60.0;

/// The end of credentials or of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// This moment.
    At(Timestamp),
    /// A date without a zone. The AWS CLI reads it, and fails when it looks at the clock.
    WithoutZone,
    /// A date whose zone is this many seconds from UTC: a day or more. The AWS CLI reads it, and fails likewise.
    FarZone(i64),
}

impl Expiry {
    /// Reads a date in any spelling that the AWS CLI reads; what it leaves out is that of today, in the local zone.
    ///
    /// # Errors
    /// The refusal of Python's `dateutil` for anything but a date.
    pub fn parse(text: &str, host: &Host) -> Result<Self> {
        let zone = LocalZone::from_host(host);
        let DateText { local, offset } = date_text::parse(text, zone.today(), &zone, Gmt::IsAName)
            .map_err(|error| Error::General(error.to_string()))?;
        let Some(seconds) = offset else { return Ok(Self::WithoutZone) };
        Ok(match date_text::offset_of_a_date(seconds).ok().and_then(|offset| Offset::from_seconds(offset).ok()) {
            // The last hours of the year 9999 are beyond the system's clock.
            Some(offset) => Self::At(offset.to_timestamp(local).unwrap_or(Timestamp::MAX)),
            None => Self::FarZone(seconds),
        })
    }

    /// How many seconds are left.
    ///
    /// # Errors
    /// A date without a zone, or with one that no place has.
    pub fn seconds_left(self, clock: Clock) -> Result<f64> {
        match self {
            Self::At(moment) => Ok(moment.duration_since(clock.timestamp()).as_secs_f64()),
            Self::WithoutZone => {
                Err(Error::General("can't subtract offset-naive and offset-aware datetimes".to_owned()))
            }
            Self::FarZone(seconds) => match date_text::offset_of_a_date(seconds) {
                Ok(_) => Ok(0.0),
                Err(error) => Err(Error::General(error.to_string())),
            },
        }
    }

    pub(crate) fn system_time(self) -> Option<SystemTime> {
        match self {
            Self::At(moment) => Some(moment.into()),
            Self::WithoutZone | Self::FarZone(_) => None,
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
    use crate::error::Result;
    use crate::host::{Clock, Host};

    const CLOCK: Clock = Clock::Fixed(SystemTime::UNIX_EPOCH);

    fn read(text: &str) -> Result<Expiry> {
        Expiry::parse(text, &Host::fixed(&[("TZ", "UTC0")]))
    }

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
            "01/01/1970 1am Z",
        ] {
            assert_eq!(read(text).unwrap().seconds_left(CLOCK).unwrap(), 3600.0, "{text}");
        }
    }

    #[test]
    fn a_date_without_a_zone_is_read_but_cannot_be_compared() {
        for text in ["2099-01-01", "2099-01-01T00:00:00", "01/02/2099", "2099-01-01T00:00:00+24:00"] {
            assert!(read(text).unwrap().seconds_left(CLOCK).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_refused() {
        assert_eq!(read("soon").unwrap_err().to_string(), "Unknown string format: soon");
        assert_eq!(read(" ").unwrap_err().to_string(), "String does not contain a date:  ");
        assert!(read("2099-13-01T00:00:00Z").is_err());
    }

    #[test]
    fn a_date_at_the_end_of_the_calendar_is_far_away() {
        assert!(read("9999-12-31T23:59:59Z").unwrap().seconds_left(CLOCK).unwrap() > 2.5e11);
    }

    #[test]
    fn moments_are_written_in_whole_seconds() {
        let clock = Clock::Fixed(SystemTime::UNIX_EPOCH + Duration::from_millis(1500));
        assert_eq!(in_seconds(clock, 3600), "1970-01-01T01:00:01Z");
        assert!(in_seconds(clock, i64::MAX).starts_with("9999-"));
    }
}
