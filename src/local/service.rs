//! The way of a request through the endpoint, apart from the network: target, signature, permission, quota, action.

use std::collections::BTreeMap;
use std::io::Write;

use http::{HeaderMap, Method};

use super::actions::{self, Context};
use super::arn::ArnMaker;
use super::clock::{Clock, milliseconds};
use super::operation::{Operation, Quotas};
use super::refusal::Refusal;
use super::seed::{self, SeedError};
use super::settings::Settings;
use super::signature::{SignedRequest, Verifier};
use super::store::Store;
use super::weather::{Fault, Weather};

pub(crate) const CONTENT_TYPE: &str = "application/x-amz-json-1.0";
/// The page of a proxy in between.
const PAGE: &str = "<html><body><h1>The service is not available</h1></body></html>\n";
/// The outcome that the page of a proxy in between is counted as.
pub(crate) const PROXY_PAGE: &str = "page";

pub(crate) struct Response {
    pub(crate) status: u16,
    /// The JSON, or a page.
    pub(crate) body: Vec<u8>,
    /// The operation, if it is one that is answered here.
    pub(crate) operation: Option<Operation>,
    /// `OK`, the error's code, [`PROXY_PAGE`], or `cut` for a connection that is cut before the request is seen.
    pub(crate) outcome: &'static str,
    /// Whether the connection is cut instead of responding.
    pub(crate) lost: bool,
}

impl Response {
    pub(crate) fn new(operation: Option<Operation>, result: Result<Vec<u8>, Refusal>) -> Self {
        let (status, body, outcome) = match result {
            Ok(body) => (200, body, "OK"),
            Err(refusal) => (refusal.status(), refusal.body(), refusal.code()),
        };
        Self { status, body, operation, outcome, lost: false }
    }

    fn page(status: u16, operation: Option<Operation>) -> Self {
        Self { status, body: PAGE.into(), operation, outcome: PROXY_PAGE, lost: false }
    }
}

/// How many requests there were of each operation (`-` for none) and outcome.
pub(crate) type Counts = BTreeMap<(&'static str, &'static str), u64>;

pub(crate) struct Service {
    pub(crate) clock: Clock,
    pub(crate) store: Store,
    pub(crate) verifier: Verifier,
    pub(crate) quotas: Quotas,
    /// The faults on the way to it.
    pub(crate) weather: Weather,
    pub(crate) counts: Counts,
    pub(crate) settings: Settings,
}

impl Service {
    pub(crate) fn new(settings: Settings) -> Result<Self, SeedError> {
        let clock = Clock::new(settings.clock, settings.ahead, settings.clock_scale);
        let now = clock.now();
        let arns = ArnMaker::new(&settings.region, &settings.account);
        Ok(Self {
            store: seed::plant(&settings.seed, &arns, milliseconds(settings.run_time), now)?,
            verifier: Verifier::new(&settings.region, settings.credentials.clone()),
            quotas: settings.quotas.map_or_else(Quotas::default, |table| Quotas::of_table(table, now)),
            weather: Weather::new([&*settings.fail, &*settings.throttle, &*settings.lose_answers].concat()),
            counts: Counts::new(),
            clock,
            settings,
        })
    }

    pub(crate) fn exchange(&mut self, request: &SignedRequest<'_>) -> Response {
        let routed = route(request);
        let operation = routed.as_ref().ok().copied();
        let fault = self.weather.next(operation, request.body, self.clock.since_start());
        let refuse = |refusal| Response::new(operation, Err(refusal));
        let mut response = match fault {
            Some(Fault::Throttle) => refuse(Refusal::ThrottlingException),
            Some(Fault::Trouble(503)) => refuse(Refusal::ServiceUnavailable),
            Some(Fault::Trouble(status)) => refuse(Refusal::InternalFailure(status)),
            Some(Fault::Deny) => refuse(self.denial(operation.unwrap_or(Operation::RedriveExecution))),
            Some(Fault::Page(status)) => Response::page(status, operation),
            Some(Fault::Cut) => Response { outcome: "cut", ..Response::page(0, operation) },
            None | Some(Fault::PageInstead(_) | Fault::LoseAnswer) => {
                Response::new(operation, routed.and_then(|operation| self.act(operation, request)))
            }
        };
        *self.counts.entry((operation.map_or("-", Operation::name), response.outcome)).or_default() += 1;
        if let Some(Fault::PageInstead(status)) = fault {
            response = Response::page(status, operation);
        }
        response.lost = matches!(fault, Some(Fault::LoseAnswer | Fault::Cut));
        response
    }

    /// Logs one line for a request. A log that cannot be written stops nothing.
    pub(crate) fn log(&mut self, response: &Response, request_id: &str) {
        let Some(log) = &mut self.settings.log else { return };
        let Response { status, operation, outcome, .. } = response;
        let operation = operation.map_or("-", Operation::name);
        let lost = if response.lost { " (answer lost)" } else { "" };
        let now = self.clock.now().format("%Y-%m-%dT%H:%M:%S.%3fZ");
        // In one piece: the command writes to the same stream.
        let line = format!("{now} {operation} {status} {outcome}{lost} {request_id}\n");
        let _ = log.write_all(line.as_bytes());
    }

    fn denial(&self, operation: Operation) -> Refusal {
        Refusal::AccessDeniedException(self.settings.account.clone(), operation.name())
    }

    fn act(&mut self, operation: Operation, request: &SignedRequest<'_>) -> Result<Vec<u8>, Refusal> {
        self.verifier.verify(request, self.clock.calendar())?;
        if self.settings.denied.contains(&operation) {
            return Err(self.denial(operation));
        }
        let now = self.clock.now();
        if !self.quotas.admit(operation, now) {
            return Err(Refusal::ThrottlingException);
        }
        self.store.settle(now);
        let mut context = Context { store: &mut self.store, now, open_limit: self.settings.open_limit };
        actions::act(operation, request.body, &mut context)
    }
}

/// The operation of a request: `POST /` of AWS JSON 1.0 with a target that is answered here.
fn route(request: &SignedRequest<'_>) -> Result<Operation, Refusal> {
    let path = request.uri.path();
    let media_type = header(request.headers, "content-type").split(';').next().unwrap_or_default().trim();
    let target = header(request.headers, "x-amz-target");
    let unknown = if request.method != Method::POST || path != "/" {
        format!("{} {path}", request.method)
    } else if media_type != CONTENT_TYPE {
        format!("Content-Type '{media_type}' (instead of {CONTENT_TYPE})")
    } else if let Some(operation) = Operation::targeted(target) {
        return Ok(operation);
    } else {
        format!("X-Amz-Target '{target}'")
    };
    Err(Refusal::UnknownOperationException(unknown))
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
