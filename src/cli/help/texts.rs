//! The texts of the help page and the man page beyond the options.

pub(crate) const NAME: &str = "resume a failed execution from the step that failed";

pub(crate) const EXAMPLE: &str =
    "redrive-execution --execution-arn \\\n    arn:aws:states:us-east-1:123456789012:execution:OrderFlow:run-42";

pub(crate) const DESCRIPTION: &[&str] = &[
    "Redrives an execution of a Standard workflow that failed, timed out or was aborted within the last 14 days. The execution goes \
     on from the step that did not succeed, under its own ARN, with the input and the state machine definition that it was started \
     with. Steps that had succeeded are not run again: their results and their history are kept.",
    "In a Parallel or an Inline Map state only those branches and iterations run again that failed or were aborted.",
    "A Distributed Map state is redriven through the workflow it belongs to: a redrive of that parent workflow also redrives the Map \
     Run that failed, and starts it where the first attempt never came that far.",
    "Express workflows cannot be redriven. Express workflows that are the children of a Distributed Map are started afresh when the \
     Map Run is redriven.",
];

pub(crate) const CONDITIONS_START: &str = "An execution can be redriven if all of this is true:";

pub(crate) const CONDITIONS: &[&str] = &[
    "Its status is FAILED, TIMED_OUT or ABORTED.",
    "It ended no more than 14 days ago.",
    "It has not been open for longer than a year in all.",
    "Its history holds fewer than 24,999 events (a redrive appends at least two events to the same history).",
];

pub(crate) const THIS_PROGRAM: &str = "This program takes what `aws stepfunctions redrive-execution` takes, reads the same variables and \
    files, and answers with the same output and the same exit status, byte for byte. The words `stepfunctions redrive-execution` may \
    stand before the options or be left out. An option may be shortened as long as it stays unambiguous.";

pub(crate) const COMMANDS_START: &str = "As the first word, these are this program's own:";

/// What an example does, and its command.
pub(crate) const EXAMPLES: &[(&str, &str)] = &[
    ("Redrive an execution:", EXAMPLE),
    (
        "Make a script safe to run twice: the same token within 15 minutes redrives once.",
        "redrive-execution --execution-arn \"$arn\" --client-token nightly-42",
    ),
    ("Print the date alone:", "redrive-execution --execution-arn \"$arn\" \\\n    --query redriveDate --output text"),
    (
        "Look before the leap: see the request's form, fill it in, check it without sending, send it.",
        "redrive-execution --generate-cli-skeleton > redrive.json\n\
         redrive-execution --cli-input-json file://redrive.json \\\n    --execution-arn \"$arn\" --generate-cli-skeleton output\n\
         redrive-execution --cli-input-json file://redrive.json",
    ),
    (
        "Use another account's profile, in another region, and see where each setting came from:",
        "redrive-execution --execution-arn \"$arn\" \\\n    --profile operations --region eu-west-1 --debug",
    ),
];

/// The steps in an outage: what to do, and how.
pub(crate) const OUTAGE: &[(&str, &str)] = &[
    (
        "1. See what failed, how, and how often. With --sample 200 a hundred thousand take seconds, and the numbers are estimates. What \
         is looked at is kept: the next steps do not pay for it again.",
        "redrive-execution bulk --summary --state-machine 'shop-*' \\\n    --since 3h",
    ),
    (
        "2. Try a few of each kind. If fewer than 90% of them succeed it stops, and shows how they failed; else it goes on with the \
         others.",
        "redrive-execution bulk --state-machine 'shop-*' \\\n    --since 3h --canary 20",
    ),
    (
        "3. Leave out what fails again, spare what is recovering, and stop when too many fail again.",
        "redrive-execution bulk --state-machine 'shop-*' \\\n    --error-match '!Invalid*' --wait \\\n    --max-running 50 \\\n    --stop-failing 20%",
    ),
    (
        "4. Continue where a run was stopped, with the journal that it named; --canary 0 goes on without one.",
        "redrive-execution bulk --resume JOURNAL",
    ),
    (
        "5. Tell the others, also while it is going. Without JOURNAL, runs are listed.",
        "redrive-execution report JOURNAL --output markdown",
    ),
];

pub(crate) const OUTPUT: &str = "When the execution was last redriven.";
