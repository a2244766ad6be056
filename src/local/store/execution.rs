//! One execution: its attempts, the client tokens of its redrives, and what the seed plans for it.

use std::borrow::Cow;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::super::clock::Timestamp;
use super::super::weather::{fraction, weighted};
use super::{Kind, MachineId, MapRunId};

/// How many tokens of successful redrives are remembered for an execution.
const KEPT: usize = 10;
/// How long a token is valid after its first use, in milliseconds.
const LIFETIME: i64 = 15 * 60 * 1_000;

/// The status of an execution. A seed can give all but `PENDING_REDRIVE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[derive(strum::Display, strum::EnumString, strum::VariantArray)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Status {
    Running,
    Succeeded,
    Failed,
    TimedOut,
    Aborted,
    /// Waits for its turn in a map run that is being redriven.
    #[serde(skip_deserializing)]
    PendingRedrive,
}

/// From a start, or a redrive, to the end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attempt {
    pub(crate) began: Timestamp,
    /// When and how it ended, unless it is running.
    pub(crate) ended: Option<(Timestamp, Status)>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Shape {
    #[default]
    Task,
    Map,
}

/// What a seed plans for an execution, shared by all that it repeats.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// JSON, as the output.
    pub(crate) input: String,
    pub(crate) output: String,
    pub(crate) error: Option<String>,
    /// With `{n}` for the execution's number.
    pub(crate) cause: Option<String>,
    pub(crate) failed_state: String,
    pub(crate) shape: Shape,
    /// How many events of other states the first attempt has.
    pub(crate) other_events: usize,
    /// The type of the state machine, or of the map run that started it.
    pub(crate) kind: Kind,
    /// `None`: SUCCEEDED.
    pub(crate) outcomes: Option<Outcomes>,
    /// How many redrives there were before the endpoint started.
    pub(crate) seeded_redrives: usize,
    /// How long a redrive runs, in milliseconds.
    pub(crate) run_time: i64,
    /// The version and the alias that it was started by.
    pub(crate) version_arn: Option<String>,
    pub(crate) alias_arn: Option<String>,
}

/// How redrives end: `afterRedrive` of a seed. [`Status::Running`] never ends.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Outcomes {
    One(Status),
    /// One after the other, the last one for all further.
    Each(Vec<Status>),
    /// By chance, in proportion to their weights.
    Chances(BTreeMap<Status, f64>),
}

#[derive(Debug)]
pub(crate) struct Execution {
    pub(crate) arn: Arc<str>,
    /// Its state machine; for what a map run started, the one of the map run's parent.
    pub(crate) machine: MachineId,
    pub(crate) map_run: Option<MapRunId>,
    pub(crate) own_map_run: Option<MapRunId>,
    pub(crate) plan: Arc<Plan>,
    /// Its number, from 1, among those that the seed repeats or that the map run started.
    pub(crate) number: u32,
    /// Whether it waits for its turn in a map run that is being redriven.
    pub(crate) pending: bool,
    pub(crate) first: Attempt,
    pub(crate) redrives: Vec<Attempt>,
    /// The tokens of its last successful redrives, oldest first.
    pub(crate) tokens: Tokens,
}

impl Execution {
    pub(crate) fn name(&self) -> &str {
        self.arn.rsplit(':').next().unwrap_or(&self.arn)
    }

    pub(crate) fn last_attempt(&self) -> &Attempt {
        self.redrives.last().unwrap_or(&self.first)
    }

    pub(crate) fn status(&self) -> Status {
        let status = self.last_attempt().ended.map_or(Status::Running, |(_, status)| status);
        if self.pending { Status::PendingRedrive } else { status }
    }

    pub(crate) fn stopped(&self) -> Option<Timestamp> {
        self.last_attempt().ended.map(|(time, _)| time)
    }

    pub(crate) fn redrive_date(&self) -> Option<Timestamp> {
        self.redrives.last().map(|attempt| attempt.began)
    }

    /// How the latest redrive ends, by the seed.
    pub(crate) fn outcome_of_redrive(&self) -> Status {
        let nth = self.redrives.len().saturating_sub(self.plan.seeded_redrives + 1);
        let outcome = self.plan.outcomes.as_ref().and_then(|outcomes| match outcomes {
            Outcomes::One(status) => Some(*status),
            Outcomes::Each(statuses) => statuses.get(nth).or(statuses.last()).copied(),
            Outcomes::Chances(weights) => {
                let weights = weights.iter().map(|(status, weight)| (*status, *weight));
                weighted(weights, fraction(self.number.into(), nth))
            }
        });
        outcome.unwrap_or(Status::Succeeded)
    }

    /// The error and the cause of an attempt that ended with this status.
    pub(crate) fn failure(&self, status: Status) -> (Option<&str>, Option<Cow<'_, str>>) {
        let (error, cause) = match status {
            Status::Running | Status::Succeeded | Status::PendingRedrive => return (None, None),
            Status::Failed => (Some("States.TaskFailed"), Some("The task did not succeed.")),
            Status::TimedOut => (Some("States.Timeout"), None),
            Status::Aborted => (None, None),
        };
        let planned = self.plan.cause.as_deref().map(|cause| self.numbered(cause));
        (self.plan.error.as_deref().or(error), planned.or(cause.map(Cow::Borrowed)))
    }

    pub(crate) fn input(&self) -> Cow<'_, str> {
        self.numbered(&self.plan.input)
    }

    /// A text of the seed with the execution's number for `{n}`.
    fn numbered<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if text.contains("{n}") { text.replace("{n}", &self.number.to_string()).into() } else { text.into() }
    }
}

/// The last tokens that redrove an execution and when each was first used, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Tokens(VecDeque<(String, Timestamp)>);

impl Tokens {
    /// The `redriveDate` that a token gets without another redrive, whatever state the execution is in.
    pub(crate) fn redrive_date(&self, token: &str, now: Timestamp) -> Option<Timestamp> {
        let (_, used) = self.0.iter().find(|(known, _)| known == token)?;
        (now.since(*used) <= LIFETIME).then_some(*used)
    }

    pub(crate) fn remember(&mut self, token: String, now: Timestamp) {
        self.0.retain(|(known, _)| *known != token);
        if self.0.len() >= KEPT {
            self.0.pop_front();
        }
        self.0.push_back((token, now));
    }
}

#[cfg(test)]
mod tests {
    use super::{KEPT, Tokens};
    use crate::local::clock::Timestamp;

    #[test]
    fn the_last_ten_tokens_are_kept_for_fifteen_minutes() {
        let used = |number: usize| Timestamp::from_milliseconds(i64::try_from(number).unwrap() * 1_000);
        let mut tokens = Tokens::default();
        for number in 0..=KEPT {
            tokens.remember(format!("token-{number}"), used(number));
        }
        let last = used(KEPT);
        assert_eq!(tokens.redrive_date("token-0", last), None, "the eleventh pushed it out");
        assert_eq!(tokens.redrive_date("token-1", last), Some(used(1)));
        assert_eq!(tokens.redrive_date("token-1", used(1).plus(900_000)), Some(used(1)));
        assert_eq!(tokens.redrive_date("token-1", used(1).plus(900_001)), None);
        assert_eq!(tokens.redrive_date("token-", last), None);
    }
}
