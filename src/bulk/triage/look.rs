//! What a look at an execution shows of its failure. Never its input or output.

use serde::{Deserialize, Serialize};

use super::cause;
use crate::aws::reads::Execution;

/// Texts are empty where there is nothing to say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Look {
    /// By DescribeExecution, where it was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<Description>,
    /// The state that failed, by GetExecutionHistory, where it was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) failed_state: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Description {
    pub(crate) status: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) error: String,
    /// In its normal form.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) cause: String,
    /// Why it cannot be redriven.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) refusal: String,
}

impl Description {
    pub(crate) fn of(found: &Execution) -> Self {
        let refused = found.redrive_status.as_deref() == Some("NOT_REDRIVABLE");
        let reason = || found.redrive_status_reason.clone().unwrap_or_else(|| "NOT_REDRIVABLE".to_owned());
        Self {
            status: found.status.clone(),
            error: found.error.clone().unwrap_or_default(),
            cause: found.cause.as_deref().map(cause::normal).unwrap_or_default(),
            refusal: refused.then(reason).unwrap_or_default(),
        }
    }

    /// Whether it will be the same at the next look: not of what runs, or waits for its turn.
    pub(crate) fn is_final(&self) -> bool {
        matches!(self.status.as_str(), "FAILED" | "TIMED_OUT" | "ABORTED")
    }
}
