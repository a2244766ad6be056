use super::{Seed, When, plant};
use strum::VariantArray;

use crate::local::actions::Redrivability;
use crate::local::arn::ArnMaker;
use crate::local::clock::Timestamp;
use crate::local::store::history;
use crate::local::store::{Execution, Status, Store};

const TOO_MANY: &str = "the seed has more than 2000000 executions, children and redrives";
const NOW: Timestamp = Timestamp::from_milliseconds(1_800_000_000_000);

fn planted(text: &str) -> Result<Store, String> {
    let seed = Seed::parse(text).map_err(|error| error.to_string())?;
    plant(&seed, &ArnMaker::new("us-east-1", "123456789012"), 5_000, NOW).map_err(|error| error.to_string())
}

fn with_execution(execution: &str) -> Result<Store, String> {
    planted(&format!(r#"{{"stateMachines": [{{"name": "M", "executions": [{execution}]}}]}}"#))
}

fn find<'a>(store: &'a Store, name: &str) -> &'a Execution {
    let arn = format!("arn:aws:states:us-east-1:123456789012:execution:M:{name}");
    store.execution(store.find_execution(&arn).unwrap())
}

#[test]
fn the_built_in_seed_has_every_status_and_every_redrive_status() {
    let store = plant(&Seed::default(), &ArnMaker::new("us-east-1", "123456789012"), 5_000, NOW).unwrap();
    for status in Status::VARIANTS.iter().copied() {
        assert!(store.executions.values().any(|execution| execution.status() == status), "{status:?}");
    }
    let redrivability = |execution: &Execution| Redrivability::of(execution, store.machine(execution.machine), NOW);
    let statuses = store.executions.values().map(redrivability);
    let mut statuses: Vec<&str> = statuses.map(|status| status.reason().unwrap_or(status.name())).collect();
    statuses.sort_unstable();
    statuses.dedup();
    assert_eq!(statuses.len(), 10, "two ways to be redrivable and eight not to be: {statuses:?}");
}

#[test]
fn repeated_executions_share_a_plan_and_spread_over_time() {
    let store = with_execution(
        r#"{"name": "run-{n}", "repeat": 4, "status": "FAILED", "started": "-2h", "stopped": "-1h", "spread": "4h"}"#,
    )
    .unwrap();
    let stopped = |name| find(&store, name).stopped().unwrap().since(NOW) / 3_600_000;
    assert_eq!(["run-1", "run-2", "run-3", "run-4"].map(stopped), [-1, -2, -3, -4]);
    assert_eq!(store.executions.len(), 4);
}

