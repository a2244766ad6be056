//! Token buckets, by the documented quotas and by those of a test.

use std::time::Duration;

use aws_sdk_sfn::error::ProvideErrorMetadata;
use redrive_execution::host::Clock;
use redrive_execution::local::{Endpoint, Operation, QuotaTable, Settings};

use super::client::{client, endpoint};
use super::execution_arn;

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "the host's clock, stopped")]
async fn a_bucket_empties_and_refills_by_the_documented_figures() {
    let settings = Settings {
        quotas: Some(QuotaTable::Other),
        clock: Clock::Fixed(std::time::SystemTime::now()),
        ..Settings::default()
    };
    let endpoint = Endpoint::start(settings).unwrap();
    let client = client(&endpoint);
    for (calls, total) in [(110, 100), (5, 102)] {
        for _ in 0..calls {
            let answer = client.list_executions().state_machine_arn(super::MACHINE).send().await;
            let code = answer.as_ref().err().and_then(ProvideErrorMetadata::code);
            assert!(matches!(code, None | Some("ThrottlingException")), "{answer:?}");
        }
        assert_eq!(endpoint.counts()[&("ListExecutions", "OK")], total);
        endpoint.advance(Duration::from_secs(1));
    }
    assert!(client.list_state_machines().send().await.is_ok(), "each operation has its own");
}

#[tokio::test]
async fn a_throttled_redrive_redrives_nothing() {
    let endpoint = endpoint();
    let client = client(&endpoint);
    endpoint.set_quota(Operation::RedriveExecution, 0, 0);
    let answer = client.redrive_execution().execution_arn(execution_arn("order-1001")).send().await;
    let error = answer.unwrap_err();
    assert_eq!((error.code(), error.message()), (Some("ThrottlingException"), Some("Rate exceeded")));
    assert_eq!(endpoint.redrive_counts()[&execution_arn("order-1001")], 0);
}
