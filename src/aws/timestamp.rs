//! A date of a response as the AWS CLI shows it: ISO 8601 in the local zone.

use std::fmt::Write as _;

use jiff::SignedDuration;
use jiff::civil::DateTime;

use super::date_text;
use super::zone::LocalZone;
use crate::error::{Error, Result};
use crate::python::numeral;
use crate::value::Value;

/// The ISO 8601 text of a response's date: a number of seconds since 1970, such a number as a text, or a date as a text.
///
/// # Errors
/// Anything but a date, or one beyond the years 1 to 9999, in botocore's and Python's words.
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
    let (whole, micros) = (floor as i64, micros as i64);
    let in_calendar = |date: &DateTime| (1..=9999).contains(&date.year());
    let since = SignedDuration::from_secs(whole).checked_add(SignedDuration::from_micros(micros))?;
    let utc = DateTime::constant(1970, 1, 1, 0, 0, 0, 0).checked_add(since).ok().filter(|_| seconds.is_finite())?;
    let offset = zone.offset_at(whole);
    let local = utc.checked_add(SignedDuration::from_secs(offset.into())).ok()?;
    [utc, local].iter().all(in_calendar).then(|| format!("{}{}", isoformat(local), offset_text(offset)))
}

fn from_text(text: &str) -> Result<String> {
    let date =
        date_text::parse(text).map_err(|reason| Error::General(format!("Invalid timestamp \"{text}\": {reason}")))?;
    let offset = date.offset.map(|offset| offset_text(offset.seconds()));
    Ok(format!("{}{}", isoformat(date.local), offset.unwrap_or_default()))
}

/// Python's `datetime.isoformat()` without the offset: microseconds only where there are any.
fn isoformat(local: DateTime) -> String {
    let micros = local.subsec_nanosecond() / 1000;
    let mut text = format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
        local.year(),
        local.month(),
        local.day(),
        local.hour(),
        local.minute(),
        local.second()
    );
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

#[cfg(test)]
mod tests {
    use super::iso8601;
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
    fn other_texts_are_refused_in_the_aws_clis_words() {
        for (given, text) in [
            ("nope", "Invalid timestamp \"nope\": Unknown string format: nope"),
            ("", "Invalid timestamp \"\": String does not contain a date: "),
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
}
