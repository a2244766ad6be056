//! GetExecutionHistory. EXPRESS executions have none, also those of a map run.

use serde_json::{Value, json};

use super::Context;
use crate::local::members::{ARN, Members, PAGE_TOKEN};
use crate::local::page_token::{self, Place};
use crate::local::refusal::Refusal;
use crate::local::store::history::{Event, History, State};
use crate::local::store::{Execution, Kind, Shape, Status};

pub(crate) fn events(mut members: Members, context: &Context<'_>) -> Result<Value, Refusal> {
    let arn = members.required_text("executionArn", &ARN)?;
    let page_size = members.page_size()?;
    let reverse = members.flag("reverseOrder", false)?;
    let with_data = members.flag("includeExecutionData", true)?;
    let token = members.text("nextToken", &PAGE_TOKEN)?;
    members.finish()?;
    let store = &*context.store;
    let execution = store.execution(context.find_execution(&arn)?);
    if execution.plan.kind == Kind::Express {
        return Err(Refusal::execution_does_not_exist(&arn));
    }
    let arguments = ["GetExecutionHistory", &arn, if reverse { "reverse" } else { "" }];
    let history = History::of(execution);
    let length = history.len();
    // The place is the index of the next event, which more events at the end leave as it is.
    let first = match &token {
        Some(token) => page_token::read(token, &arguments, context.now)?.position as usize,
        None if reverse => length - 1,
        None => 0,
    };
    let indexes: Vec<usize> =
        if reverse { (0..=first).rev().take(page_size).collect() } else { (first..length).take(page_size).collect() };
    let map_run_arn = execution.own_map_run.map_or("", |id| &store.map_run(id).arn);
    let describe = |index: &usize| {
        let (event, timestamp) = history.event(*index)?;
        let name = name(event);
        let mut described = json!({"timestamp": timestamp, "type": name, "id": index + 1, "previousEventId": *index});
        if let Some(members) = described.as_object_mut() {
            members.insert(details_name(name), details(event, execution, map_run_arn, with_data));
        }
        Some(described)
    };
    let events: Vec<Value> = indexes.iter().filter_map(describe).collect();
    let next = match indexes.last() {
        Some(last) if reverse => last.checked_sub(1),
        Some(last) => Some(last + 1).filter(|next| *next < length),
        None => None,
    };
    let next = next.and_then(|next| u32::try_from(next).ok());
    let next = next.map(|next| page_token::write(&arguments, Place::position(next), context.now));
    Ok(json!({"events": events, "nextToken": next}))
}

/// `HistoryEventType`.
fn name(event: Event) -> &'static str {
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

/// The name of the member with the details of an event: that of its type, with a small letter; all kinds of states share two.
fn details_name(name: &str) -> String {
    let name = name.find("StateE").and_then(|at| name.get(at..)).unwrap_or(name);
    let (first, rest) = name.split_at_checked(1).unwrap_or(("", name));
    format!("{}{rest}EventDetails", first.to_ascii_lowercase())
}

/// The details of an event; `null` for the kinds that have none.
fn details(event: Event, execution: &Execution, map_run_arn: &str, with_data: bool) -> Value {
    let plan = &execution.plan;
    let mut arn = execution.arn.split(':').skip(3);
    let (region, account) = (arn.next(), arn.next().unwrap_or_default());
    let (input, output) = (with_data.then(|| execution.input()), with_data.then_some(&plan.output));
    let complete = with_data.then(|| json!({"truncated": false}));
    let (error, cause) = match event {
        Event::TaskFailed | Event::MapRunFailed => execution.failure(Status::Failed),
        Event::Ended(status) => execution.failure(status),
        _ => (None, None),
    };
    let (resource_type, resource) = ("lambda", "invoke");
    let state_name = |state| match state {
        State::Other => "PassThrough",
        State::Prepare => "Prepare",
        State::Named(_) => &plan.failed_state,
    };
    match event {
        Event::Plain(_) => Value::Null,
        Event::Started => {
            let role = format!("arn:aws:iam::{account}:role/sfn-local");
            json!({"roleArn": role, "input": input, "inputDetails": complete})
        }
        Event::Entered(state) => json!({"name": state_name(state), "input": input, "inputDetails": complete}),
        Event::Exited(state) => json!({"name": state_name(state), "output": output, "outputDetails": complete}),
        Event::Scheduled => {
            json!({"resourceType": resource_type, "resource": resource, "region": region, "parameters": "{}"})
        }
        Event::TaskStarted => json!({"resourceType": resource_type, "resource": resource}),
        Event::TaskSucceeded => json!({
            "resourceType": resource_type, "resource": resource, "output": output, "outputDetails": complete,
        }),
        Event::TaskFailed => {
            json!({"resourceType": resource_type, "resource": resource, "error": error, "cause": cause})
        }
        Event::MapRunStarted => json!({"mapRunArn": map_run_arn}),
        Event::MapRunRedriven(count) => json!({"mapRunArn": map_run_arn, "redriveCount": count}),
        Event::Redriven(count) => json!({"redriveCount": count}),
        Event::Ended(Status::Succeeded) => json!({"output": output, "outputDetails": complete}),
        Event::MapRunFailed | Event::Ended(_) => json!({"error": error, "cause": cause}),
    }
}
