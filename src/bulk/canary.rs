//! `--canary`: a few executions of every kind are redriven first, and how they end decides whether the others follow.
//!
//! Pure: which are tried, in which order, and what their ends mean.

use std::collections::{HashSet, VecDeque};
use std::hash::Hash;

use indexmap::IndexMap;

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

#[cfg(test)]
mod tests {
    use super::{Canary, is_passed, spread};

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
}