#[test]
fn earlier_redrives_share_the_time_there_is() {
    let store =
        with_execution(r#"{"name": "a", "status": "ABORTED", "started": "-4h", "stopped": "-1h", "redriveCount": 2}"#)
            .unwrap();
    let execution = find(&store, "a");
    assert_eq!((execution.redrives.len(), execution.status()), (2, Status::Aborted));
    assert_eq!(execution.redrive_date().map(|date| date.since(NOW) / 3_600_000), Some(-2));
    assert_eq!(execution.stopped().map(|date| date.since(NOW) / 3_600_000), Some(-1));
}

#[test]
fn a_history_has_as_many_events_as_the_seed_wants() {
    for wanted in [6, 8, 11, 12, 13, 24_998, 24_999] {
        let store = with_execution(&format!(r#"{{"name": "a", "status": "FAILED", "events": {wanted}}}"#)).unwrap();
        let events = history::events(find(&store, "a"));
        assert_eq!((events.len(), history::length(find(&store, "a"))), (wanted, wanted));
        assert!(events.is_sorted_by_key(|event| event.time));
    }
}

#[test]
fn contradictions_are_refused_with_their_place() {
    let times = "it must start before it stops, and both before now";
    let events = "events must be 6 or 8, or at least 10, and at most 25000";
    for (fields, message) in [
        (r#""started": "-1h", "stopped": "-2h""#, times),
        (r#""stopped": "2099-01-01T00:00:00Z""#, times),
        (r#""events": 5"#, events),
        (r#""events": 9"#, events),
        (r#""events": 25001"#, events),
        (r#""repeat": 2"#, "with repeat, the name needs {n} where the number goes"),
        (r#""afterRedrive": []"#, "afterRedrive is an empty list"),
        (r#""afterRedrive": {"FAILED": 0}"#, "the weights of afterRedrive must be 0 or more, one of them above 0"),
        (
            r#""failures": [{"weight": -1}, {"weight": 2}]"#,
            "the weights of failures must be 0 or more, one of them above 0",
        ),
        (r#""qualifier": "\u001b[1A""#, r"the state machine has no version and no alias '\x1b[1A'"),
        (r#""mapRun": {"label": "L", "children": {"succeeded": 4000000000}}"#, TOO_MANY),
        (r#""runSeconds": -1"#, "runSeconds must be between 0 and 1000000000"),
        (
            r#""mapRun": {"label": "L", "children": {"running": 1}}"#,
            "map run 'L': it has children that run or wait for it, but its execution has ended",
        ),
    ] {
        let error = with_execution(&format!(r#"{{"name": "a", "status": "FAILED", {fields}}}"#)).unwrap_err();
        assert_eq!(error, format!("state machine 'M': execution 'a': {message}"));
    }
    for (executions, message) in [
        (r#"{"name": "a b", "status": "FAILED"}"#, "the name 'a b' has a character that names cannot have"),
        (r#"{"name": "a", "status": "RUNNING", "stopped": "-1h"}"#, "what is RUNNING has not stopped"),
        (r#"{"name": "a", "status": "FAILED"}, {"name": "a", "status": "FAILED"}"#, "there is another of this name"),
        (r#"{"name": "run-{n}", "status": "FAILED", "repeat": 4000000000, "redriveCount": 65535}"#, TOO_MANY),
    ] {
        assert!(with_execution(executions).unwrap_err().ends_with(message), "{executions}");
    }
    assert!(with_execution(r#"{"name": "a", "status": "FAILED", "events": 10}"#).is_ok());
}

#[test]
fn a_repeated_execution_fails_in_several_ways() {
    let store = with_execution(
        r#"{"name": "run-{n}", "repeat": 1000, "status": "FAILED", "error": "Common", "failures": [
            {"weight": 3, "cause": "order {n} is late", "afterRedrive": {"SUCCEEDED": 0.8, "FAILED": 0.2}},
            {"error": "Rare", "failedState": "Check", "afterRedrive": "FAILED"}]}"#,
    )
    .unwrap();
    let rare = store.executions.values().filter(|execution| execution.plan.failed_state == "Check").count();
    assert!((200..300).contains(&rare), "{rare}");
    let common = store.executions.values().find(|execution| execution.plan.failed_state == "Work").unwrap();
    let (error, cause) = common.failure(Status::Failed);
    let cause_there = format!("order {} is late", common.number);
    assert_eq!((error, cause.as_deref()), (Some("Common"), Some(cause_there.as_str())));
}

#[test]
fn other_documents_are_refused_with_line_and_column() {
    let machine = |fields: &str| format!(r#"{{"stateMachines": [{{"name": "M", {fields}}}]}}"#);
    for (text, part) in [
        (machine(r#""aliases": {"live": 1}"#), "the alias 'live' leads to version 1"),
        (machine(r#""versions": 1, "aliases": {"1": 1}"#), "the alias '1' reads as a version"),
        (machine(r#""versions": 1001"#), "it has more than 1000 versions"),
        (machine(r#""type": "FAST""#), "unknown variant `FAST`"),
        (machine(r#""executions": [{"name": "a"}]"#), "missing field `status`"),
        (
            machine(r#""type": "EXPRESS", "executions": [{"name": "a", "status": "FAILED"}]"#),
            "an EXPRESS state machine has no executions here",
        ),
        (machine(r#""created": "2h""#), "'2h' is not a time such as"),
        ("{\"\u{1b}[1A\": 1}".to_owned(), "control character"),
        (r#"{"\u001b[1A": 1}"#.to_owned(), r"unknown field `\x1b[1A`"),
        ("{".to_owned(), "line 1 column 1"),
        (r#"{"stateMachine": []}"#.to_owned(), "unknown field `stateMachine`"),
    ] {
        let error = planted(&text).unwrap_err();
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn times_are_absolute_or_before_the_start() {
    let now = Timestamp::from_milliseconds(1_700_000_000_000);
    for (text, milliseconds) in [
        ("-2h", 1_699_992_800_000),
        ("2023-11-14T22:13:20Z", 1_700_000_000_000),
        ("2023-11-14T23:13:20.5+01:00", 1_700_000_000_500),
    ] {
        let when = When::try_from(text.to_owned()).unwrap();
        assert_eq!(when.resolve(now), Timestamp::from_milliseconds(milliseconds), "{text}");
    }
    for text in ["2h", "yesterday", "2023-11-14", "--2h", ""] {
        assert!(When::try_from(text.to_owned()).is_err(), "{text}");
    }
}
