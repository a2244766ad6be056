//! The endpoint without a network: requests of this process are answered directly, after a delay by the runtime's clock.

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

use super::service::{FROM_BETWEEN, Service};
use super::settings::Settings;
use super::signature::Signed;
use super::weather::Rule;
use crate::aws::transport::TransportError;

const LATENCY: Duration = Duration::from_millis(30);

/// A service in this process.
#[derive(Clone)]
pub(crate) struct Simulated(Arc<Mutex<Service>>);

impl fmt::Debug for Simulated {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Simulated")
    }
}

impl Simulated {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self(Arc::new(Mutex::new(Service::new(settings).unwrap())))
    }

    pub(crate) fn set_weather(&self, rules: Vec<Rule>) {
        self.with(|service| service.weather.set(rules));
    }

    /// How often each execution was redriven, by name.
    pub(crate) fn redrives(&self) -> BTreeMap<String, usize> {
        self.with(|service| {
            let executions = service.store.executions().iter();
            executions.map(|execution| (execution.arn.to_string(), execution.redrives.len())).collect()
        })
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
            let uri = request.uri().parse().unwrap();
            let mut headers = http::HeaderMap::new();
            for (name, value) in request.headers() {
                headers.insert(http::HeaderName::try_from(name).unwrap(), value.parse().unwrap());
            }
            if !headers.contains_key("host") {
                headers.insert("host", "localhost".parse().unwrap());
            }
            let body = request.body().bytes().unwrap_or_default().to_vec();
            let signed = Signed { method: &http::Method::POST, uri: &uri, headers: &headers, body: &body };
            let (answer, date) = service.with(|service| (service.exchange(&signed), service.clock.calendar()));
            tokio::time::sleep(LATENCY / 2).await;
            if answer.lost {
                return Err(ConnectorError::io(TransportError::Closed("cut".to_owned()).into()));
            }
            let mut response = HttpResponse::new(answer.status.try_into().unwrap(), SdkBody::from(answer.body));
            if answer.outcome != FROM_BETWEEN {
                let date = jiff::Timestamp::from_millisecond(date.milliseconds()).unwrap();
                response.headers_mut().insert("date", date.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string());
                response.headers_mut().insert("x-amzn-requestid", "simulated");
            }
            Ok(response)
        })
    }
}
