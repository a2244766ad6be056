//! Calls with good manners: each attempt waits for its place, slows down when throttled, and is made again where that helps.

use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::rc::Rc;
use std::time::Duration;

use aws_sdk_sfn::types::HistoryEvent;
use tokio::sync::SetOnce;
use tokio::time::{Instant, sleep, timeout};

use super::clients::{Clients, SignedClient};
use super::limiter::Limiter;
use super::pace::Quotas;
use super::patience::{Patience, Permit};
use super::times::readable;
use super::verdict::Verdict;
use crate::aws::reads::{Execution, Machine, PAGE, Page, Reader};
use crate::error::{Error, Result};
use crate::render::escape::Escaped;

/// How often another call may be answered between two failures of one.
const STRIKES: u32 = 7;
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// This many credentials refused as expired, one after the other, are given up on.
const RENEWALS: u32 = 3;
/// After this long without other calls, one is made that the service has answered before.
const COMPANY: Duration = Duration::from_millis(500);
/// How long redrives are held where the account's limit of running executions is reached.
const AT_LIMIT: Duration = Duration::from_secs(5);
pub(crate) const LONGEST_CALL: Duration = Duration::from_secs(300);

/// What a call answers within [`LONGEST_CALL`]; what trickles in for longer is no answer. Read timeouts see only pauses.
pub(crate) async fn in_time<T>(call: impl Future<Output = Result<T>>) -> Result<T> {
    let late = || Err(Error::General(format!("The answer was not complete after {}", readable(LONGEST_CALL))));
    timeout(LONGEST_CALL, call).await.unwrap_or_else(|_| late())
}

/// A call's error. Each attempt is a call to the client, which so believes that it used up all of its one.
pub(crate) fn without_retries(mut error: Error) -> Error {
    if let Error::Service(refusal) = &mut error {
        refusal.exhausted_retries = None;
    }
    error
}

#[derive(Debug, Default)]
pub(crate) struct Attempts {
    failures: u32,
    /// How many of them had no answer of the service.
    unanswered: u32,
    /// How many failed although another call was answered since the one before.
    strikes: u32,
    answers: Option<u64>,
}

impl Attempts {
    /// Whether it is this call that fails, and not the service: eight failures while others were answered.
    pub(crate) fn is_poisoned(&self) -> bool {
        self.strikes >= STRIKES
    }

    /// Whether it may be this call that fails, where no other is there to compare it with: eight were unanswered, or, of the last
    /// call, others were answered meanwhile.
    pub(crate) fn are_suspicious(&self, is_last: bool) -> bool {
        self.unanswered > STRIKES || is_last && self.strikes >= 1
    }

    /// Counts a failure; `answers` is how many other calls were answered by then.
    fn failed(&mut self, answers: u64) {
        self.failures += 1;
        if answers > self.answers.unwrap_or(answers) {
            self.strikes += 1;
        }
        self.answers = Some(answers);
    }

    fn pause(&self) -> Duration {
        (FIRST_PAUSE * 2_u32.saturating_pow(self.failures.saturating_sub(1))).min(LONGEST_PAUSE)
    }
}

#[derive(Debug)]
pub(crate) struct Calls {
    pub(crate) clients: Clients,
    pub(crate) redrives: Limiter,
    pub(crate) lists: Limiter,
    pub(crate) descriptions: Limiter,
    pub(crate) histories: Limiter,
    pub(crate) map_runs: Limiter,
    pub(crate) machine_lists: Limiter,
    pub(crate) patience: Patience,
    /// Why the run ends, once it does: workers finish the calls in flight and begin no others.
    pub(crate) stop: SetOnce<Error>,
    /// The execution that the service has answered for last.
    shown: RefCell<Option<String>>,
    /// How many redrives were attempted, and how many of those attempts were throttled.
    pub(crate) attempted: Cell<u64>,
    pub(crate) throttled: Cell<u64>,
    /// Which credentials were refused last, and how many in a row.
    expired: Cell<(Option<u32>, u32)>,
    at_limit: Cell<Option<Instant>>,
    began: Instant,
}

