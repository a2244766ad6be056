//! Faults between the client and the service, by rules, and the chance that looks random and is the same in each run.
//!
//! A proxy or a load balancer in between answers without a request id and never in the service's own words.

use std::time::Duration;

use super::clock::Span;
use super::operation::Operation;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The service returns `ThrottlingException`; nothing is done.
    Throttle,
    /// The service returns `AccessDeniedException`; nothing is done.
    Deny,
    /// The service returns this status with a code of its own trouble; nothing is done.
    Trouble(u16),
    /// A proxy in between returns a page with this status; nothing is done.
    Page(u16),
    /// It is done, and a proxy in between returns a page with this status.
    PageInstead(u16),
    /// It is done, and the connection is cut before the response.
    LoseAnswer,
    /// The connection is cut; nothing is done.
    Cut,
}

/// Which requests meet a fault.
#[derive(Clone, Debug)]
pub struct Rule {
    pub fault: Fault,
    /// Those of this operation, or of any.
    pub operation: Option<Operation>,
    /// Those whose body holds this, such as an execution's name.
    pub containing: Option<String>,
    /// This share of them.
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

    /// `--fail`, `[OPERATION:][page:]STATUS[:SHARE][@FROM-UNTIL]`: the service's own trouble, or the page of a proxy in between.
    pub(crate) fn failure(text: &str) -> Result<Self, String> {
        let (mut rule, rest) = Self::scope(text)?;
        let (page, rest) = rest.strip_prefix("page:").map_or((false, rest), |rest| (true, rest));
        let (status, share) = rest.split_once(':').map_or((rest, None), |(status, share)| (status, Some(share)));
        rule.fault = match (page, status.parse()) {
            (true, Ok(status @ 200..600)) => Fault::Page(status),
            (true, _) => return Err("a page has a status from 200 to 599".to_owned()),
            (false, Ok(status @ 500..600)) => Fault::Trouble(status),
            (false, _) => return Err("trouble has a status from 500 to 599".to_owned()),
        };
        rule.share = share.map_or(Ok(1.0), percentage)?;
        Ok(rule)
    }

    /// `--throttle`, `[OPERATION:]SHARE[@FROM-UNTIL]`.
    pub(crate) fn throttle(text: &str) -> Result<Self, String> {
        let (rule, share) = Self::scope(text)?;
        Ok(Self { share: percentage(share)?, ..rule })
    }

    /// `--lose-answers`, as `--throttle`.
    pub(crate) fn lost_answer(text: &str) -> Result<Self, String> {
        Ok(Self { fault: Fault::LoseAnswer, ..Self::throttle(text)? })
    }

    /// A rule with the operation and the time of a text, and the text between them.
    fn scope(text: &str) -> Result<(Self, &str), String> {
        let mut rule = Self::always(Fault::Throttle);
        let mut rest = text;
        if let Some((before, window)) = text.split_once('@') {
            let (from, until) = window.split_once('-').ok_or("the time must be FROM-UNTIL, such as 0s-30s or 10s-")?;
            rule.from = after_start(from)?;
            if !until.is_empty() {
                rule.until = after_start(until)?;
            }
            rest = before;
        }
        if let Some((operation, after)) = rest.split_once(':')
            && let Some(operation) = Operation::named(operation)
        {
            rule.operation = Some(operation);
            rest = after;
        }
        Ok((rule, rest))
    }

    fn fits(&self, operation: Option<Operation>, body: &[u8], since_start: Duration) -> bool {
        let contains = |text: &str| text.is_empty() || body.windows(text.len()).any(|window| window == text.as_bytes());
        (self.operation.is_none() || self.operation == operation)
            && (self.from..self.until).contains(&since_start)
            && self.containing.as_deref().is_none_or(contains)
    }
}

fn after_start(text: &str) -> Result<Duration, String> {
    let span = if text == "0" { Span(0) } else { text.parse()? };
    Ok(Duration::from_millis(span.0.unsigned_abs()))
}

