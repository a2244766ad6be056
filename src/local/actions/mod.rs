//! What each operation does: from the members of a request to the answer or the refusal.

mod describe_execution;
mod describe_map_run;
mod event;
mod get_execution_history;
mod list_executions;
mod list_map_runs;
mod list_state_machines;
mod redrive_execution;

use serde::Serialize;

use super::clock::Timestamp;
use super::members::Members;
use super::operation::Operation;
use super::refusal::Refusal;
use super::store::Store;

pub(crate) struct Context<'a> {
    /// Everything there is, settled up to now.
    pub(crate) store: &'a mut Store,
    pub(crate) now: Timestamp,
    pub(crate) open_limit: usize,
}

/// Does what an operation asks and answers its JSON.
pub(crate) fn act(operation: Operation, body: &[u8], context: &mut Context<'_>) -> Result<Vec<u8>, Refusal> {
    let members = Members::parse(body)?;
    match operation {
        Operation::DescribeExecution => json(&describe_execution::act(members, context)?),
        Operation::DescribeMapRun => json(&describe_map_run::act(members, context)?),
        Operation::GetExecutionHistory => json(&get_execution_history::act(members, context)?),
        Operation::ListExecutions => json(&list_executions::act(members, context)?),
        Operation::ListMapRuns => json(&list_map_runs::act(members, context)?),
        Operation::ListStateMachines => json(&list_state_machines::act(members, context)?),
        Operation::RedriveExecution => json(&redrive_execution::act(members, context)?),
    }
}

fn json(answer: &impl Serialize) -> Result<Vec<u8>, Refusal> {
    serde_json::to_vec(answer).map_err(|error| Refusal::serialization(error.to_string()))
}
