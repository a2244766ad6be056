//! What the endpoint holds, in memory: state machines, executions, map runs, and what is due to end.
//!
//! Nothing runs: an execution that is redriven ends at a time and in a way that are settled when it begins, and [`Store::settle`]
//! makes true whatever is due before each request. Ids are given out by the store alone and are never freed, so they always fit.

#![expect(clippy::indexing_slicing, reason = "numbers that this store has given out, and never takes back")]

mod execution;
pub(crate) mod history;
mod listing;

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub(crate) use self::execution::{Attempt, Execution, Outcomes, Plan, Shape, Status, Tokens};
pub(crate) use self::listing::{Key, Listing};
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
    /// Durable executions, which can be redriven.
    #[default]
    Standard,
    /// Short executions, of which the service keeps nothing unless a map run started them.
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
    /// Its executions, without those of map runs.
    pub(crate) executions: Listing,
}

/// What one Distributed Map state of an execution started. It mirrors its parent: it began when the parent began, ended when and
/// how the parent ended, and is redriven with it.
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

#[derive(Debug, Default)]
pub(crate) struct Store {
    machines: Vec<Machine>,
    executions: Vec<Execution>,
    map_runs: Vec<MapRun>,
    machines_by_arn: HashMap<String, MachineId>,
    executions_by_arn: HashMap<Arc<str>, ExecutionId>,
    map_runs_by_arn: HashMap<String, MapRunId>,
    due: BinaryHeap<Reverse<(Timestamp, ExecutionId)>>,
    running: usize,
    most_running: usize,
}

impl Store {
    /// All state machines, in the order of the seed.
    pub(crate) fn machines(&self) -> &[Machine] {
        &self.machines
    }

    pub(crate) fn executions(&self) -> &[Execution] {
        &self.executions
    }

    /// How many ran at a time at most.
    pub(crate) fn most_running(&self) -> usize {
        self.most_running
    }

    pub(crate) fn running(&self) -> usize {
        self.running
    }

    /// The state machine of this ARN, which may be that of a version or an alias, and then that one.
    pub(crate) fn find_machine(&self, arn: &str) -> Option<(&Machine, Option<&str>)> {
        if let Some(id) = self.machines_by_arn.get(arn) {
            return Some((self.machine(*id), None));
        }
        let (unqualified, _) = arn.rsplit_once(':')?;
        let machine = self.machine(*self.machines_by_arn.get(unqualified)?);
        let qualified = machine.qualified_arns.iter().find(|known| *known == arn)?;
        Some((machine, Some(qualified)))
    }

    pub(crate) fn find_execution(&self, arn: &str) -> Option<ExecutionId> {
        self.executions_by_arn.get(arn).copied()
    }

    pub(crate) fn find_map_run(&self, arn: &str) -> Option<&MapRun> {
        self.map_runs_by_arn.get(arn).map(|id| self.map_run(*id))
    }

    pub(crate) fn machine(&self, id: MachineId) -> &Machine {
        &self.machines[id.0]
    }

    pub(crate) fn execution(&self, id: ExecutionId) -> &Execution {
        &self.executions[id.0 as usize]
    }

    /// An execution, to note a token.
    pub(crate) fn execution_mut(&mut self, id: ExecutionId) -> &mut Execution {
        &mut self.executions[id.0 as usize]
    }

    pub(crate) fn map_run(&self, id: MapRunId) -> &MapRun {
        &self.map_runs[id.0]
    }

    /// Adds a state machine; `None` if there is one of this ARN.
    pub(crate) fn add_machine(&mut self, machine: Machine) -> Option<MachineId> {
        let id = MachineId(self.machines.len());
        if self.machines_by_arn.contains_key(&machine.arn) {
            return None;
        }
        self.machines_by_arn.insert(machine.arn.clone(), id);
        self.machines.push(machine);
        Some(id)
    }

    /// Adds an execution; `None` if there is one of this ARN, or no room.
    pub(crate) fn add_execution(&mut self, execution: Execution) -> Option<ExecutionId> {
        let id = ExecutionId(u32::try_from(self.executions.len()).ok()?);
        if self.executions_by_arn.contains_key(&execution.arn) {
            return None;
        }
        self.executions_by_arn.insert(Arc::clone(&execution.arn), id);
        self.running += usize::from(execution.status() == Status::Running);
        self.executions.push(execution);
        self.index(id);
        Some(id)
    }

    pub(crate) fn add_map_run(&mut self, map_run: MapRun) -> MapRunId {
        let id = MapRunId(self.map_runs.len());
        self.execution_mut(map_run.parent).own_map_run = Some(id);
        self.map_runs_by_arn.insert(map_run.arn.clone(), id);
        self.map_runs.push(map_run);
        id
    }

    /// Begins another attempt of an execution, and of what its map run left unsuccessful. Children beyond the map run's
    /// concurrency wait for their turn; the turns share the time that the redrive takes.
    pub(crate) fn redrive(&mut self, id: ExecutionId, now: Timestamp) {
        self.begin(id, now);
        let children = self.children_of(id, |status| !matches!(status, Status::Running | Status::Succeeded));
        let execution = self.execution(id);
        let end = execution.end_of_redrive();
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
                self.wait(child);
                self.due.extend(turn(nth).map(|time| Reverse((time, child))));
            }
            if nth + 1 < turns {
                self.due.extend(turn(nth + 1).map(|time| Reverse((time, child))));
            }
        }
        self.due.extend(end.map(|end| Reverse((end, id))));
    }

    /// Begins and ends what is due by now.
    pub(crate) fn settle(&mut self, now: Timestamp) {
        while let Some(Reverse((time, id))) = self.due.peek().copied().filter(|Reverse((time, _))| *time <= now) {
            self.due.pop();
            let execution = self.execution(id);
            let outcome = execution.map_run.map_or(id, |map_run| self.map_run(map_run).parent);
            let outcome = self.execution(outcome).outcome_of_redrive();
            match execution.status() {
                Status::PendingRedrive => self.begin(id, time),
                Status::Running => {
                    for child in
                        self.children_of(id, |status| matches!(status, Status::Running | Status::PendingRedrive))
                    {
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
        self.unindex(id);
        let execution = self.execution_mut(id);
        execution.pending = false;
        execution.redrives.push(Attempt { began: now, ended: None });
        self.running += 1;
        self.most_running = self.most_running.max(self.running);
        self.index(id);
    }

    fn wait(&mut self, id: ExecutionId) {
        self.unindex(id);
        self.execution_mut(id).pending = true;
        self.index(id);
    }

    fn end(&mut self, id: ExecutionId, time: Timestamp, status: Status) {
        self.unindex(id);
        self.execution_mut(id).last_attempt_mut().ended = Some((time, status));
        self.running -= 1;
        self.index(id);
    }

    fn index(&mut self, id: ExecutionId) {
        let (key, status) = self.key(id);
        self.listing_of(id).insert(key, status);
    }

    fn unindex(&mut self, id: ExecutionId) {
        let (key, status) = self.key(id);
        self.listing_of(id).remove(key, status);
    }

    fn key(&self, id: ExecutionId) -> (Key, Status) {
        let execution = self.execution(id);
        (Key { time: execution.sort_time(), id }, execution.status())
    }

    fn listing_of(&mut self, id: ExecutionId) -> &mut Listing {
        let Execution { map_run, machine, .. } = self.execution(id);
        match *map_run {
            Some(map_run) => &mut self.map_runs[map_run.0].children,
            None => {
                let machine = *machine;
                &mut self.machines[machine.0].executions
            }
        }
    }
}
