//! The reading calls of `bulk`, `wait` and the prompt: thin functions over the SDK's types, failures in the AWS CLI's words.

use std::collections::HashMap;
use std::fmt::Debug;

use aws_sdk_sfn::operation::describe_execution::{DescribeExecution, DescribeExecutionInput, DescribeExecutionOutput};
use aws_sdk_sfn::operation::describe_map_run::{DescribeMapRun, DescribeMapRunInput, DescribeMapRunOutput};
use aws_sdk_sfn::operation::get_execution_history::{
    GetExecutionHistory, GetExecutionHistoryInput, GetExecutionHistoryOutput,
};
use aws_sdk_sfn::operation::list_executions::{ListExecutions, ListExecutionsInput, ListExecutionsOutput};
use aws_sdk_sfn::operation::list_state_machines::{ListStateMachines, ListStateMachinesInput, ListStateMachinesOutput};
use aws_sdk_sfn::types::{ExecutionStatus, HistoryEvent, StateMachineType};
use aws_smithy_runtime_api::client::runtime_plugin::RuntimePlugin;
use aws_smithy_types::DateTime;
use aws_smithy_types::error::operation::BuildError;
use serde::de::IgnoredAny;

use super::client::Client;
use super::exchange::Recorder;
use super::success;
use crate::error::{Error, Result};
use crate::settings::Connection;

/// The statuses of executions that can be redriven.
pub(crate) const REDRIVABLE: [&str; 3] = ["FAILED", "TIMED_OUT", "ABORTED"];
/// The largest page that the service gives.
pub(crate) const PAGE: i32 = 1_000;
/// A page that comes at once, for a person who waits for it.
pub(crate) const SCREENFUL: i32 = 100;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    pub arn: String,
    pub name: String,
}

/// Dates are in milliseconds since 1970. Only descriptions have errors and the reasons for redrives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Execution {
    pub arn: String,
    pub status: String,
    pub started: i64,
    pub stopped: Option<i64>,
    pub redrive_count: Option<u16>,
    pub redrive_date: Option<i64>,
    pub map_run_arn: Option<String>,
    pub error: Option<String>,
    pub cause: Option<String>,
    pub redrive_status: Option<String>,
    pub redrive_status_reason: Option<String>,
}

impl Execution {
    /// The last part of its ARN.
    pub(crate) fn name(&self) -> &str {
        self.arn.rsplit(':').next().unwrap_or_default()
    }
}

/// One page and the token of the next.
pub type Page<T> = (Vec<T>, Option<String>);

/// Makes calls of one client. They fail with the service's refusal, or with why there was no answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'c> {
    pub(crate) client: &'c Client,
    /// For messages.
    pub(crate) connection: &'c Connection,
}

impl Reader<'_> {
    /// A page of the account's Standard state machines, by ListStateMachines; others cannot be redriven.
    pub(crate) async fn list_machines(&self, next_token: Option<String>, size: Option<i32>) -> Result<Page<Machine>> {
        let input = ListStateMachinesInput::builder().set_next_token(next_token).set_max_results(size).build();
        let page: ListStateMachinesOutput =
            self.call("ListStateMachines", &["stateMachines"], ListStateMachines::new(), input).await?;
        let standard = page.state_machines.into_iter().filter(|machine| machine.r#type == StateMachineType::Standard);
        let machines = standard.map(|machine| Machine { arn: machine.state_machine_arn, name: machine.name });
        Ok((machines.collect(), page.next_token))
    }

    /// A page of ListExecutions, of at most `size`.
    pub(crate) async fn list_executions(
        &self,
        machine: &str,
        status: &str,
        size: i32,
        next_token: Option<String>,
    ) -> Result<Page<Execution>> {
        let input = ListExecutionsInput::builder()
            .state_machine_arn(machine)
            .status_filter(ExecutionStatus::from(status))
            .max_results(size)
            .set_next_token(next_token)
            .build();
        let page: ListExecutionsOutput =
            self.call("ListExecutions", &["executions"], ListExecutions::new(), input).await?;
        let executions = page.executions.into_iter().map(|item| Execution {
            arn: item.execution_arn,
            status: item.status.as_str().to_owned(),
            started: milliseconds(item.start_date).unwrap_or_default(),
            stopped: item.stop_date.and_then(milliseconds),
            redrive_count: item.redrive_count.and_then(|count| u16::try_from(count).ok()),
            redrive_date: item.redrive_date.and_then(milliseconds),
            map_run_arn: item.map_run_arn,
            ..Execution::default()
        });
        Ok((executions.collect(), page.next_token))
    }

    pub(crate) async fn describe_execution(&self, arn: &str) -> Result<Execution> {
        let (input, required) =
            (DescribeExecutionInput::builder().execution_arn(arn).build(), ["executionArn", "status"]);
        let item: DescribeExecutionOutput =
            self.call("DescribeExecution", &required, DescribeExecution::new(), input).await?;
        Ok(Execution {
            arn: item.execution_arn,
            status: item.status.as_str().to_owned(),
            started: milliseconds(item.start_date).unwrap_or_default(),
            stopped: item.stop_date.and_then(milliseconds),
            redrive_count: item.redrive_count.and_then(|count| u16::try_from(count).ok()),
            redrive_date: item.redrive_date.and_then(milliseconds),
            map_run_arn: item.map_run_arn,
            error: item.error,
            cause: item.cause,
            redrive_status: item.redrive_status.map(|status| status.as_str().to_owned()),
            redrive_status_reason: item.redrive_status_reason,
        })
    }

    pub(crate) async fn parent_of_map_run(&self, map_run_arn: &str) -> Result<String> {
        let input = DescribeMapRunInput::builder().map_run_arn(map_run_arn).build();
        let run: DescribeMapRunOutput =
            self.call("DescribeMapRun", &["executionArn"], DescribeMapRun::new(), input).await?;
        Ok(run.execution_arn)
    }

    /// A page of an execution's history, the last event first, without inputs and outputs.
    pub(crate) async fn history(&self, arn: &str, next_token: Option<String>) -> Result<Page<HistoryEvent>> {
        let input = GetExecutionHistoryInput::builder()
            .execution_arn(arn)
            .reverse_order(true)
            .include_execution_data(false)
            .max_results(PAGE)
            .set_next_token(next_token)
            .build();
        let page: GetExecutionHistoryOutput =
            self.call("GetExecutionHistory", &["events"], GetExecutionHistory::new(), input).await?;
        Ok((page.events, page.next_token))
    }

    /// Makes the call. A response without one of the `required` members is not the service's; the SDK would make an empty list of it.
    async fn call<O: Debug + Send + Sync + 'static>(
        &self,
        name: &str,
        required: &[&str],
        operation: impl RuntimePlugin + 'static,
        input: std::result::Result<impl Debug + Send + Sync + 'static, BuildError>,
    ) -> Result<O> {
        let recorder = Recorder::at_endpoint(self.connection);
        let (response, output) = self.client.call(operation, input, recorder).await?;
        let Some(found) = output.and_then(|output| output.downcast().ok()) else {
            success(response, name)?;
            return Err(Error::General(format!("The service's answer to {name} cannot be read")));
        };
        let members: HashMap<String, Option<IgnoredAny>> = serde_json::from_slice(&response.body).unwrap_or_default();
        match required.iter().find(|member| members.get(**member).is_none_or(Option::is_none)) {
            Some(missing) => Err(Error::General(format!("The answer to {name} holds no {missing}"))),
            None => Ok(found),
        }
    }
}

fn milliseconds(date: DateTime) -> Option<i64> {
    date.to_millis().ok()
}
