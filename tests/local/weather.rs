//! Faults on the way to the endpoint, and a clock that is ahead or behind.

use std::time::{Duration, SystemTime};

use aws_sdk_sfn::error::{ProvideErrorMetadata, SdkError};
use redrive_execution::local::{Endpoint, Fault, Operation, Rule, Settings};

use super::client::{Caller, client};
use super::execution_arn;

fn with_faults(faults: Vec<Rule>) -> Endpoint {
    let endpoint = super::client::endpoint();
    endpoint.set_weather(faults);
    endpoint
}

#[tokio::test]
async fn each_fault_has_its_effect() {
    for (fault, status, code, redrives) in [
        (Fault::Throttle, Some(400), Some("ThrottlingException"), 0),
        (Fault::Deny, Some(400), Some("AccessDeniedException"), 0),
        (Fault::Trouble(503), Some(503), Some("ServiceUnavailable"), 0),
        (Fault::Trouble(500), Some(500), Some("InternalFailure"), 0),
        (Fault::Page(502), Some(502), None, 0),
        (Fault::PageInstead(504), Some(504), None, 1),
        (Fault::Cut, None, None, 0),
        (Fault::LoseAnswer, None, None, 1),
    ] {
        let endpoint = with_faults(vec![Rule { operation: Some(Operation::RedriveExecution), ..Rule::always(fault) }]);
        let client = client(&endpoint);
        assert!(client.list_state_machines().send().await.is_ok(), "other operations are unaffected");
        let error = client.redrive_execution().execution_arn(execution_arn("order-1001")).send().await.unwrap_err();
        assert_eq!(error.raw_response().map(|response| response.status().as_u16()), status, "{fault:?}");
        assert_eq!(error.as_service_error().and_then(ProvideErrorMetadata::code), code, "{fault:?}");
        assert_eq!(matches!(error, SdkError::DispatchFailure(_)), status.is_none(), "{fault:?}");
        assert_eq!(endpoint.redrive_counts()[&execution_arn("order-1001")], redrives, "{fault:?}");
    }
}

#[tokio::test]
async fn a_fault_ends_with_its_time() {
    let endpoint = with_faults(vec![Rule { until: Duration::from_secs(30), ..Rule::always(Fault::Trouble(503)) }]);
    let client = client(&endpoint);
    assert!(client.list_state_machines().send().await.is_err());
    endpoint.advance(Duration::from_secs(30));
    assert!(client.list_state_machines().send().await.is_ok());
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the endpoint's clock is measured against the host's")]
async fn a_clock_ahead_or_behind_judges_and_dates() {
    for minutes in [8, -8] {
        let settings = Settings { ahead: jiff::SignedDuration::from_mins(minutes), ..Settings::default() };
        let endpoint = Endpoint::start(settings).unwrap();
        let answer = client(&endpoint).list_state_machines().send().await.unwrap_err();
        assert_eq!(answer.code(), Some("InvalidSignatureException"), "{minutes}");
        let offset = Duration::from_secs(8 * 60);
        let its_time = if minutes > 0 { SystemTime::now() + offset } else { SystemTime::now() - offset };
        let redrive = Caller::at(its_time).of(&endpoint).redrive_execution().execution_arn(execution_arn("order-1001"));
        let date = SystemTime::try_from(redrive.send().await.unwrap().redrive_date).unwrap();
        let off = date.duration_since(its_time).unwrap_or_else(|earlier| earlier.duration());
        assert!(off < Duration::from_secs(60), "{minutes}: {off:?}");
        let header = answer.raw_response().and_then(|response| response.headers().get("date")).unwrap();
        let header = jiff::fmt::rfc2822::parse(header).unwrap().timestamp();
        let header = SystemTime::UNIX_EPOCH + Duration::from_secs(header.as_second().try_into().unwrap());
        let off = header.duration_since(its_time).unwrap_or_else(|earlier| earlier.duration());
        assert!(off < Duration::from_secs(60), "{minutes}: {off:?}");
    }
}
