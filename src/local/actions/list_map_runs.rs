//! ListMapRuns. An execution has one map run at most, so there is one page.

use serde::Serialize;

use super::Context;
use crate::local::arn::Arn;
use crate::local::clock::Timestamp;
use crate::local::members::{ARN, Members, PAGE_TOKEN};
use crate::local::refusal::Refusal;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Answer<'a> {
    map_runs: Vec<Item<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item<'a> {
    execution_arn: &'a str,
    map_run_arn: &'a str,
    state_machine_arn: &'a str,
    start_date: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop_date: Option<Timestamp>,
}

pub(crate) fn act<'a>(mut members: Members, context: &'a mut Context<'_>) -> Result<Answer<'a>, Refusal> {
    let arn = members.required_text("executionArn", &ARN)?;
    members.page_size()?;
    let token = members.text("nextToken", &PAGE_TOKEN)?;
    members.finish()?;
    Arn::execution(&arn)?;
    let store = &*context.store;
    let id = store.find_execution(&arn).ok_or_else(|| Refusal::execution_does_not_exist(&arn))?;
    if token.is_some() {
        return Err(Refusal::invalid_token());
    }
    let execution = store.execution(id);
    let map_run = execution.own_map_run.map(|id| store.map_run(id));
    let item = map_run.map(|map_run| Item {
        execution_arn: &execution.arn,
        map_run_arn: &map_run.arn,
        state_machine_arn: &map_run.machine_arn,
        start_date: execution.first.began,
        stop_date: execution.stopped(),
    });
    Ok(Answer { map_runs: item.into_iter().collect() })
}
