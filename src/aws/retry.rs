//! Which outcomes are tried again: the AWS CLI's lists, in place of the SDK's.

use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction, RetryClassifierPriority};

use super::exchange::Answer;
use super::refusal;
use super::transport::TransportError;
use crate::error::Result;

/// Codes that mean "busy with something else just now".
const TRANSIENT: &[&str] = &["RequestTimeout", "RequestTimeoutException", "PriorRequestNotComplete"];

/// Codes that mean "too fast".
const THROTTLED: &[&str] = &[
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottledException",
    "TooManyRequestsException",
    "ProvisionedThroughputExceededException",
    "TransactionInProgressException",
    "RequestLimitExceeded",
    "BandwidthLimitExceeded",
    "LimitExceededException",
    "RequestThrottled",
    "SlowDown",
    "EC2ThrottledException",
];

/// Whether this code means "too fast".
pub(crate) fn is_throttling(code: &str) -> bool {
    THROTTLED.contains(&code)
}

/// Decides on retries as botocore's standard mode does; what it forbids, no other classifier may allow.
#[derive(Debug)]
pub(crate) struct AwsCliRetries;

impl ClassifyRetry for AwsCliRetries {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        classify(context, |response| refusal::code(&Answer::from_response(response)).map(Some))
    }

    fn name(&self) -> &'static str {
        "AWS CLI retries"
    }

    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(RetryClassifierPriority::transient_error_classifier())
    }
}

/// The decision on an attempt. An answer that the AWS CLI fails on when it looks for the code is the last one.
pub(crate) fn classify(
    context: &InterceptorContext,
    code_of: impl Fn(&HttpResponse) -> Result<Option<String>>,
) -> RetryAction {
    if let Some(response) = context.response() {
        return action(response.status().as_u16(), || code_of(response));
    }
    match context.output_or_error() {
        Some(Err(error)) if error.is_connector_error() => {
            let failure = error.as_connector_error().map(|error| TransportError::find(error));
            match failure {
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

fn action(status: u16, code: impl FnOnce() -> Result<Option<String>>) -> RetryAction {
    if status < 300 {
        // Even where the SDK cannot read it: the service has done what was asked.
        return RetryAction::RetryForbidden;
    }
    let Ok(code) = code() else { return RetryAction::RetryForbidden };
    match code.as_deref() {
        Some(code) if THROTTLED.contains(&code) => RetryAction::throttling_error(),
        Some(code) if TRANSIENT.contains(&code) => RetryAction::transient_error(),
        _ if matches!(status, 500 | 502 | 503 | 504) => RetryAction::transient_error(),
        _ => RetryAction::RetryForbidden,
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, action, refusal};

    fn retried(status: u16, body: &str) -> bool {
        let answer = Answer { status, body: body.as_bytes().to_vec(), ..Answer::default() };
        action(status, || refusal::code(&answer).map(Some)).should_retry()
    }

    #[test]
    fn what_the_aws_cli_tries_again_is_tried_again() {
        for status in [500, 502, 503, 504] {
            assert!(retried(status, ""), "{status}");
        }
        assert!(retried(400, r#"{"__type": "x#ThrottlingException"}"#));
        assert!(retried(400, r#"{"__type": "RequestTimeout"}"#));
    }

    #[test]
    fn nothing_else_is() {
        for (status, body) in [
            (200, "<html>"),
            (400, r#"{"__type": "InvalidSignatureException"}"#),
            (400, r#"{"__type": "InternalError"}"#),
            (429, r#"{"__type": "Whatever"}"#),
            (501, ""),
            (500, "[]"),
            (500, r#"{"__type": 5}"#),
            (301, ""),
        ] {
            assert!(!retried(status, body), "{status} {body}");
        }
    }
}
