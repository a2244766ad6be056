//! GetExecutionHistory. EXPRESS executions have none, also those of a map run.

use serde::Serialize;
use serde_json::{Map, Value};

use super::Context;
use super::event::{details, name};
use crate::local::arn::Arn;
use crate::local::clock::Timestamp;
use crate::local::members::{ARN, Members, PAGE_TOKEN};
use crate::local::page_token::{self, Place};
use crate::local::refusal::Refusal;
use crate::local::store::Kind;
use crate::local::store::history::History;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Answer {
    events: Vec<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    timestamp: Timestamp,
    #[serde(rename = "type")]
    kind: &'static str,
    id: usize,
    previous_event_id: usize,
    #[serde(flatten)]
    details: Map<String, Value>,
}

pub(crate) fn act(mut members: Members, context: &mut Context<'_>) -> Result<Answer, Refusal> {
    let arn = members.required_text("executionArn", &ARN)?;
    let page_size = members.page_size()?;
    let reverse = members.flag("reverseOrder", false)?;
    let with_data = members.flag("includeExecutionData", true)?;
    let token = members.text("nextToken", &PAGE_TOKEN)?;
    members.finish()?;
    Arn::execution(&arn)?;
    let store = &*context.store;
    let found = store.find_execution(&arn).map(|id| store.execution(id));
    let execution = found
        .filter(|execution| execution.plan.kind == Kind::Standard)
        .ok_or_else(|| Refusal::execution_does_not_exist(&arn))?;
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
        let details = details(event, execution, map_run_arn, with_data);
        Some(Item { timestamp, kind: name(event), id: index + 1, previous_event_id: *index, details })
    };
    let events = indexes.iter().filter_map(describe).collect();
    let next = match indexes.last() {
        Some(last) if reverse => last.checked_sub(1),
        Some(last) => Some(last + 1).filter(|next| *next < length),
        None => None,
    };
    let next = next.and_then(|next| u32::try_from(next).ok());
    let next_token = next.map(|next| page_token::write(&arguments, Place::position(next), context.now));
    Ok(Answer { events, next_token })
}
