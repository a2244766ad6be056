//! Map runs: their children are redriven with their parent, and only so.

use std::time::Duration;

use aws_sdk_sfn::error::ProvideErrorMetadata;
use aws_sdk_sfn::types::{ExecutionRedriveFilter, ExecutionRedriveStatus, ExecutionStatus, MapRunStatus};

use super::client::{client, endpoint, endpoint_with};
use super::execution_arn;

#[tokio::test]
async fn unsuccessful_children_are_redriven_with_their_parent() {
    let endpoint = endpoint();
    let client = client(&endpoint);
    let parent = execution_arn("nightly-import");
    let runs = client.list_map_runs().execution_arn(&parent).send().await.unwrap().map_runs;
    let [run] = runs.as_slice() else { panic!("{runs:?}") };
    let describe = || client.describe_map_run().map_run_arn(&run.map_run_arn).send();
    let before = describe().await.unwrap();
    assert_eq!((before.status, before.execution_arn.as_str()), (MapRunStatus::Failed, parent.as_str()));
    let counts = before.execution_counts.unwrap();
    assert_eq!((counts.total, counts.succeeded, counts.failed, counts.aborted), (10, 7, 2, 1));

    let failed = client.list_executions().map_run_arn(&run.map_run_arn).status_filter(ExecutionStatus::Failed);
    let child = failed.send().await.unwrap().executions.remove(0);
    assert_eq!((child.map_run_arn.as_deref(), child.item_count), (Some(run.map_run_arn.as_str()), Some(1)));
    let child_now = || client.describe_execution().execution_arn(&child.execution_arn).send();
    assert_eq!(child_now().await.unwrap().redrive_status, Some(ExecutionRedriveStatus::RedrivableByMapRun));
    assert_eq!(child_now().await.unwrap().map_run_arn.as_deref(), Some(run.map_run_arn.as_str()));
    let alone = client.redrive_execution().execution_arn(&child.execution_arn).send().await;
    assert_eq!(alone.as_ref().err().and_then(ProvideErrorMetadata::code), Some("ValidationException"));

    client.redrive_execution().execution_arn(&parent).send().await.unwrap();
    let during = describe().await.unwrap();
    assert_eq!((during.status, during.redrive_count), (MapRunStatus::Running, Some(1)));
    assert_eq!(during.execution_counts.unwrap().running, 3);
    endpoint.advance(Duration::from_secs(6));
    let after = describe().await.unwrap();
    assert_eq!((after.status, after.execution_counts.unwrap().succeeded), (MapRunStatus::Succeeded, 10));
    let child = child_now().await.unwrap();
    assert_eq!((child.status, child.redrive_count), (ExecutionStatus::Succeeded, Some(1)));
    let redriven = client.list_executions().map_run_arn(&run.map_run_arn);
    let redriven = redriven.redrive_filter(ExecutionRedriveFilter::Redriven).send().await.unwrap();
    assert_eq!(redriven.executions.len(), 3);
    let history = client.get_execution_history().execution_arn(&parent).reverse_order(true).send().await.unwrap();
    let kinds: Vec<&str> = history.events.iter().map(|event| event.r#type.as_str()).take(6).collect();
    assert_eq!(
        kinds,
        [
            "ExecutionSucceeded",
            "MapStateExited",
            "MapStateSucceeded",
            "MapRunSucceeded",
            "MapRunRedriven",
            "ExecutionRedriven"
        ]
    );
}

#[tokio::test]
async fn express_children_have_no_history_and_no_redrive_date() {
    let endpoint = endpoint_with(
        r#"{"name": "a", "status": "FAILED",
            "mapRun": {"label": "Each", "type": "EXPRESS", "children": {"failed": 1, "succeeded": 1}}}"#,
    );
    let client = client(&endpoint);
    let run = client.list_map_runs().execution_arn(execution_arn("a")).send().await.unwrap().map_runs.remove(0);
    client.redrive_execution().execution_arn(execution_arn("a")).send().await.unwrap();
    let running = client.list_executions().map_run_arn(&run.map_run_arn).status_filter(ExecutionStatus::Running);
    let child = running.send().await.unwrap().executions.remove(0);
    assert_eq!((child.redrive_count, child.redrive_date), (Some(1), None));
    let history = client.get_execution_history().execution_arn(&child.execution_arn).send().await;
    assert_eq!(history.as_ref().err().and_then(ProvideErrorMetadata::code), Some("ExecutionDoesNotExist"));
}

#[tokio::test]
async fn children_beyond_the_concurrency_wait_for_their_turn() {
    let endpoint = endpoint_with(
        r#"{"name": "a", "status": "FAILED", "runSeconds": 6,
            "mapRun": {"label": "Each", "maxConcurrency": 2, "children": {"failed": 3, "timedOut": 2, "succeeded": 1}}}"#,
    );
    let client = client(&endpoint);
    let run = client.list_map_runs().execution_arn(execution_arn("a")).send().await.unwrap().map_runs.remove(0);
    client.redrive_execution().execution_arn(execution_arn("a")).send().await.unwrap();
    for (seconds, expected) in [(0, (3, 2, 1)), (2, (1, 2, 3)), (2, (0, 1, 5)), (2, (0, 0, 6))] {
        endpoint.advance(Duration::from_secs(seconds));
        let described = client.describe_map_run().map_run_arn(&run.map_run_arn).send().await.unwrap();
        let counts = described.execution_counts.unwrap();
        assert_eq!((counts.pending_redrive.unwrap(), counts.running, counts.succeeded), expected);
        let pending = client.list_executions().map_run_arn(&run.map_run_arn);
        let pending = pending.status_filter(ExecutionStatus::PendingRedrive).send().await.unwrap().executions;
        assert_eq!(i64::try_from(pending.len()).unwrap(), expected.0);
        if let Some(child) = pending.first() {
            let child = client.describe_execution().execution_arn(&child.execution_arn).send().await.unwrap();
            assert_eq!((child.status, child.redrive_count), (ExecutionStatus::PendingRedrive, Some(0)));
        }
    }
    let redriven = client.list_executions().map_run_arn(&run.map_run_arn);
    let redriven = redriven.redrive_filter(ExecutionRedriveFilter::Redriven).send().await.unwrap();
    assert_eq!(redriven.executions.len(), 5, "each once");
}

#[tokio::test]
async fn turns_of_no_time_end_with_their_parent() {
    let endpoint = endpoint_with(
        r#"{"name": "a", "status": "FAILED", "runSeconds": 0, "afterRedrive": "FAILED",
            "mapRun": {"label": "Each", "maxConcurrency": 1, "children": {"failed": 3}}}"#,
    );
    let client = client(&endpoint);
    for redrives in 1..=2 {
        client.redrive_execution().execution_arn(execution_arn("a")).send().await.unwrap();
        endpoint.advance(Duration::from_millis(1));
        let run = client.list_map_runs().execution_arn(execution_arn("a")).send().await.unwrap().map_runs.remove(0);
        let children = client.list_executions().map_run_arn(&run.map_run_arn).send().await.unwrap().executions;
        let ended = |status: &ExecutionStatus| *status == ExecutionStatus::Failed;
        assert!(
            children.iter().all(|child| ended(&child.status) && child.redrive_count == Some(redrives)),
            "{children:?}"
        );
    }
}
