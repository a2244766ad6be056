//! Which outcomes are tried again: the AWS CLI's lists, in place of the SDK's.

use std::time::Duration;

use aws_smithy_async::rt::sleep::{AsyncSleep, Sleep, TokioSleep};
use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction, RetryClassifierPriority};

use super::exchange::Response;
use super::transport::TransportError;
use crate::error::Result;
use crate::trace::Trace;

/// Codes that mean "busy with something else just now".
const TRANSIENT: &[&str] = &["RequestTimeout", "RequestTimeoutException", "PriorRequestNotComplete"];

/// Codes that mean "too fast".
const THROTTLED: &str = "\
    Throttling ThrottlingException ThrottledException RequestThrottledException TooManyRequestsException \
    ProvisionedThroughputExceededException TransactionInProgressException RequestLimitExceeded \
    BandwidthLimitExceeded LimitExceededException RequestThrottled SlowDown EC2ThrottledException";

pub(crate) fn is_throttling(code: &str) -> bool {
    THROTTLED.split(' ').any(|known| known == code)
}

/// Decides on retries as botocore's standard mode does; what it forbids, no other classifier may allow.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Retries {
    /// The error code in a service's response. One that the AWS CLI fails on when it looks for the code is the last one.
    pub(crate) code: fn(&Response) -> Result<Option<String>>,
    /// A code of the operation's own that is tried again.
    pub(crate) also: Option<&'static str>,
}

impl Retries {
    fn after(self, response: &Response) -> RetryAction {
        if response.status < 300 {
            // Even where the SDK cannot read it: the service has made the change.
            return RetryAction::RetryForbidden;
        }
        let Ok(code) = (self.code)(response) else { return RetryAction::RetryForbidden };
        match code.as_deref() {
            Some(code) if is_throttling(code) => RetryAction::throttling_error(),
            Some(code) if TRANSIENT.contains(&code) || self.also == Some(code) => RetryAction::transient_error(),
            _ if matches!(response.status, 500 | 502 | 503 | 504) => RetryAction::transient_error(),
            _ => RetryAction::RetryForbidden,
        }
    }
}

impl ClassifyRetry for Retries {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        if let Some(response) = context.response() {
            return self.after(&response.into());
        }
        match context.output_or_error() {
            Some(Err(error)) if error.is_connector_error() => {
                match error.as_connector_error().map(|error| TransportError::find(error)) {
                    Some(TransportError::Scheme(_) | TransportError::ProxyUrl(_) | TransportError::TooLarge(_)) => {
                        RetryAction::RetryForbidden
                    }
                    _ => RetryAction::transient_error(),
                }
            }
            Some(Err(_)) => RetryAction::RetryForbidden,
            _ => RetryAction::NoActionIndicated,
        }
    }

    fn name(&self) -> &'static str {
        "AWS CLI retries"
    }

    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(RetryClassifierPriority::transient_error_classifier())
    }
}

/// The waits between attempts: the SDK decides how long they are; here they are waited out and logged.
#[derive(Clone, Debug)]
pub(crate) struct Backoff(pub(crate) Trace);

impl AsyncSleep for Backoff {
    fn sleep(&self, duration: Duration) -> Sleep {
        self.0.line("retry", || format!("waiting {:.3} s before the next attempt", duration.as_secs_f64()));
        TokioSleep::new().sleep(duration)
    }
}
