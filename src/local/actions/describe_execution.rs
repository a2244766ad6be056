//! DescribeExecution.

use std::borrow::Cow;

use serde::Serialize;

use super::Context;
use crate::local::arn::Arn;
use crate::local::clock::Timestamp;
use crate::local::members::{ARN, INCLUDED_DATA, Members};
use crate::local::redrive::Redrivability;
use crate::local::refusal::Refusal;
use crate::local::store::{Kind, Status};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Answer<'a> {
    execution_arn: &'a str,
    state_machine_arn: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    state_machine_version_arn: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state_machine_alias_arn: Option<&'a str>,
    name: &'a str,
    status: Status,
    start_date: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop_date: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    input_details: Option<Included>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_details: Option<Included>,
    #[serde(skip_serializing_if = "Option::is_none")]
    map_run_arn: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<Cow<'a, str>>,
    redrive_count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    redrive_date: Option<Timestamp>,
    redrive_status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    redrive_status_reason: Option<String>,
}

/// `CloudWatchEventsExecutionDataDetails`: always true for API calls.
#[derive(Serialize)]
struct Included {
    included: bool,
}

pub(crate) fn act<'a>(mut members: Members, context: &'a mut Context<'_>) -> Result<Answer<'a>, Refusal> {
    let arn = members.required_text("executionArn", &ARN)?;
    let metadata_only = members.text("includedData", &INCLUDED_DATA)?.is_some_and(|data| data == "METADATA_ONLY");
    members.finish()?;
    Arn::execution(&arn)?;
    let store = &*context.store;
    let id = store.find_execution(&arn).ok_or_else(|| Refusal::execution_does_not_exist(&arn))?;
    let execution = store.execution(id);
    let machine = store.machine(execution.machine);
    let map_run = execution.map_run.map(|id| store.map_run(id));
    let redrivability = Redrivability::of(execution, machine, context.now);
    let (status, plan) = (execution.status(), &execution.plan);
    let (error, cause) = if metadata_only { (None, None) } else { execution.failure(status) };
    let input = (!metadata_only).then(|| execution.input());
    let output = (!metadata_only && status == Status::Succeeded).then_some(plan.output.as_str());
    Ok(Answer {
        execution_arn: &execution.arn,
        state_machine_arn: map_run.map_or(&machine.arn, |map_run| &map_run.machine_arn),
        state_machine_version_arn: plan.version_arn.as_deref(),
        state_machine_alias_arn: plan.alias_arn.as_deref(),
        name: execution.name(),
        status,
        start_date: execution.first.began,
        stop_date: execution.stopped(),
        input_details: input.as_ref().map(|_| Included { included: true }),
        input,
        output,
        output_details: output.map(|_| Included { included: true }),
        map_run_arn: map_run.map(|map_run| map_run.arn.as_str()),
        error,
        cause,
        redrive_count: execution.redrives.len(),
        // Documented as unavailable for EXPRESS children.
        redrive_date: execution.redrive_date().filter(|_| plan.kind == Kind::Standard),
        redrive_status: redrivability.name(),
        redrive_status_reason: redrivability.reason().map(|reason| reason.to_string()),
    })
}
