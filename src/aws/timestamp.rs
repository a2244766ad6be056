//! Dates: one of a response as the AWS CLI shows it, ISO 8601 in the local zone; and one in a text, ISO 8601 or RFC 2822.
//!
//! The AWS CLI guesses many other spellings; those are refused here.

use std::fmt::Write as _;

use jiff::SignedDuration;
use jiff::civil::DateTime;
use jiff::fmt::{rfc2822, temporal::Pieces};
use jiff::tz::Offset;

use super::zone::LocalZone;
use crate::error::{Error, Result};
use crate::python::numeral;
use crate::value::Value;

/// The ISO 8601 text of a response's date: a number of seconds since 1970, such a number as a text, or a date as a text.
pub fn iso8601(value: &Value, zone: &LocalZone) -> Result<String> {
    let seconds = match value {
        Value::Bool(flag) => f64::from(*flag),
        Value::Integer(number) => number.to_float(),
        Value::Float(number) => *number,
        Value::String(text) => {
            return numeral::float(text)
                .and_then(|seconds| from_seconds(seconds, zone))
                .map_or_else(|| from_text(text), Ok);
        }
        other => {
            let (value, kind) = (other.python_str(), other.python_type_name());
            let reason = format!("Parser must be a string or character stream, not {kind}");
            return Err(Error::General(format!("Invalid timestamp \"{value}\": {reason}")));
        }
    };
    from_seconds(seconds, zone).ok_or_else(|| {
        Error::General(format!("Unable to calculate correct timezone offset for \"{}\"", value.python_str()))
    })
}

/// `None` beyond the years 1 to 9999, in UTC or in local time.
fn from_seconds(seconds: f64, zone: &LocalZone) -> Option<String> {
    let floor = seconds.floor();
    let micros = ((seconds - floor) * 1e6).round_ties_even();
    #[expect(clippy::cast_possible_truncation, reason = "what is beyond an i64 is beyond the calendar, too")]
    let (second, micros) = (floor as i64, micros as i64);
    let in_calendar = |date: &DateTime| (1..=9999).contains(&date.year());
    let since = SignedDuration::from_secs(second).checked_add(SignedDuration::from_micros(micros))?;
    let utc = DateTime::constant(1970, 1, 1, 0, 0, 0, 0).checked_add(since).ok().filter(|_| seconds.is_finite())?;
    let offset = zone.offset_at(second);
    let local = utc.checked_add(SignedDuration::from_secs(offset.into())).ok()?;
    [utc, local].iter().all(in_calendar).then(|| format!("{}{}", isoformat(local), offset_text(offset)))
}

fn from_text(text: &str) -> Result<String> {
    let date = parse_date(text).map_err(|reason| Error::General(format!("Invalid timestamp \"{text}\": {reason}")))?;
    let offset = date.offset.map(|offset| offset_text(offset.seconds()));
    Ok(format!("{}{}", isoformat(date.local), offset.unwrap_or_default()))
}

/// Python's `datetime.isoformat()` without the offset: microseconds only where there are any.
fn isoformat(local: DateTime) -> String {
    let micros = local.subsec_nanosecond() / 1000;
    let mut text = local.strftime("%Y-%m-%dT%H:%M:%S").to_string();
    if micros != 0 {
        let _ = write!(text, ".{micros:06}");
    }
    text
}

fn offset_text(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let seconds = seconds.abs();
    let mut text = format!("{sign}{:02}:{:02}", seconds / 3600, seconds / 60 % 60);
    if seconds % 60 != 0 {
        let _ = write!(text, ":{:02}", seconds % 60);
    }
    text
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DateText {
    /// The date and time of day as written; midnight where the text has a date alone.
    pub(crate) local: DateTime,
    /// `None` where the text names no zone.
    pub(crate) offset: Option<Offset>,
}

/// Parses a date. Besides its own zones (`Z`, `+02:00`, `+0200`), ISO 8601 may end in `UTC` or `GMT`, as in botocore's
/// older caches, and any zone may follow a space.
pub(crate) fn parse_date(text: &str) -> std::result::Result<DateText, String> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(format!("String does not contain a date: {text}"));
    }
    let date = extended_or_basic(trimmed).or_else(|| {
        let zoned = rfc2822::parse(trimmed).ok()?;
        Some(DateText { local: zoned.datetime(), offset: Some(zoned.offset()) })
    });
    date.filter(is_in_pythons_calendar).ok_or_else(|| format!("Unknown string format: {text}"))
}

