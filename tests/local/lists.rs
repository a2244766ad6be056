//! ListExecutions, ListStateMachines and the pages of GetExecutionHistory.

use std::collections::BTreeSet;

use aws_sdk_sfn::error::ProvideErrorMetadata;
use aws_sdk_sfn::types::{ExecutionRedriveFilter, ExecutionStatus, StateMachineType};

use redrive_execution::local::{Endpoint, Seed, Settings};

use super::client::{client, endpoint, endpoint_with};
use super::{MACHINE, execution_arn};

#[tokio::test]
async fn lists_are_newest_first_by_stop_and_by_redrive() {
    let endpoint = endpoint();
    let client = client(&endpoint);
    let names = || async {
        let list = client.list_executions().state_machine_arn(MACHINE).send().await.unwrap();
        list.executions.into_iter().map(|item| item.name).take(4).collect::<Vec<_>>()
    };
    assert_eq!(names().await, ["order-1006", "order-1001", "order-1002", "order-1003"]);
    client.redrive_execution().execution_arn(execution_arn("order-1003")).send().await.unwrap();
    assert_eq!(names().await, ["order-1003", "order-1006", "order-1001", "order-1002"]);
}

#[tokio::test]
async fn pages_are_complete_while_executions_change_places() {
    let endpoint = endpoint_with(r#"{"name": "a-{n}", "repeat": 2500, "status": "FAILED", "spread": "1d"}"#);
    let client = client(&endpoint);
    let mut seen = BTreeSet::new();
    let mut token = None;
    let mut pages = 0;
    loop {
        let list = client.list_executions().state_machine_arn(MACHINE).status_filter(ExecutionStatus::Failed);
        let page = list.max_results(1_000).set_next_token(token).send().await.unwrap();
        pages += 1;
        for item in page.executions.iter().take(5) {
            client.redrive_execution().execution_arn(&item.execution_arn).send().await.unwrap();
        }
        for item in page.executions {
            assert!(seen.insert(item.execution_arn), "none twice");
        }
        token = page.next_token;
        if token.is_none() {
            break;
        }
    }
    assert_eq!((seen.len(), pages), (2_500, 3));
    let running = client.list_executions().state_machine_arn(MACHINE).status_filter(ExecutionStatus::Running);
    assert_eq!(running.send().await.unwrap().executions.len(), 15);
}

#[tokio::test]
async fn a_full_last_page_has_no_token() {
    let endpoint = endpoint_with(r#"{"name": "a-{n}", "repeat": 200, "status": "FAILED"}"#);
    let list = client(&endpoint).list_executions().state_machine_arn(MACHINE);
    let page = list.clone().send().await.unwrap();
    assert_eq!(page.executions.len(), 100, "the default page");
    let page = list.set_next_token(page.next_token).send().await.unwrap();
    assert_eq!((page.executions.len(), page.next_token), (100, None));
}

#[tokio::test]
async fn wrong_requests_get_the_documented_errors() {
    let endpoint = endpoint_with(r#"{"name": "a-{n}", "repeat": 200, "status": "FAILED"}"#);
    let client = client(&endpoint);
    let list = || client.list_executions();
    let token = list().state_machine_arn(MACHINE).send().await.unwrap().next_token;
    let other = MACHINE.replace("order-processing", "other");
    for (request, code) in [
        (list(), "ValidationException"),
        (list().state_machine_arn(MACHINE).map_run_arn("arn:x"), "ValidationException"),
        (list().state_machine_arn(MACHINE).status_filter(ExecutionStatus::PendingRedrive), "ValidationException"),
        (list().state_machine_arn(MACHINE).redrive_filter(ExecutionRedriveFilter::Redriven), "ValidationException"),
        (list().state_machine_arn(MACHINE).max_results(1_001), "ValidationException"),
        (list().state_machine_arn(format!("{MACHINE}/Each")), "ValidationException"),
        (list().state_machine_arn(MACHINE).next_token("x"), "InvalidToken"),
        (
            list().state_machine_arn(MACHINE).status_filter(ExecutionStatus::Failed).set_next_token(token),
            "InvalidToken",
        ),
        (list().state_machine_arn(other), "StateMachineDoesNotExist"),
        (list().state_machine_arn(execution_arn("a-1")), "InvalidArn"),
        (list().map_run_arn(MACHINE), "InvalidArn"),
        (list().map_run_arn(MACHINE.replace("stateMachine", "mapRun") + "/Each:1"), "ResourceNotFound"),
    ] {
        let answer = request.send().await;
        assert_eq!(answer.as_ref().err().and_then(ProvideErrorMetadata::code), Some(code), "{answer:?}");
    }
}

#[tokio::test]
async fn express_state_machines_are_listed_without_executions() {
    let endpoint = endpoint();
    let client = client(&endpoint);
    let first = client.list_state_machines().max_results(4).send().await.unwrap();
    let second = client.list_state_machines().max_results(4).set_next_token(first.next_token).send().await.unwrap();
    assert_eq!((first.state_machines.len(), second.state_machines.len(), second.next_token), (4, 3, None));
    let express = second.state_machines.into_iter().find(|machine| machine.r#type == StateMachineType::Express);
    let answer = client.list_executions().state_machine_arn(express.unwrap().state_machine_arn).send().await;
    assert_eq!(answer.as_ref().err().and_then(ProvideErrorMetadata::code), Some("StateMachineTypeNotSupported"));
}

#[tokio::test]
async fn versions_and_aliases_list_what_they_started() {
    let seed = r#"{"stateMachines": [{"name": "order-processing", "versions": 2, "aliases": {"live": 2}, "executions": [
        {"name": "plain", "status": "FAILED"}, {"name": "old", "status": "FAILED", "qualifier": "1"},
        {"name": "new", "status": "FAILED", "qualifier": "2"}, {"name": "aliased", "status": "FAILED", "qualifier": "live"}]}]}"#;
    let settings = Settings { seed: Seed::parse(seed).unwrap(), ..Settings::default() };
    let endpoint = Endpoint::start(settings).unwrap();
    let client = client(&endpoint);
    for (qualifier, expected) in [
        ("", "aliased new old plain"),
        (":1", "old"),
        (":2", "aliased new"),
        (":live", "aliased"),
        (":3", "StateMachineDoesNotExist"),
        (":dead", "StateMachineDoesNotExist"),
    ] {
        let answer = client.list_executions().state_machine_arn(format!("{MACHINE}{qualifier}")).send().await;
        let found = match answer {
            Ok(list) => {
                assert!(list.executions.iter().all(|item| item.state_machine_arn == MACHINE));
                let mut names: Vec<String> = list.executions.into_iter().map(|item| item.name).collect();
                names.sort_unstable();
                names.join(" ")
            }
            Err(error) => error.code().unwrap().to_owned(),
        };
        assert_eq!(found, expected, "{qualifier}");
    }
    let described = client.describe_execution().execution_arn(execution_arn("aliased")).send().await.unwrap();
    let (version, alias) = (format!("{MACHINE}:2"), format!("{MACHINE}:live"));
    assert_eq!(described.state_machine_version_arn.as_deref(), Some(version.as_str()));
    assert_eq!(described.state_machine_alias_arn.as_deref(), Some(alias.as_str()));
    assert_eq!(described.state_machine_arn, MACHINE);
}

