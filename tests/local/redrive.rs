//! RedriveExecution: what it does, when it refuses, and how long a token is valid.

use std::time::Duration;

use aws_sdk_sfn::Client;
use aws_sdk_sfn::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_sfn::operation::redrive_execution::{RedriveExecutionError, RedriveExecutionOutput};
use aws_sdk_sfn::primitives::DateTime;
use aws_sdk_sfn::types::{ExecutionRedriveStatus, ExecutionStatus, HistoryEventType, ValidationExceptionReason};
use redrive_execution::local::{Fault, Rule};

use super::client::{client, endpoint, endpoint_with};
use super::execution_arn;

type Redriven = Result<RedriveExecutionOutput, SdkError<RedriveExecutionError>>;

async fn redrive(client: &Client, name: &str, token: &str) -> Redriven {
    client.redrive_execution().execution_arn(execution_arn(name)).client_token(token).send().await
}

fn code(answer: &Redriven) -> Option<&str> {
    answer.as_ref().err().and_then(ProvideErrorMetadata::code)
}

fn date(answer: Redriven) -> DateTime {
    answer.map_err(|error| DisplayErrorContext(error).to_string()).unwrap().redrive_date
}

#[tokio::test]
async fn a_redrive_runs_and_ends_as_the_seed_says() {
    let endpoint = endpoint();
    let client = client(&endpoint);
    let describe = || client.describe_execution().execution_arn(execution_arn("order-1004")).send();
    let before = describe().await.unwrap();
    assert_eq!(before.redrive_status, Some(ExecutionRedriveStatus::Redrivable));
    assert_eq!((before.redrive_count, before.redrive_date), (Some(0), None));

    let redrive_date = date(redrive(&client, "order-1004", "t1").await);
    let during = describe().await.unwrap();
    assert_eq!(during.status, ExecutionStatus::Running);
    assert_eq!((during.redrive_count, during.redrive_date), (Some(1), Some(redrive_date)));
    assert_eq!((during.stop_date, during.error, during.start_date), (None, None, before.start_date));
    assert_eq!(during.redrive_status, Some(ExecutionRedriveStatus::NotRedrivable));
    assert_eq!(during.redrive_status_reason.as_deref(), Some("Execution is RUNNING and cannot be redriven."));

    endpoint.advance(Duration::from_millis(5_001));
    let after = describe().await.unwrap();
    assert_eq!(after.status, ExecutionStatus::Failed, "the first of its two outcomes");
    assert_eq!(after.redrive_status, Some(ExecutionRedriveStatus::Redrivable));
    let ran = after.stop_date.unwrap().to_millis().unwrap() - redrive_date.to_millis().unwrap();
    assert_eq!(ran, 5_000);

    let second = date(redrive(&client, "order-1004", "t2").await);
    assert!(second > redrive_date);
    endpoint.advance(Duration::from_millis(5_001));
    let after = describe().await.unwrap();
    assert_eq!((after.status, after.redrive_count), (ExecutionStatus::Succeeded, Some(2)));
    assert_eq!(after.output.as_deref(), Some("{}"));
    assert_eq!(code(&redrive(&client, "order-1004", "t3").await), Some("ExecutionNotRedrivable"));
}

#[tokio::test]
async fn one_token_redrives_once_and_another_is_refused_while_it_runs() {
    let endpoint = endpoint();
    let client = client(&endpoint);
    let first = date(redrive(&client, "order-1001", "one").await);
    assert_eq!(date(redrive(&client, "order-1001", "one").await), first);
    assert_eq!(code(&redrive(&client, "order-1001", "two").await), Some("ExecutionNotRedrivable"));
    endpoint.advance(Duration::from_secs(60));
    assert_eq!(date(redrive(&client, "order-1001", "one").await), first, "also after it ended");
    assert_eq!(endpoint.redrive_counts()[&execution_arn("order-1001")], 1);
}

#[tokio::test]
async fn a_token_lasts_fifteen_minutes_for_one_execution() {
    let endpoint = endpoint();
    let client = client(&endpoint);
    let first = date(redrive(&client, "order-1004", "one").await);
    date(redrive(&client, "order-1002", "one").await);
    endpoint.advance(Duration::from_millis(15 * 60 * 1_000 + 1_000));
    let second = date(redrive(&client, "order-1004", "one").await);
    assert!(second > first, "a redrive of its own");
    assert_eq!(endpoint.redrive_counts()[&execution_arn("order-1004")], 2);
    assert_eq!(endpoint.redrive_counts()[&execution_arn("order-1002")], 1);
}

#[tokio::test]
async fn the_history_goes_on_with_the_redrive() {
    let endpoint = endpoint();
    let client = client(&endpoint);
    date(redrive(&client, "order-1001", "one").await);
    endpoint.advance(Duration::from_secs(6));
    let history = client.get_execution_history().execution_arn(execution_arn("order-1001")).send().await.unwrap();
    let kinds: Vec<&str> = history.events.iter().map(|event| event.r#type.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "ExecutionStarted",
            "TaskStateEntered",
            "TaskScheduled",
            "TaskStarted",
            "TaskFailed",
            "ExecutionFailed",
            "ExecutionRedriven",
            "TaskScheduled",
            "TaskStarted",
            "TaskSucceeded",
            "TaskStateExited",
            "ExecutionSucceeded",
        ]
    );
    assert!(kinds.iter().all(|kind| HistoryEventType::values().contains(kind)));
    let ids: Vec<i64> = history.events.iter().map(|event| event.id).collect();
    assert_eq!(ids, (1..=12).collect::<Vec<_>>());
    let failed = history.events.iter().find_map(|event| event.execution_failed_event_details.as_ref()).unwrap();
    assert_eq!(failed.error.as_deref(), Some("PaymentGateway.Unavailable"));
    let redriven = history.events.iter().find_map(|event| event.execution_redriven_event_details.as_ref()).unwrap();
    assert_eq!(redriven.redrive_count, Some(1));
    let entered = history.events.iter().find_map(|event| event.state_entered_event_details.as_ref()).unwrap();
    assert_eq!(entered.name, "ChargeCard");
}