fn extended_or_basic(text: &str) -> Option<DateText> {
    let named = ["UTC", "GMT"].iter().find_map(|zone| text.strip_suffix(zone));
    let text = match (named, text.rsplit_once(' ')) {
        (Some(local), _) => format!("{}Z", local.trim_end()),
        (None, Some((local, offset))) if offset.starts_with(['+', '-']) => format!("{local}{offset}"),
        _ => text.to_owned(),
    };
    let pieces = Pieces::parse(&text).ok().filter(|pieces| pieces.time_zone_annotation().is_none())?;
    Some(DateText {
        local: pieces.date().to_datetime(pieces.time().unwrap_or_default()),
        offset: pieces.to_numeric_offset(),
    })
}

/// Years 1 to 9999, and less than a day from UTC.
fn is_in_pythons_calendar(date: &DateText) -> bool {
    date.local.year() >= 1 && date.offset.is_none_or(|offset| offset.seconds().abs() < 86_400)
}

#[cfg(test)]
mod tests {
    use super::{iso8601, parse_date};
    use crate::aws::zone::LocalZone;
    use crate::host::Host;
    use crate::value::Value;

    fn shown(zone: &str, value: Value) -> String {
        iso8601(&value, &LocalZone::from_host(&Host::fixed(&[("TZ", zone)]))).unwrap_or_else(|error| error.to_string())
    }

    #[test]
    fn numbers_are_seconds_since_1970() {
        for (seconds, text) in [
            (1_700_000_000.123, "2023-11-14T22:13:20.123000+00:00"),
            (0.0, "1970-01-01T00:00:00+00:00"),
            (-1.5, "1969-12-31T23:59:58.500000+00:00"),
            (0.000_000_5, "1970-01-01T00:00:00+00:00"),
            (0.999_999_9, "1970-01-01T00:00:01+00:00"),
        ] {
            assert_eq!(shown("UTC0", Value::Float(seconds)), text);
        }
        assert_eq!(shown("UTC0", Value::Bool(true)), "1970-01-01T00:00:01+00:00");
    }

    #[test]
    fn texts_are_numbers_or_dates() {
        for (given, text) in [
            ("1700000000", "2023-11-14T22:13:20+00:00"),
            (" 1_000 ", "1970-01-01T00:16:40+00:00"),
            ("2023-11-14T22:13:20Z", "2023-11-14T22:13:20+00:00"),
            ("2023-11-14T22:13:20.5+02:00", "2023-11-14T22:13:20.500000+02:00"),
            ("2023-11-14T22:13:20", "2023-11-14T22:13:20"),
        ] {
            assert_eq!(shown("UTC0", Value::string(given)), text);
        }
    }

    #[test]
    fn a_zone_gives_a_date_the_offset_its_season_asks_for() {
        let zone = "EST5EDT,M3.2.0,M11.1.0";
        assert_eq!(shown(zone, Value::integer(1_700_000_000)), "2023-11-14T17:13:20-05:00");
        assert_eq!(shown(zone, Value::integer(1_690_000_000)), "2023-07-22T00:26:40-04:00");
        for (zone, summer, winter) in [
            ("CET-1CEST", "2023-07-22T06:26:40+02:00", "2023-11-14T23:13:20+01:00"),
            ("CET-1CEST,M3.5.0", "2023-07-22T06:26:40+02:00", "2023-11-14T23:13:20+01:00"),
            ("EST5EDT4,", "2023-07-22T00:26:40-04:00", "2023-11-14T17:13:20-05:00"),
            ("<-03>3<-02>", "2023-07-22T02:26:40-02:00", "2023-11-14T19:13:20-03:00"),
        ] {
            assert_eq!(shown(zone, Value::integer(1_690_000_000)), summer, "{zone}");
            assert_eq!(shown(zone, Value::integer(1_700_000_000)), winter, "{zone}");
        }
        assert_eq!(shown("<+0530>-5:30", Value::integer(0)), "1970-01-01T05:30:00+05:30");
        assert_eq!(shown("Nowhere/At_All", Value::integer(0)), "1970-01-01T00:00:00+00:00");
    }

