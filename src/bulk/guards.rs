//! What makes a run careful: its options, which the journal keeps, so that a resume is as careful; which executions `--canary` tries
//! first; and what the ends that were seen mean for the others. Pure.

use std::collections::{HashSet, VecDeque};
use std::hash::Hash;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::cli::own::whole;

/// The share of a canary that has to succeed, in percent, by default.
const SUCCESS: u8 = 90;
/// The ends that `--stop-failing` counts: the last ones.
const WINDOW: usize = 200;
/// Fewer ends than this mean nothing.
const LEAST: usize = 20;
/// After this many denials the other executions of a state machine are left alone.
pub(crate) const DENIALS: usize = 3;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, clap::Args)]
#[serde(rename_all = "camelCase", default)]
pub struct Guards {
    /// Redrive N of all kinds first, wait for their ends, and go on only if they succeed; 0: go on without
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = whole(0..=100_000_usize))]
    pub(crate) canary: Option<usize>,
    /// With --canary: how many of them have to succeed [default: 90%]
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    pub(crate) canary_success: Option<u8>,
    /// With --wait or --max-running: stop where more of the last 200 ends (20 at least) than this are failures again
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    pub(crate) stop_failing: Option<u8>,
    /// Let no more than N redriven executions run at a time; others follow as they end
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = whole(1..=1_000_000_usize))]
    pub(crate) max_running: Option<usize>,
}

impl Guards {
    /// These, where the options of a resume do not ask for others.
    pub(crate) fn or(&self, given: &Self) -> Self {
        Self {
            canary: given.canary.or(self.canary),
            canary_success: given.canary_success.or(self.canary_success),
            stop_failing: given.stop_failing.or(self.stop_failing),
            max_running: given.max_running.or(self.max_running),
        }
    }

    /// How many executions are tried first.
    pub(crate) fn canary_size(&self) -> usize {
        self.canary.unwrap_or(0)
    }

    pub(crate) fn canary_share(&self) -> u8 {
        self.canary_success.unwrap_or(SUCCESS)
    }

    pub(crate) fn look_meanwhile(&self) -> bool {
        self.max_running.is_some() || self.stop_failing.is_some()
    }
}

fn percent(text: &str) -> Result<u8, &'static str> {
    let number = text.strip_suffix('%').unwrap_or(text).parse().ok();
    number.filter(|number| *number <= 100).ok_or("it must be a whole number from 0 to 100, such as 90%")
}

/// The executions that are tried, by their places in the plan.
#[derive(Debug)]
pub(crate) struct Canary {
    size: usize,
    candidates: VecDeque<usize>,
    members: Vec<usize>,
}

impl Canary {
    /// Tries `size` executions: `begun`, which an earlier part of the run has redriven, and `candidates` in their order.
    pub(crate) fn new(size: usize, begun: Vec<usize>, candidates: impl IntoIterator<Item = usize>) -> Self {
        Self { size, candidates: candidates.into_iter().collect(), members: begun }
    }

    pub(crate) fn has_more(&self) -> bool {
        self.members.len() < self.size && !self.candidates.is_empty()
    }

    pub(crate) fn take(&mut self) -> Option<usize> {
        let next = if self.has_more() { self.candidates.pop_front() } else { None };
        self.members.extend(next);
        next
    }

    /// Those whose turn comes first.
    pub(crate) fn first(&self) -> impl Iterator<Item = usize> {
        self.candidates.iter().take(self.size.saturating_sub(self.members.len())).copied()
    }

    /// It was not redriven: another may take its place.
    pub(crate) fn replace(&mut self, n: usize) {
        self.members.retain(|member| *member != n);
    }

    pub(crate) fn into_members(self) -> HashSet<usize> {
        self.members.into_iter().collect()
    }
}

/// Places in the order in which they are tried: one of each group in turn, the first of a group far apart in its own order.
pub(crate) fn spread<K: Hash + Eq>(places: impl IntoIterator<Item = (usize, K)>) -> Vec<usize> {
    let mut groups = IndexMap::<K, Vec<usize>>::new();
    for (n, group) in places {
        groups.entry(group).or_default().push(n);
    }
    let mut groups: Vec<_> = groups.into_values().map(apart).collect();
    let mut order = Vec::new();
    while !groups.is_empty() {
        groups.retain_mut(|group| group.next().map(|n| order.push(n)).is_some());
    }
    order
}

