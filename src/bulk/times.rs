//! Spans of time and moments as people write them, and how they are shown.

use std::time::{Duration, SystemTime};

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Span, SpanRelativeTo, Timestamp};

use crate::render::escape::Escaped;

/// The span that a text means: `90s`, `1h30m`, `1w`; a bare number is seconds.
pub fn span(text: &str) -> Result<Duration, String> {
    let span = match text.parse() {
        Ok(seconds) => Duration::try_from_secs_f64(seconds).ok(),
        Err(_) => with_units(text),
    };
    span.ok_or_else(|| format!("'{}' is not a span of time, such as 90s, 5m, 1h30m or 3d", Escaped(text)))
}

fn with_units(text: &str) -> Option<Duration> {
    let span: Span = text.parse().ok()?;
    span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?.try_into().ok()
}

/// The moment that a text means, in milliseconds since 1970: RFC 3339; a date, with or without a time, in this zone; `today` and
/// `yesterday`, when they began; a span before `now`. A bare number is none of these.
pub fn moment(text: &str, now: Timestamp, zone: &TimeZone) -> Result<i64, String> {
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Ok(timestamp.as_millisecond());
    }
    let today = zone.to_datetime(now).date();
    let local = match text.to_ascii_lowercase().as_str() {
        "today" => Some(DateTime::from(today)),
        "yesterday" => today.yesterday().ok().map(DateTime::from),
        // The parser would take a number for a date, and pass over the name of a zone.
        text if text.contains('-') && !text.contains('[') => text.parse().ok(),
        _ => None,
    };
    let moment = match local {
        Some(local) => zone.to_timestamp(local).ok(),
        None => {
            text.parse::<f64>().is_err().then(|| with_units(text)).flatten().and_then(|ago| now.checked_sub(ago).ok())
        }
    };
    moment.map(Timestamp::as_millisecond).ok_or_else(|| {
        format!(
            "'{}' is neither a date, such as 2026-11-22, 2026-11-22T08:00:00Z or yesterday, nor a span of time, such as 2h or 3d",
            Escaped(text)
        )
    })
}

/// A date as this program and the AWS CLI print it, RFC 3339 or seconds since 1970, in milliseconds since 1970.
pub fn date(text: &str) -> Option<i64> {
    if let Ok(date) = text.parse::<Timestamp>() {
        return Some(date.as_millisecond());
    }
    let seconds = text.parse::<f64>().ok().filter(|seconds| seconds.is_finite())?;
    #[expect(clippy::cast_possible_truncation, reason = "the cast saturates")]
    let milliseconds = (seconds * 1_000.0).round() as i64;
    Some(milliseconds)
}

/// A moment, in milliseconds since 1970, as RFC 3339 in this zone.
pub(crate) fn describe(milliseconds: i64, zone: &TimeZone) -> String {
    let shown = |at: Timestamp| at.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
    Timestamp::from_millisecond(milliseconds).map_or_else(|_| format!("{milliseconds} ms"), shown)
}

pub(crate) fn milliseconds(time: SystemTime) -> i64 {
    Timestamp::try_from(time).map_or(0, |timestamp| timestamp.as_millisecond())
}

/// Milliseconds since 1970 as RFC 3339, in UTC.
pub(crate) fn rfc3339(milliseconds: i64) -> String {
    Timestamp::from_millisecond(milliseconds)
        .map_or_else(|_| format!("{milliseconds} ms"), |moment| moment.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string())
}

/// A span as people read it, to two units: `2 d 4 h`, `3 min 20 s`, `12 s`.
pub(crate) fn readable(span: Duration) -> String {
    let seconds = span.as_secs() + u64::from(span.subsec_millis() >= 500);
    let (big, big_unit, small, small_unit) = match seconds {
        0..60 => return format!("{seconds} s"),
        60..3_600 => (seconds / 60, "min", seconds % 60, "s"),
        3_600..86_400 => (seconds / 3_600, "h", seconds % 3_600 / 60, "min"),
        _ => (seconds / 86_400, "d", seconds % 86_400 / 3_600, "h"),
    };
    let small = if small == 0 { String::new() } else { format!(" {small} {small_unit}") };
    format!("{big} {big_unit}{small}")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;
    use jiff::tz::TimeZone;

    use super::{describe, moment, readable};

    #[test]
    fn moments_are_dates_in_the_zone_or_spans_ago() {
        let berlin = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
        let now: Timestamp = "2026-11-22T23:30:00Z".parse().unwrap();
        for (text, expected) in [
            ("2026-11-20T08:00:00Z", "2026-11-20T09:00:00+01:00"),
            ("2026-11-20T08:00:00-02:00", "2026-11-20T11:00:00+01:00"),
            ("2026-11-20", "2026-11-20T00:00:00+01:00"),
            ("2026-07-20", "2026-07-20T00:00:00+02:00"),
            ("2026-11-20T08:30", "2026-11-20T08:30:00+01:00"),
            ("2026-11-20 08:30:15", "2026-11-20T08:30:15+01:00"),
            ("today", "2026-11-23T00:00:00+01:00"),
            ("Yesterday", "2026-11-22T00:00:00+01:00"),
            ("1h30m", "2026-11-22T23:00:00+01:00"),
            ("1w", "2026-11-16T00:30:00+01:00"),
        ] {
            assert_eq!(
                moment(text, now, &berlin).map(|moment| describe(moment, &berlin)),
                Ok(expected.to_owned()),
                "{text}"
            );
        }
        for text in
            ["", "90", "20261120", "1.5", "tomorrow", "-2h", "2h ago", "2026-13-01", "2026-11-20T08:00[Asia/Tokyo]"]
        {
            assert!(moment(text, now, &berlin).is_err(), "{text}");
        }
    }

    #[test]
    fn spans_read_well() {
        for (seconds, text) in [(12, "12 s"), (200, "3 min 20 s"), (3_600, "1 h"), (187_200, "2 d 4 h")] {
            assert_eq!(readable(Duration::from_secs(seconds)), text);
        }
    }
}
