//! `--stop-failing`: whether too many of the last ends are failures.
//!
//! Pure.

use std::collections::VecDeque;

/// The ends that count: the last ones.
const WINDOW: usize = 200;
/// Fewer ends than this say nothing.
const LEAST: usize = 20;

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
    use super::Breaker;

    #[test]
    fn a_few_ends_say_nothing() {
        let mut breaker = Breaker::new(20);
        assert!((0..19).all(|_| breaker.note(false).is_none()));
        assert_eq!(breaker.note(false), Some((20, 20)));
    }

    #[test]
    fn only_more_than_the_share_is_too_much() {
        let mut breaker = Breaker::new(20);
        assert!((0..200).all(|n| breaker.note(n % 5 != 4).is_none()));
        // The oldest of these succeeded.
        assert_eq!(breaker.note(false), Some((41, 200)));
    }

    #[test]
    fn what_was_long_ago_does_not_count() {
        let mut breaker = Breaker::new(50);
        assert!((0..1_000).all(|_| breaker.note(true).is_none()));
        let stopped = (0..200).position(|_| breaker.note(false).is_some());
        assert_eq!(stopped, Some(100));
    }
}
