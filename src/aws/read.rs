//! The reading calls that `bulk` and `wait` need: thin functions over the SDK's typed client, failures in the AWS CLI's words.

use std::future::Future;

use aws_sdk_sfn::Client;
use aws_sdk_sfn::types::{ExecutionStatus, HistoryEvent};
use aws_smithy_types::DateTime;

use super::exchange::Recorder;
use super::failure;
use crate::error::Result;
use crate::settings::Connection;

/// The largest page that the service gives.
pub const PAGE: i32 = 1_000;

/// An execution as lists and descriptions show it. Moments are milliseconds since 1970.
#[derive(Clone, Debug)]
pub struct Execution {
    /// `executionArn`.
    pub arn: String,
    /// `status`.
    pub status: String,
    /// `stopDate`.
    pub stopped: Option<i64>,
    /// `redriveCount`.
    pub redrive_count: Option<u16>,
    /// `redriveDate`.
    pub redrive_date: Option<i64>,
    /// `mapRunArn`.
    pub map_run_arn: Option<String>,
    /// `error`, in descriptions.
    pub error: Option<String>,
    /// `cause`, in descriptions.
    pub cause: Option<String>,
    /// `redriveStatus`, in descriptions.
    pub redrive_status: Option<String>,
    /// `redriveStatusReason`, in descriptions.
    pub redrive_status_reason: Option<String>,
}

/// One page and the token of the next.
pub type Page<T> = (Vec<T>, Option<String>);

/// Makes calls of one client.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'c> {
    /// The client.
    pub client: &'c Client,
    /// Its settings, for messages.
    pub connection: &'c Connection,
}

impl Reader<'_> {
    /// A page of ListExecutions.
    ///
    /// # Errors
    /// The service's refusal, or why there was no answer.
    pub async fn list_executions(
        &self,
        machine: &str,
        status: &str,
        next_token: Option<String>,
    ) -> Result<Page<Execution>> {
        let recorder = self.recorder();
        let call = self
            .client
            .list_executions()
            .state_machine_arn(machine)
            .status_filter(ExecutionStatus::from(status))
            .max_results(PAGE)
            .set_next_token(next_token)
            .customize()
            .interceptor(recorder.clone());
        let page = self.settle("ListExecutions", &recorder, call.send()).await?;
        let executions = page.executions.into_iter().map(|item| Execution {
            arn: item.execution_arn,
            status: item.status.as_str().to_owned(),
            stopped: item.stop_date.and_then(milliseconds),
            redrive_count: item.redrive_count.and_then(|count| u16::try_from(count).ok()),
            redrive_date: item.redrive_date.and_then(milliseconds),
            map_run_arn: item.map_run_arn,
            error: None,
            cause: None,
            redrive_status: None,
            redrive_status_reason: None,
        });
        Ok((executions.collect(), page.next_token))
    }

    /// DescribeExecution.
    ///
    /// # Errors
    /// The service's refusal, or why there was no answer.
    pub async fn describe_execution(&self, arn: &str) -> Result<Execution> {
        let recorder = self.recorder();
        let call = self.client.describe_execution().execution_arn(arn).customize().interceptor(recorder.clone());
        let item = self.settle("DescribeExecution", &recorder, call.send()).await?;
        Ok(Execution {
            arn: item.execution_arn,
            status: item.status.as_str().to_owned(),
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

    /// The execution that started a map run, by DescribeMapRun.
    ///
    /// # Errors
    /// The service's refusal, or why there was no answer.
    pub async fn parent_of_map_run(&self, map_run_arn: &str) -> Result<String> {
        let recorder = self.recorder();
        let call = self.client.describe_map_run().map_run_arn(map_run_arn).customize().interceptor(recorder.clone());
        Ok(self.settle("DescribeMapRun", &recorder, call.send()).await?.execution_arn)
    }

    /// A page of an execution's history, the last event first, without inputs and outputs.
    ///
    /// # Errors
    /// The service's refusal, or why there was no answer.
    pub async fn history(&self, arn: &str, next_token: Option<String>) -> Result<Page<HistoryEvent>> {
        let recorder = self.recorder();
        let call = self
            .client
            .get_execution_history()
            .execution_arn(arn)
            .reverse_order(true)
            .include_execution_data(false)
            .max_results(PAGE)
            .set_next_token(next_token)
            .customize()
            .interceptor(recorder.clone());
        let page = self.settle("GetExecutionHistory", &recorder, call.send()).await?;
        Ok((page.events, page.next_token))
    }

    fn recorder(&self) -> Recorder {
        Recorder::new(None, self.connection.endpoint_url.as_deref()).of(self.connection)
    }

    async fn settle<T, E: std::error::Error + 'static>(
        &self,
        operation: &str,
        recorder: &Recorder,
        call: impl Future<Output = std::result::Result<T, E>>,
    ) -> Result<T> {
        call.await.map_err(|error| failure(operation, &recorder.record(), Some(&error), self.connection))
    }
}

fn milliseconds(date: DateTime) -> Option<i64> {
    date.to_millis().ok()
}
