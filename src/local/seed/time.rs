//! Times and spans as a seed writes them.

use serde::Deserialize;

use super::super::clock::Timestamp;

/// A length of time, in milliseconds: `500ms`, `90s`, `15m`, `2h`, `14d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Span(pub(crate) i64);

/// A moment: RFC 3339, or a span before the start such as `-2h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) enum When {
    /// On the calendar.
    At(Timestamp),
    /// Milliseconds before the start.
    Before(i64),
}

impl When {
    /// The moment, for an endpoint that starts now.
    pub(crate) fn resolve(self, now: Timestamp) -> Timestamp {
        match self {
            Self::At(timestamp) => timestamp,
            Self::Before(milliseconds) => now.plus(-milliseconds),
        }
    }
}

impl TryFrom<String> for Span {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        span(&text).map(Self).ok_or_else(|| format!("'{text}' is no span of time such as 90s, 15m, 2h or 14d"))
    }
}

impl TryFrom<String> for When {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("'{text}' is no time such as 2026-01-31T12:00:00Z, -90s, -2h or -14d");
        match text.strip_prefix('-') {
            Some(before) => span(before).map(Self::Before).ok_or_else(wrong),
            None => text
                .parse::<jiff::Timestamp>()
                .map(|time| Self::At(Timestamp::from_milliseconds(time.as_millisecond())))
                .map_err(|_| wrong()),
        }
    }
}

fn span(text: &str) -> Option<i64> {
    let unit_at = text.find(|digit: char| !digit.is_ascii_digit())?;
    let (number, unit) = text.split_at(unit_at);
    let milliseconds = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    // A span of more than ten thousand years is a slip.
    number.parse::<i64>().ok()?.checked_mul(milliseconds).filter(|span| *span < 400_000_000_000_000)
}

#[cfg(test)]
mod tests {
    use super::{Span, When};
    use crate::local::clock::Timestamp;

    #[test]
    fn spans_have_a_number_and_a_unit() {
        for (text, milliseconds) in [("500ms", 500), ("0s", 0), ("15m", 900_000), ("14d", 1_209_600_000)] {
            assert_eq!(Span::try_from(text.to_owned()), Ok(Span(milliseconds)), "{text}");
        }
        for text in ["", "5", "h", "1.5h", "-1h", "1w", "99999999999999999999s", "9999999999999d"] {
            assert!(Span::try_from(text.to_owned()).is_err(), "{text}");
        }
    }

    #[test]
    fn moments_are_absolute_or_before_the_start() {
        let now = Timestamp::from_milliseconds(1_700_000_000_000);
        for (text, milliseconds) in [
            ("-2h", 1_699_992_800_000),
            ("2023-11-14T22:13:20Z", 1_700_000_000_000),
            ("2023-11-14T23:13:20.5+01:00", 1_700_000_000_500),
        ] {
            let when = When::try_from(text.to_owned()).unwrap();
            assert_eq!(when.resolve(now), Timestamp::from_milliseconds(milliseconds), "{text}");
        }
        for text in ["2h", "yesterday", "2023-11-14", "--2h", ""] {
            assert!(When::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
