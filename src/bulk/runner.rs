//! Redrives: several workers take executions in the plan's order, each call journaled before and after.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use tokio::sync::mpsc;

use super::ask::{Ask, Outcome, Step};
use super::calls::Calls;
use super::journal::{Journal, Line};
use super::plan::{Plan, Planned};
use super::report::why;
use super::resume::{Asked, Refusals, State};
use super::token::token;
use crate::error::Result;
use crate::host::Clock;

/// What a worker reports: which execution, and how it fared.
pub(crate) type Told = (usize, Planned, Outcome);

/// After this many denials the other executions of a state machine are not asked for.
const DENIALS: usize = 3;

/// The executions whose redrive was denied, by group (a state machine in an account).
#[derive(Debug, Default)]
pub(crate) struct Denied(HashMap<u32, Vec<usize>>);

impl Denied {
    fn note(&mut self, group: Option<u32>, n: usize) {
        if let Some(group) = group {
            self.0.entry(group).or_default().push(n);
        }
    }

    pub(crate) fn was_denied(&self, n: usize) -> bool {
        self.0.values().any(|denied| denied.contains(&n))
    }

    /// Whether the rest of a group is left alone.
    pub(crate) fn is_set_aside(&self, group: Option<u32>) -> bool {
        group.and_then(|group| self.0.get(&group)).is_some_and(|denied| denied.len() >= DENIALS)
    }
}

#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) id: uuid::Uuid,
    pub(crate) plan: Rc<Plan>,
    /// How far each execution was before.
    pub(crate) states: Rc<RefCell<Vec<State>>>,
    pub(crate) journal: Rc<RefCell<Journal>>,
    pub(crate) calls: Rc<Calls>,
    pub(crate) clock: Clock,
    pub(crate) next: Cell<usize>,
    pub(crate) in_flight: Cell<usize>,
    /// Executions that fail while others are answered, for the end of the run.
    pub(crate) aside: RefCell<VecDeque<usize>>,
    pub(crate) refusals: RefCell<Refusals>,
    /// State machines whose executions the caller may not redrive.
    pub(crate) denied: RefCell<Denied>,
}

impl Run {
    /// Works until there is nothing left, or the run is ending.
    pub(crate) async fn work(self: Rc<Self>, told: mpsc::Sender<Told>) {
        while !self.calls.stop.is_set() {
            let Some((n, last)) = self.take() else { return };
            let Some(planned) = self.plan.get(n) else { return };
            let asked = match self.states.borrow().get(n) {
                Some(State::Asked(asked) | State::Undecided(asked)) => Some(*asked),
                _ => None,
            };
            self.in_flight.set(self.in_flight.get() + 1);
            let one = self.one(n, &planned, asked, last).await;
            self.in_flight.set(self.in_flight.get() - 1);
            match one {
                Ok(None) => {}
                // Nobody listens any more only when the run was given up.
                Ok(Some(outcome)) => drop(told.send((n, planned, outcome)).await),
                Err(error) => self.calls.stop.stop(error),
            }
        }
    }

    /// Whether everything has been taken that was not set aside.
    fn is_exhausted(&self) -> bool {
        self.next.get() >= self.plan.len()
    }

    /// The next execution that is open, and whether it was set aside before: those come last.
    fn take(&self) -> Option<(usize, bool)> {
        let states = self.states.borrow();
        loop {
            let n = self.next.get();
            let Some(state) = states.get(n) else { break };
            self.next.set(n + 1);
            // It had its turn before.
            if let State::Undecided(_) = state {
                self.aside.borrow_mut().push_back(n);
            }
            let open = matches!(state, State::Waiting | State::Asked(_));
            if open && !self.denied.borrow().is_set_aside(self.plan.group(n)) {
                return Some((n, false));
            }
        }
        self.aside.borrow_mut().pop_front().map(|n| (n, true))
    }

    /// Redrives one execution; `None` where the run ended first, or it was set aside.
    async fn one(&self, n: usize, planned: &Planned, asked: Option<Asked>, last: bool) -> Result<Option<Outcome>> {
        let token = token(self.id, &planned.arn, planned.redrive_count);
        let mut ask = Ask::new(&self.calls, self.clock, planned, token, asked);
        self.calls.access.trace.line("redrive", || format!("{n}: {}", planned.arn));
        let note = |token: &str, asked: &Asked, looked| {
            let line = Line::Ask {
                n,
                execution_arn: planned.arn.clone(),
                client_token: token.to_owned(),
                redrive_count: asked.redrive_count,
                at: asked.since,
                offset: asked.offset,
                looked,
            };
            self.write(n, State::Asked(*asked), &line)
        };
        loop {
            let step = if last { ask.last_tries(note).await? } else { ask.step(note).await? };
            match step {
                Step::Again if !last && self.is_exhausted() && ask.is_stuck(self.in_flight.get() == 1) => {
                    self.aside.borrow_mut().push_back(n);
                    return Ok(None);
                }
                Step::Again => {}
                Step::Stopped => return Ok(None),
                Step::SetAside => {
                    self.aside.borrow_mut().push_back(n);
                    return Ok(None);
                }
                Step::Done(outcome) => {
                    if let Outcome::Denied(_) = outcome {
                        self.denied.borrow_mut().note(self.plan.group(n), n);
                    }
                    self.note(n, planned, &outcome)?;
                    return Ok(Some(outcome));
                }
            }
        }
    }

    fn note(&self, n: usize, planned: &Planned, outcome: &Outcome) -> Result<()> {
        match outcome {
            Outcome::Redriven(date) => {
                self.write(n, State::Redriven(*date), &Line::Redriven { n, redrive_date: *date })
            }
            Outcome::RedrivenElsewhere => self.write(n, State::RedrivenElsewhere, &Line::RedrivenElsewhere { n }),
            Outcome::Refused { error, explained } => {
                let (code, message) = (error.code().unwrap_or_default().to_owned(), error.message().into_owned());
                let reason = why(error, explained.as_ref(), &planned.arn);
                let place = self.refusals.borrow_mut().place(&code, &reason);
                self.write(n, State::Refused(place), &Line::Refused { n, code, message, reason })
            }
            // The journal has a refusal that a resume takes up again.
            Outcome::Denied(error) => {
                let (code, message) = (error.code().unwrap_or_default().to_owned(), error.message().into_owned());
                self.write(n, State::Waiting, &Line::Denied { n, code, message })
            }
            Outcome::Undecided(error) => {
                let asked = match self.states.borrow().get(n) {
                    Some(State::Asked(asked)) => *asked,
                    _ => return Ok(()),
                };
                let (code, message) = (error.code().unwrap_or_default().to_owned(), error.message().into_owned());
                self.write(n, State::Undecided(asked), &Line::Undecided { n, code, message })
            }
        }
    }

    fn write(&self, n: usize, state: State, line: &Line) -> Result<()> {
        self.journal.borrow_mut().write(line)?;
        if let Some(place) = self.states.borrow_mut().get_mut(n) {
            *place = state;
        }
        Ok(())
    }
}
