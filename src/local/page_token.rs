//! `nextToken`: where the next page begins, for which arguments, and since when.
//!
//! A token is good for the arguments it was given out for and for 24 hours, as documented. It is not secret and not signed: who
//! makes one up gets a page, not a privilege.

use ring::digest;

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

/// The place of a token.
///
/// # Errors
/// `InvalidToken` when it was not given out for these arguments, or more than 24 hours ago.
pub(crate) fn read(token: &str, arguments: &[&str], now: Timestamp) -> Result<Place, Refusal> {
    parse(token, arguments, now).ok_or_else(Refusal::invalid_token)
}

fn parse(token: &str, arguments: &[&str], now: Timestamp) -> Option<Place> {
    let mut parts = token.split('.');
    let mut next = || parts.next();
    let (arguments_then, then, time, position) = (next()?, next()?, next()?, next()?);
    let moment = |text| str::parse(text).ok().map(Timestamp::from_milliseconds);
    let age = now.since(moment(then)?);
    if next().is_some() || arguments_then != fingerprint(arguments) || !(0..=LIFETIME).contains(&age) {
        return None;
    }
    Some(Place { time: moment(time)?, position: position.parse().ok()? })
}

/// A short fingerprint of the arguments, each separated from the next.
fn fingerprint(arguments: &[&str]) -> String {
    let digest = digest::digest(&digest::SHA256, arguments.join("\0").as_bytes());
    digest.as_ref().iter().take(12).map(|byte| format!("{byte:02x}")).collect()
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
