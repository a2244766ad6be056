//! HTTP on loopback: reads requests, holds answers back or loses them as asked, writes the log.

use std::io::Write;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::header::{CONTENT_TYPE, DATE};
use http::{HeaderValue, Request, Response};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Body, Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::sync::oneshot;
use uuid::Uuid;

use super::clock::Timestamp;
use super::operation::Operation;
use super::refusal::Refusal;
use super::service::{self, Answer, Service};
use super::settings::Settings;
use super::signature::Signed;

/// No request of these operations is longer than this.
const LONGEST_BODY: u64 = 1 << 20;
/// How long a connection may take for the headers of its next request, and then for the body: one that only stays open makes
/// room for others.
const PATIENCE: Duration = Duration::from_secs(10);

/// What all connections share.
pub(crate) struct Shared {
    service: Mutex<Service>,
    latency: Duration,
    log: Option<Mutex<Box<dyn Write + Send>>>,
}

impl Shared {
    /// A state that is answered from as the settings say.
    pub(crate) fn new(service: Service, settings: Settings) -> Self {
        let Settings { latency, log, .. } = settings;
        Self { service: Mutex::new(service), latency, log: log.map(Mutex::new) }
    }

    /// The state. A panic while it was held cannot leave half an action behind that matters to a test endpoint.
    pub(crate) fn service(&self) -> MutexGuard<'_, Service> {
        self.service.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Serves until it is stopped, or nobody is left who could stop it.
pub(crate) async fn serve(listener: TcpListener, shared: Arc<Shared>, mut stopped: oneshot::Receiver<()>) {
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
            let _ = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(PATIENCE)
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

/// The answer is lost on purpose, or the request did not come in time.
#[derive(Debug, thiserror::Error)]
#[error("the connection is cut")]
struct Lost;

async fn respond(request: Request<Incoming>, shared: &Shared) -> Result<Response<Full<Bytes>>, Lost> {
    let (head, body) = request.into_parts();
    let body = tokio::time::timeout(PATIENCE, read(body)).await.map_err(|_| Lost)?;
    let answer = match body {
        Some(body) => {
            let signed = Signed { method: &head.method, uri: &head.uri, headers: &head.headers, body: &body };
            shared.service().exchange(&signed)
        }
        None => Answer::new(None, Err(Refusal::request_too_large())),
    };
    if !shared.latency.is_zero() {
        tokio::time::sleep(shared.latency).await;
    }
    let request_id = Uuid::new_v4().to_string();
    log(shared, &answer, &request_id);
    if answer.lost { Err(Lost) } else { Ok(response(answer, &request_id, shared.service().clock.calendar())) }
}

/// The whole body, unless it is longer than it may be, or says so beforehand, or breaks off.
async fn read(body: Incoming) -> Option<Bytes> {
    if body.size_hint().lower() > LONGEST_BODY {
        return None;
    }
    let limit = usize::try_from(LONGEST_BODY).unwrap_or(usize::MAX);
    Limited::new(body, limit).collect().await.ok().map(http_body_util::Collected::to_bytes)
}

fn response(answer: Answer, request_id: &str, date: Timestamp) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(answer.body)));
    *response.status_mut() = http::StatusCode::from_u16(answer.status).unwrap_or_default();
    let headers = response.headers_mut();
    if let Ok(date) = HeaderValue::from_str(&date.http_date()) {
        headers.insert(DATE, date);
    }
    if answer.outcome == service::FROM_BETWEEN {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
        return response;
    }
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(service::CONTENT_TYPE));
    if let Ok(request_id) = HeaderValue::from_str(request_id) {
        headers.insert("x-amzn-requestid", request_id);
    }
    response
}

/// One line for a request. A log that cannot be written stops nothing.
fn log(shared: &Shared, answer: &Answer, request_id: &str) {
    let Some(log) = &shared.log else { return };
    let operation = answer.operation.map_or("-", Operation::name);
    let lost = if answer.lost { " (answer lost)" } else { "" };
    let now = shared.service().clock.now();
    let line = format!("{now} {operation} {} {}{lost} {request_id}\n", answer.status, answer.outcome);
    let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
    let _ = log.write_all(line.as_bytes());
}