impl Calls {
    pub(crate) fn new(clients: Clients, rates: &Quotas, patience: Patience) -> Self {
        Self {
            clients,
            redrives: Limiter::new(rates.redrive_execution),
            lists: Limiter::new(rates.list_executions),
            descriptions: Limiter::new(rates.describe_execution),
            histories: Limiter::new(rates.get_execution_history),
            map_runs: Limiter::new(rates.describe_map_run),
            machine_lists: Limiter::new(rates.list_state_machines),
            patience,
            stop: SetOnce::new(),
            shown: RefCell::default(),
            expired: Cell::default(),
            at_limit: Cell::default(),
            attempted: Cell::default(),
            throttled: Cell::default(),
            began: Instant::now(),
        }
    }

    /// Ends the run; the first reason counts.
    pub(crate) fn stop(&self, error: Error) {
        let _ = self.stop.set(error);
    }

    pub(crate) fn answered(&self, limiter: &Limiter) {
        self.patience.answered();
        self.expired.set((None, 0));
        limiter.succeeded();
    }

    /// Prepares another attempt at a call that failed: slows down, pauses, or finds other credentials.
    pub(crate) async fn again(
        &self,
        error: Error,
        attempts: &mut Attempts,
        limiter: &Limiter,
        signed: &Rc<SignedClient>,
    ) -> Result<()> {
        let verdict = Verdict::of(&error);
        self.clients.trace.line("call", || format!("{verdict:?}, failure {}: {error}", attempts.failures + 1));
        match verdict {
            Verdict::Throttled => {
                // Each operation has a quota of its own: that others are answered says nothing.
                attempts.failed(limiter.successes.get());
                self.patience.heard();
                #[expect(clippy::cast_precision_loss, reason = "a rate")]
                let attempted = self.attempted.get() as f64;
                limiter.throttled(attempted / self.began.elapsed().as_secs_f64().max(0.1));
                Ok(())
            }
            Verdict::NoAnswer => {
                attempts.unanswered += 1;
                self.unanswered(&error, attempts).await
            }
            Verdict::AtLimit => {
                self.patience.answered();
                limiter.hold(AT_LIMIT);
                if self.at_limit.replace(Some(Instant::now())).is_none_or(|at| at.elapsed() > AT_LIMIT * 12) {
                    self.patience.notice(format!("{}; going on as executions end", Escaped(&error.to_string())));
                }
                Ok(())
            }
            Verdict::Expired => {
                let (last, refused) = self.expired.get();
                let refused = if last == Some(signed.generation) { refused } else { refused + 1 };
                self.expired.set((Some(signed.generation), refused));
                if refused >= RENEWALS {
                    return Err(error);
                }
                match self.clients.renew(signed).await {
                    Ok(true) => Ok(()),
                    Ok(false) => Err(error),
                    // What gives credentials may be part of the outage.
                    Err(failure) => self.unanswered(&failure, attempts).await.map_err(|_| failure),
                }
            }
            Verdict::Hopeless => {
                if let Some(offset) = self.clients.service_clock.offset().filter(|offset| offset.abs() >= 2_000) {
                    let (by, ahead) = (readable(Duration::from_millis(offset.unsigned_abs())), offset < 0);
                    let direction = if ahead { "ahead of" } else { "behind" };
                    self.patience.notice(format!("this machine's clock is {by} {direction} the service's"));
                }
                Err(error)
            }
            Verdict::Denied | Verdict::Refused | Verdict::Fatal => Err(error),
        }
    }

    async fn unanswered(&self, error: &Error, attempts: &mut Attempts) -> Result<()> {
        attempts.failed(self.patience.answers.get());
        self.patience.failed(error)?;
        // In a silence the pauses are those of all calls.
        if !self.patience.is_silent() {
            sleep(attempts.pause()).await;
        }
        Ok(())
    }

