//! A map run: what one Distributed Map state of an execution started.
//!
//! It mirrors its parent: it began when the parent began, ended when and how the parent ended, and is redriven with it.

use super::{Execution, ExecutionId, Listing, Status};

#[derive(Debug)]
pub(crate) struct MapRun {
    pub(crate) arn: String,
    /// The ARN that its children have for a state machine: `…:stateMachine:MACHINE/LABEL`.
    pub(crate) machine_arn: String,
    pub(crate) parent: ExecutionId,
    pub(crate) children: Listing,
    /// `maxConcurrency`; 0 for no limit.
    pub(crate) max_concurrency: u32,
    pub(crate) tolerated_failure_percentage: f32,
    pub(crate) tolerated_failure_count: u32,
}

impl MapRun {
    /// The status, one of the four that map runs have.
    pub(crate) fn status(parent: &Execution) -> &'static str {
        match parent.status() {
            Status::Running | Status::PendingRedrive => "RUNNING",
            Status::Succeeded => "SUCCEEDED",
            Status::Failed => "FAILED",
            Status::TimedOut | Status::Aborted => "ABORTED",
        }
    }
}
