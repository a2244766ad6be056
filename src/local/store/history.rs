//! The events of an execution, worked out from its attempts when they are asked for.
//!
//! Every event can be had by its number alone, so a history of 25,000 events costs nothing until it is read. The states are made
//! up: there is no definition. A first attempt passes through other states (as many as the seed wants events), then through the
//! one Task or Map state that its seed names; a redrive goes on from there, as the service's redrives do.

use super::super::clock::Timestamp;
use super::{Attempt, Execution, Shape, Status};

/// One event, without its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Started,
    /// `TaskStateEntered` and so on, of the named state.
    Entered(State),
    Exited(State),
    Scheduled,
    TaskStarted,
    TaskSucceeded,
    TaskFailed,
    /// An event without details.
    Plain(&'static str),
    MapRunStarted,
    MapRunFailed,
    /// `MapRunRedriven`, for which time.
    MapRunRedriven(usize),
    /// `ExecutionRedriven`, for which time.
    Redriven(usize),
    /// `ExecutionSucceeded`, `ExecutionFailed`, `ExecutionTimedOut` or `ExecutionAborted`.
    Ended(Status),
}

/// A state that an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// The Pass state that is passed through again and again.
    Other,
    /// The Task state before it, where the number of events is odd.
    Prepare,
    /// The state that the seed names.
    Named(Shape),
}

/// A Task state that succeeds, for an odd number of other events.
const PREPARE: [Event; 5] = [
    Event::Entered(State::Prepare),
    Event::Scheduled,
    Event::TaskStarted,
    Event::TaskSucceeded,
    Event::Exited(State::Prepare),
];
const OPENING: [Event; 1] = [Event::Started];

/// Whether a first attempt can have exactly this many events of other states.
pub(crate) fn can_have(other_events: usize) -> bool {
    other_events.is_multiple_of(2) || other_events >= PREPARE.len()
}

/// How many events a first attempt has without those of other states.
pub(crate) fn fewest(shape: Shape, ended: Option<Status>) -> usize {
    let attempt = |status| Attempt {
        began: Timestamp::from_milliseconds(0),
        ended: Some((Timestamp::from_milliseconds(0), status)),
    };
    let running = Attempt { began: Timestamp::from_milliseconds(0), ended: None };
    OPENING.len() + tail(shape, 0, &ended.map_or(running, attempt)).len()
}

pub(crate) struct History<'a> {
    execution: &'a Execution,
    first_tail: Vec<Event>,
    redrives: Vec<(&'a Attempt, Vec<Event>)>,
}

impl<'a> History<'a> {
    pub(crate) fn of(execution: &'a Execution) -> Self {
        let shape = execution.plan.shape;
        let redrives = execution.redrives.iter().enumerate();
        Self {
            execution,
            first_tail: tail(shape, 0, &execution.first),
            redrives: redrives.map(|(index, attempt)| (attempt, tail(shape, index + 1, attempt))).collect(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.first_length() + self.redrives.iter().map(|(_, events)| events.len()).sum::<usize>()
    }

    fn first_length(&self) -> usize {
        OPENING.len() + self.execution.plan.other_events + self.first_tail.len()
    }

    /// The event of this index, from 0, and its time.
    pub(crate) fn event(&self, index: usize) -> Option<(Event, Timestamp)> {
        let first_length = self.first_length();
        if let Some(mut index) = index.checked_sub(first_length) {
            for (attempt, events) in &self.redrives {
                match events.get(index) {
                    Some(event) => return Some((*event, time(attempt, index, events.len()))),
                    None => index -= events.len(),
                }
            }
            return None;
        }
        let time = time(&self.execution.first, index, first_length);
        self.first_event(index).map(|event| (event, time))
    }

    fn first_event(&self, index: usize) -> Option<Event> {
        let Some(mut index) = index.checked_sub(OPENING.len()) else { return OPENING.get(index).copied() };
        let mut others = self.execution.plan.other_events;
        if !others.is_multiple_of(2) {
            match PREPARE.get(index) {
                Some(event) => return Some(*event),
                None => index -= PREPARE.len(),
            }
            others = others.saturating_sub(PREPARE.len());
        }
        match index.checked_sub(others) {
            Some(index) => self.first_tail.get(index).copied(),
            None if index.is_multiple_of(2) => Some(Event::Entered(State::Other)),
            None => Some(Event::Exited(State::Other)),
        }
    }
}

/// The events of an attempt in the state that the seed names, and of its end. The first attempt is number 0.
fn tail(shape: Shape, number: usize, attempt: &Attempt) -> Vec<Event> {
    let state = State::Named(shape);
    let mut events = match (shape, number) {
        (Shape::Task, 0) => vec![Event::Entered(state), Event::Scheduled, Event::TaskStarted],
        (Shape::Task, _) => vec![Event::Redriven(number), Event::Scheduled, Event::TaskStarted],
        (Shape::Map, 0) => vec![Event::Entered(state), Event::Plain("MapStateStarted"), Event::MapRunStarted],
        (Shape::Map, _) => vec![Event::Redriven(number), Event::MapRunRedriven(number)],
    };
    let Some((_, status)) = attempt.ended else { return events };
    let closing: &[Event] = match (shape, status) {
        (_, Status::Running | Status::PendingRedrive) => return events,
        (Shape::Task, Status::Succeeded) => &[Event::TaskSucceeded, Event::Exited(State::Named(Shape::Task))],
        (Shape::Task, Status::Failed) => &[Event::TaskFailed],
        (Shape::Task, Status::TimedOut) => &[],
        (Shape::Task, Status::Aborted) => &[Event::Plain("TaskStateAborted")],
        (Shape::Map, Status::Succeeded) => &[
            Event::Plain("MapRunSucceeded"),
            Event::Plain("MapStateSucceeded"),
            Event::Exited(State::Named(Shape::Map)),
        ],
        (Shape::Map, Status::Failed) => &[Event::MapRunFailed, Event::Plain("MapStateFailed")],
        (Shape::Map, Status::TimedOut | Status::Aborted) => {
            &[Event::Plain("MapRunAborted"), Event::Plain("MapStateAborted")]
        }
    };
    events.extend_from_slice(closing);
    events.push(Event::Ended(status));
    events
}

/// The time of an event: spread evenly over an attempt that ended, its beginning for one that runs.
fn time(attempt: &Attempt, index: usize, length: usize) -> Timestamp {
    let (Some((ended, _)), Some(last)) = (attempt.ended, length.checked_sub(1).filter(|last| *last > 0)) else {
        return attempt.began;
    };
    let as_i128 = |number: usize| i128::try_from(number).unwrap_or(i128::MAX);
    let offset = i128::from(ended.since(attempt.began)) * as_i128(index) / as_i128(last);
    attempt.began.plus(i64::try_from(offset).unwrap_or(0))
}
