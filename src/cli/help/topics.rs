//! `help TOPIC`: tables of the code, to be read.

use super::layout::{Layout, Look};
use super::{settings, texts};
use crate::cli::differences;
use crate::env_vars;
use crate::error::STATUSES;

#[derive(Debug)]
pub(crate) struct Topic {
    pub(crate) name: &'static str,
    pub(crate) sentence: &'static str,
    example: &'static str,
    body: fn(&mut Layout),
}

pub(crate) const TOPICS: &[Topic] = &[
    Topic {
        name: "outage",
        sentence: "What to do when many executions have failed, step by step.",
        example: "redrive-execution bulk --summary --state-machine 'shop-*' --since 3h",
        body: |page| {
            for (what, command) in texts::OUTAGE {
                page.lines(0, what);
                page.verbatim(2, command);
            }
        },
    },
    Topic {
        name: "settings",
        sentence: "Where each setting comes from: an option wins over its variable, a variable over the profile, the profile over the \
                   default.",
        example: "redrive-execution --execution-arn \"$arn\" --region eu-west-1 --debug",
        body: |page| {
            for setting in settings::ALL {
                page.term(0, setting.what, "");
                page.definition(4, 11, "option", setting.options);
                page.definition(4, 11, "variable", setting.variables);
                page.definition(4, 11, "profile", setting.keys);
                page.definition(4, 11, "default", setting.default);
                page.blank();
            }
        },
    },
    Topic {
        name: "environment",
        sentence: "The environment variables that are read.",
        example: "AWS_PROFILE=operations redrive-execution --execution-arn \"$arn\"",
        body: |page| {
            for (name, meaning) in env_vars::ALL {
                page.term(0, name, "");
                page.lines(4, meaning);
            }
        },
    },
    Topic {
        name: "permissions",
        sentence: "What the caller's IAM policy has to allow.",
        example: "redrive-execution bulk --from arns.txt --dry-run",
        body: |page| {
            for (part, actions) in PERMISSIONS {
                page.lines(0, part);
                page.lines(4, actions);
            }
            page.blank();
            page.paragraph(0, "Everything, for the state machine NAME in REGION of ACCOUNT:");
            page.verbatim(0, POLICY);
            page.paragraph(
        0,
        "Without states:DescribeExecution a bulk run works, but an execution whose redrive was not answered in time stays UNDECIDED.",
    );
        },
    },
    Topic {
        name: "exit-statuses",
        sentence: "What each exit status means.",
        example: "redrive-execution --execution-arn \"$arn\" || echo \"status $?\"",
        body: |page| {
            STATUSES.iter().for_each(|(status, meaning)| page.definition(0, 6, status, meaning));
        },
    },
    Topic {
        name: "differences",
        sentence: "Where this program differs from the AWS CLI on purpose.",
        example: "redrive-execution help differences | less",
        body: |page| {
            for row in differences::ALL {
                page.term(0, row.id, "");
                page.lines(4, row.what);
                page.definition(4, 9, "AWS CLI", row.aws_cli);
                page.definition(4, 9, "here", row.here);
                page.definition(4, 9, "why", row.why);
                page.blank();
            }
        },
    },
];

pub(crate) fn topic(name: &str, look: Look) -> Option<String> {
    let topic = TOPICS.iter().find(|topic| topic.name == name)?;
    let mut page = Layout::new(look);
    page.paragraph(0, topic.sentence);
    page.verbatim(2, topic.example);
    (topic.body)(&mut page);
    Some(page.into_text())
}

/// A part of the program, and the actions it needs.
const PERMISSIONS: &[(&str, &str)] = &[
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

const POLICY: &str = r#"{
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

#[cfg(test)]
mod tests {
    use super::super::Look;
    use super::{TOPICS, topic};

    fn page(name: &str, columns: usize) -> String {
        topic(name, Look { columns, bold: false }).unwrap()
    }

    #[test]
    fn every_topic_begins_with_a_sentence_and_an_example() {
        for topic in TOPICS {
            assert!(topic.sentence.ends_with('.'), "{}", topic.name);
            let page = page(topic.name, 400);
            assert!(page.starts_with(&format!("{}\n\n  {}\n", topic.sentence, topic.example)), "{page}");
        }
    }

    #[test]
    fn a_topic_fits_the_terminal_but_for_what_is_copied() {
        for (topic, columns) in TOPICS.iter().flat_map(|topic| [40, 80, 120].map(|columns| (topic.name, columns))) {
            let copied =
                |line: &&str| !line.starts_with("  redrive") && !line.starts_with("  AWS_") && !line.contains('"');
            // A name alone may be longer than a narrow line.
            let breaks = |line: &&str| line.trim_start().contains(' ');
            let page = page(topic, columns);
            let wide: Vec<_> =
                page.lines().filter(copied).filter(breaks).filter(|line| line.chars().count() > columns).collect();
            assert!(wide.is_empty(), "{topic} {columns}: {wide:#?}");
        }
    }
}
