//! Spans (`90s`, `5m`, `2h`, `3d`) and moments (RFC 3339, or such a span ago) as people write them.

use std::time::{Duration, SystemTime};

/// The span that a text means: a number, with a fraction if need be, and one of `ms`, `s`, `m`, `h`, `d`; a bare number is seconds.
///
/// # Errors
/// What it should look like.
pub fn span(text: &str) -> Result<Duration, String> {
    let wrong = || format!("'{text}' is no span of time, such as 90s, 5m, 2h or 3d");
    let unit_at = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let (number, unit) = text.split_at(unit_at);
    let seconds = match unit {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" => 60.0,
        "h" => 3_600.0,
        "d" => 86_400.0,
        _ => return Err(wrong()),
    };
    let number: f64 = number.parse().map_err(|_| wrong())?;
    Duration::try_from_secs_f64(number * seconds).map_err(|_| wrong())
}

/// The moment that a text means, in milliseconds since 1970: RFC 3339, or a span before `now`.
///
/// # Errors
/// What it should look like.
pub fn moment(text: &str, now: i64) -> Result<i64, String> {
    if let Ok(timestamp) = text.parse::<jiff::Timestamp>() {
        return Ok(timestamp.as_millisecond());
    }
    let ago = span(text).map_err(|_| {
        format!("'{text}' is neither a date, such as 2026-11-22T08:00:00Z, nor a span of time, such as 2h or 3d")
    })?;
    Ok(now.saturating_sub(i64::try_from(ago.as_millis()).unwrap_or(i64::MAX)))
}

/// A system time as milliseconds since 1970.
#[must_use]
pub fn milliseconds(time: SystemTime) -> i64 {
    jiff::Timestamp::try_from(time).map_or(0, |timestamp| timestamp.as_millisecond())
}

/// Milliseconds since 1970 as RFC 3339, in UTC.
#[must_use]
pub fn rfc3339(milliseconds: i64) -> String {
    jiff::Timestamp::from_millisecond(milliseconds)
        .map_or_else(|_| format!("{milliseconds} ms"), |moment| moment.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string())
}

/// A span as people read it, to two units: `2 d 4 h`, `3 min 20 s`, `12 s`.
#[must_use]
pub fn readable(span: Duration) -> String {
    let seconds = span.as_secs() + u64::from(span.subsec_millis() >= 500);
    let two = |big: u64, big_name: &str, small: u64, small_name: &str| match small {
        0 => format!("{big} {big_name}"),
        _ => format!("{big} {big_name} {small} {small_name}"),
    };
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => two(seconds / 60, "min", seconds % 60, "s"),
        3_600..86_400 => two(seconds / 3_600, "h", seconds % 3_600 / 60, "min"),
        _ => two(seconds / 86_400, "d", seconds % 86_400 / 3_600, "h"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{moment, readable, span};

    #[test]
    fn spans_have_a_number_and_a_unit() {
        for (text, seconds) in
            [("90", 90.0), ("1.5s", 1.5), ("2m", 120.0), ("2h", 7_200.0), ("3d", 259_200.0), ("50ms", 0.05)]
        {
            assert_eq!(span(text), Ok(Duration::from_secs_f64(seconds)), "{text}");
        }
        for text in ["", "h", "-2h", "2w", "1..2s", "2 h", "1e400d"] {
            assert!(span(text).is_err(), "{text}");
        }
    }

    #[test]
    fn moments_are_dates_or_so_long_ago() {
        assert_eq!(moment("2023-11-14T22:13:20Z", 0), Ok(1_700_000_000_000));
        assert_eq!(moment("2023-11-15T00:13:20+02:00", 0), Ok(1_700_000_000_000));
        assert_eq!(moment("2h", 7_200_001), Ok(1));
        assert!(moment("yesterday", 0).is_err());
    }

    #[test]
    fn spans_read_well() {
        for (seconds, text) in [(12, "12 s"), (200, "3 min 20 s"), (3_600, "1 h"), (187_200, "2 d 4 h")] {
            assert_eq!(readable(Duration::from_secs(seconds)), text);
        }
    }
}
