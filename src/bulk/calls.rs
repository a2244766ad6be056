//! Calls with good manners: each attempt waits for its place, slows down when it is told to, and is made again where that helps.

use std::cell::Cell;
use std::future::Future;
use std::rc::Rc;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::access::{Access, Held};
use super::limiter::Limiter;
use super::quotas::Quotas;
use crate::aws::reads::{Execution, Page, Reader};
use crate::aws::retry::is_throttling;
use crate::error::{Error, Result};

/// How many times a call is made that gets no answer, or that of a server in trouble.
const ATTEMPTS: u32 = 8;
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// What an error means for the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Too fast: again, more slowly.
    Throttled,
    /// Again, after a pause.
    Transient,
    /// Again with other credentials, if there are any.
    Expired,
    /// The same would be said of every execution: the run ends.
    Fatal,
    /// This one execution is refused.
    Refused,
}

impl Verdict {
    /// What this error means.
    #[must_use]
    pub fn of(error: &Error) -> Self {
        match error {
            Error::Service(refusal) => match refusal.code.as_str() {
                code if is_throttling(code) => Self::Throttled,
                "KmsThrottlingException" => Self::Throttled,
                "500"
                | "502"
                | "503"
                | "504"
                | "InternalFailure"
                | "InternalError"
                | "InternalServerError"
                | "InternalServerException"
                | "ServiceUnavailable"
                | "ServiceUnavailableException"
                | "RequestTimeout"
                | "RequestTimeoutException"
                | "PriorRequestNotComplete" => Self::Transient,
                "ExpiredTokenException"
                | "ExpiredToken"
                | "RequestExpired"
                | "UnrecognizedClientException"
                | "InvalidClientTokenId" => Self::Expired,
                "AccessDeniedException"
                | "AccessDenied"
                | "ExecutionLimitExceeded"
                | "InvalidSignatureException"
                | "IncompleteSignature"
                | "IncompleteSignatureException"
                | "SignatureDoesNotMatch"
                | "MissingAuthenticationToken"
                | "MissingAuthenticationTokenException"
                | "OptInRequired"
                | "NotAuthorized"
                | "UnknownOperationException"
                | "RequestTimeTooSkewed" => Self::Fatal,
                _ => Self::Refused,
            },
            Error::General(_) => Self::Transient,
            _ => Self::Fatal,
        }
    }
}

/// A call's error. Each attempt is a call to the client, which so believes that it used up all of its one.
#[must_use]
pub fn plain(mut error: Error) -> Error {
    if let Error::Service(refusal) = &mut error {
        refusal.exhausted_retries = None;
    }
    error
}

/// The attempts at one call.
#[derive(Debug, Default)]
pub struct Attempts(u32);

/// What all calls of a run share.
#[derive(Debug)]
pub struct Calls {
    /// Who calls.
    pub access: Access,
    /// The bucket of RedriveExecution.
    pub redrives: Limiter,
    /// The bucket of ListExecutions.
    pub lists: Limiter,
    /// The bucket of DescribeExecution.
    pub descriptions: Limiter,
    /// The bucket of GetExecutionHistory.
    pub histories: Limiter,
    /// The bucket of DescribeMapRun.
    pub map_runs: Limiter,
    /// How many attempts were made at redrives.
    pub asked: Cell<u64>,
    /// How many of them were throttled.
    pub throttled: Cell<u64>,
    began: Instant,
}

impl Calls {
    /// Calls at these rates.
    #[must_use]
    pub fn new(access: Access, rates: &Quotas) -> Self {
        Self {
            access,
            redrives: Limiter::new(rates.redrive_execution),
            lists: Limiter::new(rates.list_executions),
            descriptions: Limiter::new(rates.describe_execution),
            histories: Limiter::new(rates.get_execution_history),
            map_runs: Limiter::new(rates.describe_map_run),
            asked: Cell::new(0),
            throttled: Cell::new(0),
            began: Instant::now(),
        }
    }

    /// Whether a call that failed is worth another attempt; pauses or finds other credentials before it says so.
    ///
    /// # Errors
    /// The error, where it is not.
    pub async fn again(&self, error: Error, attempts: &mut Attempts, limiter: &Limiter, held: &Rc<Held>) -> Result<()> {
        let verdict = Verdict::of(&error);
        self.access.trace.line("call", || format!("{verdict:?}, attempt {}: {error}", attempts.0 + 1));
        match verdict {
            Verdict::Throttled => {
                #[expect(clippy::cast_precision_loss, reason = "a rate")]
                let asked = self.asked.get() as f64;
                limiter.throttled(asked / self.began.elapsed().as_secs_f64().max(0.1));
                Ok(())
            }
            Verdict::Transient if attempts.0 + 1 < ATTEMPTS => {
                sleep((FIRST_PAUSE * 2_u32.saturating_pow(attempts.0)).min(LONGEST_PAUSE)).await;
                attempts.0 += 1;
                Ok(())
            }
            Verdict::Expired => match self.access.renew(held).await {
                Ok(true) => Ok(()),
                _ => Err(error),
            },
            _ => Err(error),
        }
    }

    async fn reading<T, F: Future<Output = Result<T>>>(
        &self,
        limiter: &Limiter,
        call: impl Fn(Rc<Held>) -> F,
    ) -> Result<T> {
        let mut attempts = Attempts::default();
        loop {
            limiter.turn().await;
            let held = self.access.current().await;
            match call(Rc::clone(&held)).await {
                Ok(answer) => return Ok(answer),
                Err(error) => self.again(plain(error), &mut attempts, limiter, &held).await?,
            }
        }
    }

    /// A page of ListExecutions.
    ///
    /// # Errors
    /// A refusal, or no answer after several attempts.
    pub async fn list(&self, machine: &str, status: &str, next: Option<String>) -> Result<Page<Execution>> {
        let connection = self.access.connection();
        self.reading(&self.lists, |held| {
            let next = next.clone();
            async move { Reader { client: &held.client, connection }.list_executions(machine, status, next).await }
        })
        .await
    }

    /// DescribeExecution.
    ///
    /// # Errors
    /// A refusal, or no answer after several attempts.
    pub async fn describe(&self, arn: &str) -> Result<Execution> {
        let connection = self.access.connection();
        self.reading(&self.descriptions, |held| async move {
            Reader { client: &held.client, connection }.describe_execution(arn).await
        })
        .await
    }

    /// DescribeExecution, but only if there is a place right now and it works at once.
    pub async fn glance(&self, arn: &str) -> Option<Execution> {
        if !self.descriptions.take() {
            return None;
        }
        let held = self.access.current().await;
        let reader = Reader { client: &held.client, connection: self.access.connection() };
        reader.describe_execution(arn).await.ok()
    }

    /// The execution that started a map run.
    ///
    /// # Errors
    /// A refusal, or no answer after several attempts.
    pub async fn parent_of_map_run(&self, map_run_arn: &str) -> Result<String> {
        let connection = self.access.connection();
        self.reading(&self.map_runs, |held| async move {
            Reader { client: &held.client, connection }.parent_of_map_run(map_run_arn).await
        })
        .await
    }

    /// A page of a history, the last event first.
    ///
    /// # Errors
    /// A refusal, or no answer after several attempts.
    pub async fn history(&self, arn: &str, next: Option<String>) -> Result<Page<aws_sdk_sfn::types::HistoryEvent>> {
        let connection = self.access.connection();
        self.reading(&self.histories, |held| {
            let next = next.clone();
            async move { Reader { client: &held.client, connection }.history(arn, next).await }
        })
        .await
    }
}