/// The same items: the first, one from the middle, from the quarters, and so on.
fn apart(items: Vec<usize>) -> impl Iterator<Item = usize> {
    let size = items.len().next_power_of_two();
    let unused = usize::BITS - size.trailing_zeros();
    let places = (0..size).map(move |n| n.reverse_bits().checked_shr(unused).unwrap_or(0));
    places.filter_map(move |place| items.get(place).copied())
}

/// Whether at least this many percent of those that ended have succeeded. Nothing is known of none.
pub(crate) fn is_passed(succeeded: usize, ended: usize, percent: u8) -> bool {
    ended > 0 && succeeded * 100 >= ended * usize::from(percent)
}

/// Whether too many of the last ends are failures.
#[derive(Debug)]
pub(crate) struct Breaker {
    /// In percent.
    most: u8,
    /// Whether each succeeded, the oldest first.
    last: VecDeque<bool>,
}

impl Breaker {
    pub(crate) fn new(most: u8) -> Self {
        Self { most, last: VecDeque::with_capacity(WINDOW) }
    }

    /// Counts an end. Returns how many of how many have failed, where that is too much.
    pub(crate) fn note(&mut self, succeeded: bool) -> Option<(usize, usize)> {
        if self.last.len() == WINDOW {
            self.last.pop_front();
        }
        self.last.push_back(succeeded);
        let (failed, seen) = (self.last.iter().filter(|succeeded| !**succeeded).count(), self.last.len());
        (seen >= LEAST && failed * 100 > seen * usize::from(self.most)).then_some((failed, seen))
    }
}

#[cfg(test)]
mod tests {
    use super::{Breaker, Canary, is_passed, spread};

    #[test]
    fn every_group_has_its_turn_and_its_time_is_covered() {
        let group = |n: usize| if n >= 97 { "few" } else { "many" };
        let order = spread((0..100).map(|n| (n, group(n))));
        assert_eq!(order[..8], [0, 97, 64, 99, 32, 98, 96, 16]);
        let mut all = order.clone();
        all.sort_unstable();
        assert_eq!(all, (0..100).collect::<Vec<_>>());
        assert_eq!(spread([(7, ())]), [7]);
        assert!(spread(Vec::<(usize, ())>::new()).is_empty());
    }

    #[test]
    fn who_is_not_redriven_is_replaced() {
        let mut canary = Canary::new(3, vec![9], [4, 5, 6]);
        assert_eq!((canary.take(), canary.take(), canary.take()), (Some(4), Some(5), None));
        canary.replace(4);
        assert_eq!((canary.take(), canary.has_more()), (Some(6), false));
        canary.replace(5);
        assert_eq!((canary.take(), canary.has_more()), (None, false), "nothing is left to try");
        assert_eq!(canary.into_members(), [9, 6].into());
    }

    #[test]
    fn the_share_is_that_of_the_ended() {
        for (succeeded, ended, percent, expected) in
            [(18, 20, 90, true), (17, 20, 90, false), (0, 5, 0, true), (0, 0, 0, false), (1, 1, 100, true)]
        {
            assert_eq!(is_passed(succeeded, ended, percent), expected, "{succeeded} of {ended}, {percent}%");
        }
    }

    #[test]
    fn the_breaker_counts_the_last_200_ends_and_20_at_least() {
        // One in five is not more than 20 %, and then the oldest, which leaves, is good.
        for (most, before, bad_every, stops_after) in [(20, 0, 1, 20), (20, 200, 5, 1), (50, 1_000, usize::MAX, 101)] {
            let mut breaker = Breaker::new(most);
            assert!((1..=before).all(|n| breaker.note(n % bad_every != 0).is_none()));
            assert_eq!((1..=200).find(|_| breaker.note(false).is_some()), Some(stops_after), "{most}%");
        }
    }
}
