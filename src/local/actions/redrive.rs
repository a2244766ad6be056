//! RedriveExecution, and when an execution can be redriven.
//!
//! The rules and their wording are those of the API reference (RedriveExecution, `redriveStatusReason` of DescribeExecution).

use serde_json::{Value, json};

use super::Context;
use crate::local::arn::Arn;
use crate::local::clock::Timestamp;
use crate::local::members::{ARN, CLIENT_TOKEN, Members};
use crate::local::refusal::Refusal;
use crate::local::store::history::History;
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

/// RedriveExecution. A token that redrove the execution in the last 15 minutes is answered first, whatever the state is by now;
/// then come the rules.
pub(crate) fn redrive(mut members: Members, context: &mut Context<'_>) -> Result<Value, Refusal> {
    let arn = members.required_text("executionArn", &ARN)?;
    let token = members.text("clientToken", &CLIENT_TOKEN)?;
    members.finish()?;
    // An execution of a map run has a labelled ARN: its parent is to be redriven. This refusal is our reading of the model.
    if Arn::execution(&arn)?.label.is_some() {
        return Err(Refusal::labeled_arn(&arn));
    }
    let id = context.find_execution(&arn)?;
    let (store, now) = (&mut *context.store, context.now);
    let execution = store.execution(id);
    if let Some(redrive_date) = token.as_deref().and_then(|token| execution.tokens.redrive_date(token, now)) {
        return Ok(json!({"redriveDate": redrive_date}));
    }
    if let Some(reason) = Redrivability::of(execution, store.machine(execution.machine), now).reason() {
        return Err(Refusal::execution_not_redrivable(&arn, reason.into()));
    }
    if store.running() >= context.open_limit {
        return Err(Refusal::execution_limit_exceeded(context.open_limit));
    }
    store.redrive(id, now);
    if let Some(token) = token {
        store.execution_mut(id).tokens.remember(token, now);
    }
    Ok(json!({"redriveDate": now}))
}

/// Why an execution cannot be redriven, in the words of the documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
pub(crate) enum Reason {
    #[strum(to_string = "State machine is in DELETING status.")]
    Deleting,
    #[strum(to_string = "Execution is RUNNING and cannot be redriven.")]
    Running,
    #[strum(to_string = "Execution is PENDING_REDRIVE and cannot be redriven.")]
    PendingRedrive,
    #[strum(to_string = "Execution is SUCCEEDED and cannot be redriven.")]
    Succeeded,
    #[strum(to_string = "Execution was started before the launch of RedriveExecution.")]
    BeforeLaunch,
    #[strum(to_string = "Execution history event limit exceeded.")]
    EventLimit,
    #[strum(to_string = "Execution has exceeded the max execution time.")]
    MaxOpenTime,
    #[strum(to_string = "Execution redrivable period exceeded.")]
    PeriodExceeded,
}

/// `redriveStatus`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Redrivability {
    Redrivable,
    /// `REDRIVABLE_BY_MAP_RUN`: with its parent.
    ByMapRun,
    Not(Reason),
}

impl Redrivability {
    /// Of an execution, now.
    pub(crate) fn of(execution: &Execution, machine: &Machine, now: Timestamp) -> Self {
        match (reason(execution, machine, now), execution.map_run) {
            (Some(reason), _) => Self::Not(reason),
            (None, None) => Self::Redrivable,
            (None, Some(_)) => Self::ByMapRun,
        }
    }

    /// As the API writes it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Redrivable => "REDRIVABLE",
            Self::ByMapRun => "REDRIVABLE_BY_MAP_RUN",
            Self::Not(_) => "NOT_REDRIVABLE",
        }
    }

    pub(crate) fn reason(self) -> Option<Reason> {
        match self {
            Self::Not(reason) => Some(reason),
            Self::Redrivable | Self::ByMapRun => None,
        }
    }
}

/// What stands in the way first, in the order of the documentation.
fn reason(execution: &Execution, machine: &Machine, now: Timestamp) -> Option<Reason> {
    let status = execution.status();
    let since_stop = execution.stopped().map_or(0, |stopped| now.since(stopped));
    // What a map run starts anew as an EXPRESS execution has no history and no age.
    let durable = execution.plan.kind == Kind::Standard;
    [
        (machine.deleting, Reason::Deleting),
        (status == Status::Running, Reason::Running),
        (status == Status::PendingRedrive, Reason::PendingRedrive),
        (status == Status::Succeeded, Reason::Succeeded),
        (durable && execution.first.began < LAUNCH, Reason::BeforeLaunch),
        (durable && History::of(execution).len() >= EVENT_LIMIT, Reason::EventLimit),
        (durable && now.since(execution.first.began) > MAX_OPEN, Reason::MaxOpenTime),
        (since_stop > PERIOD, Reason::PeriodExceeded),
    ]
    .into_iter()
    .find_map(|(stands, reason)| stands.then_some(reason))
}

#[cfg(test)]
mod tests {
    use super::{Reason, Redrivability};
    use crate::local::arn::ArnMaker;
    use crate::local::clock::Timestamp;
    use crate::local::seed::{Seed, plant};
    use crate::local::store::Store;

    const NOW: Timestamp = Timestamp::from_milliseconds(1_800_000_000_000);

    fn store(execution: &str) -> Store {
        let text = format!(r#"{{"stateMachines": [{{"name": "M", "executions": [{{"name": "a", {execution}}}]}}]}}"#);
        let arns = ArnMaker::new("us-east-1", "123456789012");
        plant(&Seed::parse(&text).unwrap(), &arns, 5_000, NOW).unwrap()
    }

    fn reason(execution: &str) -> Option<Reason> {
        let store = store(execution);
        let execution = store.executions().first().unwrap();
        Redrivability::of(execution, store.machine(execution.machine), NOW).reason()
    }

    #[test]
    fn each_limit_is_exact() {
        for (execution, expected) in [
            (r#""status": "FAILED", "started": "-20d", "stopped": "-14d""#, None),
            (r#""status": "TIMED_OUT", "started": "-20d", "stopped": "-1209600001ms""#, Some(Reason::PeriodExceeded)),
            (r#""status": "ABORTED", "started": "-365d", "stopped": "-1d""#, None),
            (r#""status": "ABORTED", "started": "-31536000001ms", "stopped": "-1d""#, Some(Reason::MaxOpenTime)),
            (r#""status": "FAILED", "events": 24998"#, None),
            (r#""status": "FAILED", "events": 24999"#, Some(Reason::EventLimit)),
            (
                r#""status": "FAILED", "started": "2023-11-14T23:59:59.999Z", "stopped": "-1d""#,
                Some(Reason::BeforeLaunch),
            ),
            (r#""status": "FAILED", "started": "2023-11-15T00:00:00Z", "stopped": "-1d""#, Some(Reason::MaxOpenTime)),
            (r#""status": "RUNNING", "started": "-400d""#, Some(Reason::Running)),
            (r#""status": "SUCCEEDED", "started": "-400d", "stopped": "-20d""#, Some(Reason::Succeeded)),
        ] {
            assert_eq!(reason(execution), expected, "{execution}");
        }
    }

    #[test]
    fn events_of_redrives_count() {
        let execution = r#""status": "FAILED", "events": 24994, "redriveCount": 1"#;
        assert_eq!(reason(execution), Some(Reason::EventLimit), "24,994 and five of the redrive");
    }
}
