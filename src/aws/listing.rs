//! What is there to redrive: pages of state machines and of executions, through the SDK's own types.
//!
//! Nothing of this is ever printed as the AWS CLI would: it serves the prompt, which shows names, and says of a failure only why.

use aws_sdk_sfn::Client;
use aws_sdk_sfn::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sfn::types::{ExecutionStatus, StateMachineType};

use super::transport::TransportError;

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// The token of the next one; none on the last.
    pub next: Option<String>,
}

/// A state machine whose executions can be redriven: a Standard one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
}

/// An execution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Execution {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// How it ended.
    pub ending: Ending,
    /// When it was started, in seconds since 1970.
    pub started: i64,
    /// When it stopped, in seconds since 1970.
    pub stopped: Option<i64>,
}

/// The endings after which an execution can be redriven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// `FAILED`.
    Failed,
    /// `TIMED_OUT`.
    TimedOut,
    /// `ABORTED`.
    Aborted,
}

impl Ending {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Failed, Self::TimedOut, Self::Aborted];

    /// The status as the service calls it.
    #[must_use]
    pub fn status(self) -> &'static str {
        match self {
            Self::Failed => "FAILED",
            Self::TimedOut => "TIMED_OUT",
            Self::Aborted => "ABORTED",
        }
    }
}

/// A page of the account's state machines, those that are not Standard left out.
///
/// # Errors
/// In a few words, why there is none.
pub async fn machines(client: &Client, page: Option<&str>) -> Result<Page<Machine>, String> {
    let answer = client.list_state_machines().set_next_token(page.map(str::to_owned)).send().await.map_err(reason)?;
    let standard = answer.state_machines.into_iter().filter(|machine| machine.r#type == StateMachineType::Standard);
    let items = standard.map(|machine| Machine { arn: machine.state_machine_arn, name: machine.name }).collect();
    Ok(Page { items, next: answer.next_token })
}

/// A page of a state machine's executions that ended so, the last started first.
///
/// # Errors
/// In a few words, why there is none.
pub async fn executions(
    client: &Client,
    machine: &str,
    ending: Ending,
    page: Option<&str>,
) -> Result<Page<Execution>, String> {
    let call = client
        .list_executions()
        .state_machine_arn(machine)
        .status_filter(ExecutionStatus::from(ending.status()))
        .set_next_token(page.map(str::to_owned));
    let answer = call.send().await.map_err(reason)?;
    let items = answer.executions.into_iter().map(|execution| Execution {
        arn: execution.execution_arn,
        name: execution.name,
        ending,
        started: execution.start_date.secs(),
        stopped: execution.stop_date.map(|date| date.secs()),
    });
    Ok(Page { items: items.collect(), next: answer.next_token })
}

fn reason<E>(error: SdkError<E>) -> String
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    match error.as_service_error() {
        Some(refusal) => match (refusal.code(), refusal.message()) {
            (Some(code), Some(message)) => format!("{code}: {message}"),
            (code, message) => code.or(message).unwrap_or("the service refuses").to_owned(),
        },
        None => TransportError::find(&error).to_string(),
    }
}
