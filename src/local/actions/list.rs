//! ListExecutions, ListMapRuns and ListStateMachines.

use serde_json::{Value, json};

use super::{Context, find_map_run};
use crate::local::arn::check_state_machine;
use crate::local::members::{ARN, Cursor, LONG_ARN, Members, PAGE_TOKEN, Text};
use crate::local::refusal::{MISSING, Refusal};
use crate::local::store::{ExecutionId, Key, Kind, Listing, Machine, MapRun, Store};

/// A list of executions, and the members of its items beyond the executions' own.
struct Source<'a> {
    listing: &'a Listing,
    machine_arn: &'a str,
    map_run: Option<&'a MapRun>,
    /// The version or the alias to whose executions the list is limited.
    qualified_arn: Option<&'a str>,
}

const STATUSES: Text = Text::OneOf(&["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"]);

/// Of a state machine, or of a map run. A version or an alias lists what it started. `redriveFilter` goes with a map run only:
/// with a state machine the reference promises a validation exception.
pub(crate) fn executions(mut members: Members, context: &Context<'_>) -> Result<Value, Refusal> {
    let machine = members.text("stateMachineArn", &ARN)?;
    let map_run = members.text("mapRunArn", &LONG_ARN)?;
    let status = members.text("statusFilter", &STATUSES)?;
    let redrive = members.text("redriveFilter", &Text::OneOf(&["REDRIVEN", "NOT_REDRIVEN"]))?;
    let token = members.text("nextToken", &Text::Length(3_096))?;
    let page_size = members.page_size()?;
    members.finish()?;
    let (store, now) = (&*context.store, context.now);
    let of = machine.as_deref().or(map_run.as_deref()).unwrap_or_default();
    let [status, redrive] = [&status, &redrive].map(|text| text.as_deref().unwrap_or_default());
    let source = match (&machine, &map_run) {
        (Some(arn), None) => Source::of_machine(arn, status, redrive, store)?,
        (None, Some(arn)) => Source::of_map_run(arn, store)?,
        (None, None) => {
            let message = "Must specify either a stateMachineArn or a mapRunArn".to_owned();
            return Err(Refusal::ValidationException(message, MISSING));
        }
        (Some(_), Some(_)) => return invalid("Must specify either a stateMachineArn or a mapRunArn, but not both"),
    };
    let arguments = ["ListExecutions", of, status, redrive];
    let cursor = token.map(|token| Cursor::read(&token, &arguments, now)).transpose()?;
    let after = cursor.map(|cursor| Key { time: cursor.time, id: ExecutionId(cursor.position) });
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
    let next = last.map(|key| Cursor { time: key.time, position: key.id.0 }.token(&arguments, now));
    let executions: Vec<Value> = page.iter().map(|key| source.item(key.id, store)).collect();
    Ok(json!({"executions": executions, "nextToken": next}))
}

/// Members that do not go together.
fn invalid<T>(message: &str) -> Result<T, Refusal> {
    Err(Refusal::ValidationException(message.to_owned(), None))
}

impl<'a> Source<'a> {
    fn of_machine(arn: &str, status: &str, redrive: &str, store: &'a Store) -> Result<Self, Refusal> {
        if check_state_machine(arn)? {
            return Err(Refusal::labeled_arn(arn));
        }
        if status == "PENDING_REDRIVE" {
            return invalid("PENDING_REDRIVE needs a mapRunArn");
        }
        if !redrive.is_empty() {
            return invalid("redriveFilter needs a mapRunArn");
        }
        let unknown = || Refusal::StateMachineDoesNotExist(arn.to_owned());
        let (machine, qualified_arn) = store.find_machine(arn).ok_or_else(unknown)?;
        if machine.kind == Kind::Express {
            return Err(Refusal::StateMachineTypeNotSupported);
        }
        Ok(Self { listing: &machine.executions, machine_arn: &machine.arn, map_run: None, qualified_arn })
    }

    fn of_map_run(arn: &str, store: &'a Store) -> Result<Self, Refusal> {
        let map_run = find_map_run(arn, store)?;
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
        return Err(Refusal::InvalidToken);
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
    let cursor = token.map(|token| Cursor::read(&token, &ARGUMENTS, context.now)).transpose()?;
    let first = cursor.map_or(0, |cursor| cursor.position);
    let mut rest = (first..).zip(context.store.machines.values().skip(first as usize));
    let item = |machine: &Machine| {
        let Machine { arn, name, kind, created, .. } = machine;
        json!({"stateMachineArn": arn, "name": name, "type": kind, "creationDate": created})
    };
    let page: Vec<Value> = rest.by_ref().take(page_size).map(|(_, machine)| item(machine)).collect();
    let next = rest.next().map(|(index, _)| Cursor::position(index).token(&ARGUMENTS, context.now));
    Ok(json!({"stateMachines": page, "nextToken": next}))
}
