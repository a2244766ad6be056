//! ListExecutions, ListMapRuns and ListStateMachines.

use serde_json::{Value, json};

use super::Context;
use crate::local::arn::Arn;
use crate::local::members::{
    ARN, EXECUTION_REDRIVE_FILTER, EXECUTION_STATUS, LIST_EXECUTIONS_PAGE_TOKEN, LONG_ARN, Members, PAGE_TOKEN,
};
use crate::local::page_token::{self, Place};
use crate::local::refusal::Refusal;
use crate::local::store::{ExecutionId, Key, Kind, Listing, Machine, MapRun, Store};

/// The list that is asked for, and what its items say beyond the executions' own.
struct Source<'a> {
    listing: &'a Listing,
    machine_arn: &'a str,
    map_run: Option<&'a MapRun>,
    /// The version or the alias whose executions are asked for.
    qualified_arn: Option<&'a str>,
}

/// Of a state machine, or of a map run. A version or an alias lists what it started. `redriveFilter` goes with a map run only:
/// with a state machine the reference promises a validation exception.
pub(crate) fn executions(mut members: Members, context: &Context<'_>) -> Result<Value, Refusal> {
    let machine = members.text("stateMachineArn", &ARN)?;
    let map_run = members.text("mapRunArn", &LONG_ARN)?;
    let status = members.text("statusFilter", &EXECUTION_STATUS)?;
    let redrive = members.text("redriveFilter", &EXECUTION_REDRIVE_FILTER)?;
    let token = members.text("nextToken", &LIST_EXECUTIONS_PAGE_TOKEN)?;
    let page_size = members.page_size()?;
    members.finish()?;
    let (store, now) = (&*context.store, context.now);
    let of = machine.as_deref().or(map_run.as_deref()).unwrap_or_default();
    let [status, redrive] = [&status, &redrive].map(|text| text.as_deref().unwrap_or_default());
    let source = match (&machine, &map_run) {
        (None, None) => {
            return Err(Refusal::missing_parameter("Must specify either a stateMachineArn or a mapRunArn"));
        }
        (Some(_), Some(_)) => {
            let message = "Must specify either a stateMachineArn or a mapRunArn, but not both";
            return Err(Refusal::invalid_combination(message));
        }
        (Some(arn), None) => Source::of_machine(arn, status, redrive, store)?,
        (None, Some(arn)) => Source::of_map_run(arn, store)?,
    };
    let arguments = ["ListExecutions", of, status, redrive];
    let place = token.map(|token| page_token::read(&token, &arguments, now)).transpose()?;
    let after = place.map(|place| Key { time: place.time, id: ExecutionId(place.position) });
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
    let mut found = source.listing.newest_first(status.parse().ok(), after).filter(wanted).peekable();
    let page: Vec<Key> = found.by_ref().take(page_size).collect();
    let last = page.last().filter(|_| found.peek().is_some());
    let next = last.map(|key| page_token::write(&arguments, Place { time: key.time, position: key.id.0 }, now));
    let executions: Vec<Value> = page.iter().map(|key| source.item(key.id, store)).collect();
    Ok(json!({"executions": executions, "nextToken": next}))
}

impl<'a> Source<'a> {
    fn of_machine(arn: &str, status: &str, redrive: &str, store: &'a Store) -> Result<Self, Refusal> {
        if Arn::state_machine(arn)?.label.is_some() {
            return Err(Refusal::labeled_arn(arn));
        }
        if status == "PENDING_REDRIVE" {
            return Err(Refusal::invalid_combination("PENDING_REDRIVE needs a mapRunArn"));
        }
        if !redrive.is_empty() {
            return Err(Refusal::invalid_combination("redriveFilter needs a mapRunArn"));
        }
        let (machine, qualified_arn) =
            store.find_machine(arn).ok_or_else(|| Refusal::state_machine_does_not_exist(arn))?;
        if machine.kind == Kind::Express {
            return Err(Refusal::state_machine_type_not_supported());
        }
        Ok(Self { listing: &machine.executions, machine_arn: &machine.arn, map_run: None, qualified_arn })
    }

    fn of_map_run(arn: &str, store: &'a Store) -> Result<Self, Refusal> {
        Arn::map_run(arn)?;
        let map_run = store.find_map_run(arn).ok_or_else(|| Refusal::resource_not_found(arn))?;
        let (listing, machine_arn) = (&map_run.children, map_run.machine_arn.as_str());
        Ok(Self { listing, machine_arn, map_run: Some(map_run), qualified_arn: None })
    }

    fn item(&self, id: ExecutionId, store: &Store) -> Value {
        let execution = store.execution(id);
        json!({
            "executionArn": &*execution.arn,
            "stateMachineArn": self.machine_arn,
            "stateMachineVersionArn": execution.plan.version_arn,
            "stateMachineAliasArn": execution.plan.alias_arn,
            "name": execution.name(),
            "status": execution.status(),
            "startDate": execution.first.began,
            "stopDate": execution.stopped(),
            "mapRunArn": self.map_run.map(|map_run| &map_run.arn),
            "itemCount": self.map_run.map(|_| 1),
            "redriveCount": execution.redrives.len(),
            "redriveDate": execution.redrive_date().filter(|_| execution.plan.kind == Kind::Standard),
        })
    }
}

/// An execution has one map run at most, so there is one page.
pub(crate) fn map_runs(mut members: Members, context: &Context<'_>) -> Result<Value, Refusal> {
    let arn = members.required_text("executionArn", &ARN)?;
    members.page_size()?;
    let token = members.text("nextToken", &PAGE_TOKEN)?;
    members.finish()?;
    let store = &*context.store;
    let execution = store.execution(context.find_execution(&arn)?);
    if token.is_some() {
        return Err(Refusal::invalid_token());
    }
    let item = |map_run: &MapRun| {
        json!({
            "executionArn": &*execution.arn,
            "mapRunArn": map_run.arn,
            "stateMachineArn": map_run.machine_arn,
            "startDate": execution.first.began,
            "stopDate": execution.stopped(),
        })
    };
    let items: Vec<Value> = execution.own_map_run.iter().map(|id| item(store.map_run(*id))).collect();
    Ok(json!({"mapRuns": items}))
}

pub(crate) fn state_machines(mut members: Members, context: &Context<'_>) -> Result<Value, Refusal> {
    const ARGUMENTS: [&str; 1] = ["ListStateMachines"];
    let page_size = members.page_size()?;
    let token = members.text("nextToken", &PAGE_TOKEN)?;
    members.finish()?;
    let place = token.map(|token| page_token::read(&token, &ARGUMENTS, context.now)).transpose()?;
    let first = place.map_or(0, |place| place.position);
    let from = context.store.machines().get(first as usize..).unwrap_or_default();
    let next = (from.len() > page_size).then(|| u32::try_from(page_size).ok()?.checked_add(first)).flatten();
    let item = |machine: &Machine| {
        let Machine { arn, name, kind, created, .. } = machine;
        json!({"stateMachineArn": arn, "name": name, "type": kind, "creationDate": created})
    };
    Ok(json!({
        "stateMachines": from.iter().take(page_size).map(item).collect::<Vec<_>>(),
        "nextToken": next.map(|next| page_token::write(&ARGUMENTS, Place::position(next), context.now)),
    }))
}
