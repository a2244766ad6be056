//! `help permissions`: what the caller's IAM policy has to allow, for each part.

pub(crate) const TEXT: &str = r#"What the caller's IAM policy has to allow:

  a redrive, and bulk --from                    states:RedriveExecution
  bulk: why an execution was refused, and what
    became of calls that were never answered    states:DescribeExecution
  bulk --state-machine-arn, wait for many       states:ListExecutions
  bulk --state-machine                          states:ListStateMachines
  bulk --error-match, --cause-match, wait       states:DescribeExecution
  bulk --failed-state                           states:GetExecutionHistory
  bulk --summary                                states:DescribeExecution, states:GetExecutionHistory
  bulk --map-run-arn, children in --from        states:DescribeMapRun, states:DescribeExecution
  the prompt's lists                            states:ListStateMachines, states:ListExecutions

Everything, for the state machine NAME in REGION of ACCOUNT:

{
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": ["states:ListStateMachines"],
            "Resource": "*"
        },
        {
            "Effect": "Allow",
            "Action": ["states:ListExecutions"],
            "Resource": "arn:aws:states:REGION:ACCOUNT:stateMachine:NAME"
        },
        {
            "Effect": "Allow",
            "Action": [
                "states:RedriveExecution",
                "states:DescribeExecution",
                "states:GetExecutionHistory",
                "states:DescribeMapRun"
            ],
            "Resource": [
                "arn:aws:states:REGION:ACCOUNT:execution:NAME:*",
                "arn:aws:states:REGION:ACCOUNT:execution:NAME/*",
                "arn:aws:states:REGION:ACCOUNT:mapRun:NAME/*"
            ]
        }
    ]
}

Without states:DescribeExecution a bulk run works, but an execution whose redrive was not answered in time stays UNDECIDED.
"#;
