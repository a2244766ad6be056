//! Authentication: signatures as the official SDK makes them.

use std::time::{Duration, SystemTime};

use aws_sdk_sfn::error::ProvideErrorMetadata;
use redrive_execution::local::{Credentials, Endpoint, Operation};

use super::client::{Caller, client, endpoint};
use super::execution_arn;

async fn code(caller: Caller<'_>, endpoint: &Endpoint) -> Option<String> {
    let answer = caller.of(endpoint).list_state_machines().send().await;
    answer.err().map(|error| error.code().map_or_else(|| format!("{error:?}"), str::to_owned))
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the endpoint checks signatures by the host's clock")]
async fn each_kind_of_wrong_credentials_gets_its_error() {
    let endpoint = endpoint();
    assert_eq!(code(Caller::default(), &endpoint).await, None);
    let now = SystemTime::now();
    let six_minutes = Duration::from_secs(360);
    for (caller, expected) in [
        (Caller { access_key_id: "AKIDOTHER", ..Caller::default() }, "UnrecognizedClientException"),
        (Caller { secret_access_key: "wrong", ..Caller::default() }, "InvalidSignatureException"),
        (Caller { session_token: Some("token"), ..Caller::default() }, "UnrecognizedClientException"),
        (Caller { region: "eu-west-1", ..Caller::default() }, "InvalidSignatureException"),
        (Caller::at(now - six_minutes), "InvalidSignatureException"),
        (Caller::at(now + six_minutes), "InvalidSignatureException"),
    ] {
        assert_eq!(code(caller, &endpoint).await.as_deref(), Some(expected));
    }
    assert_eq!(code(Caller::at(now - Duration::from_secs(240)), &endpoint).await, None);
}

#[tokio::test]
async fn the_endpoints_own_time_does_not_spoil_signatures() {
    let endpoint = endpoint();
    endpoint.advance(Duration::from_secs(86_400));
    assert_eq!(code(Caller::default(), &endpoint).await, None);
}

#[tokio::test]
async fn session_tokens_are_checked_and_credentials_can_expire() {
    let endpoint = endpoint();
    let temporary = Credentials { session_token: Some("T".to_owned()), ..Credentials::new("ASIA", "secret") };
    endpoint.accept(temporary);
    let caller = |session_token| Caller {
        access_key_id: "ASIA",
        secret_access_key: "secret",
        session_token,
        ..Caller::default()
    };
    assert_eq!(code(caller(Some("T")), &endpoint).await, None);
    assert_eq!(code(caller(Some("U")), &endpoint).await.as_deref(), Some("UnrecognizedClientException"));
    assert_eq!(code(caller(None), &endpoint).await.as_deref(), Some("UnrecognizedClientException"));
    endpoint.expire("ASIA");
    assert_eq!(code(caller(Some("T")), &endpoint).await.as_deref(), Some("ExpiredTokenException"));
    assert_eq!(code(Caller::default(), &endpoint).await, None, "the others are not");
    endpoint.accept(Credentials::new("ASIA", "renewed"));
    let renewed = Caller { access_key_id: "ASIA", secret_access_key: "renewed", ..Caller::default() };
    assert_eq!(code(renewed, &endpoint).await, None);
}

#[tokio::test]
async fn a_denied_operation_is_refused_until_it_is_allowed() {
    let endpoint = endpoint();
    let client = client(&endpoint);
    let redrive = || client.redrive_execution().execution_arn(execution_arn("order-1001")).send();
    endpoint.deny(&[Operation::RedriveExecution]);
    let denied = redrive().await;
    assert_eq!(denied.as_ref().err().and_then(ProvideErrorMetadata::code), Some("AccessDeniedException"));
    assert_eq!(code(Caller::default(), &endpoint).await, None);
    endpoint.deny(&[]);
    assert!(redrive().await.is_ok());
}
