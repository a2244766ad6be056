//! Waiting until redriven executions end, within the quotas of the reads: few are described, many are listed.
//!
//! An end counts only if it follows the redrive: lists and descriptions may lag behind, and then show how it ended before.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::rc::Rc;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::access::Access;
use super::arguments::{Wait, wrong};
use super::arn::ExecutionArn;
use super::calls::Calls;
use super::console::{Console, Event};
use super::moment::{self, span};
use super::patience::Patience;
use super::plan::Plan;
use super::quotas::{Quotas, SHARE};
use super::report::{Records, Tally};
use super::{Streams, list_file, pages};
use crate::aws::reads::Execution;
use crate::error::{Error, Result};
use crate::platform::signals::interruptible;
use crate::render::escape::Escaped;
use crate::settings::Settings;
use crate::value::{Map, Value};

/// Up to so many executions of a state machine are described one by one.
const FEW: usize = 50;
/// How far two accounts of one redrive may be apart, in milliseconds.
const ROUNDING: i64 = 1_000;
/// How often to look, unless asked otherwise.
const POLL: Duration = Duration::from_secs(5);
/// The statuses of executions that have ended.
const ENDS: [&str; 4] = ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"];

/// An execution that is waited for: its place in the plan, and its `redriveDate`, where known.
#[derive(Clone, Copy, Debug)]
pub struct Awaited {
    /// Its place in the plan.
    pub n: usize,
    /// `redriveDate` in milliseconds since 1970.
    pub redriven: Option<i64>,
}

/// How to wait.
#[derive(Clone, Copy, Debug)]
pub struct WaitOptions {
    /// How often to look.
    pub poll: Duration,
    /// When to give up.
    pub until: Option<Instant>,
}

impl WaitOptions {
    /// As the options say.
    ///
    /// # Errors
    /// Spans that are none.
    pub fn parse(timeout: Option<&str>, poll: Option<&str>) -> Result<Self> {
        let timeout = timeout.map(span).transpose().map_err(|what| wrong(&format!("argument --timeout: {what}")))?;
        let poll = poll.map(span).transpose().map_err(|what| wrong(&format!("argument --poll: {what}")))?;
        let until = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        Ok(Self { poll: poll.unwrap_or(POLL).max(Duration::from_millis(10)), until })
    }
}

/// `redrive-execution wait`.
///
/// # Errors
/// Words that do not fit; what the service refuses.
pub async fn command(settings: &Settings<'_>, wait: &Wait, records: Records, streams: &mut Streams<'_>) -> Result<u8> {
    let options = WaitOptions::parse(wait.timeout.as_deref(), wait.poll.as_deref())?;
    let patience = super::course::patience_of(wait.patience.as_deref())?;
    let since = wait.redrive_date.as_deref().map(|text| {
        let wrong = || {
            wrong(&format!("argument --redrive-date: '{}' is not a date such as 2026-11-22T08:00:00Z", Escaped(text)))
        };
        moment::date(text).ok_or_else(wrong)
    });
    let since = since.transpose()?;
    let (mut plan, mut awaited) = (Plan::default(), Vec::new());
    for arn in &wait.executions {
        if !plan.push(arn, None, None) {
            return Err(wrong(&format!("'{}' is not the ARN of an execution of a Standard workflow", Escaped(arn))));
        }
        awaited.push(Awaited { n: plan.len() - 1, redriven: since });
    }
    if let Some(path) = &wait.from {
        let read = list_file::read_aside(path, |line| {
            if plan.push(&line.arn, None, None) {
                awaited.push(Awaited { n: plan.len() - 1, redriven: line.redrive_date.or(since) });
            }
        });
        interruptible(read).await?;
    }
    let access = interruptible(Access::open(settings)).await?;
    let rates = Quotas::of_region(&access.connection().region, SHARE);
    let (mut console, events) = Console::new(streams, records, settings.sources.host.stderr_is_terminal);
    let calls = Calls::new(access, &rates, Patience::new(patience, events), Rc::default());
    let mut tally = Tally::default();
    let waited = until_ended(&calls, &plan, awaited, options, |_, execution| {
        *tally.ended.entry(execution.status.clone()).or_default() += 1;
        calls.patience.show(Event::Record(ended(execution)));
        Ok(())
    });
    let left = console.attend(waited).await?;
    if !left.is_empty() {
        let verb = if left.len() == 1 { "runs" } else { "run" };
        console.line(&format!("{} still {verb}", super::confirm::executions(left.len())));
    }
    tally.running = left.len();
    match console.printed() {
        Err(error @ Error::OutputLost(_)) => Ok(error.status()),
        printed => printed.map(|()| u8::from(!tally.is_good())),
    }
}

/// The record of an end.
#[must_use]
pub fn ended(execution: &Execution) -> Map {
    let mut record = Map::new();
    record.insert("executionArn".into(), Value::string(execution.arn.as_str()));
    record.insert("outcome".into(), Value::string("ENDED"));
    record.insert("status".into(), Value::string(execution.status.as_str()));
    if let Some(error) = &execution.error {
        record.insert("error".into(), Value::string(error.as_str()));
    }
    record
}

