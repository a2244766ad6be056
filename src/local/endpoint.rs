//! HTTP on loopback, from a thread of its own: reads requests, delays responses or loses them as the settings want.

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use http::Request;
use http::header::{CONTENT_TYPE, DATE};
use http_body_util::{BodyExt, Collected, Full, Limited};
use hyper::body::{Body, Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::runtime;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::operation::Operation;
use super::refusal::Refusal;
use super::seed::SeedError;
use super::service::{self, Counts, PROXY_PAGE, Response, Service};
use super::settings::{Credentials, Settings};
use super::signature::SignedRequest;
use super::weather::Rule;

/// No request of these operations is longer than this.
const LONGEST_BODY: usize = 1 << 20;
/// How long a connection may take for the headers of its next request, and then for the body, before it is closed.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("the seed is not usable: {0}")]
    Seed(#[from] SeedError),
    /// The port (0 for a free one) or the thread is not to be had.
    #[error("cannot serve on 127.0.0.1:{0}: {1}")]
    System(u16, io::Error),
}

/// A running endpoint. Dropping it ends it and cuts its connections.
pub struct Endpoint {
    address: SocketAddr,
    service: Arc<Mutex<Service>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Endpoint {
    /// # Errors
    /// When the seed contradicts itself or the port is taken.
    pub fn start(settings: Settings) -> Result<Self, StartError> {
        let port = settings.port;
        let service = Service::new(settings)?;
        Self::serve(service, port).map_err(|error| StartError::System(port, error))
    }

    fn serve(service: Service, port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let service = Arc::new(Mutex::new(service));
        let served = serve(listener, Arc::clone(&service), stopped);
        let thread =
            std::thread::Builder::new().name("sfn-local".to_owned()).spawn(move || runtime.block_on(served))?;
        Ok(Self { address, service, stop: Some(stop), thread: Some(thread) })
    }

    pub(super) fn service(&self) -> MutexGuard<'_, Service> {
        lock(&self.service)
    }

    /// Its URL, as `--endpoint-url` and `AWS_ENDPOINT_URL_SFN` take it.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Puts its time forward; what is due by then ends.
    pub fn advance(&self, duration: Duration) {
        self.service().clock.advance(duration);
    }

    /// How often each execution was redriven, by ARN.
    pub fn redrive_counts(&self) -> BTreeMap<String, usize> {
        self.service().store.redrive_counts()
    }

    /// How many executions ran at a time at most, since a redrive was the first of them.
    pub fn most_running(&self) -> usize {
        self.service().store.most_running
    }

    /// How many requests there were, by operation and `OK` or the error's code.
    pub fn counts(&self) -> Counts {
        self.service().counts.clone()
    }

    /// Gives an operation a token bucket of this size and refill a second.
    pub fn set_quota(&self, operation: Operation, size: u32, per_second: u32) {
        let mut service = self.service();
        let now = service.clock.now();
        service.quotas.set(operation, size, per_second, now);
    }

    /// Sets the faults that requests meet from now on.
    pub fn set_weather(&self, rules: Vec<Rule>) {
        self.service().weather.rules = rules;
    }

    /// Sets the operations that the caller may not use.
    pub fn deny(&self, operations: &[Operation]) {
        self.service().settings.denied = operations.to_vec();
    }

    /// Sets how many executions may run before `ExecutionLimitExceeded`.
    pub fn set_open_limit(&self, open_limit: usize) {
        self.service().settings.open_limit = open_limit;
    }

    /// Accepts these credentials as well.
    pub fn accept(&self, credentials: Credentials) {
        self.service().verifier.accept(credentials);
    }

    /// Expires the credentials of this access key.
    pub fn expire(&self, access_key_id: &str) {
        self.service().verifier.expire(access_key_id);
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

/// A panic while it was locked cannot leave half an action behind that matters to a test endpoint.
fn lock(service: &Mutex<Service>) -> MutexGuard<'_, Service> {
    service.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Serves until the sender of `stopped` is used or dropped.
async fn serve(listener: TcpListener, service: Arc<Mutex<Service>>, mut stopped: oneshot::Receiver<()>) {
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
        // Without it, small responses wait for the client's acknowledgement.
        let _ = stream.set_nodelay(true);
        let service = Arc::clone(&service);
        tokio::spawn(async move {
            // What goes wrong on a connection is the client's to see.
            let _ = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(REQUEST_TIMEOUT)
                .serve_connection(TokioIo::new(stream), service_fn(|request| respond(request, &service)))
                .await;
        });
    }
}

/// Fails where the connection is to be cut: the response is lost on purpose, or the request did not come in time.
async fn respond(request: Request<Incoming>, service: &Mutex<Service>) -> io::Result<http::Response<Full<Bytes>>> {
    let (head, body) = request.into_parts();
    let response = match tokio::time::timeout(REQUEST_TIMEOUT, read(body)).await? {
        Some(body) => {
            let request = SignedRequest { method: &head.method, uri: &head.uri, headers: &head.headers, body: &body };
            lock(service).exchange(&request)
        }
        None => Response::new(None, Err(Refusal::RequestEntityTooLargeException)),
    };
    let latency = lock(service).settings.latency;
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    let request_id = Uuid::new_v4().to_string();
    let mut service = lock(service);
    service.log(&response, &request_id);
    if response.lost {
        return Err(io::ErrorKind::ConnectionAborted.into());
    }
    let builder = http::Response::builder().status(response.status).header(DATE, service.clock.calendar().http_date());
    let builder = match response.outcome {
        PROXY_PAGE => builder.header(CONTENT_TYPE, "text/html"),
        _ => builder.header(CONTENT_TYPE, service::CONTENT_TYPE).header("x-amzn-requestid", request_id),
    };
    builder.body(response.body.into()).map_err(io::Error::other)
}

/// The body; `None` where it is too long, or announced to be, or breaks off.
async fn read(body: Incoming) -> Option<Bytes> {
    if body.size_hint().lower() > LONGEST_BODY as u64 {
        return None;
    }
    Limited::new(body, LONGEST_BODY).collect().await.ok().map(Collected::to_bytes)
}
