//! The events of an execution, made from its attempts when they are read: a history of 25,000 events costs nothing until then.
//!
//! The states are made up, as there is no definition. A first attempt passes through other states (as many as make the number of
//! events that the seed wants), then through the one Task or Map state that its seed names; a redrive goes on from there, as the
//! service's redrives do.

use std::iter::once;

use super::super::clock::Timestamp;
use super::{Attempt, Execution, Shape, Status};

#[derive(Clone, Copy, Debug)]
pub(crate) struct Event {
    /// `HistoryEventType`.
    pub(crate) kind: &'static str,
    /// The other state that it is about; `None` for the one that the seed names.
    pub(crate) other_state: Option<&'static str>,
    /// The number of its redrive; 0 for the first attempt.
    pub(crate) redrive: usize,
    pub(crate) time: Timestamp,
}

/// A Task state that succeeds, for an odd number of events of other states.
const PREPARE: [&str; 5] = ["TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskSucceeded", "TaskStateExited"];
const PASS: [&str; 2] = ["PassStateEntered", "PassStateExited"];

/// Whether a first attempt can have exactly this many events of other states.
pub(crate) fn can_have(other_events: usize) -> bool {
    other_events.is_multiple_of(2) || other_events >= PREPARE.len()
}

/// How many events a first attempt has without those of other states.
pub(crate) fn fewest(shape: Shape, ended: Option<Status>) -> usize {
    1 + tail(shape, 0, ended).len()
}

pub(crate) fn length(execution: &Execution) -> usize {
    1 + execution.plan.other_events + tails(execution).map(|(_, events)| events.len()).sum::<usize>()
}

pub(crate) fn events(execution: &Execution) -> Vec<Event> {
    let others = execution.plan.other_events;
    let prepare = if others.is_multiple_of(2) { &[] } else { PREPARE.as_slice() };
    let pass = PASS.iter().cycle().take(others.saturating_sub(prepare.len()));
    let opening = once(("ExecutionStarted", None))
        .chain(prepare.iter().map(|kind| (*kind, Some("Prepare"))))
        .chain(pass.map(|kind| (*kind, Some("PassThrough"))));
    let mut opening: Vec<_> = opening.collect();
    let mut events = Vec::new();
    for (redrive, (attempt, tail)) in tails(execution).enumerate() {
        // Only the first attempt has an opening.
        let mut kinds = std::mem::take(&mut opening);
        kinds.extend(tail.into_iter().map(|kind| (kind, None)));
        let length = kinds.len();
        events.extend(kinds.into_iter().enumerate().map(|(index, (kind, other_state))| {
            let time = time(attempt, index, length);
            Event { kind, other_state, redrive, time }
        }));
    }
    events
}

fn tails(execution: &Execution) -> impl Iterator<Item = (&Attempt, Vec<&'static str>)> {
    let attempts = once(&execution.first).chain(&execution.redrives).enumerate();
    attempts.map(|(redrive, attempt)| {
        let ended = attempt.ended.map(|(_, status)| status);
        (attempt, tail(execution.plan.shape, redrive, ended))
    })
}

/// The events of an attempt in the state that the seed names, and of its end.
fn tail(shape: Shape, redrive: usize, ended: Option<Status>) -> Vec<&'static str> {
    let opening: &[_] = match (shape, redrive) {
        (Shape::Task, 0) => &["TaskStateEntered", "TaskScheduled", "TaskStarted"],
        (Shape::Task, _) => &["ExecutionRedriven", "TaskScheduled", "TaskStarted"],
        (Shape::Map, 0) => &["MapStateEntered", "MapStateStarted", "MapRunStarted"],
        (Shape::Map, _) => &["ExecutionRedriven", "MapRunRedriven"],
    };
    let closing: &[_] = match (shape, ended) {
        (_, None | Some(Status::Running | Status::PendingRedrive)) => &[],
        (Shape::Task, Some(Status::Succeeded)) => &["TaskSucceeded", "TaskStateExited", "ExecutionSucceeded"],
        (Shape::Task, Some(Status::Failed)) => &["TaskFailed", "ExecutionFailed"],
        (Shape::Task, Some(Status::TimedOut)) => &["ExecutionTimedOut"],
        (Shape::Task, Some(Status::Aborted)) => &["TaskStateAborted", "ExecutionAborted"],
        (Shape::Map, Some(Status::Succeeded)) => {
            &["MapRunSucceeded", "MapStateSucceeded", "MapStateExited", "ExecutionSucceeded"]
        }
        (Shape::Map, Some(Status::Failed)) => &["MapRunFailed", "MapStateFailed", "ExecutionFailed"],
        (Shape::Map, Some(Status::TimedOut)) => &["MapRunAborted", "MapStateAborted", "ExecutionTimedOut"],
        (Shape::Map, Some(Status::Aborted)) => &["MapRunAborted", "MapStateAborted", "ExecutionAborted"],
    };
    [opening, closing].concat()
}

/// The time of an event: spread evenly over an attempt that ended, its beginning for one that runs.
fn time(attempt: &Attempt, index: usize, length: usize) -> Timestamp {
    let (Some((ended, _)), Some(last)) = (attempt.ended, length.checked_sub(1).filter(|last| *last > 0)) else {
        return attempt.began;
    };
    let offset = i128::from(ended.since(attempt.began)) * index as i128 / last as i128;
    attempt.began.plus(i64::try_from(offset).unwrap_or(0))
}
