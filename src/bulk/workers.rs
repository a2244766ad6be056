//! Redrives: several workers take executions in the plan's order, each call journaled before and after.

use std::cell::{Cell, Ref, RefCell};
use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;

use tokio::sync::mpsc;

use super::calls::Calls;
use super::guards::{Canary, DENIALS};
use super::journal::{Contents, Journal, Line, OpenJournal, State};
use super::plan::{Plan, Planned};
use super::redrive::{Outcome, Redrive, Step};
use super::report::why;
use super::running::Running;
use crate::error::{Error, Result};
use crate::host::Clock;

#[derive(Debug)]
pub(crate) struct Workers {
    pub(crate) plan: Rc<Plan>,
    contents: RefCell<Contents>,
    pub(crate) journal: RefCell<Journal>,
    calls: Rc<Calls>,
    clock: Clock,
    next: Cell<usize>,
    in_flight: Cell<usize>,
    pub(crate) running: Running,
    /// While it is there, nothing else is redriven.
    pub(crate) canary: RefCell<Option<Canary>>,
    tried: RefCell<HashSet<usize>>,
    /// Executions that fail while others are answered, for the end of the run.
    aside: RefCell<VecDeque<usize>>,
    /// The executions whose redrive was denied, by group (a state machine in an account).
    denied: RefCell<HashMap<Option<u32>, Vec<usize>>>,
}

impl Workers {
    /// Workers that let at most `most_running` executions run, and work at the `canary` first.
    pub(crate) fn new(
        open: OpenJournal,
        calls: Rc<Calls>,
        clock: Clock,
        canary: Option<Canary>,
        most_running: Option<usize>,
    ) -> Self {
        let OpenJournal { journal, contents } = open;
        let running = contents.states.iter().filter(|state| matches!(state, State::Redriven(_))).count();
        let answered = contents.states.iter().position(|state| !state.is_open());
        if let Some(answered) = answered.and_then(|n| contents.plan.get(n)) {
            calls.show(&answered.arn);
        }
        Self {
            plan: Rc::clone(&contents.plan),
            contents: RefCell::new(contents),
            journal: RefCell::new(journal),
            calls,
            clock,
            next: Cell::new(0),
            in_flight: Cell::new(0),
            running: Running::new(most_running, running),
            canary: RefCell::new(canary),
            tried: RefCell::default(),
            aside: RefCell::default(),
            denied: RefCell::default(),
        }
    }

