//! What was answered, byte for byte: an interceptor keeps the last attempt's status, headers and body, and counts attempts.
//!
//! The SDK's own types lose what the AWS CLI shows: a timestamp's digits, an unknown error's text, a body that is no JSON.

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

use crate::settings::endpoint_url::{on_the_wire, shown};

/// An answer as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// The header `x-amzn-query-error`, which names an error by its old code.
    pub query_error: Option<String>,
    /// The header `x-amzn-errortype`, which names an error beside the body.
    pub error_type: Option<String>,
    /// The header `x-amzn-requestid`.
    pub request_id: Option<String>,
    pub body: Vec<u8>,
}

impl Answer {
    /// The answer in a response whose body is in memory, as this program's transport delivers it.
    pub(crate) fn from_response(response: &HttpResponse) -> Self {
        let header = |name: &str| response.headers().get(name).map(str::to_owned);
        Self {
            status: response.status().as_u16(),
            query_error: header("x-amzn-query-error"),
            error_type: header("x-amzn-errortype"),
            request_id: header("x-amzn-requestid"),
            body: response.body().bytes().unwrap_or_default().to_vec(),
        }
    }
}

/// What a call came to so far.
#[derive(Debug, Default)]
pub(crate) struct Record {
    pub(crate) attempts: u32,
    /// Where the last one was sent.
    pub(crate) url: String,
    /// The answer of the last attempt, if it got one.
    pub(crate) answer: Option<Answer>,
    /// The headers of that answer, names in lower case.
    pub(crate) headers: Vec<(String, String)>,
}

/// Keeps the record of one call, and sends a body of our own where the SDK's types cannot hold it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recorder {
    record: Arc<Mutex<Record>>,
    body: Option<Arc<[u8]>>,
    url: Option<Arc<str>>,
}

impl Recorder {
    /// `body` is sent instead of the SDK's, to just this `url`: the SDK would put a slash after its path.
    pub(crate) fn new(body: Option<Vec<u8>>, url: Option<&str>) -> Self {
        Self { record: Arc::default(), body: body.map(Arc::from), url: url.map(Arc::from) }
    }

    pub(crate) fn record(&self) -> MutexGuard<'_, Record> {
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
    ) -> Result<(), BoxError> {
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
    ) -> Result<(), BoxError> {
        let mut record = self.record();
        record.attempts += 1;
        record.url = shown(self.url.as_deref().unwrap_or_else(|| context.request().uri()));
        record.answer = None;
        Ok(())
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response();
        let mut record = self.record();
        record.headers = response.headers().iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        record.answer = Some(Answer::from_response(response));
        Ok(())
    }
}
