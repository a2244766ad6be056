//! What the endpoint holds, in memory: state machines, executions, map runs, and what is due to end.
//!
//! Nothing runs: when and how a redriven execution ends is decided when it begins, and [`Store::settle`] ends what is due before
//! each request. Ids are issued by the store alone and never freed, so they always fit.

#![expect(clippy::indexing_slicing, reason = "ids that this store has issued; as many sets as there are statuses")]

mod execution;
pub(crate) mod history;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::ops::Bound;
use std::sync::Arc;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use strum::VariantArray;

pub(crate) use self::execution::{Attempt, Execution, Outcomes, Plan, Shape, Status, Tokens};
use super::clock::Timestamp;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ExecutionId(pub(crate) u32);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MachineId(usize);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MapRunId(usize);

/// The type of a state machine, and of what a map run starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Kind {
    /// Its executions can be redriven.
    #[default]
    Standard,
    /// The service keeps nothing of its executions unless a map run started them.
    Express,
}

#[derive(Debug)]
pub(crate) struct Machine {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) created: Timestamp,
    pub(crate) deleting: bool,
    /// The ARNs of its versions and aliases.
    pub(crate) qualified_arns: Vec<String>,
    pub(crate) executions: Listing,
}

/// A run of a Distributed Map state. It mirrors its parent: it began when the parent began, ended when and how the parent ended, and
/// is redriven with it.
#[derive(Debug)]
pub(crate) struct MapRun {
    pub(crate) arn: String,
    /// The ARN that its children have for a state machine: `…:stateMachine:MACHINE/LABEL`.
    pub(crate) machine_arn: String,
    pub(crate) parent: ExecutionId,
    pub(crate) children: Listing,
    /// `maxConcurrency`; 0 for no limit.
    pub(crate) max_concurrency: u32,
    pub(crate) tolerated_failure_percentage: f64,
    pub(crate) tolerated_failure_count: u32,
}

impl MapRun {
    /// The status, one of the four that map runs have.
    pub(crate) fn status(parent: &Execution) -> &'static str {
        match parent.status() {
            Status::Running | Status::PendingRedrive => "RUNNING",
            Status::Succeeded => "SUCCEEDED",
            Status::Failed => "FAILED",
            Status::TimedOut | Status::Aborted => "ABORTED",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) time: Timestamp,
    /// The execution, which orders equal times.
    pub(crate) id: ExecutionId,
}

/// An index of executions, newest first, all and by status. A page goes on from the key of the one before, not from a position:
/// executions may change their places in between.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    all: BTreeSet<Key>,
    by_status: [BTreeSet<Key>; Status::VARIANTS.len()],
}

impl Listing {
    fn insert(&mut self, (key, status): (Key, Status)) {
        self.all.insert(key);
        self.by_status[status as usize].insert(key);
    }

    fn remove(&mut self, (key, status): (Key, Status)) {
        self.all.remove(&key);
        self.by_status[status as usize].remove(&key);
    }

    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    pub(crate) fn count(&self, status: Status) -> usize {
        self.by_status[status as usize].len()
    }

    /// Those of a status, or all, after a key, newest first.
    pub(crate) fn newest_first(&self, status: Option<Status>, after: Option<Key>) -> impl Iterator<Item = Key> + '_ {
        let keys = status.map_or(&self.all, |status| &self.by_status[status as usize]);
        let end = after.map_or(Bound::Unbounded, Bound::Excluded);
        keys.range((Bound::Unbounded, end)).rev().copied()
    }
}

#[derive(Debug, Default)]
pub(crate) struct Store {
    /// These by ARN, in the order of the seed; an id is an index.
    pub(crate) machines: IndexMap<String, Machine>,
    pub(crate) executions: IndexMap<Arc<str>, Execution>,
    pub(crate) map_runs: IndexMap<String, MapRun>,
    due: BinaryHeap<Reverse<(Timestamp, ExecutionId)>>,
    pub(crate) running: usize,
    /// How many ran at a time at most.
    pub(crate) most_running: usize,
}

impl Store {
    /// How often each execution was redriven, by ARN.
    pub(crate) fn redrive_counts(&self) -> BTreeMap<String, usize> {
        let count = |execution: &Execution| (execution.arn.to_string(), execution.redrives.len());
        self.executions.values().map(count).collect()
    }

    /// The state machine of this ARN, which may be that of a version or an alias, and then that one.
    pub(crate) fn find_machine(&self, arn: &str) -> Option<(&Machine, Option<&str>)> {
        if let Some(machine) = self.machines.get(arn) {
            return Some((machine, None));
        }
        let (unqualified, _) = arn.rsplit_once(':')?;
        let machine = self.machines.get(unqualified)?;
        let qualified = machine.qualified_arns.iter().find(|known| *known == arn)?;
        Some((machine, Some(qualified)))
    }

    pub(crate) fn find_execution(&self, arn: &str) -> Option<ExecutionId> {
        self.executions.get_index_of(arn).and_then(|index| index.try_into().ok()).map(ExecutionId)
    }

    pub(crate) fn machine(&self, id: MachineId) -> &Machine {
        &self.machines[id.0]
    }

    pub(crate) fn execution(&self, id: ExecutionId) -> &Execution {
        &self.executions[id.0 as usize]
    }

    pub(crate) fn execution_mut(&mut self, id: ExecutionId) -> &mut Execution {
        &mut self.executions[id.0 as usize]
    }

    pub(crate) fn map_run(&self, id: MapRunId) -> &MapRun {
        &self.map_runs[id.0]
    }

