//! An index of executions, newest first, whole and by status.
//!
//! A page goes on from the key of the one before, not from a position: executions may change their places in between.

#![expect(clippy::indexing_slicing, reason = "as many sets as there are statuses")]

use std::collections::BTreeSet;
use std::ops::Bound;

use strum::VariantArray;

use super::super::clock::Timestamp;
use super::{ExecutionId, Status};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) time: Timestamp,
    /// The execution, which orders equal times.
    pub(crate) id: ExecutionId,
}

#[derive(Debug, Default)]
pub(crate) struct Listing {
    all: BTreeSet<Key>,
    by_status: [BTreeSet<Key>; Status::VARIANTS.len()],
}

impl Listing {
    pub(crate) fn insert(&mut self, key: Key, status: Status) {
        self.all.insert(key);
        self.of_status_mut(status).insert(key);
    }

    pub(crate) fn remove(&mut self, key: Key, status: Status) {
        self.all.remove(&key);
        self.of_status_mut(status).remove(&key);
    }

    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    pub(crate) fn count(&self, status: Status) -> usize {
        self.of_status(status).len()
    }

    /// Those of a status, or all, after a key, newest first.
    pub(crate) fn newest_first(&self, status: Option<Status>, after: Option<Key>) -> impl Iterator<Item = Key> + '_ {
        let keys = status.map_or(&self.all, |status| self.of_status(status));
        let end = after.map_or(Bound::Unbounded, Bound::Excluded);
        keys.range((Bound::Unbounded, end)).rev().copied()
    }

    fn of_status(&self, status: Status) -> &BTreeSet<Key> {
        &self.by_status[status as usize]
    }

    fn of_status_mut(&mut self, status: Status) -> &mut BTreeSet<Key> {
        &mut self.by_status[status as usize]
    }
}
