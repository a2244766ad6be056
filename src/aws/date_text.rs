//! A date in a text: ISO 8601, extended or basic, or RFC 2822.
//!
//! Pure: it asks neither the clock nor the local zone. The AWS CLI guesses many other spellings; those are refused here.

use jiff::civil::DateTime;
use jiff::fmt::{rfc2822, temporal::Pieces};
use jiff::tz::Offset;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DateText {
    /// The date and time of day as written; midnight where the text has a date alone.
    pub(crate) local: DateTime,
    /// `None` where the text names no zone.
    pub(crate) offset: Option<Offset>,
}

/// Parses a date. Besides its own zones (`Z`, `+02:00`, `+0200`), ISO 8601 may end in `UTC` or `GMT`, as in botocore's
/// older caches, and any zone may follow a space.
///
/// # Errors
/// The message of Python's `dateutil`.
pub(crate) fn parse(text: &str) -> Result<DateText, String> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(format!("String does not contain a date: {text}"));
    }
    let date = iso8601(trimmed).or_else(|| {
        let zoned = rfc2822::parse(trimmed).ok()?;
        Some(DateText { local: zoned.datetime(), offset: Some(zoned.offset()) })
    });
    date.filter(is_in_pythons_calendar).ok_or_else(|| format!("Unknown string format: {text}"))
}

fn iso8601(text: &str) -> Option<DateText> {
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
    use super::parse;

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
            let date = parse(text).unwrap();
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
            assert_eq!(parse(text).unwrap_err(), format!("Unknown string format: {text}"));
        }
        assert_eq!(parse(" ").unwrap_err(), "String does not contain a date:  ");
    }
}
