//! The state machines and executions at the start: a JSON document, the built-in one or one's own.
//!
//! The built-in one is an example of the format. A batch can fail in several ways, and fail again by chance; `{n}` is the number within the batch:
//!
//! ```json
//! {"name": "batch-{n}", "repeat": 3000, "status": "FAILED", "spread": "3d", "failures": [
//!   {"weight": 3, "error": "Timeout", "cause": "no answer for order {n}", "afterRedrive": {"SUCCEEDED": 0.9, "FAILED": 0.1}},
//!   {"error": "Invalid", "failedState": "Check", "afterRedrive": "FAILED"}]}
//! ```
//!
//! Only the names and the executions' `status` are required; the fields of the structures here give the defaults.
//! Times are RFC 3339, or relative to the start of the endpoint: `-90s`, `-2h`, `-3d`. Unknown fields are refused.

mod plant;

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

pub(super) use self::plant::plant;
use super::clock::{Span, Timestamp};
use super::store::{Kind, Outcomes, Status};
use crate::host::read_at_most;
use crate::render::escape::Escaped;

/// A larger seed is refused.
const LARGEST: u64 = 64 << 20;

/// Why a seed is not usable.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SeedError(String);

impl SeedError {
    /// The text may quote the seed.
    fn new(text: impl std::fmt::Display) -> Self {
        Self(Escaped(&text.to_string()).to_string())
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Seed {
    state_machines: Vec<MachineSeed>,
}

/// `stateMachines[]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MachineSeed {
    name: String,
    /// `STANDARD` (the default) or `EXPRESS`, which has no executions of its own to show.
    #[serde(default, rename = "type")]
    kind: Kind,
    /// When it was created; 90 days before the start.
    created: Option<When>,
    #[serde(default)]
    deleting: bool,
    /// How many versions of it are published, from 1; none.
    #[serde(default)]
    versions: u16,
    /// Its aliases, and the version that each leads to.
    #[serde(default)]
    aliases: BTreeMap<String, u16>,
    #[serde(default)]
    executions: Vec<ExecutionSeed>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ExecutionSeed {
    /// The name. With `repeat`, `{n}` in it becomes 1, 2, 3 ….
    name: String,
    /// How many like this there are; 1.
    repeat: Option<u32>,
    /// With `repeat`: the first one has the times given, the last one those this much earlier; all have the same.
    spread: Option<Span>,
    /// `RUNNING`, `SUCCEEDED`, `FAILED`, `TIMED_OUT` or `ABORTED`.
    status: Status,
    /// When it was started; 10 minutes before it stopped, or before now.
    started: Option<When>,
    /// When it stopped; half an hour before the start of the endpoint.
    stopped: Option<When>,
    /// The version or the alias that it was started by, such as `"3"` or `"live"`; neither.
    qualifier: Option<String>,
    /// The input, any JSON, with the number for `{n}`; `{}`.
    input: Option<Value>,
    /// The output once it succeeds, any JSON; `{}`.
    output: Option<Value>,
    /// The error of unsuccessful ends; what goes with the status.
    error: Option<String>,
    /// The cause of unsuccessful ends, with the number for `{n}`; what goes with the status.
    cause: Option<String>,
    /// The state it ends in; `Work`.
    failed_state: Option<String>,
    /// How redrives end: a status, or one for each further redrive, the last one for all after, or statuses with their
    /// weights, of which chance takes one each time; `RUNNING` never ends. `SUCCEEDED`.
    after_redrive: Option<Outcomes>,
    /// With `repeat`: several ways to fail, of which chance gives each execution one.
    #[serde(default)]
    failures: Vec<FailureSeed>,
    /// How many events its first attempt has; as few as there can be.
    events: Option<usize>,
    /// How many redrives there were before, all ended like it.
    #[serde(default)]
    redrive_count: u16,
    /// How many seconds a redrive runs; as in the settings.
    run_seconds: Option<f64>,
    map_run: Option<MapRunSeed>,
}

/// `failures[]`: the fields of the execution are the defaults.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct FailureSeed {
    /// How often it comes, compared with the weights of the others; 1.
    weight: Option<f64>,
    error: Option<String>,
    cause: Option<String>,
    failed_state: Option<String>,
    after_redrive: Option<Outcomes>,
}

/// `mapRun`: it ended when and how its execution ended.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MapRunSeed {
    label: String,
    /// The type of the children: `STANDARD` (the default) or `EXPRESS`.
    #[serde(default, rename = "type")]
    kind: Kind,
    children: ChildrenSeed,
    /// `maxConcurrency`; 0, which is no limit.
    #[serde(default)]
    max_concurrency: u32,
    #[serde(default)]
    tolerated_failure_percentage: f64,
    #[serde(default)]
    tolerated_failure_count: u32,
}

/// `mapRun.children`: how many of each status.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct ChildrenSeed {
    running: u32,
    succeeded: u32,
    failed: u32,
    timed_out: u32,
    aborted: u32,
    pending_redrive: u32,
}

/// A time: RFC 3339, or a span before the start such as `-2h`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
enum When {
    At(Timestamp),
    Before(Span),
}

impl When {
    fn resolve(self, now: Timestamp) -> Timestamp {
        match self {
            Self::At(timestamp) => timestamp,
            Self::Before(span) => now.plus(-span.0),
        }
    }
}

impl TryFrom<String> for When {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let when = match text.strip_prefix('-') {
            Some(before) => before.parse().ok().map(Self::Before),
            None => text.parse().ok().map(|time: jiff::Timestamp| Self::At(time.into())),
        };
        when.ok_or_else(|| format!("'{text}' is not a time such as 2026-01-31T12:00:00Z, -90s, -2h or -14d"))
    }
}

/// The built-in seed, which is also an example of the format.
pub(super) const BUILT_IN: &str = include_str!("built_in.json");

impl Default for Seed {
    /// The built-in one: state machines with executions in every state, one that is being deleted, and an EXPRESS one.
    #[expect(clippy::expect_used, reason = "the text is ours, and a test plants it")]
    fn default() -> Self {
        Self::parse(BUILT_IN).expect("the built-in seed is right")
    }
}

impl Seed {
    /// # Errors
    /// When the text is not of the format; the error names line and column.
    pub fn parse(text: &str) -> Result<Self, SeedError> {
        serde_json::from_str(text).map_err(SeedError::new)
    }

    /// Fails where the file cannot be read, is larger than 64 MiB, or is not of the format.
    pub(crate) fn read(path: &Path) -> Result<Self, SeedError> {
        let at_path = |error: &dyn std::fmt::Display| SeedError::new(format_args!("{}: {error}", path.display()));
        let bytes = read_at_most(path, LARGEST).map_err(|error| at_path(&error))?;
        let text = String::from_utf8(bytes).map_err(|error| at_path(&error))?;
        Self::parse(&text).map_err(|error| at_path(&error))
    }
}

#[cfg(test)]
mod tests;
