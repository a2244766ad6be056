//! ListExecutions: of a state machine, or of a map run.
//!
//! A version or an alias lists what it started. `redriveFilter` goes with a map run only: with a state machine the reference
//! promises a validation exception.

use serde::Serialize;

use super::Context;
use crate::local::arn::Arn;
use crate::local::clock::Timestamp;
use crate::local::members::{
    ARN, EXECUTION_REDRIVE_FILTER, EXECUTION_STATUS, LIST_EXECUTIONS_PAGE_TOKEN, LONG_ARN, Members,
};
use crate::local::page_token::{self, Place};
use crate::local::refusal::Refusal;
use crate::local::store::{Execution, ExecutionId, Key, Kind, Listing, MapRun, Status, Store};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Answer<'a> {
    executions: Vec<Item<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item<'a> {
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
    map_run_arn: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    item_count: Option<u32>,
    redrive_count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    redrive_date: Option<Timestamp>,
}

struct Input {
    state_machine_arn: Option<String>,
    map_run_arn: Option<String>,
    status: Option<String>,
    redrive: Option<String>,
    next_token: Option<String>,
    page_size: usize,
}

/// The list that is asked for, and what its items say beyond the executions' own.
struct Source<'a> {
    listing: &'a Listing,
    machine_arn: &'a str,
    map_run: Option<&'a MapRun>,
    /// The version or the alias whose executions are asked for.
    qualified_arn: Option<&'a str>,
}

pub(crate) fn act<'a>(mut members: Members, context: &'a mut Context<'_>) -> Result<Answer<'a>, Refusal> {
    let input = Input {
        state_machine_arn: members.text("stateMachineArn", &ARN)?,
        map_run_arn: members.text("mapRunArn", &LONG_ARN)?,
        status: members.text("statusFilter", &EXECUTION_STATUS)?,
        redrive: members.text("redriveFilter", &EXECUTION_REDRIVE_FILTER)?,
        next_token: members.text("nextToken", &LIST_EXECUTIONS_PAGE_TOKEN)?,
        page_size: members.page_size()?,
    };
    members.finish()?;
    let (store, now) = (&*context.store, context.now);
    let source = Source::of(&input, store)?;
    let [of, status, redrive] = [
        input.state_machine_arn.as_deref().or(input.map_run_arn.as_deref()),
        input.status.as_deref(),
        input.redrive.as_deref(),
    ]
    .map(Option::unwrap_or_default);
    let arguments = ["ListExecutions", of, status, redrive];
    let after = match &input.next_token {
        None => None,
        Some(token) => {
            let place = page_token::read(token, &arguments, now)?;
            Some(Key { time: place.time, id: ExecutionId(place.position) })
        }
    };
    let wanted = |key: &Key| {
        let execution = store.execution(key.id);
        let plan = &execution.plan;
        let started_by = |arn| [&plan.version_arn, &plan.alias_arn].into_iter().flatten().any(|known| known == arn);
        source.qualified_arn.is_none_or(started_by)
            && match redrive {
                "REDRIVEN" => !execution.redrives.is_empty(),
                "NOT_REDRIVEN" => execution.redrives.is_empty(),
                _ => true,
            }
    };
    let mut found = source.listing.newest_first(Status::named(status), after).filter(wanted).peekable();
    let page: Vec<Key> = found.by_ref().take(input.page_size).collect();
    let last = page.last().filter(|_| found.peek().is_some());
    let next_token = last.map(|key| page_token::write(&arguments, Place { time: key.time, position: key.id.0 }, now));
    let executions = page.iter().map(|key| source.item(store.execution(key.id))).collect();
    Ok(Answer { executions, next_token })
}

impl<'a> Source<'a> {
    fn of(input: &Input, store: &'a Store) -> Result<Self, Refusal> {
        match (&input.state_machine_arn, &input.map_run_arn) {
            (None, None) => Err(Refusal::missing_parameter("Must specify either a stateMachineArn or a mapRunArn")),
            (Some(_), Some(_)) => {
                Err(Refusal::invalid_combination("Must specify either a stateMachineArn or a mapRunArn, but not both"))
            }
            (Some(arn), None) => {
                if Arn::state_machine(arn)?.label.is_some() {
                    return Err(Refusal::labeled_arn(arn));
                }
                if input.status.as_deref() == Some("PENDING_REDRIVE") {
                    return Err(Refusal::invalid_combination("PENDING_REDRIVE needs a mapRunArn"));
                }
                if input.redrive.is_some() {
                    return Err(Refusal::invalid_combination("redriveFilter needs a mapRunArn"));
                }
                let (machine, qualified_arn) =
                    store.find_machine(arn).ok_or_else(|| Refusal::state_machine_does_not_exist(arn))?;
                if machine.kind == Kind::Express {
                    return Err(Refusal::state_machine_type_not_supported());
                }
                Ok(Self { listing: &machine.executions, machine_arn: &machine.arn, map_run: None, qualified_arn })
            }
            (None, Some(arn)) => {
                Arn::map_run(arn)?;
                let map_run = store.find_map_run(arn).ok_or_else(|| Refusal::resource_not_found(arn))?;
                Ok(Self {
                    listing: &map_run.children,
                    machine_arn: &map_run.machine_arn,
                    map_run: Some(map_run),
                    qualified_arn: None,
                })
            }
        }
    }

    fn item(&self, execution: &'a Execution) -> Item<'a> {
        Item {
            execution_arn: &execution.arn,
            state_machine_arn: self.machine_arn,
            state_machine_version_arn: execution.plan.version_arn.as_deref(),
            state_machine_alias_arn: execution.plan.alias_arn.as_deref(),
            name: execution.name(),
            status: execution.status(),
            start_date: execution.first.began,
            stop_date: execution.stopped(),
            map_run_arn: self.map_run.map(|map_run| map_run.arn.as_str()),
            item_count: self.map_run.map(|_| 1),
            redrive_count: execution.redrives.len(),
            redrive_date: execution.redrive_date().filter(|_| execution.plan.kind == Kind::Standard),
        }
    }
}
