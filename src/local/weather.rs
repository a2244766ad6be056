//! Bad weather: faults between the client and the service, by rules, and the chance that looks random and is the same in each run.
//!
//! What is between (a proxy, a load balancer) answers without a request id and never in the service's own words.

use std::time::Duration;

use super::operation::Operation;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The service answers `ThrottlingException`; nothing is done.
    Throttle,
    /// The service answers `AccessDeniedException`; nothing is done.
    Deny,
    /// The service answers this status with a code of its own trouble; nothing is done.
    Trouble(u16),
    /// Something in between answers a page with this status; nothing is done.
    Page(u16),
    /// It is done, and something in between answers a page with this status.
    PageInstead(u16),
    /// It is done, and the connection is cut before the answer.
    LoseAnswer,
    /// The connection is cut; nothing is done.
    Cut,
}

#[derive(Clone, Debug)]
pub struct Rule {
    pub fault: Fault,
    /// To requests of this operation; to all, where there is none.
    pub operation: Option<Operation>,
    /// To requests whose body holds this, such as an execution's name.
    pub containing: Option<String>,
    /// To this share of them.
    pub share: f64,
    /// From this time after the start, by the endpoint's clock.
    pub from: Duration,
    pub until: Duration,
}

impl Rule {
    /// A fault that every request meets.
    pub fn always(fault: Fault) -> Self {
        Self { fault, operation: None, containing: None, share: 1.0, from: Duration::ZERO, until: Duration::MAX }
    }
}

/// The rules, and how many requests they have judged.
#[derive(Debug, Default)]
pub(crate) struct Weather {
    rules: Vec<Rule>,
    lose_every: Option<u64>,
    judged: u64,
}

impl Weather {
    /// Rules, and every how many requests the answer is lost whatever they say.
    pub(crate) fn new(rules: Vec<Rule>, lose_every: Option<u64>) -> Self {
        Self { rules, lose_every, judged: 0 }
    }

    /// Other rules, the first of which that fits a request counts.
    pub(crate) fn set(&mut self, rules: Vec<Rule>) {
        self.rules = rules;
    }

    /// The fault that the next request meets.
    pub(crate) fn next(&mut self, operation: Option<Operation>, body: &[u8], since_start: Duration) -> Option<Fault> {
        self.judged += 1;
        if self.lose_every.is_some_and(|every| self.judged.is_multiple_of(every.max(1))) {
            return Some(Fault::LoseAnswer);
        }
        let fits = |(number, rule): (usize, &Rule)| {
            let fits = (rule.operation.is_none() || rule.operation == operation)
                && (rule.from..rule.until).contains(&since_start)
                && rule.containing.as_deref().is_none_or(|text| holds(body, text.as_bytes()))
                && fraction(self.judged, number) < rule.share;
            fits.then_some(rule.fault)
        };
        self.rules.iter().enumerate().find_map(fits)
    }
}

fn holds(body: &[u8], text: &[u8]) -> bool {
    text.is_empty() || body.windows(text.len()).any(|window| window == text)
}

/// A number from 0 up to 1 for one thing of many and one of its occasions (SplitMix64).
pub(crate) fn fraction(thing: u64, occasion: usize) -> f64 {
    let mut mixed = thing.wrapping_add((occasion as u64) << 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    #[expect(clippy::cast_precision_loss, reason = "53 bits are kept")]
    let fraction = ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64;
    fraction
}

/// The choice that a number from 0 up to 1 falls on, where each has as much room as its weight; `None` where there is none.
pub(crate) fn weighted<T>(choices: &[(T, f64)], fraction: f64) -> Option<&T> {
    let mut left = fraction * choices.iter().map(|(_, weight)| weight).sum::<f64>();
    let found = choices.iter().find(|(_, weight)| {
        left -= weight;
        left < 0.0
    });
    found.or(choices.last()).map(|(choice, _)| choice)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Fault, Rule, Weather, fraction, weighted};
    use crate::local::Operation;

    #[test]
    fn the_first_rule_that_fits_counts() {
        let mut weather = Weather::default();
        weather.set(vec![
            Rule {
                operation: Some(Operation::RedriveExecution),
                until: Duration::from_secs(5),
                ..Rule::always(Fault::Cut)
            },
            Rule { containing: Some("run-7\"".to_owned()), ..Rule::always(Fault::Page(502)) },
        ]);
        let mut next =
            |operation, body: &str, at| weather.next(Some(operation), body.as_bytes(), Duration::from_secs(at));
        assert_eq!(next(Operation::RedriveExecution, "run-7\"", 4), Some(Fault::Cut));
        assert_eq!(next(Operation::RedriveExecution, "run-7\"", 5), Some(Fault::Page(502)));
        assert_eq!(next(Operation::RedriveExecution, "run-70", 5), None);
        assert_eq!(next(Operation::DescribeExecution, "run-1", 0), None);
    }

    #[test]
    fn a_share_is_a_share() {
        let mut weather = Weather::default();
        weather.set(vec![Rule { share: 0.25, ..Rule::always(Fault::Throttle) }]);
        let met = (0..4_000).filter(|_| weather.next(None, b"", Duration::ZERO).is_some()).count();
        assert!((900..1_100).contains(&met), "{met}");
    }

    #[test]
    fn choices_come_as_often_as_their_weights_say() {
        let choices = [("never", 0.0), ("rarely", 1.0), ("often", 3.0)];
        let chosen: Vec<_> = (0..4_000).filter_map(|number| weighted(&choices, fraction(number, 1))).collect();
        let count = |name| chosen.iter().filter(|chosen| **chosen == &name).count();
        assert_eq!((chosen.len(), count("never")), (4_000, 0));
        assert!((900..1_100).contains(&count("rarely")), "{}", count("rarely"));
    }
}
