//! Redrives: several workers take executions in the plan's order, each call journaled before and after.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use tokio::sync::mpsc;
use uuid::Uuid;

use super::ask::{Ask, Outcome, Step};
use super::calls::Calls;
use super::client_token::client_token;
use super::journal::contents::Refusals;
use super::journal::{FirstUse, Journal, Line, OpenJournal, State};
use super::plan::{Plan, Planned};
use super::report::why;
use crate::error::{Error, Result};
use crate::host::Clock;

/// After this many denials the other executions of a state machine are not asked for.
const DENIALS: usize = 3;

/// What the workers of a run share.
#[derive(Debug)]
pub(crate) struct Workers {
    run: Uuid,
    pub(crate) plan: Plan,
    pub(crate) states: RefCell<Vec<State>>,
    pub(crate) journal: RefCell<Journal>,
    refusals: RefCell<Refusals>,
    calls: Rc<Calls>,
    clock: Clock,
    next: Cell<usize>,
    in_flight: Cell<usize>,
    /// Executions that fail while others are answered, for the end of the run.
    aside: RefCell<VecDeque<usize>>,
    /// The executions whose redrive was denied, by group (a state machine in an account).
    denied: RefCell<HashMap<Option<u32>, Vec<usize>>>,
}

impl Workers {
    pub(crate) fn new(open: OpenJournal, calls: Rc<Calls>, clock: Clock) -> Self {
        let OpenJournal { journal, contents } = open;
        let is_answered = |state: &State| !matches!(state, State::Waiting | State::Asked(_) | State::Undecided(_));
        if let Some(answered) = contents.states.iter().position(is_answered).and_then(|n| contents.plan.get(n)) {
            calls.show(&answered.arn);
        }
        Self {
            run: contents.header.run,
            plan: contents.plan,
            states: RefCell::new(contents.states),
            journal: RefCell::new(journal),
            refusals: RefCell::new(contents.refusals),
            calls,
            clock,
            next: Cell::new(0),
            in_flight: Cell::new(0),
            aside: RefCell::default(),
            denied: RefCell::default(),
        }
    }

    /// Works until there is nothing left, or the run is ending.
    pub(crate) async fn work(self: Rc<Self>, reports: mpsc::Sender<(Planned, Outcome)>) {
        while !self.calls.stop.is_set() {
            let Some((n, last)) = self.take() else { return };
            let Some(planned) = self.plan.get(n) else { return };
            self.in_flight.set(self.in_flight.get() + 1);
            let one = self.one(n, &planned, last).await;
            self.in_flight.set(self.in_flight.get() - 1);
            match one {
                Ok(None) => {}
                // Nobody listens any more only when the run was given up.
                Ok(Some(outcome)) => drop(reports.send((planned, outcome)).await),
                Err(error) => self.calls.stop.stop(error),
            }
        }
    }

    pub(crate) fn was_denied(&self, n: usize) -> bool {
        self.denied.borrow().values().any(|denied| denied.contains(&n))
    }

    /// Whether an execution is left alone because others of its group were denied.
    pub(crate) fn is_set_aside(&self, n: usize) -> bool {
        self.denied.borrow().get(&self.plan.group(n)).is_some_and(|denied| denied.len() >= DENIALS)
    }

    /// The next execution that is open, and whether it was set aside before: those come last.
    fn take(&self) -> Option<(usize, bool)> {
        let states = self.states.borrow();
        while let Some(state) = states.get(self.next.get()) {
            let n = self.next.replace(self.next.get() + 1);
            match state {
                // It had its turn before.
                State::Undecided(_) => self.aside.borrow_mut().push_back(n),
                State::Waiting | State::Asked(_) if !self.is_set_aside(n) => return Some((n, false)),
                _ => {}
            }
        }
        self.aside.borrow_mut().pop_front().map(|n| (n, true))
    }

    /// Redrives one execution; `None` where the run ended first, or it was set aside.
    async fn one(&self, n: usize, planned: &Planned, last: bool) -> Result<Option<Outcome>> {
        let token = client_token(self.run, &planned.arn, planned.redrive_count);
        let asked = match self.states.borrow().get(n) {
            Some(State::Asked(first_use) | State::Undecided(first_use)) => Some(*first_use),
            _ => None,
        };
        let mut ask = Ask::new(&self.calls, self.clock, planned, token, asked);
        self.calls.clients.trace.line("redrive", || format!("{n}: {}", planned.arn));
        let note = |token: &str, first_use: &FirstUse, looked| {
            let (execution_arn, client_token) = (planned.arn.clone(), token.to_owned());
            let line = Line::Ask { n, execution_arn, client_token, first_use: *first_use, looked };
            self.write(n, State::Asked(*first_use), &line)
        };
        loop {
            let step = if last { ask.last_tries(note).await? } else { ask.step(note).await? };
            let (is_alone, is_end) = (self.in_flight.get() == 1, self.next.get() >= self.plan.len());
            let has_company = !is_alone && !is_end;
            match step {
                Step::Again if last || has_company || !ask.is_stuck(is_alone && is_end) => {}
                Step::Again | Step::SetAside => {
                    self.aside.borrow_mut().push_back(n);
                    return Ok(None);
                }
                Step::Stopped => return Ok(None),
                Step::Done(outcome) => {
                    self.note(n, planned, &outcome)?;
                    return Ok(Some(outcome));
                }
            }
        }
    }

    fn note(&self, n: usize, planned: &Planned, outcome: &Outcome) -> Result<()> {
        let said = |error: &Error| (error.code().unwrap_or_default().to_owned(), error.message().into_owned());
        let (state, line) = match outcome {
            Outcome::Redriven(date) => (State::Redriven(*date), Line::Redriven { n, redrive_date: *date }),
            Outcome::RedrivenElsewhere => (State::RedrivenElsewhere, Line::RedrivenElsewhere { n }),
            Outcome::Refused { error, explained } => {
                let ((code, message), reason) = (said(error), why(error, explained.as_ref(), &planned.arn));
                let place = self.refusals.borrow_mut().place(&code, &reason);
                (State::Refused(place), Line::Refused { n, code, message, reason })
            }
            // The journal has a refusal that a resume takes up again.
            Outcome::Denied(error) => {
                self.denied.borrow_mut().entry(self.plan.group(n)).or_default().push(n);
                let (code, message) = said(error);
                (State::Waiting, Line::Denied { n, code, message })
            }
            Outcome::Undecided(error) => {
                let Some(State::Asked(first_use)) = self.states.borrow().get(n).copied() else { return Ok(()) };
                let (code, message) = said(error);
                (State::Undecided(first_use), Line::Undecided { n, code, message })
            }
        };
        self.write(n, state, &line)
    }

    fn write(&self, n: usize, state: State, line: &Line) -> Result<()> {
        self.journal.borrow_mut().write(line)?;
        if let Some(place) = self.states.borrow_mut().get_mut(n) {
            *place = state;
        }
        Ok(())
    }
}
