//! What is known so far of a list at the service, and which pages of it are to be fetched next: an account's state machines, or the
//! executions of one of them.
//!
//! The service lists executions of one status at a time, the last started first; three such lists are merged here. Pure: fetching
//! is the worker's part.

use std::collections::VecDeque;

use crate::aws::reads::{Execution, Page, REDRIVABLE};

/// Seconds within which a stopped execution can be redriven: 14 days.
const REDRIVABLE_PERIOD: i64 = 14 * 24 * 3600;
/// Seconds that an execution can run: a year. One that was started before that and the 14 days cannot be redriven,
/// nor can any after it in the list.
const LONGEST_RUN: i64 = 366 * 24 * 3600;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Listing {
    Machines,
    /// The executions of the state machine of this ARN.
    Executions(String),
}

impl Listing {
    /// The statuses that the service lists one by one.
    fn statuses(&self) -> &'static [&'static str] {
        match self {
            Self::Machines => &[""],
            Self::Executions(_) => &REDRIVABLE,
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Next {
    #[default]
    First,
    Page(String),
    End,
}

impl Next {
    pub(crate) fn token(&self) -> Option<String> {
        match self {
            Self::Page(token) => Some(token.clone()),
            Self::First | Self::End => None,
        }
    }
}

/// Pages by status. Of a state machine only the ARN is set.
pub type Pages = Vec<(&'static str, Page<Execution>)>;

#[derive(Clone, Debug)]
pub(crate) struct List {
    /// The last started first.
    pub(crate) known: Vec<Execution>,
    parts: Vec<Part>,
}

#[derive(Clone, Debug)]
struct Part {
    status: &'static str,
    waiting: VecDeque<Execution>,
    next: Next,
}

impl List {
    pub(crate) fn new(listing: &Listing) -> Self {
        let part = |&status| Part { status, waiting: VecDeque::new(), next: Next::First };
        Self { known: Vec::new(), parts: listing.statuses().iter().map(part).collect() }
    }

    /// The pages to fetch in order to know more; none where all is known.
    pub(crate) fn missing(&self) -> Vec<(&'static str, Next)> {
        let open = self.parts.iter().filter(|part| part.waiting.is_empty() && part.next != Next::End);
        open.map(|part| (part.status, part.next.clone())).collect()
    }

    pub(crate) fn learn(&mut self, pages: Pages) {
        for (status, (executions, next)) in pages {
            if let Some(part) = self.parts.iter_mut().find(|part| part.status == status) {
                part.next = next.map_or(Next::End, Next::Page);
                part.waiting.extend(executions);
            }
        }
        // What is certain to be the newest, as long as every list shows its next item or has ended.
        while self.parts.iter().all(|part| !part.waiting.is_empty() || part.next == Next::End) {
            let newest = self.parts.iter_mut().max_by_key(|part| part.waiting.front().map(|first| first.started));
            let Some(execution) = newest.and_then(|part| part.waiting.pop_front()) else { return };
            self.known.push(execution);
        }
    }
}

/// A page without the executions that stopped too long ago to be redriven; the last one where older ones cannot be redriven either.
/// `now` is in seconds since 1970.
pub(crate) fn redrivable((executions, next): Page<Execution>, now: i64) -> Page<Execution> {
    let oldest = now - REDRIVABLE_PERIOD;
    let is_last = executions.last().is_some_and(|last| last.started / 1_000 < oldest - LONGEST_RUN);
    let recent = |execution: &Execution| execution.stopped.is_some_and(|stopped| stopped / 1_000 > oldest);
    (executions.into_iter().filter(recent).collect(), next.filter(|_| !is_last))
}

/// A duration in its largest unit, such as `3 h`.
pub(crate) fn age(seconds: i64) -> String {
    match seconds {
        ..60 => "moments".to_owned(),
        60..3600 => format!("{} min", seconds / 60),
        3600..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// The ARN of the state machine that an execution's ARN, perhaps not yet complete, is of; and the execution's name.
pub(crate) fn machine_of(arn: &str) -> Option<(String, &str)> {
    let (before, rest) = arn.split_once(":execution:")?;
    let (machine, name) = rest.split_once(':')?;
    let is_arn = before.starts_with("arn:") && before.split(':').count() == 5 && !machine.is_empty();
    is_arn.then(|| (format!("{before}:stateMachine:{machine}"), name))
}

/// What the ARNs of a state machine's executions begin with.
pub(crate) fn executions_prefix(machine: &str) -> String {
    format!("{}:", machine.replacen(":stateMachine:", ":execution:", 1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{List, Listing, Next, age, executions_prefix, machine_of, redrivable};
    use crate::aws::reads::{Execution, REDRIVABLE};

    const MACHINE: &str = "arn:aws:states:us-east-1:123456789012:stateMachine:orders";
    const DAY: i64 = 86_400;

    /// One that was started at a time in seconds, and stopped a second later.
    fn execution(started: i64) -> Execution {
        Execution { started: started * 1_000, stopped: Some((started + 1) * 1_000), ..Execution::default() }
    }

    fn list() -> List {
        List::new(&Listing::Executions(MACHINE.to_owned()))
    }

    fn shown(list: &List) -> Vec<i64> {
        list.known.iter().map(|execution| execution.started / 1_000).collect()
    }

    /// Fetches what is missing from the three lists, `size` items a page; false where nothing is.
    fn step(list: &mut List, all: &[(&'static str, Vec<i64>)], size: usize) -> bool {
        let missing = list.missing();
        let pages = missing.iter().map(|(status, next)| {
            let from: usize = next.token().map_or(0, |token| token.parse().unwrap());
            let times = &all.iter().find(|(known, _)| known == status).unwrap().1;
            let items = times.iter().skip(from).take(size).map(|&time| execution(time)).collect();
            (*status, (items, (from + size < times.len()).then(|| (from + size).to_string())))
        });
        list.learn(pages.collect());
        !missing.is_empty()
    }

    #[test]
    fn nothing_is_shown_before_all_three_lists_are_there() {
        let mut list = list();
        let all = [("FAILED", vec![90, 70, 50]), ("TIMED_OUT", vec![80]), ("ABORTED", vec![])];
        assert!(step(&mut list, &all, 1));
        assert_eq!(shown(&list), [90], "what comes after it depends on the next page");
        assert_eq!(list.missing(), [("FAILED", Next::Page("1".to_owned()))]);
        while step(&mut list, &all, 1) {}
        assert_eq!(shown(&list), [90, 80, 70, 50]);
    }

    #[test]
    fn what_stopped_too_long_ago_is_left_out() {
        let now = 2000 * DAY;
        for (started, left, goes_on) in [(1, 1, true), (14 * DAY + 2, 0, true), (400 * DAY, 0, false)] {
            let (executions, next) = redrivable((vec![execution(now - started)], Some("1".to_owned())), now);
            assert_eq!((executions.len(), next.is_some()), (left, goes_on), "{started}");
        }
    }

    #[test]
    fn arns_of_executions_begin_with_their_state_machines() {
        let prefix = executions_prefix(MACHINE);
        assert_eq!(prefix, "arn:aws:states:us-east-1:123456789012:execution:orders:");
        assert_eq!(machine_of(&prefix), Some((MACHINE.to_owned(), "")));
        assert_eq!(machine_of(&format!("{prefix}run-1")), Some((MACHINE.to_owned(), "run-1")));
        for other in ["", "orders", MACHINE, prefix.trim_end_matches(':'), "x:execution:a:b"] {
            assert_eq!(machine_of(other), None, "{other}");
        }
    }

    #[test]
    fn ages_are_short() {
        let ages: Vec<_> = [-5, 59, 60, 3599, 7200, 172_799, 172_800].into_iter().map(age).collect();
        assert_eq!(ages, ["moments", "moments", "1 min", "59 min", "2 h", "47 h", "2 days"]);
    }

    proptest! {
        #[test]
        fn three_lists_become_one_in_order(lists in proptest::array::uniform3(proptest::collection::vec(1i64..1_000_000, 0..12)), size in 1usize..5) {
            let mut all: Vec<(&'static str, Vec<i64>)> = REDRIVABLE.into_iter().zip(lists).collect();
            all.iter_mut().for_each(|(_, list)| list.sort_unstable_by(|one, two| two.cmp(one)));
            let (mut list, mut seen) = (list(), Vec::new());
            while step(&mut list, &all, size) {
                let now = shown(&list);
                prop_assert_eq!(&now[..seen.len()], seen.as_slice(), "what is shown stays where it is");
                seen = now;
            }
            let mut expected: Vec<i64> = all.into_iter().flat_map(|(_, list)| list).collect();
            expected.sort_unstable_by(|one, two| two.cmp(one));
            prop_assert_eq!(seen, expected);
        }
    }
}
