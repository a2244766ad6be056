//! The embedded endpoint, tried through the official SDK, through bare HTTP and as the program `sfn-local`.
#![expect(clippy::unwrap_used, reason = "a helper that fails fails the test")]

pub mod client;
mod lists;
mod map_runs;
mod program;
mod protocol;
mod redrive;
mod signatures;
mod throttling;
mod weather;

/// The ARN of an execution of the built-in seed's first state machine, or of one that a test names `order-processing`.
pub fn execution_arn(name: &str) -> String {
    format!("arn:aws:states:us-east-1:123456789012:execution:order-processing:{name}")
}

/// The ARN of that state machine.
const MACHINE: &str = "arn:aws:states:us-east-1:123456789012:stateMachine:order-processing";
