//! The one HTTP client of the program: the SDK's calls, its credential providers and `bulk` all go through it.
//!
//! Owns connections, TLS, proxies and timeouts, and that a response is complete before anybody sees it. Follows no redirects.

mod certificates;
pub(crate) mod connector;
pub(crate) mod failure;
pub mod proxy;
pub(crate) mod tls;
mod traffic;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use http::{HeaderMap, HeaderValue, StatusCode, Uri};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

use crate::host::{Clock, Host, Network};
use crate::settings::Verify;
use crate::trace::Trace;
use connector::{Connector, Shared};
pub(crate) use failure::TransportError;
use proxy::ProxyRules;
use traffic::LoggedExchange;

/// The largest response that is read, in bytes; the service's pages have a few megabytes. The AWS CLI has no limit.
const LARGEST_RESPONSE: usize = 16 * 1024 * 1024;

/// For connecting and for each read.
type TimeoutPair = (Option<Duration>, Option<Duration>);
type HyperClient = Client<Connector, Full<Bytes>>;

#[derive(Clone, Debug)]
pub(crate) struct Transport {
    shared: Arc<Shared>,
    /// One pool of connections for each pair of timeouts: the SDK's providers bring their own.
    clients: Arc<Mutex<HashMap<TimeoutPair, HyperClient>>>,
    pub(crate) clock: Clock,
    network: Network,
}

impl Transport {
    /// A client that checks certificates as `verify` says, goes through the environment's proxies and logs to `trace`.
    pub(crate) fn new(host: &Host, verify: Verify, keep_alive: bool, trace: &Trace) -> Self {
        let proxies = ProxyRules::from_host(host);
        proxies.hide_users(trace);
        Self::over(host, Shared { verify, proxies, keep_alive, tls: OnceLock::new(), trace: trace.clone() })
    }

    /// A client that goes through no proxy, whatever the environment holds, and logs nothing.
    pub(crate) fn direct(host: &Host) -> Self {
        let (verify, proxies, trace) = (Verify::Shipped, ProxyRules::default(), Trace::off());
        Self::over(host, Shared { verify, proxies, keep_alive: false, tls: OnceLock::new(), trace })
    }

    fn over(host: &Host, shared: Shared) -> Self {
        Self { shared: Arc::new(shared), clients: Arc::default(), clock: host.clock, network: host.network.clone() }
    }

    pub(crate) fn trace(&self) -> &Trace {
        &self.shared.trace
    }

    fn client(&self, timeouts: TimeoutPair) -> HyperClient {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let client = clients.entry(timeouts).or_insert_with(|| {
            let (connect_timeout, read_timeout) = timeouts;
            let connector = Connector { shared: Arc::clone(&self.shared), connect_timeout, read_timeout };
            // Headers that a strict reader would refuse are no reason to take a response for lost.
            Client::builder(TokioExecutor::new())
                .http1_ignore_invalid_headers_in_responses(true)
                .http1_allow_obsolete_multiline_headers_in_responses(true)
                .http1_allow_spaces_after_header_name_in_responses(true)
                .build(connector)
        });
        client.clone()
    }

    /// Sends one request and reads the response, without a line in the log.
    pub(crate) async fn exchange(
        &self,
        timeouts: TimeoutPair,
        request: HttpRequest,
    ) -> Result<HttpResponse, TransportError> {
        let unusable = |error: &dyn std::fmt::Display| TransportError::Other(error.to_string());
        let request = request.try_into_http1x().map_err(|error| unusable(&error))?;
        // Every request of ours and of the providers is in memory.
        let mut request = request.map(|body| Full::new(Bytes::copy_from_slice(body.bytes().unwrap_or_default())));
        adjust_headers(&self.shared, &mut request)?;
        let uri = request.uri().clone();
        let response = self.client(timeouts).request(request).await.map_err(|error| TransportError::find(&error))?;
        let (parts, body) = response.into_parts();
        if parts.status == StatusCode::SEE_OTHER && leads_elsewhere(&parts.headers, &uri) {
            return Err(TransportError::Redirected);
        }
        let body = complete(body, &parts.headers).await?;
        let response = http::Response::from_parts(parts, SdkBody::from(body));
        HttpResponse::try_from(response).map_err(|error| unusable(&error))
    }
}

