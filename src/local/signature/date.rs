//! The time of a signature: `X-Amz-Date`, or `Date` where it is missing.

use http::HeaderMap;
use jiff::tz::TimeZone;

use super::super::clock::Timestamp;
use super::super::refusal::Refusal;

/// How `X-Amz-Date` is written.
const FORMAT: &str = "%Y%m%dT%H%M%SZ";

/// The time that a request was signed at; `authorization` is for the message when there is none.
pub(crate) fn of(headers: &HeaderMap, authorization: &str) -> Result<Timestamp, Refusal> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let time = match (text("x-amz-date"), text("date")) {
        (Some(amz), _) => basic(amz).ok_or(amz),
        (None, Some(date)) => http_date(date).ok_or(date),
        (None, None) => {
            return Err(Refusal::incomplete_signature(format!(
                "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization={authorization}"
            )));
        }
    };
    time.map_err(|text| {
        Refusal::incomplete_signature(format!(
            "Date must be in ISO-8601 'basic format'. Got '{text}'. See http://en.wikipedia.org/wiki/ISO_8601"
        ))
    })
}

fn basic(text: &str) -> Option<Timestamp> {
    let time = jiff::civil::DateTime::strptime(FORMAT, text).ok()?;
    let zoned = time.to_zoned_datetime(TimeZone::UTC).ok()?;
    Some(Timestamp::from_milliseconds(zoned.timestamp().as_millisecond()))
}

fn http_date(text: &str) -> Option<Timestamp> {
    let zoned = jiff::fmt::rfc2822::parse(text).ok()?;
    Some(Timestamp::from_milliseconds(zoned.timestamp().as_millisecond()))
}

/// A time as `X-Amz-Date` has it.
pub(crate) fn stamp(time: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(time.milliseconds())
        .map_or_else(|_| time.to_string(), |time| time.strftime(FORMAT).to_string())
}

pub(crate) fn day(stamp: &str) -> &str {
    stamp.split('T').next().unwrap_or(stamp)
}