    /// Adds a state machine; `None` if it replaces one of this ARN.
    pub(crate) fn add_machine(&mut self, machine: Machine) -> Option<MachineId> {
        let (index, replaced) = self.machines.insert_full(machine.arn.clone(), machine);
        replaced.is_none().then_some(MachineId(index))
    }

    /// Adds an execution; `None` if it replaces one of this ARN, or there is no room.
    pub(crate) fn add_execution(&mut self, execution: Execution) -> Option<ExecutionId> {
        let id = ExecutionId(u32::try_from(self.executions.len()).ok()?);
        self.running += usize::from(execution.status() == Status::Running);
        let (_, replaced) = self.executions.insert_full(Arc::clone(&execution.arn), execution);
        if replaced.is_some() {
            return None;
        }
        let entry = self.entry(id);
        self.listing_of(id).insert(entry);
        Some(id)
    }

    pub(crate) fn add_map_run(&mut self, map_run: MapRun) -> MapRunId {
        let parent = map_run.parent;
        let (index, _) = self.map_runs.insert_full(map_run.arn.clone(), map_run);
        self.execution_mut(parent).own_map_run = Some(MapRunId(index));
        MapRunId(index)
    }

    /// Begins another attempt of an execution, and of what its map run left unsuccessful. Children beyond the map run's
    /// concurrency wait for their turn; the turns share the time that the redrive takes.
    pub(crate) fn redrive(&mut self, id: ExecutionId, now: Timestamp) {
        self.begin(id, now);
        let children = self.children_of(id, |status| !matches!(status, Status::Running | Status::Succeeded));
        let execution = self.execution(id);
        let ends = execution.outcome_of_redrive() != Status::Running;
        let end = ends.then(|| now.plus(execution.plan.run_time));
        let concurrency = execution.own_map_run.map_or(0, |id| self.map_run(id).max_concurrency as usize);
        let turns = if concurrency == 0 { 1 } else { children.len().div_ceil(concurrency).max(1) };
        let turn = |nth: usize| {
            let parts = i64::try_from(turns).ok()?;
            Some(now.plus(end?.since(now) / parts * i64::try_from(nth).ok()?))
        };
        for (nth, child) in children.into_iter().enumerate() {
            let nth = nth.checked_div(concurrency).unwrap_or(0);
            if nth == 0 {
                self.begin(child, now);
            } else {
                self.change(child, |execution| execution.pending = true);
            }
            // The first turn has begun, and the last one ends with the redrive.
            let due = [nth, nth + 1].into_iter().filter(|nth| (1..turns).contains(nth));
            self.due.extend(due.filter_map(turn).map(|time| Reverse((time, child))));
        }
        self.due.extend(end.map(|end| Reverse((end, id))));
    }

    /// Begins and ends what is due by now.
    pub(crate) fn settle(&mut self, now: Timestamp) {
        while let Some(Reverse((time, id))) = self.due.peek().copied().filter(|Reverse((time, _))| *time <= now) {
            self.due.pop();
            let execution = self.execution(id);
            let decisive = execution.map_run.map_or(id, |map_run| self.map_run(map_run).parent);
            let outcome = self.execution(decisive).outcome_of_redrive();
            match execution.status() {
                Status::PendingRedrive => self.begin(id, time),
                Status::Running => {
                    let is_open = |status| matches!(status, Status::Running | Status::PendingRedrive);
                    for child in self.children_of(id, is_open) {
                        if self.execution(child).pending {
                            self.begin(child, time);
                        }
                        self.end(child, time, outcome);
                    }
                    self.end(id, time, outcome);
                }
                // A turn without time: its parent's end has ended it.
                _ => {}
            }
        }
    }

    fn children_of(&self, id: ExecutionId, wanted: impl Fn(Status) -> bool) -> Vec<ExecutionId> {
        let map_run = self.execution(id).own_map_run.map(|id| self.map_run(id));
        let children = map_run.into_iter().flat_map(|map_run| map_run.children.newest_first(None, None));
        children.map(|key| key.id).filter(|child| wanted(self.execution(*child).status())).collect()
    }

    fn begin(&mut self, id: ExecutionId, now: Timestamp) {
        self.change(id, |execution| {
            execution.pending = false;
            execution.redrives.push(Attempt { began: now, ended: None });
        });
        self.running += 1;
        self.most_running = self.most_running.max(self.running);
    }

    fn end(&mut self, id: ExecutionId, time: Timestamp, status: Status) {
        self.change(id, |Execution { redrives, first, .. }| {
            redrives.last_mut().unwrap_or(first).ended = Some((time, status));
        });
        self.running -= 1;
    }

    fn change(&mut self, id: ExecutionId, change: impl FnOnce(&mut Execution)) {
        let before = self.entry(id);
        self.listing_of(id).remove(before);
        change(self.execution_mut(id));
        let after = self.entry(id);
        self.listing_of(id).insert(after);
    }

    fn entry(&self, id: ExecutionId) -> (Key, Status) {
        let execution = self.execution(id);
        // Running executions are listed by their start or redrive, others by their stop.
        let time = execution.stopped().unwrap_or(execution.last_attempt().began);
        (Key { time, id }, execution.status())
    }

    fn listing_of(&mut self, id: ExecutionId) -> &mut Listing {
        let Execution { map_run, machine, .. } = *self.execution(id);
        match map_run {
            Some(map_run) => &mut self.map_runs[map_run.0].children,
            None => &mut self.machines[machine.0].executions,
        }
    }
}
