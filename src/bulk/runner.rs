//! Redrives: several workers take executions in the plan's order, each call journaled before and after.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use tokio::sync::{Notify, mpsc};

use super::calls::{Attempts, Calls, Verdict, plain};
use super::journal::{Journal, Line};
use super::moment::milliseconds;
use super::plan::{Plan, Planned};
use super::resume::State;
use super::token::token;
use crate::aws;
use crate::aws::exchange::Answer;
use crate::error::{Error, Result};
use crate::host::Clock;
use crate::input::Request;
use crate::value::Value;

/// How long after an unanswered call its token may be forgotten by the service: 15 minutes, less one.
const TOKEN_LIFETIME: i64 = 14 * 60 * 1_000;
/// How far the service's clock and this machine's may be apart, in milliseconds.
const SKEW: i64 = 60_000;

/// How an execution fared.
#[derive(Debug)]
pub enum Outcome {
    /// It was redriven.
    Redriven {
        /// The answer; none where only a description tells (the run was cut short before it came).
        answer: Option<Answer>,
        /// `redriveDate`, in milliseconds since 1970.
        date: i64,
    },
    /// The service refused.
    Refused {
        /// The refusal.
        error: Error,
        /// `redriveStatus` and `redriveStatusReason`, where they were to be had.
        explained: Option<(String, Option<String>)>,
    },
}

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
            let state = self.states.borrow().get(n).copied();
            let asked = match state {
                Some(State::Waiting) => None,
                Some(State::Asked(at)) => Some(at),
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

    /// Redrives one execution; none where the run ended before it could be asked for.
    async fn one(&self, n: usize, planned: &Planned, asked: Option<i64>) -> Result<Option<Outcome>> {
        if let Some(outcome) = self.already(planned, asked).await? {
            self.note(n, &outcome)?;
            return Ok(Some(outcome));
        }
        let token = token(self.id, &planned.arn, planned.redrive_count);
        if !self.turn().await {
            return Ok(None);
        }
        self.write(
            n,
            State::Asked(self.now()),
            &Line::Ask {
                n,
                execution_arn: planned.arn.clone(),
                client_token: token.clone(),
                redrive_count: planned.redrive_count,
                at: self.now(),
            },
        )?;
        self.calls.access.trace.line("redrive", || format!("{n}: {}", planned.arn));
        let request = Request::new(planned.arn.as_str(), token);
        let mut attempts = Attempts::default();
        let outcome = loop {
            let held = self.calls.access.current().await;
            self.calls.asked.set(self.calls.asked.get() + 1);
            match aws::redrive(&held.client, &request, self.calls.access.connection()).await.map_err(plain) {
                Ok(answer) => {
                    break Outcome::Redriven { date: redrive_date(&answer).unwrap_or_default(), answer: Some(answer) };
                }
                Err(error) if Verdict::of(&error) == Verdict::Refused => {
                    break Outcome::Refused { explained: self.explain(planned, &error).await, error };
                }
                Err(error) => {
                    if Verdict::of(&error) == Verdict::Throttled {
                        self.calls.throttled.set(self.calls.throttled.get() + 1);
                    }
                    self.calls.again(error, &mut attempts, &self.calls.redrives, &held).await?;
                }
            }
            if !self.turn().await {
                return Ok(None);
            }
        };
        self.note(n, &outcome)?;
        Ok(Some(outcome))
    }

    /// Waits for a place; returns false where the run ended first.
    async fn turn(&self) -> bool {
        tokio::select! {
            biased;
            () = self.stop.wait() => false,
            () = self.calls.redrives.turn() => true,
        }
    }

    /// Whether a call of an earlier run, whose answer was never noted and whose token may be forgotten by now, did redrive it.
    async fn already(&self, planned: &Planned, asked: Option<i64>) -> Result<Option<Outcome>> {
        let Some(asked) = asked.filter(|asked| self.now().saturating_sub(*asked) > TOKEN_LIFETIME) else {
            return Ok(None);
        };
        let found = match self.calls.describe(&planned.arn).await {
            Ok(found) => found,
            // What it is refused for will be said of the redrive too.
            Err(error) if Verdict::of(&error) == Verdict::Refused => return Ok(None),
            Err(error) => return Err(error),
        };
        let counted = planned.redrive_count.zip(found.redrive_count).is_none_or(|(before, now)| now > before);
        Ok(found
            .redrive_date
            .filter(|date| counted && *date >= asked - SKEW)
            .map(|date| Outcome::Redriven { answer: None, date }))
    }

    async fn explain(&self, planned: &Planned, error: &Error) -> Option<(String, Option<String>)> {
        if error.code() != Some("ExecutionNotRedrivable") {
            return None;
        }
        let found = self.calls.glance(&planned.arn).await?;
        Some((found.redrive_status?, found.redrive_status_reason))
    }

    fn note(&self, n: usize, outcome: &Outcome) -> Result<()> {
        match outcome {
            Outcome::Redriven { date, .. } => {
                self.write(n, State::Redriven(*date), &Line::Redriven { n, redrive_date: *date })
            }
            Outcome::Refused { error, .. } => self.write(
                n,
                State::Refused,
                &Line::Refused {
                    n,
                    code: error.code().unwrap_or_default().to_owned(),
                    message: error.message().into_owned(),
                },
            ),
        }
    }

    fn write(&self, n: usize, state: State, line: &Line) -> Result<()> {
        self.journal.borrow_mut().write(line)?;
        if let Some(place) = self.states.borrow_mut().get_mut(n) {
            *place = state;
        }
        Ok(())
    }

    fn now(&self) -> i64 {
        milliseconds(self.clock.now())
    }
}

/// The `redriveDate` of an answer, in milliseconds since 1970.
fn redrive_date(answer: &Answer) -> Option<i64> {
    let body = aws::refusal::body(&answer.body).ok()?;
    let seconds = match body.get(aws::response::REDRIVE_DATE)? {
        Value::Float(seconds) => *seconds,
        Value::Integer(seconds) => seconds.to_float(),
        _ => return None,
    };
    #[expect(clippy::cast_possible_truncation, reason = "a cast of what is no date saturates")]
    let milliseconds = (seconds * 1_000.0).round() as i64;
    Some(milliseconds)
}
