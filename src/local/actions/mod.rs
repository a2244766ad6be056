//! The operations: from the members of a request to the JSON of the response, or a refusal.

mod describe;
mod history;
mod list;
mod redrive;

use serde_json::Value;

pub(crate) use self::redrive::Redrivability;
use super::arn::{check_execution, check_map_run};
use super::clock::Timestamp;
use super::members::Members;
use super::operation::Operation;
use super::refusal::Refusal;
use super::store::{ExecutionId, MapRun, Store};

pub(crate) struct Context<'a> {
    /// Settled up to now.
    pub(crate) store: &'a mut Store,
    pub(crate) now: Timestamp,
    pub(crate) open_limit: usize,
}

impl Context<'_> {
    fn find_execution(&self, arn: &str) -> Result<ExecutionId, Refusal> {
        check_execution(arn)?;
        self.store.find_execution(arn).ok_or_else(|| Refusal::ExecutionDoesNotExist(arn.to_owned()))
    }
}

fn find_map_run<'a>(arn: &str, store: &'a Store) -> Result<&'a MapRun, Refusal> {
    check_map_run(arn)?;
    store.map_runs.get(arn).ok_or_else(|| Refusal::ResourceNotFound(arn.to_owned()))
}

/// Runs an operation and returns its JSON, without the members that are `null`.
pub(crate) fn act(operation: Operation, body: &[u8], context: &mut Context<'_>) -> Result<Vec<u8>, Refusal> {
    let members = Members::parse(body)?;
    let mut response = match operation {
        Operation::DescribeExecution => describe::execution(members, context),
        Operation::DescribeMapRun => describe::map_run(members, context),
        Operation::GetExecutionHistory => history::events(members, context),
        Operation::ListExecutions => list::executions(members, context),
        Operation::ListMapRuns => list::map_runs(members, context),
        Operation::ListStateMachines => list::state_machines(members, context),
        Operation::RedriveExecution => redrive::redrive(members, context),
    }?;
    drop_nulls(&mut response);
    Ok(response.to_string().into_bytes())
}

fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, member| !member.is_null());
            members.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}
