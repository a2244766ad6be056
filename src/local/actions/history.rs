//! GetExecutionHistory. EXPRESS executions have none, also those of a map run.

use serde_json::{Value, json};

use super::Context;
use crate::local::members::{ARN, Cursor, Members, PAGE_TOKEN};
use crate::local::refusal::Refusal;
use crate::local::store::history::{self, Event};
use crate::local::store::{Execution, Kind, Status};

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
        return Err(Refusal::ExecutionDoesNotExist(arn));
    }
    let arguments = ["GetExecutionHistory", &arn, if reverse { "reverse" } else { "" }];
    // The index of the next event, which more events at the end leave as it is.
    let cursor = token.map(|token| Cursor::read(&token, &arguments, context.now)).transpose()?;
    let mut events: Vec<(u32, Event)> = (0..).zip(history::events(execution)).collect();
    if reverse {
        events.reverse();
    }
    let mut rest = events.into_iter().skip_while(|(index, _)| cursor.is_some_and(|cursor| cursor.position != *index));
    let map_run_arn = execution.own_map_run.map_or("", |id| &store.map_run(id).arn);
    let described = |(index, event): (u32, Event)| {
        let Event { kind, time, .. } = event;
        let mut described = json!({"timestamp": time, "type": kind, "id": index + 1, "previousEventId": index});
        if let Some(members) = described.as_object_mut() {
            members.insert(details_name(kind), details(&event, execution, map_run_arn, with_data));
        }
        described
    };
    let page: Vec<Value> = rest.by_ref().take(page_size).map(described).collect();
    let next = rest.next().map(|(index, _)| Cursor::position(index).token(&arguments, context.now));
    Ok(json!({"events": page, "nextToken": next}))
}

/// The name of the member with the details of an event: that of its type, with a small letter; all kinds of states share two.
fn details_name(kind: &str) -> String {
    let name = kind.find("StateE").and_then(|at| kind.get(at..)).unwrap_or(kind);
    let (first, rest) = name.split_at_checked(1).unwrap_or(("", name));
    format!("{}{rest}EventDetails", first.to_ascii_lowercase())
}

/// The details of an event; `null` for the types that have none.
fn details(event: &Event, execution: &Execution, map_run_arn: &str, with_data: bool) -> Value {
    let plan = &execution.plan;
    let mut arn = execution.arn.split(':').skip(3);
    let (region, account) = (arn.next(), arn.next().unwrap_or_default());
    let state = event.other_state.unwrap_or(&plan.failed_state);
    let (input, output) = (with_data.then(|| execution.input()), with_data.then_some(&plan.output));
    let complete = with_data.then(|| json!({"truncated": false}));
    let failure = |status| {
        let (error, cause) = execution.failure(status);
        json!({"error": error, "cause": cause})
    };
    let (resource_type, resource) = ("lambda", "invoke");
    match event.kind {
        "ExecutionStarted" => {
            let role = format!("arn:aws:iam::{account}:role/sfn-local");
            json!({"roleArn": role, "input": input, "inputDetails": complete})
        }
        "ExecutionRedriven" => json!({"redriveCount": event.redrive}),
        "ExecutionSucceeded" => json!({"output": output, "outputDetails": complete}),
        "ExecutionFailed" | "MapRunFailed" => failure(Status::Failed),
        "ExecutionTimedOut" => failure(Status::TimedOut),
        "ExecutionAborted" => failure(Status::Aborted),
        "TaskScheduled" => {
            json!({"resourceType": resource_type, "resource": resource, "region": region, "parameters": "{}"})
        }
        "TaskStarted" => json!({"resourceType": resource_type, "resource": resource}),
        "TaskSucceeded" => json!({
            "resourceType": resource_type, "resource": resource, "output": output, "outputDetails": complete,
        }),
        "TaskFailed" => {
            let (error, cause) = execution.failure(Status::Failed);
            json!({"resourceType": resource_type, "resource": resource, "error": error, "cause": cause})
        }
        "MapRunStarted" => json!({"mapRunArn": map_run_arn}),
        "MapRunRedriven" => json!({"mapRunArn": map_run_arn, "redriveCount": event.redrive}),
        kind if kind.ends_with("StateEntered") => json!({"name": state, "input": input, "inputDetails": complete}),
        kind if kind.ends_with("StateExited") => json!({"name": state, "output": output, "outputDetails": complete}),
        _ => Value::Null,
    }
}
