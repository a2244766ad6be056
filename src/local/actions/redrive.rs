//! RedriveExecution, and when an execution can be redriven.
//!
//! The rules and their wording are those of the API reference (RedriveExecution, `redriveStatusReason` of DescribeExecution).

use serde_json::{Value, json};

use super::Context;
use crate::local::arn::check_execution;
use crate::local::clock::Timestamp;
use crate::local::members::{ARN, Members, Text};
use crate::local::refusal::Refusal;
use crate::local::store::history;
use crate::local::store::{Execution, Kind, Machine, Status};

const DAY: i64 = 24 * 3_600 * 1_000;
/// Executions that were started before 2023-11-15T00:00:00Z cannot be redriven.
const LAUNCH: Timestamp = Timestamp::from_milliseconds(1_700_006_400_000);
/// How long after its stop an execution can be redriven.
const PERIOD: i64 = 14 * DAY;
/// How long an execution may be open, from its start.
const MAX_OPEN: i64 = 365 * DAY;
/// An execution with this many events cannot be redriven.
const EVENT_LIMIT: usize = 24_999;

/// A token that redrove the execution in the last 15 minutes comes before the rules, whatever the state is by now.
pub(crate) fn redrive(mut members: Members, context: &mut Context<'_>) -> Result<Value, Refusal> {
    let arn = members.required_text("executionArn", &ARN)?;
    let token = members.text("clientToken", &Text::ClientToken)?;
    members.finish()?;
    // An execution of a map run has a labelled ARN and is redriven with its parent. This refusal is our reading of the model.
    if check_execution(&arn)? {
        return Err(Refusal::labeled_arn(&arn));
    }
    let id = context.find_execution(&arn)?;
    let (store, now) = (&mut *context.store, context.now);
    let execution = store.execution(id);
    if let Some(redrive_date) = token.as_deref().and_then(|token| execution.tokens.redrive_date(token, now)) {
        return Ok(json!({"redriveDate": redrive_date}));
    }
    if let Some(reason) = Redrivability::of(execution, store.machine(execution.machine), now).reason() {
        return Err(Refusal::ExecutionNotRedrivable(arn, reason));
    }
    if store.running >= context.open_limit {
        return Err(Refusal::ExecutionLimitExceeded(context.open_limit));
    }
    store.redrive(id, now);
    if let Some(token) = token {
        store.execution_mut(id).tokens.remember(token, now);
    }
    Ok(json!({"redriveDate": now}))
}

/// `redriveStatus`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Redrivability {
    Redrivable,
    RedrivableByMapRun,
    NotRedrivable(&'static str),
}

impl Redrivability {
    pub(crate) fn of(execution: &Execution, machine: &Machine, now: Timestamp) -> Self {
        match (obstacle(execution, machine, now), execution.map_run) {
            (Some(reason), _) => Self::NotRedrivable(reason),
            (None, None) => Self::Redrivable,
            (None, Some(_)) => Self::RedrivableByMapRun,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        self.into()
    }

    pub(crate) fn reason(self) -> Option<&'static str> {
        match self {
            Self::NotRedrivable(reason) => Some(reason),
            Self::Redrivable | Self::RedrivableByMapRun => None,
        }
    }
}

/// The first obstacle, in the order and the words of the documentation.
fn obstacle(execution: &Execution, machine: &Machine, now: Timestamp) -> Option<&'static str> {
    let status = execution.status();
    let since_stop = execution.stopped().map_or(0, |stopped| now.since(stopped));
    let since_start = now.since(execution.first.began);
    // EXPRESS executions of a map run have no history and no age.
    let durable = execution.plan.kind == Kind::Standard;
    [
        (machine.deleting, "State machine is in DELETING status."),
        (status == Status::Running, "Execution is RUNNING and cannot be redriven."),
        (status == Status::PendingRedrive, "Execution is PENDING_REDRIVE and cannot be redriven."),
        (status == Status::Succeeded, "Execution is SUCCEEDED and cannot be redriven."),
        (durable && execution.first.began < LAUNCH, "Execution was started before the launch of RedriveExecution."),
        (durable && history::length(execution) >= EVENT_LIMIT, "Execution history event limit exceeded."),
        (durable && since_start > MAX_OPEN, "Execution has exceeded the max execution time."),
        (since_stop > PERIOD, "Execution redrivable period exceeded."),
    ]
    .into_iter()
    .find_map(|(applies, reason)| applies.then_some(reason))
}

#[cfg(test)]
mod tests {
    use super::Redrivability;
    use crate::local::arn::ArnMaker;
    use crate::local::clock::Timestamp;
    use crate::local::seed::{Seed, plant};

    const NOW: Timestamp = Timestamp::from_milliseconds(1_800_000_000_000);

    fn reason(execution: &str) -> Option<&'static str> {
        let text = format!(r#"{{"stateMachines": [{{"name": "M", "executions": [{{"name": "a", {execution}}}]}}]}}"#);
        let arns = ArnMaker::new("us-east-1", "123456789012");
        let store = plant(&Seed::parse(&text).unwrap(), &arns, 5_000, NOW).unwrap();
        let execution = &store.executions[0];
        Redrivability::of(execution, store.machine(execution.machine), NOW).reason()
    }

    #[test]
    fn each_limit_is_exact() {
        for (execution, expected) in [
            (r#""status": "FAILED", "started": "-20d", "stopped": "-14d""#, None),
            (r#""status": "TIMED_OUT", "started": "-20d", "stopped": "-1209600001ms""#, Some("period exceeded")),
            (r#""status": "ABORTED", "started": "-365d", "stopped": "-1d""#, None),
            (r#""status": "ABORTED", "started": "-31536000001ms", "stopped": "-1d""#, Some("max execution time")),
            (r#""status": "FAILED", "events": 24998"#, None),
            (r#""status": "FAILED", "events": 24999"#, Some("event limit")),
            (r#""status": "FAILED", "events": 24994, "redriveCount": 1"#, Some("event limit")),
            (r#""status": "FAILED", "started": "2023-11-14T23:59:59.999Z", "stopped": "-1d""#, Some("launch")),
            (r#""status": "FAILED", "started": "2023-11-15T00:00:00Z", "stopped": "-1d""#, Some("max execution time")),
            (r#""status": "RUNNING", "started": "-400d""#, Some("is RUNNING")),
            (r#""status": "SUCCEEDED", "started": "-400d", "stopped": "-20d""#, Some("is SUCCEEDED")),
        ] {
            let (reason, part) = (reason(execution).unwrap_or("none"), expected.unwrap_or("none"));
            assert!(reason.contains(part), "{execution}: {reason}");
        }
    }
}
