//! The response of a call, byte for byte: an interceptor keeps that to the last attempt and counts attempts. Another compares the
//! service's clock with this machine's.
//!
//! The SDK's own types lose what the AWS CLI shows: a timestamp's digits, an unknown error's text, a body outside JSON.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextMut,
    BeforeTransmitInterceptorContextRef,
};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;

use super::transport::TransportError;
use crate::error::{Error, Result};
use crate::host::Clock;
use crate::settings::Connection;
use crate::settings::endpoint_url::{on_the_wire, shown};

/// A response as it came; of a call, the one to its last attempt.
#[derive(Clone, Debug, Default)]
pub struct Response {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub attempts: u32,
    /// How many retries were made, where no more are allowed.
    pub exhausted_retries: Option<u32>,
}

impl Response {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn is_refusal(&self) -> bool {
        self.status >= 300
    }
}

impl From<&HttpResponse> for Response {
    /// The body is in memory, as this program's transport delivers it.
    fn from(response: &HttpResponse) -> Self {
        let headers = response.headers().iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        let body = response.body().bytes().unwrap_or_default().to_vec();
        Self { status: response.status().as_u16(), headers: headers.collect(), body, ..Self::default() }
    }
}

#[derive(Debug, Default)]
struct Record {
    attempts: u32,
    /// Where the last attempt was sent.
    url: String,
    response: Option<Response>,
}

/// Keeps the record of one call, and sends a body of our own where the SDK's types cannot hold it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recorder {
    record: Arc<Mutex<Record>>,
    /// The body to send in place of the SDK's.
    pub(crate) body: Option<Arc<[u8]>>,
    url: Option<Arc<str>>,
    max_attempts: u32,
}

impl Recorder {
    pub(crate) fn new(connection: &Connection) -> Self {
        Self { max_attempts: connection.max_attempts, ..Self::default() }
    }

    /// A recorder that sends to just the connection's endpoint: the SDK would put a slash after its path.
    pub(crate) fn at_endpoint(connection: &Connection) -> Self {
        Self { url: connection.endpoint_url.as_deref().map(Arc::from), ..Self::new(connection) }
    }

    pub(crate) fn response(&self, error: Option<&(impl std::error::Error + 'static)>) -> Result<Response> {
        let record = self.record();
        match (&record.response, error) {
            (Some(response), _) => Ok(response.clone()),
            (None, Some(error)) => Err(match TransportError::find(error) {
                // Such as an endpoint that cannot be found.
                TransportError::Other(innermost) if record.attempts == 0 => Error::General(innermost),
                failure => failure.for_url(&record.url),
            }),
            (None, None) => Err(Error::general("No response was recorded")),
        }
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Intercept for Recorder {
    fn name(&self) -> &'static str {
        "Recorder"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> std::result::Result<(), BoxError> {
        let request = context.request_mut();
        let url = on_the_wire(self.url.as_deref().unwrap_or_else(|| request.uri()));
        request.set_uri(url)?;
        if let Some(body) = &self.body {
            *request.body_mut() = SdkBody::from(body.to_vec());
        }
        // The AWS CLI does not sign it, so that a proxy may rewrite it. The transport sends it.
        request.headers_mut().remove("content-length");
        Ok(())
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> std::result::Result<(), BoxError> {
        let mut record = self.record();
        record.attempts += 1;
        record.url = shown(self.url.as_deref().unwrap_or_else(|| context.request().uri()));
        record.response = None;
        Ok(())
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> std::result::Result<(), BoxError> {
        let mut record = self.record();
        let attempts = record.attempts;
        let exhausted_retries = (attempts >= self.max_attempts).then(|| self.max_attempts.saturating_sub(1));
        record.response = Some(Response { attempts, exhausted_retries, ..context.response().into() });
        Ok(())
    }
}

/// How far the service's clock is from this machine's, as the `Date` of its answers shows.
#[derive(Clone, Debug)]
pub struct ServiceClock {
    clock: Clock,
    offset: Arc<Mutex<Option<i64>>>,
}

impl ServiceClock {
    pub(crate) fn new(clock: Clock) -> Self {
        Self { clock, offset: Arc::default() }
    }

    /// The least number of milliseconds the service is ahead of this machine; it may be up to a second more. `None` before its
    /// first answer.
    pub(crate) fn offset(&self) -> Option<i64> {
        *self.offset.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Intercept for ServiceClock {
    fn name(&self) -> &'static str {
        "ServiceClock"
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> std::result::Result<(), BoxError> {
        let headers = context.response().headers();
        // A proxy's page has a date too, but no request id.
        if headers.contains_key("x-amzn-requestid")
            && let Some(date) = headers.get("date")
            && let Ok(date) = jiff::fmt::rfc2822::parse(date)
            && let Ok(now) = jiff::Timestamp::try_from(self.clock.now())
        {
            // The date is cut to seconds, so the largest difference is the nearest one, until a clock is set.
            let difference = date.timestamp().as_millisecond() - now.as_millisecond();
            let mut offset = self.offset.lock().unwrap_or_else(PoisonError::into_inner);
            *offset = Some(match *offset {
                Some(known) if (known - difference).abs() < 1_500 => known.max(difference),
                _ => difference,
            });
        }
        Ok(())
    }
}
