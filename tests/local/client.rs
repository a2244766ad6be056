//! The official SDK's client for an endpoint, over a plain HTTP connector: what it signs and reads is not our own idea of it.

use std::time::{Duration, SystemTime};

use aws_sdk_sfn::config::retry::RetryConfig;
use aws_sdk_sfn::config::timeout::TimeoutConfig;
use aws_sdk_sfn::config::{BehaviorVersion, Credentials, Region};
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_async::time::{SharedTimeSource, StaticTimeSource, SystemTimeSource};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector as TcpConnector;
use hyper_util::rt::TokioExecutor;
use redrive_execution::local::{Endpoint, Seed, Settings};

/// Who calls, from where and when.
pub struct Caller<'a> {
    pub access_key_id: &'a str,
    pub secret_access_key: &'a str,
    pub session_token: Option<&'a str>,
    pub region: &'static str,
    pub time: SharedTimeSource,
}

impl Default for Caller<'_> {
    fn default() -> Self {
        Self {
            access_key_id: "AKIDLOCAL",
            secret_access_key: "sfn-local-needs-no-secret",
            session_token: None,
            region: "us-east-1",
            time: SharedTimeSource::new(SystemTimeSource::new()),
        }
    }
}

impl Caller<'_> {
    /// A client that makes each call once.
    pub fn of(self, endpoint: &Endpoint) -> aws_sdk_sfn::Client {
        let Self { access_key_id, secret_access_key, session_token, region, time } = self;
        let token = session_token.map(str::to_owned);
        let config = aws_sdk_sfn::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(endpoint.url())
            .region(Region::from_static(region))
            .credentials_provider(Credentials::new(access_key_id, secret_access_key, token, None, "test"))
            .retry_config(RetryConfig::disabled())
            .timeout_config(TimeoutConfig::builder().operation_timeout(Duration::from_secs(30)).build())
            .sleep_impl(TokioSleep::new())
            .time_source(time)
            .http_client(plain_http())
            .build();
        aws_sdk_sfn::Client::from_conf(config)
    }

    /// The same caller at another time.
    pub fn at(time: SystemTime) -> Self {
        Self { time: SharedTimeSource::new(StaticTimeSource::new(time)), ..Self::default() }
    }
}

/// An endpoint with the built-in seed.
pub fn endpoint() -> Endpoint {
    Endpoint::start(Settings::default()).unwrap()
}

/// An endpoint with one state machine, `order-processing`, and these executions.
pub fn endpoint_with(executions: &str) -> Endpoint {
    let seed = format!(r#"{{"stateMachines": [{{"name": "order-processing", "executions": [{executions}]}}]}}"#);
    Endpoint::start(Settings { seed: Seed::parse(&seed).unwrap(), ..Settings::default() }).unwrap()
}

/// The default caller's client.
pub fn client(endpoint: &Endpoint) -> aws_sdk_sfn::Client {
    Caller::default().of(endpoint)
}

#[derive(Clone, Debug)]
struct Plain(Client<TcpConnector, Full<Bytes>>);

fn plain_http() -> SharedHttpClient {
    let plain = SharedHttpConnector::new(Plain(Client::builder(TokioExecutor::new()).build_http()));
    http_client_fn(move |_, _| plain.clone())
}

impl HttpConnector for Plain {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let client = self.0.clone();
        HttpConnectorFuture::new(async move {
            let failed = |error: Box<dyn std::error::Error + Send + Sync>| ConnectorError::io(error);
            let request = request.try_into_http1x().map_err(|error| failed(error.into()))?;
            let request = request.map(|body| Full::new(Bytes::copy_from_slice(body.bytes().unwrap_or_default())));
            let response = client.request(request).await.map_err(|error| failed(error.into()))?;
            let (head, body) = response.into_parts();
            let body = body.collect().await.map_err(|error| failed(error.into()))?.to_bytes();
            let response = http::Response::from_parts(head, SdkBody::from(body));
            HttpResponse::try_from(response).map_err(|error| failed(error.into()))
        })
    }
}
