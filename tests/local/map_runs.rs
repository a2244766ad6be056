//! Map runs: their children are redriven with their parent, and only so.

use std::time::Duration;

use aws_sdk_sfn::error::ProvideErrorMetadata;
use aws_sdk_sfn::types::{ExecutionRedriveFilter, ExecutionRedriveStatus, ExecutionStatus, MapRunStatus};

use super::client::{client, endpoint, endpoint_with};
use super::execution_arn;

#[tokio::test]
async fn a_parent_takes_its_unsuccessful_children_along() {
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
