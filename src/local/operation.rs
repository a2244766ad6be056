//! The operations that are answered, by their names in `X-Amz-Target`.

use std::fmt;

/// The prefix of `X-Amz-Target`, before the dot (`targetPrefix` of the service model).
pub(crate) const TARGET_PREFIX: &str = "AWSStepFunctions";

/// An operation of Step Functions that the endpoint answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, clap::ValueEnum)]
#[value(rename_all = "PascalCase")]
pub enum Operation {
    /// `DescribeExecution`.
    DescribeExecution,
    /// `DescribeMapRun`.
    DescribeMapRun,
    /// `GetExecutionHistory`.
    GetExecutionHistory,
    /// `ListExecutions`.
    ListExecutions,
    /// `ListMapRuns`.
    ListMapRuns,
    /// `ListStateMachines`.
    ListStateMachines,
    /// `RedriveExecution`.
    RedriveExecution,
}

impl Operation {
    /// All of them.
    pub(crate) const ALL: [Self; 7] = [
        Self::DescribeExecution,
        Self::DescribeMapRun,
        Self::GetExecutionHistory,
        Self::ListExecutions,
        Self::ListMapRuns,
        Self::ListStateMachines,
        Self::RedriveExecution,
    ];

    /// The name, as `X-Amz-Target` and IAM actions have it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::DescribeExecution => "DescribeExecution",
            Self::DescribeMapRun => "DescribeMapRun",
            Self::GetExecutionHistory => "GetExecutionHistory",
            Self::ListExecutions => "ListExecutions",
            Self::ListMapRuns => "ListMapRuns",
            Self::ListStateMachines => "ListStateMachines",
            Self::RedriveExecution => "RedriveExecution",
        }
    }

    /// The operation of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operation| operation.name() == name)
    }

    /// The operation that a value of `X-Amz-Target` asks for.
    pub(crate) fn targeted(target: &str) -> Option<Self> {
        target.strip_prefix(TARGET_PREFIX)?.strip_prefix('.').and_then(Self::named)
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::Operation;

    #[test]
    fn a_target_needs_the_prefix_and_a_known_name() {
        assert_eq!(Operation::targeted("AWSStepFunctions.RedriveExecution"), Some(Operation::RedriveExecution));
        for target in
            ["RedriveExecution", "AWSStepFunctions.", "AWSStepFunctions.redriveExecution", "Other.RedriveExecution", ""]
        {
            assert_eq!(Operation::targeted(target), None, "{target}");
        }
    }
}
