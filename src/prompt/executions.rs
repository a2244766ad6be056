//! What is known so far of an account's state machines and of their executions, and which page is to be fetched next.
//!
//! The service lists executions of one status at a time, the last started first; three such lists are merged here. Pure:
//! fetching is `lookup`'s part.

use std::collections::{HashMap, VecDeque};

use crate::aws::reads::{Execution, Machine, Page, REDRIVABLE};
use crate::settings::Globals;

/// Seconds within which a stopped execution can be redriven: 14 days.
const REDRIVABLE_PERIOD: i64 = 14 * 24 * 3600;
/// Seconds that an execution can run: a year. One that was started before that and the 14 days cannot be redriven,
/// nor can any after it in the list.
const LONGEST_RUN: i64 = 366 * 24 * 3600;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Next {
    #[default]
    First,
    /// At the page of this token.
    Page(String),
    /// Nowhere: it is at its end.
    End,
}

impl Next {
    fn after(page: Option<String>) -> Self {
        page.map_or(Self::End, Self::Page)
    }

    pub(crate) fn token(&self) -> Option<String> {
        match self {
            Self::Page(token) => Some(token.clone()),
            Self::First | Self::End => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    Machines(Next),
    /// A page of a state machine's executions of each of these statuses.
    Executions(String, Vec<(&'static str, Next)>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The options that say whom to ask and how.
    pub(crate) account: Globals,
    pub question: Question,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Machines(Page<Machine>),
    Executions(Vec<(&'static str, Page<Execution>)>),
}

/// What is being looked at: all state machines, or the executions of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Listing {
    Machines,
    /// The executions of the state machine of this ARN.
    Executions(String),
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Lists {
    machines: Vec<Machine>,
    more_machines: Next,
    executions: HashMap<String, Executions>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Executions {
    /// Those that can be redriven, the last started first.
    merged: Vec<Execution>,
    streams: [Stream; REDRIVABLE.len()],
}

#[derive(Clone, Debug, Default)]
struct Stream {
    waiting: VecDeque<Execution>,
    next: Next,
}

impl Lists {
    pub(crate) fn machines(&self) -> &[Machine] {
        &self.machines
    }

    /// The executions of a state machine that are known, the last started first.
    pub(crate) fn executions(&self, machine: &str) -> &[Execution] {
        self.executions.get(machine).map_or(&[], |executions| &executions.merged)
    }

    /// What to ask in order to know more; `None` where all is known.
    pub(crate) fn question(&self, listing: &Listing) -> Option<Question> {
        match listing {
            Listing::Machines if self.more_machines == Next::End => None,
            Listing::Machines => Some(Question::Machines(self.more_machines.clone())),
            Listing::Executions(machine) => {
                let none = Executions::default();
                let known = self.executions.get(machine).unwrap_or(&none);
                let streams = REDRIVABLE.into_iter().zip(&known.streams);
                let open = streams.filter(|(_, stream)| stream.waiting.is_empty() && stream.next != Next::End);
                let pages: Vec<_> = open.map(|(status, stream)| (status, stream.next.clone())).collect();
                (!pages.is_empty()).then(|| Question::Executions(machine.clone(), pages))
            }
        }
    }

    /// Takes in the answer to a question. `now` is in seconds since 1970.
    pub(crate) fn learn(&mut self, question: &Question, answer: Answer, now: i64) {
        match (question, answer) {
            (Question::Machines(_), Answer::Machines(page)) => {
                let (machines, next) = page;
                self.machines.extend(machines);
                self.more_machines = Next::after(next);
            }
            (Question::Executions(machine, _), Answer::Executions(pages)) => {
                self.executions.entry(machine.clone()).or_default().learn(pages, now);
            }
            _ => {}
        }
    }
}

impl Executions {
    fn learn(&mut self, pages: Vec<(&'static str, Page<Execution>)>, now: i64) {
        for (status, (executions, next)) in pages {
            let Some((_, stream)) = REDRIVABLE.iter().zip(&mut self.streams).find(|(known, _)| **known == status)
            else {
                continue;
            };
            let too_old =
                executions.last().is_some_and(|last| last.started / 1_000 < now - REDRIVABLE_PERIOD - LONGEST_RUN);
            stream.next = if too_old { Next::End } else { Next::after(next) };
            stream.waiting.extend(executions.into_iter().filter(|execution| can_be_redriven(execution, now)));
        }
        self.merge();
    }

    /// Moves over what is certain to be the newest: as long as every list shows its next item or has ended.
    fn merge(&mut self) {
        while self.streams.iter().all(|stream| !stream.waiting.is_empty() || stream.next == Next::End) {
            let newest = self.streams.iter_mut().max_by_key(|stream| stream.waiting.front().map(|first| first.started));
            let Some(execution) = newest.and_then(|stream| stream.waiting.pop_front()) else { return };
            self.merged.push(execution);
        }
    }
}

fn can_be_redriven(execution: &Execution, now: i64) -> bool {
    execution.stopped.is_some_and(|stopped| stopped / 1_000 > now - REDRIVABLE_PERIOD)
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

/// The ARN of the state machine that an execution's ARN, perhaps not yet whole, is of; and the execution's name.
pub(crate) fn machine_of(arn: &str) -> Option<(String, &str)> {
    let (before, rest) = arn.split_once(":execution:")?;
    let (machine, name) = rest.split_once(':')?;
    let whole = before.starts_with("arn:") && before.split(':').count() == 5 && !machine.is_empty();
    whole.then(|| (format!("{before}:stateMachine:{machine}"), name))
}

/// What the ARNs of a state machine's executions begin with.
pub(crate) fn executions_prefix(machine: &str) -> String {
    format!("{}:", machine.replacen(":stateMachine:", ":execution:", 1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Answer, Listing, Lists, Next, Question, age, executions_prefix, machine_of};
    use crate::aws::reads::{Execution, Machine, REDRIVABLE};

    const MACHINE: &str = "arn:aws:states:us-east-1:123456789012:stateMachine:orders";
    const DAY: i64 = 86_400;
    const NOW: i64 = 2000 * DAY;

    fn execution(started: i64, status: &str) -> Execution {
        let (arn, status) = (format!("{MACHINE}:{started}"), status.to_owned());
        let stopped = Some((started + 1) * 1_000);
        Execution { arn, status, started: started * 1_000, stopped, ..Execution::default() }
    }

    fn listing() -> Listing {
        Listing::Executions(MACHINE.to_owned())
    }

    /// Answers the next question from the three lists, `size` items a page; false where there is none.
    fn step(lists: &mut Lists, all: &[(&'static str, Vec<i64>)], size: usize) -> bool {
        let Some(question) = lists.question(&listing()) else { return false };
        let Question::Executions(_, asked) = &question else { panic!("{question:?}") };
        let pages = asked.iter().map(|(ending, next)| {
            let from: usize = next.token().map_or(0, |token| token.parse().unwrap());
            let list = &all.iter().find(|(known, _)| known == ending).unwrap().1;
            let items: Vec<_> = list.iter().skip(from).take(size).map(|&time| execution(time, ending)).collect();
            let next = (from + size < list.len()).then(|| (from + size).to_string());
            (*ending, (items, next))
        });
        let answer = Answer::Executions(pages.collect());
        lists.learn(&question, answer, NOW);
        true
    }

    #[test]
    fn nothing_is_shown_before_all_three_lists_have_spoken() {
        let mut lists = Lists::default();
        let all = [("FAILED", vec![NOW - 10, NOW - 30, NOW - 50]), ("TIMED_OUT", vec![NOW - 20]), ("ABORTED", vec![])];
        assert!(step(&mut lists, &all, 1));
        let shown: Vec<_> = lists.executions(MACHINE).iter().map(|execution| NOW - execution.started / 1_000).collect();
        assert_eq!(shown, [10], "what comes after it depends on the next page");
        assert!(matches!(lists.question(&listing()),
            Some(Question::Executions(_, pages)) if pages == [("FAILED", Next::Page("1".to_owned()))]));
        while step(&mut lists, &all, 1) {}
        let shown: Vec<_> = lists.executions(MACHINE).iter().map(|execution| NOW - execution.started / 1_000).collect();
        assert_eq!(shown, [10, 20, 30, 50]);
    }

    #[test]
    fn what_stopped_too_long_ago_is_left_out() {
        let mut lists = Lists::default();
        let long_ago = NOW - 14 * DAY - 2;
        let all = [
            ("FAILED", vec![NOW - 1, long_ago]),
            ("TIMED_OUT", vec![NOW - 400 * DAY, NOW - 401 * DAY]),
            ("ABORTED", vec![]),
        ];
        step(&mut lists, &all, 1);
        let question = lists.question(&listing());
        let asked = [("FAILED", Next::Page("1".to_owned()))];
        assert!(
            matches!(&question, Some(Question::Executions(_, pages)) if *pages == asked),
            "a list that has come to what nobody can redrive has ended: {question:?}"
        );
        while step(&mut lists, &all, 1) {}
        assert_eq!(lists.executions(MACHINE).len(), 1);
    }

    #[test]
    fn state_machines_come_page_by_page() {
        let mut lists = Lists::default();
        let page = |name: &str, next: Option<&str>| {
            let items = vec![Machine { arn: format!("arn:{name}"), name: name.to_owned() }];
            Answer::Machines((items, next.map(str::to_owned)))
        };
        let first = lists.question(&Listing::Machines).unwrap();
        assert_eq!(first, Question::Machines(Next::First));
        lists.learn(&first, page("a", Some("t")), NOW);
        let second = lists.question(&Listing::Machines).unwrap();
        assert_eq!(second, Question::Machines(Next::Page("t".to_owned())));
        lists.learn(&second, page("b", None), NOW);
        assert_eq!(lists.question(&Listing::Machines), None);
        assert_eq!(lists.machines().len(), 2);
    }

    #[test]
    fn arns_of_executions_begin_with_their_state_machines() {
        let prefix = executions_prefix(MACHINE);
        assert_eq!(prefix, "arn:aws:states:us-east-1:123456789012:execution:orders:");
        assert_eq!(machine_of(&prefix), Some((MACHINE.to_owned(), "")));
        assert_eq!(machine_of(&format!("{prefix}run-1")), Some((MACHINE.to_owned(), "run-1")));
        for other in
            ["", "orders", MACHINE, "arn:aws:states:us-east-1:123456789012:execution:orders", "x:execution:a:b"]
        {
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
            for (_, list) in &mut all {
                list.iter_mut().for_each(|time| *time = NOW - *time);
                list.sort_unstable_by(|one, two| two.cmp(one));
            }
            let mut known = Lists::default();
            let mut seen: Vec<i64> = Vec::new();
            while step(&mut known, &all, size) {
                let now: Vec<i64> = known.executions(MACHINE).iter().map(|execution| execution.started / 1_000).collect();
                prop_assert_eq!(&now[..seen.len()], seen.as_slice(), "what is shown stays where it is");
                seen = now;
            }
            let mut expected: Vec<i64> = all.into_iter().flat_map(|(_, list)| list).collect();
            expected.sort_unstable_by(|one, two| two.cmp(one));
            prop_assert_eq!(seen, expected);
        }
    }
}
