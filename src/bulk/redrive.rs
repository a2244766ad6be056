//! One execution's redrive: journaled, called, and looked up where a call's outcome is not known.
//!
//! No token is used that the service may have forgotten, unless a look has shown that the execution was not redriven.

use std::time::Duration;

use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::calls::{Attempts, Calls, LONGEST_CALL, in_time, without_retries};
use super::journal::{FirstUse, Line};
use super::plan::Planned;
use super::times::milliseconds;
use super::verdict::Verdict;
use crate::aws;
use crate::aws::exchange::Response;
use crate::aws::reads::Execution;
use crate::error::{Error, Result};
use crate::host::Clock;
use crate::input::Request;
use crate::value::Value;

/// The pauses between the last tries.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// How old a token may get before the execution is looked at: the service keeps it for 15 minutes after its first use, and a call
/// may be on its way as long as [`LONGEST_CALL`].
const TOKEN_LIFETIME: i64 = 9 * 60 * 1_000;
const _: () = assert!(TOKEN_LIFETIME.unsigned_abs() / 1_000 + LONGEST_CALL.as_secs() < 15 * 60);
/// How long one execution alone may be throttled before it is set aside.
const STUCK: Duration = Duration::from_secs(15 * 60);
/// How often an execution that was set aside is looked at and tried again.
const LAST_TRIES: u32 = 8;
/// How far two readings of the service's clock may be apart, in milliseconds.
const PRECISION: i64 = 100;

#[derive(Debug)]
pub(crate) enum Outcome {
    /// This run redrove it; holds the `redriveDate`, in milliseconds since 1970.
    Redriven(i64),
    RedrivenElsewhere,
    Refused {
        error: Error,
        /// `redriveStatus` and `redriveStatusReason`, where they were to be had.
        explained: Option<(String, Option<String>)>,
    },
    /// The caller may not redrive it; a resume tries again. It may have been redriven where an earlier call was not answered.
    Denied {
        error: Error,
        unanswered: bool,
    },
    /// Calls were not answered, or it cannot be looked at; holds why. It may have been redriven.
    Undecided(Error),
}

pub(crate) enum Step {
    Again,
    /// It fails while others are answered: later, when everything else is done.
    SetAside,
    /// No try was answered, while looks were.
    Unanswered(Error),
    Stopped,
    Done(Outcome),
}

pub(crate) struct Redrive<'r> {
    calls: &'r Calls,
    clock: Clock,
    n: usize,
    planned: &'r Planned,
    token: String,
    /// The first use of the token, unless it was not used yet or is known to have had no effect.
    first_use: Option<FirstUse>,
    /// When this process first used it: the clock may be set while it runs.
    began: Option<Instant>,
    /// Whether a call was made that nobody answered.
    unanswered: bool,
    /// Whether a look has shown that earlier uses of the token had no effect.
    looked: bool,
    attempts: Attempts,
    failure: Option<Error>,
}