#[tokio::test]
async fn what_cannot_be_redriven_is_refused_by_the_documented_error() {
    let endpoint = endpoint();
    let client = client(&endpoint);
    let counts = endpoint.redrive_counts();
    for name in ["order-1005", "order-1006", "stopped-15-days-ago", "started-before-redrives", "too-many-events"] {
        assert_eq!(code(&redrive(&client, name, "t").await), Some("ExecutionNotRedrivable"), "{name}");
    }
    assert_eq!(code(&redrive(&client, "nothing", "t").await), Some("ExecutionDoesNotExist"));
    let express = "arn:aws:states:us-east-1:123456789012:express:thumbnails:run:id";
    let answer = client.redrive_execution().execution_arn(express).send().await;
    assert_eq!(code(&answer), Some("InvalidArn"));
    assert_eq!(endpoint.redrive_counts(), counts);
}

#[tokio::test]
async fn too_many_running_executions_stop_further_redrives() {
    let endpoint = endpoint_with(r#"{"name": "a-{n}", "repeat": 3, "status": "FAILED"}"#);
    let client = client(&endpoint);
    endpoint.set_open_limit(2);
    date(redrive(&client, "a-1", "t").await);
    date(redrive(&client, "a-2", "t").await);
    assert_eq!(code(&redrive(&client, "a-3", "t").await), Some("ExecutionLimitExceeded"));
    date(redrive(&client, "a-2", "t").await);
    endpoint.advance(Duration::from_secs(6));
    date(redrive(&client, "a-3", "t").await);
}

#[tokio::test]
async fn the_redrivable_period_runs_from_the_last_stop() {
    let endpoint = endpoint_with(r#"{"name": "a", "status": "FAILED", "stopped": "-13d", "afterRedrive": "FAILED"}"#);
    let client = client(&endpoint);
    date(redrive(&client, "a", "t1").await);
    endpoint.advance(Duration::from_secs(10 * 86_400));
    date(redrive(&client, "a", "t2").await);
    endpoint.advance(Duration::from_secs(15 * 86_400));
    assert_eq!(code(&redrive(&client, "a", "t3").await), Some("ExecutionNotRedrivable"));
}

#[tokio::test]
async fn validation_gives_its_reason() {
    let endpoint = endpoint();
    let client = client(&endpoint);
    let labelled = "arn:aws:states:us-east-1:123456789012:execution:order-processing/Each:child";
    let answer = client.redrive_execution().execution_arn(labelled).send().await;
    let Some(RedriveExecutionError::ValidationException(error)) =
        answer.as_ref().err().and_then(SdkError::as_service_error)
    else {
        panic!("{answer:?}")
    };
    assert_eq!(error.reason, Some(ValidationExceptionReason::ApiDoesNotSupportLabeledArns));
    assert_eq!(code(&redrive(&client, "order-1001", &"x".repeat(65)).await), Some("ValidationException"));
    assert_eq!(code(&redrive(&client, &"x".repeat(257), "t").await), Some("ValidationException"));
}

#[tokio::test]
async fn a_lost_answer_leaves_its_redrive_for_the_same_token_to_find() {
    let endpoint = endpoint();
    endpoint.set_weather(vec![Rule::always(Fault::LoseAnswer)]);
    let client = client(&endpoint);
    let answer = redrive(&client, "order-1001", "one").await;
    assert!(matches!(answer, Err(SdkError::DispatchFailure(_))), "{answer:?}");
    assert!(redrive(&client, "order-1001", "one").await.is_err());
    assert_eq!(endpoint.redrive_counts()[&execution_arn("order-1001")], 1);
    assert_eq!(endpoint.counts()[&("RedriveExecution", "OK")], 2);
}

#[tokio::test]
async fn redrives_fail_again_as_often_as_the_seed_says() {
    let endpoint = endpoint_with(
        r#"{"name": "a-{n}", "repeat": 200, "status": "FAILED", "cause": "order {n}",
            "afterRedrive": {"SUCCEEDED": 0.8, "FAILED": 0.2}}"#,
    );
    let client = client(&endpoint);
    for number in 1..=200 {
        date(redrive(&client, &format!("a-{number}"), "t").await);
    }
    endpoint.advance(Duration::from_secs(6));
    let list = client.list_executions().state_machine_arn(super::MACHINE).max_results(1_000);
    let failed = list.status_filter(ExecutionStatus::Failed).send().await.unwrap().executions;
    assert!((20..60).contains(&failed.len()), "{}", failed.len());
    let again = failed.first().unwrap();
    let described = client.describe_execution().execution_arn(&again.execution_arn).send().await.unwrap();
    assert_eq!(described.cause, Some(again.name.replace("a-", "order ")));
}
