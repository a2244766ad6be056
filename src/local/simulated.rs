//! The endpoint without a network: it responds to requests of this process directly, after a delay by the runtime's clock.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use http::HeaderValue;

use super::service::{PROXY_PAGE, Service};
use super::settings::Settings;
use super::signature::SignedRequest;
use super::weather::Rule;
use crate::aws::transport::TransportError;

const LATENCY: Duration = Duration::from_millis(30);

#[derive(Clone)]
pub(crate) struct Simulated(Arc<Mutex<Service>>);

impl fmt::Debug for Simulated {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Simulated")
    }
}

impl Simulated {
    pub(crate) fn new(settings: Settings) -> Self {
        Self(Arc::new(Mutex::new(Service::new(settings).unwrap())))
    }

    pub(crate) fn set_weather(&self, rules: Vec<Rule>) {
        self.with(|service| service.weather.rules = rules);
    }

    /// How often each execution was redriven, by ARN.
    pub(crate) fn redrives(&self) -> BTreeMap<String, usize> {
        self.with(|service| service.store.redrive_counts())
    }

    pub(crate) fn with<T>(&self, act: impl FnOnce(&mut Service) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl HttpClient for Simulated {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Simulated {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let service = self.clone();
        HttpConnectorFuture::new(async move {
            tokio::time::sleep(LATENCY / 2).await;
            let (mut head, body) = request.try_into_http1x().unwrap().into_parts();
            head.headers.entry("host").or_insert(HeaderValue::from_static("localhost"));
            let body = body.bytes().unwrap_or_default();
            let request = SignedRequest { method: &head.method, uri: &head.uri, headers: &head.headers, body };
            let (response, date) = service.with(|service| (service.exchange(&request), service.clock.calendar()));
            tokio::time::sleep(LATENCY / 2).await;
            if response.lost {
                return Err(ConnectorError::io(TransportError::Closed("cut".to_owned()).into()));
            }
            let is_page = response.outcome == PROXY_PAGE;
            let mut response = HttpResponse::new(response.status.try_into().unwrap(), SdkBody::from(response.body));
            if !is_page {
                response.headers_mut().insert("date", date.http_date());
                response.headers_mut().insert("x-amzn-requestid", "simulated");
            }
            Ok(response)
        })
    }
}