    pub(crate) async fn work(self: Rc<Self>, reports: mpsc::Sender<(Planned, Outcome)>) {
        while self.calls.stop.get().is_none() {
            let slot = tokio::select! {
                biased;
                _ = self.calls.stop.wait() => None,
                slot = self.running.enter(|| self.has_more()) => slot,
            };
            let (Some(slot), Some((n, last))) = (slot, self.take()) else { return };
            // Who waits for room may not be needed any more.
            self.running.wake();
            let Some(planned) = self.plan.get(n) else { return };
            self.in_flight.set(self.in_flight.get() + 1);
            let one = self.one(n, &planned, last).await;
            self.in_flight.set(self.in_flight.get() - 1);
            if let Ok(Some(Outcome::Redriven(_))) = one {
                slot.keep();
            } else {
                drop(slot);
                self.replace(n, matches!(one, Ok(Some(_))));
            }
            match one {
                Ok(None) => {}
                // Nobody listens any more only when the run was given up.
                Ok(Some(outcome)) => drop(reports.send((planned, outcome)).await),
                Err(error) => self.calls.stop(error),
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

    pub(crate) fn has_canary(&self) -> bool {
        self.canary.borrow().is_some()
    }

    /// Notes what is tried first, as far as it is known: to be brought to the disk before the call. Returns whether that is news.
    pub(crate) fn note_canary(&self, n: usize) -> Result<bool> {
        let is_new = !self.contents.borrow().canary.contains(&n);
        if is_new { self.write(Line::Canary { n }).map(|()| true) } else { Ok(false) }
    }

    fn replace(&self, n: usize, is_decided: bool) {
        if let Some(canary) = self.canary.borrow_mut().as_mut() {
            canary.replace(n);
            if is_decided {
                self.tried.borrow_mut().insert(n);
            }
        }
    }

    fn is_exhausted(&self) -> bool {
        match &*self.canary.borrow() {
            Some(canary) => !canary.has_more(),
            None => {
                self.pass_over();
                self.next.get() >= self.plan.len()
            }
        }
    }

    fn has_more(&self) -> bool {
        !self.is_exhausted() || !self.has_canary() && !self.aside.borrow().is_empty()
    }

    /// The next execution that is open, and whether it was set aside before: those come last.
    fn take(&self) -> Option<(usize, bool)> {
        if let Some(canary) = self.canary.borrow_mut().as_mut() {
            while let Some(n) = canary.take() {
                if !self.is_set_aside(n) {
                    return Some((n, false));
                }
                canary.replace(n);
            }
            return None;
        }
        if !self.is_exhausted() {
            return Some((self.next.replace(self.next.get() + 1), false));
        }
        self.aside.borrow_mut().pop_front().map(|n| (n, true))
    }

    fn pass_over(&self) {
        let states = self.states();
        while let Some(state) = states.get(self.next.get()) {
            let n = self.next.get();
            match state {
                _ if self.tried.borrow().contains(&n) => {}
                // It had its turn before.
                State::Undecided(_) => self.aside.borrow_mut().push_back(n),
                State::Waiting | State::Requested(_) if !self.is_set_aside(n) => return,
                _ => {}
            }
            self.next.set(n + 1);
        }
    }

    /// Redrives one execution; `None` where the run ended first, or it was set aside.
    async fn one(&self, n: usize, planned: &Planned, last: bool) -> Result<Option<Outcome>> {
        let first_use = match self.states().get(n) {
            Some(State::Requested(known) | State::Undecided(known)) => Some(*known),
            _ => None,
        };
        if self.has_canary() && self.note_canary(n)? {
            self.journal.borrow_mut().sync()?;
        }
        let run = self.contents.borrow().header.run;
        let mut redrive = Redrive::new(&self.calls, self.clock, run, (n, planned), first_use);
        self.calls.clients.trace.line("redrive", || format!("{n}: {}", planned.arn));
        let write = |line| self.write(line);
        loop {
            let step = if last { redrive.last_tries(write).await? } else { redrive.step(write).await? };
            let (is_alone, is_end) = (self.in_flight.get() == 1, self.is_exhausted());
            let has_company = !is_alone && !is_end;
            match step {
                Step::Again if last || has_company || !redrive.is_stuck(is_alone && is_end) => {}
                Step::Again | Step::SetAside => {
                    // A member of the canary has its turn again with the others.
                    if !self.has_canary() {
                        self.aside.borrow_mut().push_back(n);
                    }
                    return Ok(None);
                }
                Step::Unanswered(_) if self.do_all_fail() => {
                    self.aside.borrow_mut().push_back(n);
                    return Ok(None);
                }
                Step::Unanswered(error) => return self.note(n, planned, Outcome::Undecided(error)).map(Some),
                Step::Stopped => return Ok(None),
                Step::Done(outcome) => return self.note(n, planned, outcome).map(Some),
            }
        }
    }

    /// Whether it may be RedriveExecution that is not answered, and not one execution: others fail alike.
    fn do_all_fail(&self) -> bool {
        let is_alone = self.in_flight.get() == 1 && self.aside.borrow().is_empty();
        !is_alone && self.calls.patience.outlasts(self.calls.redrives.last_success.get().elapsed())
    }

    fn note(&self, n: usize, planned: &Planned, outcome: Outcome) -> Result<Outcome> {
        let shown = |error: &Error| (error.code().unwrap_or_default().to_owned(), error.message().into_owned());
        let line = match &outcome {
            Outcome::Redriven(date) => Line::Redriven { n, redrive_date: *date },
            Outcome::RedrivenElsewhere => Line::RedrivenElsewhere { n },
            Outcome::Refused { error, explained } => {
                let ((code, message), reason) = (shown(error), why(error, explained.as_ref(), &planned.arn));
                Line::Refused { n, code, message, reason }
            }
            Outcome::Denied { error, unanswered } => {
                self.denied.borrow_mut().entry(self.plan.group(n)).or_default().push(n);
                let (code, message) = shown(error);
                Line::Denied { n, code, message, unanswered: *unanswered }
            }
            // It was undecided before.
            Outcome::Undecided(_) if !matches!(self.states().get(n), Some(State::Requested(_))) => return Ok(outcome),
            Outcome::Undecided(error) => {
                let (code, message) = shown(error);
                Line::Undecided { n, code, message }
            }
        };
        self.write(line)?;
        Ok(outcome)
    }

    pub(crate) fn states(&self) -> Ref<'_, [State]> {
        Ref::map(self.contents.borrow(), |contents| contents.states.as_slice())
    }

    pub(crate) fn write(&self, line: Line) -> Result<()> {
        self.journal.borrow_mut().write(&line)?;
        self.contents.borrow_mut().note(line).map_err(Error::General)
    }
}