/// Waits; tells each end as it is seen; returns those that still run when patience ends.
///
/// # Errors
/// What the service refuses; what `each` does.
pub async fn until_ended(
    calls: &Calls,
    plan: &Plan,
    awaited: Vec<Awaited>,
    options: WaitOptions,
    mut each: impl FnMut(usize, &Execution) -> Result<()>,
) -> Result<Vec<Awaited>> {
    let mut machines: HashMap<String, Vec<Awaited>> = HashMap::new();
    for awaited in awaited {
        let planned = plan.get(awaited.n);
        let machine = planned.and_then(|planned| {
            let arn = ExecutionArn::parse(&planned.arn)?;
            // What a map run started is in the list of the map run only, and is described instead.
            Some(if arn.label.is_some() { String::new() } else { arn.state_machine() })
        });
        machines.entry(machine.unwrap_or_default()).or_default().push(awaited);
    }
    loop {
        for (machine, pending) in &mut machines {
            let ends = look(calls, plan, machine, pending).await?;
            let mut gone = HashSet::new();
            for (n, execution) in ends {
                if gone.insert(n) {
                    each(n, &execution)?;
                }
            }
            pending.retain(|awaited| !gone.contains(&awaited.n));
        }
        machines.retain(|_, pending| !pending.is_empty());
        let left = options.until.map(|until| until.saturating_duration_since(Instant::now()));
        if machines.is_empty() || left.is_some_and(|left| left.is_zero()) {
            return Ok(machines.into_values().flatten().collect());
        }
        sleep(left.map_or(options.poll, |left| left.min(options.poll))).await;
    }
}

/// Those of a state machine's executions that have ended.
async fn look(calls: &Calls, plan: &Plan, machine: &str, pending: &[Awaited]) -> Result<Vec<(usize, Execution)>> {
    if pending.len() <= FEW || machine.is_empty() {
        return describe(calls, plan, pending.iter().copied()).await;
    }
    let index = Index::new(plan, pending);
    let mut running = HashSet::new();
    sweep(calls, machine, "RUNNING", |execution| {
        running.extend(index.find(plan, &execution.arn).map(|awaited| awaited.n));
        true
    })
    .await?;
    let candidates: Vec<Awaited> = pending.iter().copied().filter(|awaited| !running.contains(&awaited.n)).collect();
    if candidates.len() <= FEW {
        return describe(calls, plan, candidates.into_iter()).await;
    }
    let mut ends = Vec::new();
    for status in ENDS {
        if ends.len() >= candidates.len() {
            break;
        }
        sweep(calls, machine, status, |execution| {
            if let Some(awaited) = index.find(plan, &execution.arn)
                && has_ended(&execution, awaited.redriven)
            {
                ends.push((awaited.n, execution));
            }
            ends.len() < candidates.len()
        })
        .await?;
    }
    Ok(ends)
}

async fn describe(
    calls: &Calls,
    plan: &Plan,
    awaited: impl Iterator<Item = Awaited>,
) -> Result<Vec<(usize, Execution)>> {
    let mut ends = Vec::new();
    for Awaited { n, redriven } in awaited {
        let Some(planned) = plan.get(n) else { continue };
        let execution = calls.describe(&planned.arn).await?;
        if has_ended(&execution, redriven) {
            ends.push((n, execution));
        }
    }
    Ok(ends)
}

/// Goes through a list until `each` has enough.
async fn sweep(calls: &Calls, machine: &str, status: &str, mut each: impl FnMut(Execution) -> bool) -> Result<()> {
    pages::executions(calls, machine, status, |page| page.into_iter().any(|execution| !each(execution))).await
}

fn has_ended(execution: &Execution, redriven: Option<i64>) -> bool {
    let follows = redriven.is_none_or(|redriven| {
        // Children of a map run have no redriveDate of their own.
        execution.redrive_date.is_some_and(|date| date >= redriven - ROUNDING)
    });
    ENDS.contains(&execution.status.as_str()) && follows
}

/// Finds executions by ARN, without a copy of the ARNs.
struct Index {
    hasher: RandomState,
    places: HashMap<u64, Vec<Awaited>>,
}

impl Index {
    fn new(plan: &Plan, pending: &[Awaited]) -> Self {
        let hasher = RandomState::new();
        let mut places: HashMap<u64, Vec<Awaited>> = HashMap::with_capacity(pending.len());
        for awaited in pending {
            if let Some(planned) = plan.get(awaited.n) {
                places.entry(hasher.hash_one(planned.arn.as_str())).or_default().push(*awaited);
            }
        }
        Self { hasher, places }
    }

    fn find(&self, plan: &Plan, arn: &str) -> Option<Awaited> {
        let found = self.places.get(&self.hasher.hash_one(arn))?;
        found.iter().copied().find(|awaited| plan.get(awaited.n).is_some_and(|planned| planned.arn == arn))
    }
}