impl HttpClient for Transport {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        if let Network::Simulated(service) = &self.network {
            return service.http_connector(settings, components);
        }
        let timeouts = (settings.connect_timeout(), settings.read_timeout());
        SharedHttpConnector::new(PooledConnector(self.clone(), timeouts))
    }
}

#[derive(Debug)]
struct PooledConnector(Transport, TimeoutPair);

impl HttpConnector for PooledConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (transport, timeouts) = (self.0.clone(), self.1);
        HttpConnectorFuture::new(async move {
            let logged = LoggedExchange::start(transport.trace(), transport.clock, &request);
            let outcome = transport.exchange(timeouts, request).await;
            if let Some(logged) = logged {
                logged.end(&outcome);
            }
            outcome.map_err(|failure| match failure {
                TransportError::ConnectTimeout | TransportError::ReadTimeout => ConnectorError::timeout(failure.into()),
                TransportError::Scheme(_) | TransportError::TooLarge(_) | TransportError::Other(_) => {
                    ConnectorError::user(failure.into())
                }
                _ => ConnectorError::io(failure.into()),
            })
        })
    }
}

/// Sets the headers that the AWS CLI's HTTP client sets below the signature, and leaves out the one that only the SDK sends.
fn adjust_headers(shared: &Shared, request: &mut http::Request<Full<Bytes>>) -> Result<(), TransportError> {
    let uri = request.uri();
    let authority = uri.authority().map_or("", http::uri::Authority::as_str);
    // A tunnel's proxy reads the CONNECT request alone.
    let proxy = match uri.scheme_str() {
        Some("http") => shared.proxies.proxy_for("http", authority)?,
        _ => None,
    };
    let headers = request.headers_mut();
    headers.remove("x-amzn-trace-id");
    headers.insert(http::header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    if let Some(authorization) = proxy.and_then(|proxy| HeaderValue::try_from(proxy.authorization?).ok()) {
        headers.insert(http::header::PROXY_AUTHORIZATION, authorization);
    }
    Ok(())
}

/// Whether the `Location` is on another host than `uri`.
fn leads_elsewhere(headers: &HeaderMap, uri: &Uri) -> bool {
    let location = headers.get(http::header::LOCATION).map_or(&b"/"[..], HeaderValue::as_bytes);
    let is_same_host = |to: Uri| (to.scheme(), to.authority()) == (uri.scheme(), uri.authority());
    !location.is_empty() && !location.starts_with(b"/") && !Uri::try_from(location).is_ok_and(is_same_host)
}

/// A response that ends before its announced length is accepted, as in the AWS CLI: a redrive that was made must not be repeated.
/// With an encoding of the transfer that is not `chunked` hyper would read on until the connection ends.
async fn complete(mut body: Incoming, headers: &HeaderMap) -> Result<Vec<u8>, TransportError> {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let length = text(http::header::CONTENT_LENGTH);
    let is_chunked = |encodings: &str| encodings.split(',').any(|one| one.trim().eq_ignore_ascii_case("chunked"));
    let is_plain = text(http::header::TRANSFER_ENCODING).is_some_and(|encodings| !is_chunked(encodings));
    let end = length.filter(|_| is_plain).and_then(|length| length.parse().ok()).unwrap_or(usize::MAX);
    let mut bytes = Vec::new();
    while bytes.len() < end
        && let Some(frame) = body.frame().await
    {
        let frame = match frame {
            Ok(frame) => frame,
            Err(error) if length.is_some() && ended_early(&error) => break,
            Err(error) => return Err(TransportError::find(&error)),
        };
        if let Ok(data) = frame.into_data() {
            if bytes.len().saturating_add(data.len()) > LARGEST_RESPONSE {
                return Err(TransportError::TooLarge(LARGEST_RESPONSE));
            }
            bytes.extend_from_slice(&data);
        }
    }
    bytes.truncate(end);
    Ok(bytes)
}

fn ended_early(error: &hyper::Error) -> bool {
    let source = std::error::Error::source(error).and_then(|source| source.downcast_ref::<std::io::Error>());
    source.is_some_and(|io| io.kind() == std::io::ErrorKind::UnexpectedEof)
}