#[tokio::test]
async fn a_long_history_reads_the_same_from_both_ends() {
    let endpoint = endpoint_with(r#"{"name": "a", "status": "TIMED_OUT", "events": 2345, "redriveCount": 1}"#);
    let client = client(&endpoint);
    let mut directions = Vec::new();
    for reverse in [false, true] {
        let mut ids = Vec::new();
        let mut token = None;
        loop {
            let request = client.get_execution_history().execution_arn(execution_arn("a")).reverse_order(reverse);
            let page = request.max_results(1_000).set_next_token(token).send().await.unwrap();
            ids.extend(page.events.iter().map(|event| (event.id, event.r#type.clone(), event.timestamp)));
            token = page.next_token;
            if token.is_none() {
                break;
            }
        }
        directions.push(ids);
    }
    let [forward, backward] = directions.as_mut_slice() else { unreachable!() };
    backward.reverse();
    assert_eq!(forward, backward);
    assert_eq!(forward.len(), 2_345 + 4, "ExecutionRedriven, TaskScheduled, TaskStarted, ExecutionTimedOut");
}

#[tokio::test]
async fn data_is_left_out_on_request() {
    use aws_sdk_sfn::types::IncludedData;
    let endpoint = endpoint();
    let client = client(&endpoint);
    let history = client.get_execution_history().execution_arn(execution_arn("order-1001"));
    let history = history.include_execution_data(false).send().await.unwrap();
    let started = history.events.iter().find_map(|event| event.execution_started_event_details.as_ref()).unwrap();
    assert_eq!(started.input, None);
    let describe = client.describe_execution().execution_arn(execution_arn("order-1001"));
    assert_eq!(describe.clone().send().await.unwrap().input.as_deref(), Some(r#"{"orderId":1001}"#));
    assert_eq!(describe.included_data(IncludedData::MetadataOnly).send().await.unwrap().input, None);
}
