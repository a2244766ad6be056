//! DescribeExecution and DescribeMapRun.

use serde_json::{Value, json};

use super::{Context, Redrivability, find_map_run};
use crate::local::members::{ARN, LONG_ARN, Members, Text};
use crate::local::refusal::Refusal;
use crate::local::store::{Kind, MapRun, Status};

pub(crate) fn execution(mut members: Members, context: &Context<'_>) -> Result<Value, Refusal> {
    let arn = members.required_text("executionArn", &ARN)?;
    let included = members.text("includedData", &Text::OneOf(&["ALL_DATA", "METADATA_ONLY"]))?;
    let with_data = included.is_none_or(|data| data != "METADATA_ONLY");
    members.finish()?;
    let store = &*context.store;
    let execution = store.execution(context.find_execution(&arn)?);
    let machine = store.machine(execution.machine);
    let map_run = execution.map_run.map(|id| store.map_run(id));
    let redrivability = Redrivability::of(execution, machine, context.now);
    let (status, plan) = (execution.status(), &execution.plan);
    let (error, cause) = if with_data { execution.failure(status) } else { (None, None) };
    let output = (with_data && status == Status::Succeeded).then_some(&plan.output);
    Ok(json!({
        "executionArn": &*execution.arn,
        "stateMachineArn": map_run.map_or(&machine.arn, |map_run| &map_run.machine_arn),
        "stateMachineVersionArn": plan.version_arn,
        "stateMachineAliasArn": plan.alias_arn,
        "name": execution.name(),
        "status": status,
        "startDate": execution.first.began,
        "stopDate": execution.stopped(),
        "input": with_data.then(|| execution.input()),
        "inputDetails": with_data.then(|| json!({"included": true})),
        "output": output,
        "outputDetails": output.map(|_| json!({"included": true})),
        "mapRunArn": map_run.map(|map_run| &map_run.arn),
        "error": error,
        "cause": cause,
        "redriveCount": execution.redrives.len(),
        // Documented as unavailable for EXPRESS children.
        "redriveDate": execution.redrive_date().filter(|_| plan.kind == Kind::Standard),
        "redriveStatus": redrivability.name(),
        "redriveStatusReason": redrivability.reason(),
    }))
}

/// Each child execution processes one item, so both counts are equal.
pub(crate) fn map_run(mut members: Members, context: &Context<'_>) -> Result<Value, Refusal> {
    let arn = members.required_text("mapRunArn", &LONG_ARN)?;
    members.finish()?;
    let store = &*context.store;
    let map_run = find_map_run(&arn, store)?;
    let parent = store.execution(map_run.parent);
    let machine = store.machine(parent.machine);
    let not_redrivable = |status| {
        let children = map_run.children.newest_first(Some(status), None);
        let redrivability = children.map(|key| Redrivability::of(store.execution(key.id), machine, context.now));
        redrivability.filter(|redrivability| redrivability.reason().is_some()).count()
    };
    let count = |status| map_run.children.count(status);
    let failures = [Status::Failed, Status::TimedOut, Status::Aborted];
    let counts = json!({
        "pending": 0,
        "running": count(Status::Running),
        "succeeded": count(Status::Succeeded),
        "failed": count(Status::Failed),
        "timedOut": count(Status::TimedOut),
        "aborted": count(Status::Aborted),
        "total": map_run.children.len(),
        "resultsWritten": 0,
        "failuresNotRedrivable": failures.map(not_redrivable).iter().sum::<usize>(),
        "pendingRedrive": count(Status::PendingRedrive),
    });
    Ok(json!({
        "mapRunArn": map_run.arn,
        "executionArn": &*parent.arn,
        "status": MapRun::status(parent),
        "startDate": parent.first.began,
        "stopDate": parent.stopped(),
        "maxConcurrency": map_run.max_concurrency,
        "toleratedFailurePercentage": map_run.tolerated_failure_percentage,
        "toleratedFailureCount": map_run.tolerated_failure_count,
        "itemCounts": counts,
        "executionCounts": counts,
        "redriveCount": parent.redrives.len(),
        "redriveDate": parent.redrive_date(),
    }))
}
