//! What the caller's IAM policy has to allow, for each part: the data behind `help permissions`.

/// A part of the program, and the actions it needs.
pub(crate) const PARTS: &[(&str, &str)] = &[
    ("a redrive, and bulk --from", "states:RedriveExecution"),
    (
        "bulk: why an execution was refused, and what became of calls that were never answered",
        "states:DescribeExecution",
    ),
    ("bulk --state-machine-arn, wait for many", "states:ListExecutions"),
    ("bulk --state-machine", "states:ListStateMachines"),
    ("bulk --error-match, --cause-match, wait", "states:DescribeExecution"),
    ("bulk --failed-state", "states:GetExecutionHistory"),
    ("bulk --summary", "states:DescribeExecution, states:GetExecutionHistory"),
    ("bulk --map-run-arn, children in --from", "states:DescribeMapRun, states:DescribeExecution"),
    ("doctor --call", "states:ListStateMachines"),
    ("the prompt's lists", "states:ListStateMachines, states:ListExecutions"),
];

/// A policy for everything.
pub(crate) const POLICY: &str = r#"{
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
}"#;
