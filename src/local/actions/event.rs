//! How an event of a history looks on the wire: its type and its details.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use crate::local::store::history::{Event, State};
use crate::local::store::{Execution, Shape, Status};

/// `HistoryEventType`.
pub(crate) fn name(event: Event) -> &'static str {
    match event {
        Event::Started => "ExecutionStarted",
        Event::Entered(State::Other) => "PassStateEntered",
        Event::Exited(State::Other) => "PassStateExited",
        Event::Entered(State::Prepare | State::Named(Shape::Task)) => "TaskStateEntered",
        Event::Exited(State::Prepare | State::Named(Shape::Task)) => "TaskStateExited",
        Event::Entered(State::Named(Shape::Map)) => "MapStateEntered",
        Event::Exited(State::Named(Shape::Map)) => "MapStateExited",
        Event::Scheduled => "TaskScheduled",
        Event::TaskStarted => "TaskStarted",
        Event::TaskSucceeded => "TaskSucceeded",
        Event::TaskFailed => "TaskFailed",
        Event::Plain(name) => name,
        Event::MapRunStarted => "MapRunStarted",
        Event::MapRunFailed => "MapRunFailed",
        Event::MapRunRedriven(_) => "MapRunRedriven",
        Event::Redriven(_) => "ExecutionRedriven",
        Event::Ended(Status::Succeeded) => "ExecutionSucceeded",
        Event::Ended(Status::TimedOut) => "ExecutionTimedOut",
        Event::Ended(Status::Aborted) => "ExecutionAborted",
        Event::Ended(Status::Failed | Status::Running | Status::PendingRedrive) => "ExecutionFailed",
    }
}

/// The member with the details of an event, under its name; nothing for the kinds that have none.
pub(crate) fn details(event: Event, execution: &Execution, map_run_arn: &str, with_data: bool) -> Map<String, Value> {
    let plan = &execution.plan;
    let mut arn = execution.arn.split(':').skip(3);
    let (region, account) = (arn.next().unwrap_or_default(), arn.next().unwrap_or_default());
    let failure = |status, mut details: Value| {
        let (error, cause) = execution.failure(status);
        if let Some(details) = details.as_object_mut() {
            let texts = [("error", error.map(Cow::Borrowed)), ("cause", cause)].into_iter();
            details.extend(texts.filter_map(|(name, text)| Some((name.to_owned(), Value::from(text?)))));
        }
        details
    };
    let state_name = |state| match state {
        State::Other => "PassThrough",
        State::Prepare => "Prepare",
        State::Named(_) => &plan.failed_state,
    };
    let (member, mut details, data) = match event {
        Event::Plain(_) => return Map::new(),
        Event::Started => {
            let role = json!({"roleArn": format!("arn:aws:iam::{account}:role/sfn-local")});
            ("executionStartedEventDetails", role, Some(("input", execution.input())))
        }
        Event::Entered(state) => {
            ("stateEnteredEventDetails", json!({"name": state_name(state)}), Some(("input", execution.input())))
        }
        Event::Exited(state) => (
            "stateExitedEventDetails",
            json!({"name": state_name(state)}),
            Some(("output", Cow::Borrowed(plan.output.as_str()))),
        ),
        Event::Scheduled => {
            let task = json!({"resourceType": "lambda", "resource": "invoke", "region": region, "parameters": "{}"});
            ("taskScheduledEventDetails", task, None)
        }
        Event::TaskStarted => {
            ("taskStartedEventDetails", json!({"resourceType": "lambda", "resource": "invoke"}), None)
        }
        Event::TaskSucceeded => {
            let task = json!({"resourceType": "lambda", "resource": "invoke"});
            ("taskSucceededEventDetails", task, Some(("output", Cow::Borrowed(plan.output.as_str()))))
        }
        Event::TaskFailed => {
            let task = json!({"resourceType": "lambda", "resource": "invoke"});
            ("taskFailedEventDetails", failure(Status::Failed, task), None)
        }
        Event::MapRunStarted => ("mapRunStartedEventDetails", json!({"mapRunArn": map_run_arn}), None),
        Event::MapRunFailed => ("mapRunFailedEventDetails", failure(Status::Failed, json!({})), None),
        Event::MapRunRedriven(count) => {
            ("mapRunRedrivenEventDetails", json!({"mapRunArn": map_run_arn, "redriveCount": count}), None)
        }
        Event::Redriven(count) => ("executionRedrivenEventDetails", json!({"redriveCount": count}), None),
        Event::Ended(Status::Succeeded) => {
            ("executionSucceededEventDetails", json!({}), Some(("output", Cow::Borrowed(plan.output.as_str()))))
        }
        Event::Ended(status) => {
            let member = match status {
                Status::TimedOut => "executionTimedOutEventDetails",
                Status::Aborted => "executionAbortedEventDetails",
                _ => "executionFailedEventDetails",
            };
            (member, failure(status, json!({})), None)
        }
    };
    if let (Some((name, text)), Some(details), true) = (data, details.as_object_mut(), with_data) {
        details.insert(name.to_owned(), Value::String(text.into_owned()));
        details.insert(format!("{name}Details"), json!({"truncated": false}));
    }
    Map::from_iter([(member.to_owned(), details)])
}