impl<'r> Redrive<'r> {
    /// A redrive of the plan's execution `n`; `first_use` is that of its token, where an earlier part of the run used it and
    /// noted no answer.
    pub(crate) fn new(
        calls: &'r Calls,
        clock: Clock,
        run: Uuid,
        (n, planned): (usize, &'r Planned),
        first_use: Option<FirstUse>,
    ) -> Self {
        let token = client_token(run, &planned.arn, planned.redrive_count);
        let (unanswered, attempts) = (first_use.is_some(), Attempts::default());
        let (began, looked, failure) = (None, false, None);
        Self { calls, clock, n, planned, token, first_use, began, unanswered, looked, attempts, failure }
    }

    /// Makes the next call, or the look that has to come before it. `write` journals the first use of the token.
    pub(crate) async fn step(&mut self, write: impl Fn(Line) -> Result<()>) -> Result<Step> {
        if self.is_forgotten() {
            return self.settle().await;
        }
        let Some(permit) = self.calls.turn().await else { return Ok(Step::Stopped) };
        let signed = self.calls.clients.current().await;
        // Both may have taken a while.
        if self.is_forgotten() {
            return Ok(Step::Again);
        }
        let offset = self.calls.clients.service_clock.offset();
        let (at, redrive_count) = (self.now(), self.planned.redrive_count);
        let mut first_use = self.first_use.unwrap_or(FirstUse { at, offset, redrive_count, noted: false });
        if !std::mem::replace(&mut first_use.noted, true) {
            let (execution_arn, client_token) = (self.planned.arn.clone(), self.token.clone());
            write(Line::Ask { n: self.n, execution_arn, client_token, first_use, looked: self.looked })?;
        }
        self.first_use = Some(first_use);
        self.began.get_or_insert_with(Instant::now);
        self.calls.attempted.set(self.calls.attempted.get() + 1);
        let request = Request::new(self.planned.arn.as_str(), self.token.clone());
        let call = aws::redrive(&signed.client, &request, &self.calls.clients.session.connection);
        let error = match in_time(call).await.map_err(without_retries) {
            Ok(answer) => match redrive_date(&answer) {
                Some(date) => {
                    self.calls.answered(&self.calls.redrives);
                    self.calls.show(&self.planned.arn);
                    return Ok(Step::Done(Outcome::Redriven(date)));
                }
                // Somebody else's page, or an answer that was cut short: it says nothing of a redrive.
                None => {
                    self.unanswered = true;
                    drop(permit);
                    if let done @ Step::Done(_) = self.settle().await? {
                        return Ok(done);
                    }
                    Error::General("The answer to RedriveExecution holds no redriveDate".to_owned())
                }
            },
            Err(error) => error,
        };
        match Verdict::of(&error) {
            Verdict::Refused => {
                self.calls.answered(&self.calls.redrives);
                return self.refused(error).await.map(Step::Done);
            }
            Verdict::Denied => {
                self.calls.answered(&self.calls.redrives);
                return Ok(Step::Done(Outcome::Denied { error, unanswered: self.unanswered }));
            }
            Verdict::Throttled => self.calls.throttled.set(self.calls.throttled.get() + 1),
            Verdict::NoAnswer => self.unanswered = true,
            _ => {}
        }
        self.failure = Some(error.clone());
        self.calls.again(error, &mut self.attempts, &self.calls.redrives, &signed).await?;
        Ok(if self.attempts.is_poisoned() { Step::SetAside } else { Step::Again })
    }

    /// Whether it may be this execution that fails, where others are not there to compare it with: after eight attempts that nobody
    /// answered; where it is the last, as soon as others were answered meanwhile, and after a quarter of an hour in any case.
    pub(crate) fn is_stuck(&self, is_last: bool) -> bool {
        let is_long = is_last && self.began.is_some_and(|began| began.elapsed() > STUCK);
        is_long || self.attempts.are_suspicious(is_last)
    }

    /// The last tries at an execution that was set aside: each after a look that was answered, so that it is not the service's
    /// trouble that decides.
    pub(crate) async fn last_tries(&mut self, write: impl Fn(Line) -> Result<()>) -> Result<Step> {
        let mut pause = FIRST_PAUSE;
        for _ in 0..LAST_TRIES {
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
            if let done @ Step::Done(_) = self.settle().await? {
                return Ok(done);
            }
            match self.step(&write).await? {
                Step::Again | Step::SetAside => {}
                other => return Ok(other),
            }
        }
        let error = self.failure.take().unwrap_or_else(|| Error::General("It was not answered".to_owned()));
        Ok(Step::Unanswered(error))
    }

    /// Looks at the execution. Where it was not redriven, the token counts as unused from then on.
    async fn settle(&mut self) -> Result<Step> {
        let Some(first_use) = self.first_use else { return Ok(Step::Again) };
        let found = match self.calls.describe_in_company(&self.planned.arn).await {
            Ok(found) => found,
            // It cannot be redriven either.
            Err(error) if error.code() == Some("ExecutionDoesNotExist") => {
                return Ok(Step::Done(Outcome::Refused { error, explained: None }));
            }
            Err(error) => return self.undecided(error).map(Step::Done),
        };
        if let Some(date) = self.redriven(&first_use, &found) {
            return Ok(Step::Done(Outcome::Redriven(date)));
        }
        (self.first_use, self.began, self.unanswered, self.looked) = (None, None, false, true);
        Ok(Step::Again)
    }

    /// What a look that failed means for the execution.
    fn undecided(&self, error: Error) -> Result<Outcome> {
        if self.calls.is_of_one(&error) { Ok(Outcome::Undecided(error)) } else { Err(error) }
    }

    /// When this run redrove the execution, if it did. A `redriveCount` above the known one shows it, whatever the clocks say.
    /// Where none is known, the `redriveDate` has to follow the first call by the service's own clock.
    fn redriven(&self, first_use: &FirstUse, found: &Execution) -> Option<i64> {
        let offset = first_use.offset.or_else(|| self.calls.clients.service_clock.offset()).unwrap_or(0);
        let began = first_use.at.saturating_add(offset);
        let redriven = match (first_use.redrive_count.zip(found.redrive_count), found.redrive_date) {
            (Some((before, now)), _) => now > before,
            (None, date) => date.is_some_and(|date| date >= began.saturating_sub(PRECISION)),
        };
        redriven.then(|| found.redrive_date.unwrap_or(began))
    }

    /// What a refusal means: it may come of this run's own redrive, or of somebody else's.
    async fn refused(&self, error: Error) -> Result<Outcome> {
        let looked = match error.code() {
            // It cannot be redriven either.
            Some("ExecutionDoesNotExist") => None,
            _ if self.unanswered => match self.calls.describe_in_company(&self.planned.arn).await {
                Ok(found) => Some(found),
                Err(error) => return self.undecided(error),
            },
            Some("ExecutionNotRedrivable") => self.calls.try_describe(&self.planned.arn).await,
            _ => None,
        };
        let Some(found) = looked else { return Ok(Outcome::Refused { error, explained: None }) };
        if let Some(date) =
            self.first_use.filter(|_| self.unanswered).and_then(|first_use| self.redriven(&first_use, &found))
        {
            return Ok(Outcome::Redriven(date));
        }
        if self.planned.redrive_count.zip(found.redrive_count).is_some_and(|(before, now)| now > before) {
            return Ok(Outcome::RedrivenElsewhere);
        }
        // A description may lag behind.
        let status = found.redrive_status.filter(|status| status != "REDRIVABLE");
        let explained = status.map(|status| (status, found.redrive_status_reason));
        Ok(Outcome::Refused { error, explained })
    }

    /// Whether the service may have forgotten the token. A clock that was set back says nothing of its age.
    fn is_forgotten(&self) -> bool {
        let Some(first_use) = self.first_use else { return false };
        let by_clock = self.now().saturating_sub(first_use.at);
        let by_process = self.began.map_or(0, |began| i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX));
        by_clock < 0 || by_clock.max(by_process) > TOKEN_LIFETIME
    }

