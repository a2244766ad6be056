//! Redrives: several workers take executions in the plan's order, each call journaled before and after.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use tokio::sync::{Notify, mpsc};

use super::ask::{Ask, Outcome, Step};
use super::calls::Calls;
use super::journal::{Journal, Line};
use super::plan::{Plan, Planned};
use super::resume::{Asked, State};
use super::token::token;
use crate::error::{Error, Result};
use crate::host::Clock;

/// What a worker tells: which execution, and how it fared.
pub type Told = (usize, Planned, Outcome);

/// Ends a run: workers finish what they asked for and take nothing new.
#[derive(Debug, Default)]
pub struct Stop {
    stopped: Cell<bool>,
    woken: Notify,
    error: RefCell<Option<Error>>,
}

impl Stop {
    /// Ends the run; the first reason counts.
    pub fn stop(&self, error: Error) {
        self.stopped.set(true);
        self.error.borrow_mut().get_or_insert(error);
        self.woken.notify_waiters();
    }

    /// Whether the run is ending.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.stopped.get()
    }

    /// Why, once.
    pub fn reason(&self) -> Option<Error> {
        self.error.borrow_mut().take()
    }

    /// Waits until the run is ending.
    pub async fn wait(&self) {
        let woken = self.woken.notified();
        if !self.stopped.get() {
            woken.await;
        }
    }
}

/// A run.
#[derive(Debug)]
pub struct Run {
    /// Its id.
    pub id: uuid::Uuid,
    /// What there is to redrive.
    pub plan: Rc<Plan>,
    /// How far each execution was before.
    pub states: Rc<RefCell<Vec<State>>>,
    /// The journal.
    pub journal: Rc<RefCell<Journal>>,
    /// The calls.
    pub calls: Rc<Calls>,
    /// Its end.
    pub stop: Rc<Stop>,
    /// This machine's clock.
    pub clock: Clock,
    /// The next execution to take.
    pub next: Cell<usize>,
}

impl Run {
    /// Works until there is nothing left, or the run is ending.
    pub async fn work(self: Rc<Self>, told: mpsc::Sender<Told>) {
        while !self.stop.is_set() {
            let n = self.next.get();
            let Some(planned) = self.plan.get(n) else { return };
            self.next.set(n + 1);
            let asked = match self.states.borrow().get(n) {
                Some(State::Waiting) => None,
                Some(State::Asked(asked)) => Some(*asked),
                _ => continue,
            };
            match self.one(n, &planned, asked).await {
                Ok(None) => return,
                // Nobody listens any more only when the run was given up.
                Ok(Some(outcome)) => drop(told.send((n, planned, outcome)).await),
                Err(error) => self.stop.stop(error),
            }
        }
    }

    /// Redrives one execution; `None` where the run ended first.
    async fn one(&self, n: usize, planned: &Planned, asked: Option<Asked>) -> Result<Option<Outcome>> {
        let token = token(self.id, &planned.arn, planned.redrive_count);
        let mut ask = Ask::new(&self.calls, self.clock, planned, token, asked);
        self.calls.access.trace.line("redrive", || format!("{n}: {}", planned.arn));
        loop {
            if !self.turn().await {
                return Ok(None);
            }
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
            if let Step::Done(outcome) = ask.step(note).await? {
                self.note(n, &outcome)?;
                return Ok(Some(outcome));
            }
        }
    }

    /// Waits for a place; returns false where the run ended first.
    async fn turn(&self) -> bool {
        tokio::select! {
            biased;
            () = self.stop.wait() => false,
            () = self.calls.redrives.turn() => true,
        }
    }

    fn note(&self, n: usize, outcome: &Outcome) -> Result<()> {
        match outcome {
            Outcome::Redriven(date) => {
                self.write(n, State::Redriven(*date), &Line::Redriven { n, redrive_date: *date })
            }
            Outcome::RedrivenElsewhere => self.write(n, State::RedrivenElsewhere, &Line::RedrivenElsewhere { n }),
            Outcome::Refused { error, .. } => {
                let (code, message) = (error.code().unwrap_or_default().to_owned(), error.message().into_owned());
                self.write(n, State::Refused, &Line::Refused { n, code, message })
            }
            // It stays as it is, for a resume to look at again.
            Outcome::Undecided(_) => Ok(()),
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