fn percentage(text: &str) -> Result<f64, String> {
    let number = text.strip_suffix('%').and_then(|number| number.parse().ok()).map(|number: f64| number / 100.0);
    let share = number.filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| "a share is from 0% to 100%, such as 5%".to_owned())
}

/// The rules, of which the first that fits a request counts.
#[derive(Debug, Default)]
pub(crate) struct Weather {
    pub(crate) rules: Vec<Rule>,
    requests: u64,
}

impl Weather {
    pub(crate) fn new(rules: Vec<Rule>) -> Self {
        Self { rules, requests: 0 }
    }

    pub(crate) fn next(&mut self, operation: Option<Operation>, body: &[u8], since_start: Duration) -> Option<Fault> {
        self.requests += 1;
        let mut rules = self.rules.iter().enumerate();
        let fitting = rules.find(|(number, rule)| {
            rule.fits(operation, body, since_start) && fraction(self.requests, *number) < rule.share
        });
        fitting.map(|(_, rule)| rule.fault)
    }
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

/// The choice that a number from 0 up to 1 falls on, where each has as much room as its weight.
pub(crate) fn weighted<T>(choices: impl Iterator<Item = (T, f64)> + Clone, fraction: f64) -> Option<T> {
    let mut left = fraction * choices.clone().map(|(_, weight)| weight).sum::<f64>();
    let mut last = None;
    for (choice, weight) in choices {
        last = Some(choice);
        left -= weight;
        if left < 0.0 {
            break;
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Fault, Rule, Weather, fraction, weighted};
    use crate::local::Operation;

    #[test]
    fn the_first_rule_that_fits_counts() {
        let on_redrives = Rule { operation: Some(Operation::RedriveExecution), ..Rule::always(Fault::Cut) };
        let mut weather = Weather::new(vec![
            Rule { until: Duration::from_secs(5), ..on_redrives },
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
    fn a_share_of_requests_meets_the_fault() {
        let mut weather = Weather::new(vec![Rule { share: 0.25, ..Rule::always(Fault::Throttle) }]);
        let met = (0..4_000).filter(|_| weather.next(None, b"", Duration::ZERO).is_some()).count();
        assert!((900..1_100).contains(&met), "{met}");
    }

    #[test]
    fn choices_come_in_proportion_to_their_weights() {
        let choices = [("never", 0.0), ("rarely", 1.0), ("often", 3.0)];
        let chosen: Vec<_> = (0..4_000).filter_map(|n| weighted(choices.into_iter(), fraction(n, 1))).collect();
        let count = |name| chosen.iter().filter(|chosen| **chosen == name).count();
        assert_eq!((chosen.len(), count("never")), (4_000, 0));
        assert!((900..1_100).contains(&count("rarely")), "{}", count("rarely"));
    }

    #[test]
    fn a_rule_has_fault_share_operation_and_time() {
        let rule = Rule::failure("RedriveExecution:page:502:10%@0-30s").unwrap();
        assert_eq!((rule.fault, rule.share), (Fault::Page(502), 0.1));
        assert_eq!((rule.operation, rule.from), (Some(Operation::RedriveExecution), Duration::ZERO));
        assert_eq!(rule.until, Duration::from_secs(30));
        let rule = Rule::failure("503").unwrap();
        assert_eq!((rule.fault, rule.share, rule.until), (Fault::Trouble(503), 1.0, Duration::MAX));
        let rule = Rule::throttle("20%@10s-").unwrap();
        assert_eq!((rule.fault, rule.share, rule.from), (Fault::Throttle, 0.2, Duration::from_secs(10)));
        assert_eq!(Rule::lost_answer("ListExecutions:0.5%").unwrap().operation, Some(Operation::ListExecutions));
    }

    #[test]
    fn other_rules_are_refused() {
        for text in "|503:|503:10|page:|page:100|404|503:101%|503:NaN%|Redrive:503|503@10s|503@x-y".split('|') {
            assert!(Rule::failure(text).is_err(), "{text}");
        }
        for text in ["", "503:10%", "-1%", "20", "RedriveExecution:"] {
            assert!(Rule::throttle(text).is_err(), "{text}");
        }
    }
}