    fn now(&self) -> i64 {
        milliseconds(self.clock.now())
    }
}

/// The `redriveDate` of an answer, in milliseconds since 1970.
fn redrive_date(answer: &Response) -> Option<i64> {
    let body = aws::refusal::body(&answer.body).ok()?;
    let seconds = match body.get(aws::REDRIVE_DATE)? {
        Value::Float(seconds) => *seconds,
        Value::Integer(seconds) => seconds.to_float(),
        _ => return None,
    };
    #[expect(clippy::cast_possible_truncation, reason = "a date of any year below 292,000,000 fits")]
    let milliseconds = (seconds * 1_000.0).round() as i64;
    (milliseconds > 0).then_some(milliseconds)
}

/// A UUID v5 of the run, the execution and its `redriveCount` before it, so that it can be made again after a crash.
///
/// The service answers a token it knows (of an execution's last ten, for up to 15 minutes) without another redrive.
fn client_token(run: Uuid, execution_arn: &str, redrive_count: Option<u16>) -> String {
    let count = redrive_count.map_or_else(String::new, |count| count.to_string());
    Uuid::new_v5(&run, format!("{execution_arn}\n{count}").as_bytes()).to_string()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::client_token;

    #[test]
    fn each_of_run_execution_and_count_makes_another_token() {
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let tokens =
            [(one, "a", Some(0)), (two, "a", Some(0)), (one, "b", Some(0)), (one, "a", Some(1)), (one, "a", None)]
                .map(|(run, arn, count)| client_token(run, arn, count));
        for (index, token) in tokens.iter().enumerate() {
            assert_eq!(tokens.iter().position(|other| other == token), Some(index));
        }
        assert_eq!(tokens[0], client_token(one, "a", Some(0)));
    }
}
