//! Faults as options say them: `[OPERATION:][page:]STATUS[:SHARE][@FROM-UNTIL]` and `[OPERATION:]SHARE[@FROM-UNTIL]`.

use std::time::Duration;

use jiff::SignedDuration;

use super::super::seed::Span;
use super::super::weather::{Fault, Rule};

/// `--fail`: a status of the service's own trouble, or of a page of something in between.
pub(crate) fn failure(text: &str) -> Result<Rule, String> {
    let (mut rule, rest) = place(text)?;
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

pub(crate) fn throttle(text: &str) -> Result<Rule, String> {
    shared(text, Fault::Throttle)
}

/// `--lose-answers`.
pub(crate) fn lost_answer(text: &str) -> Result<Rule, String> {
    shared(text, Fault::LoseAnswer)
}

/// `--clock`: `+3m` is ahead, `-3m` behind.
pub(crate) fn offset(text: &str) -> Result<SignedDuration, String> {
    let (sign, span) = match text.strip_prefix('-') {
        Some(span) => (-1, span),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    Ok(SignedDuration::from_millis(sign * span.parse::<Span>()?.0))
}

fn shared(text: &str, fault: Fault) -> Result<Rule, String> {
    let (rule, rest) = place(text)?;
    Ok(Rule { fault, share: percentage(rest)?, ..rule })
}

/// The operation and the time of a rule, and the text between them.
fn place(text: &str) -> Result<(Rule, &str), String> {
    let mut rule = Rule::always(Fault::Throttle);
    let mut rest = text;
    if let Some((before, window)) = text.split_once('@') {
        let (from, until) = window.split_once('-').ok_or("the time must be FROM-UNTIL, such as 0s-30s or 10s-")?;
        rule.from = moment(from)?;
        if !until.is_empty() {
            rule.until = moment(until)?;
        }
        rest = before;
    }
    if let Some((operation, after)) = rest.split_once(':')
        && let Ok(operation) = operation.parse()
    {
        rule.operation = Some(operation);
        rest = after;
    }
    Ok((rule, rest))
}

/// A time after the start.
fn moment(text: &str) -> Result<Duration, String> {
    let span = if text == "0" { Span(0) } else { text.parse()? };
    Ok(Duration::from_millis(span.0.unsigned_abs()))
}

fn percentage(text: &str) -> Result<f64, String> {
    let number = text.strip_suffix('%').and_then(|number| number.parse().ok()).map(|number: f64| number / 100.0);
    number
        .filter(|share| (0.0..=1.0).contains(share))
        .ok_or_else(|| "a share is from 0% to 100%, such as 5%".to_owned())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{failure, lost_answer, offset, throttle};
    use crate::local::Operation;
    use crate::local::weather::Fault;

    #[test]
    fn a_rule_says_what_how_often_to_which_and_when() {
        let rule = failure("RedriveExecution:page:502:10%@0-30s").unwrap();
        assert_eq!((rule.fault, rule.share), (Fault::Page(502), 0.1));
        assert_eq!((rule.operation, rule.from), (Some(Operation::RedriveExecution), Duration::ZERO));
        assert_eq!(rule.until, Duration::from_secs(30));
        let rule = failure("503").unwrap();
        assert_eq!((rule.fault, rule.share, rule.until), (Fault::Trouble(503), 1.0, Duration::MAX));
        let rule = throttle("20%@10s-").unwrap();
        assert_eq!((rule.fault, rule.share, rule.from), (Fault::Throttle, 0.2, Duration::from_secs(10)));
        assert_eq!(lost_answer("ListExecutions:0.5%").unwrap().operation, Some(Operation::ListExecutions));
    }

    #[test]
    fn a_clock_is_ahead_or_behind() {
        for (text, seconds) in [("+3m", 180), ("3m", 180), ("-3m", -180), ("+0s", 0)] {
            assert_eq!(offset(text).map(|offset| offset.as_secs()), Ok(seconds), "{text}");
        }
    }

    #[test]
    fn other_rules_are_refused() {
        for text in [
            "",
            "503:",
            "503:10",
            "page:",
            "page:100",
            "404",
            "503:101%",
            "503:NaN%",
            "Redrive:503",
            "503@10s",
            "503@x-y",
        ] {
            assert!(failure(text).is_err(), "{text}");
        }
        for text in ["", "503:10%", "-1%", "20", "RedriveExecution:"] {
            assert!(throttle(text).is_err(), "{text}");
        }
    }
}
