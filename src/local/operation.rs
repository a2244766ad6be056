//! The operations that are answered, by their names in `X-Amz-Target` and in IAM's actions.

use strum::{EnumString, IntoStaticStr, VariantArray};

/// The prefix of `X-Amz-Target` (`targetPrefix` of the service model) and its dot.
const TARGET_PREFIX: &str = "AWSStepFunctions.";

#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    clap::ValueEnum,
    strum::Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[value(rename_all = "PascalCase")]
pub enum Operation {
    DescribeExecution,
    DescribeMapRun,
    GetExecutionHistory,
    ListExecutions,
    ListMapRuns,
    ListStateMachines,
    RedriveExecution,
}

impl Operation {
    pub(crate) fn name(self) -> &'static str {
        self.into()
    }

    /// The operation that a value of `X-Amz-Target` asks for.
    pub(crate) fn targeted(target: &str) -> Option<Self> {
        target.strip_prefix(TARGET_PREFIX)?.parse().ok()
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
