//! `nextToken`: where the next page begins, for which arguments, and since when.
//!
//! A token is good for the arguments it was given out for and for 24 hours, as documented. It is not secret and not signed: who
//! makes one up gets a page, not a privilege.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::clock::Timestamp;
use super::refusal::Refusal;

/// How long a token is good, in milliseconds.
const LIFETIME: i64 = 24 * 3_600 * 1_000;

/// A place in an ordered list: what the next page begins after (lists of executions) or at (all others).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The sort key, where the list has one.
    pub(crate) time: Timestamp,
    /// The position, or what distinguishes equal sort keys.
    pub(crate) position: u32,
}

impl Place {
    /// A place in a list that only ever grows at its end.
    pub(crate) fn position(position: u32) -> Self {
        Self { time: Timestamp::from_milliseconds(0), position }
    }
}

/// The token for a place, good for these arguments.
pub(crate) fn write(arguments: &[&str], place: Place, now: Timestamp) -> String {
    let (now, time) = (now.milliseconds(), place.time.milliseconds());
    format!("{}.{now}.{time}.{}", fingerprint(arguments), place.position)
}

/// The place of a token that was given out for these arguments in the last 24 hours.
pub(crate) fn read(token: &str, arguments: &[&str], now: Timestamp) -> Result<Place, Refusal> {
    parse(token, arguments, now).ok_or_else(Refusal::invalid_token)
}

fn parse(token: &str, arguments: &[&str], now: Timestamp) -> Option<Place> {
    let rest = token.strip_prefix(&fingerprint(arguments))?.strip_prefix('.')?;
    let numbers: Vec<i64> = rest.split('.').map(str::parse).collect::<Result<_, _>>().ok()?;
    let [then, time, position] = *numbers else { return None };
    let age = now.since(Timestamp::from_milliseconds(then));
    let position = position.try_into().ok().filter(|_| (0..=LIFETIME).contains(&age))?;
    Some(Place { time: Timestamp::from_milliseconds(time), position })
}

/// A fingerprint of the arguments, the same for as long as this process runs.
fn fingerprint(arguments: &[&str]) -> String {
    let mut hasher = DefaultHasher::new();
    arguments.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::{LIFETIME, Place, read, write};
    use crate::local::clock::Timestamp;

    #[test]
    fn a_token_is_good_for_its_arguments_and_a_day() {
        let now = Timestamp::from_milliseconds(1_700_000_000_000);
        let place = Place { time: now.plus(-5), position: 77 };
        let token = write(&["ListExecutions", "arn", ""], place, now);
        assert_eq!(read(&token, &["ListExecutions", "arn", ""], now.plus(LIFETIME)), Ok(place));
        assert!(read(&token, &["ListExecutions", "arn", ""], now.plus(LIFETIME + 1)).is_err());
        assert!(read(&token, &["ListExecutions", "ar", "n"], now).is_err());
        assert!(read(&token, &["ListMapRuns", "arn", ""], now).is_err());
    }

    #[test]
    fn what_was_never_given_out_is_refused() {
        let now = Timestamp::from_milliseconds(1_700_000_000_000);
        let token = write(&[], Place::position(1), now);
        for wrong in ["", "x", "....", &format!("{token}.0"), token.split_at(token.len() - 1).0] {
            assert!(read(wrong, &[], now).is_err(), "{wrong}");
        }
    }
}