    /// Waits for a place among the redrives; `None` where the run ended first.
    pub(crate) async fn turn(&self) -> Option<Permit<'_>> {
        let place = async {
            self.redrives.turn().await;
            self.patience.pass().await
        };
        tokio::select! {
            biased;
            _ = self.stop.wait() => None,
            permit = place => Some(permit),
        }
    }

    /// A call that changes nothing, and can be given up at any time.
    async fn reading<T>(&self, limiter: &Limiter, call: impl AsyncFn(Reader<'_>) -> Result<T>) -> Result<T> {
        let read = async {
            let mut attempts = Attempts::default();
            loop {
                limiter.turn().await;
                let _permit = self.patience.pass().await;
                let signed = self.clients.current().await;
                let error = match in_time(call(self.clients.reader(&signed))).await.map_err(without_retries) {
                    Ok(answer) => {
                        self.answered(limiter);
                        return Ok(answer);
                    }
                    Err(error) if attempts.is_poisoned() => return Err(error),
                    Err(error) => error,
                };
                if matches!(Verdict::of(&error), Verdict::Refused | Verdict::Denied) {
                    self.answered(limiter);
                }
                self.again(error, &mut attempts, limiter, &signed).await?;
            }
        };
        tokio::select! {
            biased;
            error = self.stop.wait() => Err(error.clone()),
            read = read => read,
        }
    }

    pub(crate) async fn list(&self, machine: &str, status: &str, next: Option<String>) -> Result<Page<Execution>> {
        let call = async |reader: Reader<'_>| reader.list_executions(machine, status, PAGE, next.clone()).await;
        let page = self.reading(&self.lists, call).await?;
        page.0.iter().take(1).for_each(|execution| self.show(&execution.arn));
        Ok(page)
    }

    pub(crate) async fn machines(&self, next: Option<String>) -> Result<Page<Machine>> {
        self.reading(&self.machine_lists, async |reader: Reader<'_>| reader.list_machines(next.clone(), None).await)
            .await
    }

    pub(crate) async fn describe(&self, arn: &str) -> Result<Execution> {
        let call = async |reader: Reader<'_>| reader.describe_execution(arn).await;
        self.reading(&self.descriptions, call).await.inspect(|_| self.show(arn))
    }

    /// DescribeExecution, but only if there is a place right now and it works at once.
    pub(crate) async fn try_describe(&self, arn: &str) -> Option<Execution> {
        if !self.descriptions.take() {
            return None;
        }
        let signed = self.clients.current().await;
        in_time(self.clients.reader(&signed).describe_execution(arn)).await.ok()
    }

    /// Whether a failed look says something of one execution only: it is refused, or fails while others are answered.
    pub(crate) fn is_of_one(&self, error: &Error) -> bool {
        match Verdict::of(error) {
            Verdict::Refused | Verdict::Denied => true,
            Verdict::NoAnswer | Verdict::Throttled => !self.patience.has_ended() && self.stop.get().is_none(),
            _ => false,
        }
    }

    pub(crate) fn show(&self, arn: &str) {
        *self.shown.borrow_mut() = Some(arn.to_owned());
    }

    /// Describes an execution, which may be the only one that the service does not answer for.
    pub(crate) async fn describe_in_company(&self, arn: &str) -> Result<Execution> {
        tokio::select! {
            described = self.describe(arn) => described,
            never = self.keep_company() => match never {},
        }
    }

    /// Describes from time to time an execution that the service has answered for: another answer shows that it is not the service
    /// that is silent.
    pub(crate) async fn keep_company(&self) -> Infallible {
        loop {
            sleep(COMPANY).await;
            let shown = self.shown.borrow().clone();
            if let Some(arn) = shown {
                // What it says is not wanted.
                let _ = self.describe(&arn).await;
            }
        }
    }

    pub(crate) async fn parent_of_map_run(&self, map_run: &str) -> Result<String> {
        self.reading(&self.map_runs, async |reader: Reader<'_>| reader.parent_of_map_run(map_run).await).await
    }

    /// A page of a history, the last event first.
    pub(crate) async fn history(&self, arn: &str, next: Option<String>) -> Result<Page<HistoryEvent>> {
        self.reading(&self.histories, async |reader: Reader<'_>| reader.history(arn, next.clone()).await).await
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::{Verdict, in_time};

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_never_ends_is_no_answer() {
        let error = in_time(pending::<super::Result<()>>()).await.unwrap_err();
        assert_eq!(error.to_string(), "The answer was not complete after 5 min");
        assert_eq!(Verdict::of(&error), Verdict::NoAnswer);
    }
}
