//! What each operation does: from the members of a request to the answer or the refusal.

mod describe;
mod history;
mod list;
mod redrive;

use serde_json::Value;

pub(crate) use self::redrive::Redrivability;
use super::arn::Arn;
use super::clock::Timestamp;
use super::members::Members;
use super::operation::Operation;
use super::refusal::Refusal;
use super::store::{ExecutionId, Store};

pub(crate) struct Context<'a> {
    /// Everything there is, settled up to now.
    pub(crate) store: &'a mut Store,
    pub(crate) now: Timestamp,
    pub(crate) open_limit: usize,
}

impl Context<'_> {
    fn find_execution(&self, arn: &str) -> Result<ExecutionId, Refusal> {
        Arn::execution(arn)?;
        self.store.find_execution(arn).ok_or_else(|| Refusal::execution_does_not_exist(arn))
    }
}

/// Does what an operation asks and gives its JSON, without the members that are `null`.
pub(crate) fn act(operation: Operation, body: &[u8], context: &mut Context<'_>) -> Result<Vec<u8>, Refusal> {
    let members = Members::parse(body)?;
    let mut answer = match operation {
        Operation::DescribeExecution => describe::execution(members, context),
        Operation::DescribeMapRun => describe::map_run(members, context),
        Operation::GetExecutionHistory => history::events(members, context),
        Operation::ListExecutions => list::executions(members, context),
        Operation::ListMapRuns => list::map_runs(members, context),
        Operation::ListStateMachines => list::state_machines(members, context),
        Operation::RedriveExecution => redrive::redrive(members, context),
    }?;
    drop_nulls(&mut answer);
    Ok(answer.to_string().into_bytes())
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
