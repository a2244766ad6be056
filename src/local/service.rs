//! The way of a request through the endpoint, apart from the network: target, signature, permission, quota, action.

use std::collections::BTreeMap;

use http::{HeaderMap, Method};

use super::actions::{self, Context};
use super::arn::ArnMaker;
use super::clock::{Clock, milliseconds};
use super::operation::Operation;
use super::quotas::Quotas;
use super::refusal::Refusal;
use super::seed::{self, SeedError};
use super::settings::Settings;
use super::signature::{Signed, Verifier};
use super::store::Store;
use super::weather::{Fault, Weather};

/// The content type of AWS JSON 1.0.
pub(crate) const CONTENT_TYPE: &str = "application/x-amz-json-1.0";
/// What something between the client and the service answers.
const PAGE: &str = "<html><body><h1>The service is not available</h1></body></html>\n";
/// What an answer of something in between is counted as.
pub(crate) const FROM_BETWEEN: &str = "page";
/// How a request whose connection is cut before it is seen is counted.
const CUT: &str = "cut";
/// How an answer without error is counted.
pub(crate) const OK: &str = "OK";

pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The JSON, or a page.
    pub(crate) body: Vec<u8>,
    /// The operation, if it is one that is answered here.
    pub(crate) operation: Option<Operation>,
    /// [`OK`], the error's code, [`FROM_BETWEEN`] or [`CUT`].
    pub(crate) outcome: &'static str,
    /// Whether the connection is cut instead of answering.
    pub(crate) lost: bool,
}

impl Answer {
    /// The answer of an operation, or its refusal.
    pub(crate) fn new(operation: Option<Operation>, answered: Result<Vec<u8>, Refusal>) -> Self {
        match answered {
            Ok(body) => Self { status: 200, body, operation, outcome: OK, lost: false },
            Err(refusal) => {
                Self { status: refusal.status, body: refusal.body(), operation, outcome: refusal.code, lost: false }
            }
        }
    }
}

/// How many requests were answered how: by operation (`-` for none) and [`OK`] or the error's code.
pub(crate) type Counts = BTreeMap<(&'static str, &'static str), u64>;

pub(crate) struct Service {
    pub(crate) clock: Clock,
    pub(crate) store: Store,
    pub(crate) verifier: Verifier,
    pub(crate) quotas: Quotas,
    pub(crate) denied: Vec<Operation>,
    pub(crate) open_limit: usize,
    /// The faults on the way to it.
    pub(crate) weather: Weather,
    pub(crate) counts: Counts,
    account: String,
}

impl Service {
    pub(crate) fn new(settings: &Settings) -> Result<Self, SeedError> {
        let clock = Clock::new(settings.clock, settings.ahead, settings.clock_scale);
        let now = clock.now();
        let arns = ArnMaker::new(&settings.region, &settings.account);
        Ok(Self {
            store: seed::plant(&settings.seed, &arns, milliseconds(settings.run_time), now)?,
            verifier: Verifier::new(&settings.region, settings.credentials.clone()),
            quotas: settings.quotas.map_or_else(Quotas::default, |table| Quotas::of_table(table, now)),
            denied: settings.denied.clone(),
            open_limit: settings.open_limit,
            weather: Weather::new(settings.faults.clone(), settings.lose_every),
            counts: Counts::new(),
            account: settings.account.clone(),
            clock,
        })
    }

    /// What comes back for a request, through the weather.
    pub(crate) fn exchange(&mut self, request: &Signed<'_>) -> Answer {
        let routed = route(request);
        let operation = routed.as_ref().ok().copied();
        let fault = self.weather.next(operation, request.body, self.clock.since_start());
        let mut answer = match fault {
            Some(Fault::Throttle) => Answer::new(operation, Err(Refusal::throttling())),
            Some(Fault::Trouble(status)) => Answer::new(operation, Err(Refusal::trouble(status))),
            Some(Fault::Deny) => {
                let denied = operation.unwrap_or(Operation::RedriveExecution);
                Answer::new(operation, Err(Refusal::access_denied(&self.account, denied)))
            }
            Some(Fault::Page(status)) => page(status, operation),
            Some(Fault::Cut) => Answer { outcome: CUT, lost: true, ..page(0, operation) },
            None | Some(Fault::PageInstead(_) | Fault::LoseAnswer) => {
                Answer::new(operation, routed.and_then(|operation| self.act(operation, request)))
            }
        };
        let name = operation.map_or("-", Operation::name);
        *self.counts.entry((name, answer.outcome)).or_default() += 1;
        match fault {
            Some(Fault::PageInstead(status)) => page(status, operation),
            Some(Fault::LoseAnswer) => {
                answer.lost = true;
                answer
            }
            _ => answer,
        }
    }

    fn act(&mut self, operation: Operation, request: &Signed<'_>) -> Result<Vec<u8>, Refusal> {
        self.verifier.verify(request, self.clock.calendar())?;
        if self.denied.contains(&operation) {
            return Err(Refusal::access_denied(&self.account, operation));
        }
        let now = self.clock.now();
        if !self.quotas.admit(operation, now) {
            return Err(Refusal::throttling());
        }
        self.store.settle(now);
        let mut context = Context { store: &mut self.store, now, open_limit: self.open_limit };
        actions::act(operation, request.body, &mut context)
    }
}

/// What something in between answers.
fn page(status: u16, operation: Option<Operation>) -> Answer {
    Answer { status, body: PAGE.into(), operation, outcome: FROM_BETWEEN, lost: false }
}

/// The operation of a request: `POST /` of AWS JSON 1.0 with a target that is answered here.
fn route(request: &Signed<'_>) -> Result<Operation, Refusal> {
    let media_type = header(request.headers, "content-type").split(';').next().unwrap_or_default().trim();
    let target = header(request.headers, "x-amz-target");
    match Operation::targeted(target) {
        _ if request.method != Method::POST || request.uri.path() != "/" => {
            Err(Refusal::unknown_operation(&format!("{} {}", request.method, request.uri.path())))
        }
        _ if media_type != CONTENT_TYPE => {
            Err(Refusal::unknown_operation(&format!("Content-Type '{media_type}' (instead of {CONTENT_TYPE})")))
        }
        None => Err(Refusal::unknown_operation(&format!("X-Amz-Target '{target}'"))),
        Some(operation) => Ok(operation),
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
