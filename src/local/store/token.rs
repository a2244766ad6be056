//! The client tokens of an execution's redrives, and how long each answers for the redrive that it made.

use std::collections::VecDeque;

use super::super::clock::Timestamp;

/// How many tokens of successful redrives are remembered for an execution.
const KEPT: usize = 10;
/// How long a token is valid after its first use, in milliseconds.
const LIFETIME: i64 = 15 * 60 * 1_000;

/// The last tokens that redrove an execution and when each was first used, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Tokens(VecDeque<(String, Timestamp)>);

impl Tokens {
    /// The `redriveDate` that a token answers without another redrive, whatever state the execution is in.
    pub(crate) fn redrive_date(&self, token: &str, now: Timestamp) -> Option<Timestamp> {
        let (_, used) = self.0.iter().find(|(known, _)| known == token)?;
        (now.since(*used) <= LIFETIME).then_some(*used)
    }

    pub(crate) fn remember(&mut self, token: String, now: Timestamp) {
        self.0.retain(|(known, _)| *known != token);
        if self.0.len() >= KEPT {
            self.0.pop_front();
        }
        self.0.push_back((token, now));
    }
}

#[cfg(test)]
mod tests {
    use super::{KEPT, Tokens};
    use crate::local::clock::Timestamp;

    #[test]
    fn the_last_ten_tokens_answer_for_fifteen_minutes_after_use() {
        let used = |number: usize| Timestamp::from_milliseconds(i64::try_from(number).unwrap() * 1_000);
        let mut tokens = Tokens::default();
        for number in 0..=KEPT {
            tokens.remember(format!("token-{number}"), used(number));
        }
        let last = used(KEPT);
        assert_eq!(tokens.redrive_date("token-0", last), None, "the eleventh pushed it out");
        assert_eq!(tokens.redrive_date("token-1", last), Some(used(1)));
        assert_eq!(tokens.redrive_date("token-1", used(1).plus(900_000)), Some(used(1)));
        assert_eq!(tokens.redrive_date("token-1", used(1).plus(900_001)), None);
        assert_eq!(tokens.redrive_date("token-", last), None);
    }
}
