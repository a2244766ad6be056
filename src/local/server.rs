//! HTTP on loopback, and the endpoint as tests hold it: it serves from a thread of its own and ends when it is dropped.

use std::collections::BTreeMap;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use http::header::CONTENT_TYPE;
use http::{HeaderValue, Request, Response};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::operation::Operation;
use super::refusal::Refusal;
use super::seed::SeedError;
use super::service::{self, Answer, Counts, Service};
use super::settings::{Credentials, Settings};
use super::signature::Signed;

/// No request of these operations is longer than this.
const LONGEST_BODY: usize = 1 << 20;

/// Why an endpoint did not start.
#[derive(Debug)]
pub enum StartError {
    /// The seed contradicts itself.
    Seed(SeedError),
    /// The port cannot be had, or the thread.
    System(std::io::Error),
}

impl std::fmt::Display for StartError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Seed(error) => write!(formatter, "the seed is not usable: {error}"),
            Self::System(error) => write!(formatter, "cannot serve on 127.0.0.1: {error}"),
        }
    }
}

impl std::error::Error for StartError {}

impl From<SeedError> for StartError {
    fn from(error: SeedError) -> Self {
        Self::Seed(error)
    }
}

impl From<std::io::Error> for StartError {
    fn from(error: std::io::Error) -> Self {
        Self::System(error)
    }
}

/// A running endpoint. Dropping it ends it and cuts its connections.
pub struct Endpoint {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    service: Mutex<Service>,
    latency: Duration,
    lose_every: Option<u64>,
    log: Option<Mutex<Box<dyn Write + Send>>>,
}

impl Shared {
    /// The state. A panic while it was held cannot leave half an action behind that matters to a test endpoint.
    fn service(&self) -> MutexGuard<'_, Service> {
        self.service.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Endpoint {
    /// Starts an endpoint.
    ///
    /// # Errors
    /// When the seed contradicts itself or the port is taken.
    pub fn start(mut settings: Settings) -> Result<Self, StartError> {
        let service = Mutex::new(Service::new(&settings)?);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, settings.port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            service,
            latency: settings.latency,
            lose_every: settings.lose_every,
            log: settings.log.take().map(Mutex::new),
        });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let serving = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("sfn-local".to_owned())
            .spawn(move || runtime.block_on(serve(listener, serving, stopped)))?;
        Ok(Self { address, shared, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its URL, as `--endpoint-url` and `AWS_ENDPOINT_URL_SFN` take it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Puts its time forward; what is due by then ends.
    pub fn advance(&self, duration: Duration) {
        self.shared.service().clock.advance(duration);
    }

    /// How often each execution was redriven, by ARN.
    #[must_use]
    pub fn redrive_counts(&self) -> BTreeMap<String, usize> {
        let service = self.shared.service();
        let executions = service.store.executions().iter();
        executions.map(|execution| (execution.arn.to_string(), execution.redrives.len())).collect()
    }

    /// How many requests were answered how: by operation and `OK` or the error's code.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.shared.service().counts.clone()
    }

    /// Gives an operation a token bucket of this size and refill a second.
    pub fn set_quota(&self, operation: Operation, size: u32, per_second: u32) {
        let mut service = self.shared.service();
        let now = service.clock.now();
        service.quotas.set(operation, size, per_second, now);
    }

    /// Sets what the caller may not do.
    pub fn deny(&self, operations: &[Operation]) {
        self.shared.service().denied = operations.to_vec();
    }

    /// Sets how many executions may run before `ExecutionLimitExceeded`.
    pub fn set_open_limit(&self, open_limit: usize) {
        self.shared.service().open_limit = open_limit;
    }

    /// Accepts these credentials as well.
    pub fn accept(&self, credentials: Credentials) {
        self.shared.service().verifier.accept(credentials);
    }

    /// From now on, the credentials of this access key are past their time.
    pub fn expire(&self, access_key_id: &str) {
        self.shared.service().verifier.expire(access_key_id);
    }

    /// Looks at the state.
    pub(super) fn with_service<T>(&self, look: impl FnOnce(&Service) -> T) -> T {
        look(&self.shared.service())
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was reported when it happened.
            let _ = thread.join();
        }
    }
}

async fn serve(listener: TcpListener, shared: Arc<Shared>, mut stopped: oneshot::Receiver<()>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = &mut stopped => return,
        };
        let Ok((stream, _)) = accepted else {
            // Out of descriptors, most likely: connections that end give some back.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        // Without it, small answers wait for the client's acknowledgement.
        let _ = stream.set_nodelay(true);
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            let service = service_fn(|request| respond(request, &shared));
            // What goes wrong on a connection is the client's to see.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

/// The answer is lost on purpose.
#[derive(Debug)]
struct Lost;

impl std::fmt::Display for Lost {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("the answer is lost on purpose")
    }
}

impl std::error::Error for Lost {}

async fn respond(request: Request<Incoming>, shared: &Shared) -> Result<Response<Full<Bytes>>, Lost> {
    let (head, body) = request.into_parts();
    let (answer, number) = match Limited::new(body, LONGEST_BODY).collect().await {
        Ok(body) => {
            let body = body.to_bytes();
            let signed = Signed { method: &head.method, uri: &head.uri, headers: &head.headers, body: &body };
            let mut service = shared.service();
            let answer = service.answer(&signed);
            (answer, service.counts.values().sum::<u64>())
        }
        Err(_) => {
            let refusal = Refusal::request_too_large();
            (Answer { status: refusal.status, body: refusal.body(), operation: None, outcome: refusal.code }, 0)
        }
    };
    if !shared.latency.is_zero() {
        tokio::time::sleep(shared.latency).await;
    }
    let lost = shared.lose_every.is_some_and(|every| number > 0 && number.is_multiple_of(every.max(1)));
    let request_id = Uuid::new_v4().to_string();
    log(shared, &answer, &request_id, lost);
    if lost { Err(Lost) } else { Ok(response(answer, &request_id)) }
}

fn response(answer: Answer, request_id: &str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(answer.body)));
    *response.status_mut() = http::StatusCode::from_u16(answer.status).unwrap_or_default();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(service::CONTENT_TYPE));
    if let Ok(request_id) = HeaderValue::from_str(request_id) {
        headers.insert("x-amzn-requestid", request_id);
    }
    response
}

/// One line for a request. A log that cannot be written stops nothing.
fn log(shared: &Shared, answer: &Answer, request_id: &str, lost: bool) {
    let Some(log) = &shared.log else { return };
    let operation = answer.operation.map_or("-", Operation::name);
    let lost = if lost { " (answer lost)" } else { "" };
    let now = shared.service().clock.now();
    let line = format!("{now} {operation} {} {}{lost} {request_id}\n", answer.status, answer.outcome);
    let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
    let _ = log.write_all(line.as_bytes());
}