    #[test]
    fn dates_beyond_the_calendar_are_refused() {
        for (seconds, zone) in [
            (Value::integer(253_402_300_800), "UTC0"),
            (Value::integer(-62_135_596_801), "JST-9"),
            (Value::integer(-62_135_596_800), "EST5"),
            (Value::integer(253_402_300_799), "JST-9"),
            (Value::Float(1e18), "UTC0"),
            (Value::Float(f64::NAN), "UTC0"),
            (Value::Float(f64::INFINITY), "UTC0"),
        ] {
            let message = format!("Unable to calculate correct timezone offset for \"{}\"", seconds.python_str());
            assert_eq!(shown(zone, seconds), message);
        }
        assert_eq!(shown("UTC0", Value::string("1e400")), "Invalid timestamp \"1e400\": Unknown string format: 1e400");
        assert_eq!(shown("UTC0", Value::integer(253_402_300_799)), "9999-12-31T23:59:59+00:00");
        assert_eq!(shown("EST5", Value::Float(253_402_300_798.5)), "9999-12-31T18:59:58.500000-05:00");
        assert_eq!(shown("UTC0", Value::integer(-62_135_596_800)), "0001-01-01T00:00:00+00:00");
    }

    #[test]
    fn iso_8601_and_rfc_2822_are_read() {
        for (text, local, offset) in [
            ("2023-11-14T22:13:20Z", "2023-11-14T22:13:20", Some(0)),
            ("2023-11-14 22:13:20.5+02:00", "2023-11-14T22:13:20.5", Some(7200)),
            ("2023-11-14T22:13:20,123456789-0530", "2023-11-14T22:13:20.123456789", Some(-19_800)),
            ("20231114T221320Z", "2023-11-14T22:13:20", Some(0)),
            ("20231114", "2023-11-14T00:00:00", None),
            ("2023-11-14", "2023-11-14T00:00:00", None),
            ("2023-11-14T22:13", "2023-11-14T22:13:00", None),
            ("2023-11-14T22:13:20UTC", "2023-11-14T22:13:20", Some(0)),
            ("2023-11-14 22:13:20 GMT", "2023-11-14T22:13:20", Some(0)),
            ("2023-11-14 22:13:20 +0200", "2023-11-14T22:13:20", Some(7200)),
            (" 2023-11-14T22:13:20z\n", "2023-11-14T22:13:20", Some(0)),
            ("Tue, 14 Nov 2023 22:13:20 GMT", "2023-11-14T22:13:20", Some(0)),
            ("14 Nov 2023 22:13:20 +0100", "2023-11-14T22:13:20", Some(3600)),
        ] {
            let date = parse_date(text).unwrap();
            assert_eq!(
                (date.local.to_string().as_str(), date.offset.map(|it| it.seconds())),
                (local, offset),
                "{text}"
            );
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "soon",
            "Nov 14 2023",
            "14/11/2023",
            "2023-W46-2",
            "2023-318",
            "2023-02-30",
            "2099-13-01T00:00:00Z",
            "2023-11-14T24:00",
            "2023-11-14T22:13:20+24:00",
            "0000-01-01",
            "-000001-01-01",
            "2023-11-14T22:13:20Z[Europe/Berlin]",
        ] {
            assert_eq!(parse_date(text).unwrap_err(), format!("Unknown string format: {text}"));
        }
        assert_eq!(parse_date(" ").unwrap_err(), "String does not contain a date:  ");
    }
}
