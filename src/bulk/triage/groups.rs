//! Failures of one kind: of a state machine, in a state, with an error and a cause. Counted, shown as records and as a table.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::look::Look;
use super::looks::Seen;
use crate::bulk::arn::ExecutionArn;
use crate::bulk::plan::{Planned, REDRIVABLE_PERIOD};
use crate::bulk::report::{Records, number, record};
use crate::render::escape::Escaped;
use crate::render::report_table::{UTF8_FULL, report_table};
use crate::value::{Map, Value};

/// An execution with less time left is urgent, in milliseconds.
const URGENT: i64 = 24 * 3_600 * 1_000;

/// Where and how executions failed. Texts are empty where there is nothing to say.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Kind {
    /// The ARN of the state machine.
    machine: String,
    state: String,
    status: String,
    error: String,
    cause: String,
}

#[derive(Debug, Default)]
struct Group {
    count: usize,
    redrivable: usize,
    /// How many of those can be redriven for less than a day.
    urgent: usize,
    /// When the first and the last stopped, in milliseconds since 1970, where known.
    stopped: Option<(i64, i64)>,
    /// The one that stopped last.
    example: String,
}

/// Counts looks, and what they stand for where they are a sample.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    groups: HashMap<Kind, Group>,
    /// How many were looked at, by state machine.
    looked_at: HashMap<String, usize>,
}

#[derive(Debug)]
pub(crate) struct Row {
    kind: Kind,
    group: Group,
    /// Of how many executions `group` is a sample; its own count where all were looked at.
    executions: usize,
    is_sample: bool,
}

impl Groups {
    pub(crate) fn add(&mut self, planned: &Planned, seen: Seen, now: i64) {
        let Look { status, error, cause, refusal, failed_state } = seen.look;
        let machine = ExecutionArn::parse(&planned.arn).map(|arn| arn.state_machine()).unwrap_or_default();
        *self.looked_at.entry(machine.clone()).or_default() += 1;
        let state = failed_state.unwrap_or_default();
        let group = self.groups.entry(Kind { machine, state, status, error, cause }).or_default();
        group.count += 1;
        let left = seen.stopped.map(|stopped| stopped.saturating_add(REDRIVABLE_PERIOD).saturating_sub(now));
        if refusal.is_empty() && left.is_none_or(|left| left >= 0) {
            group.redrivable += 1;
            group.urgent += usize::from(left.is_some_and(|left| left < URGENT));
        }
        if group.example.is_empty() || seen.stopped >= group.stopped.map(|(_, last)| last) {
            group.example.clone_from(&planned.arn);
        }
        if let Some(stopped) = seen.stopped {
            let (first, last) = group.stopped.unwrap_or((stopped, stopped));
            group.stopped = Some((first.min(stopped), last.max(stopped)));
        }
    }

    /// The groups, the largest first. `totals` is how many executions each state machine has, where those that were looked at are a
    /// sample.
    pub(crate) fn rows(self, totals: &HashMap<String, usize>) -> Vec<Row> {
        let looked_at = self.looked_at;
        let row = |(kind, group): (Kind, Group)| {
            let looked_at = looked_at.get(&kind.machine).copied().unwrap_or(group.count);
            let total = totals.get(&kind.machine).copied().unwrap_or(looked_at);
            Row { executions: scaled(group.count, total, looked_at), is_sample: looked_at < total, kind, group }
        };
        let mut rows: Vec<Row> = self.groups.into_iter().map(row).collect();
        let texts =
            |row: &Row| [&row.kind.machine, &row.kind.state, &row.kind.error, &row.kind.cause].map(String::clone);
        rows.sort_by_key(|row| (std::cmp::Reverse(row.executions), texts(row)));
        rows
    }
}

/// What `count` of `looked_at` stands for among `total`.
fn scaled(count: usize, total: usize, looked_at: usize) -> usize {
    (count * total + looked_at / 2).checked_div(looked_at).unwrap_or(0)
}

impl Row {
    fn all(&self, count: usize) -> usize {
        scaled(count, self.executions, self.group.count)
    }

    pub(crate) fn record(&self, records: &Records) -> Map {
        let Self { kind, group, .. } = self;
        let text = |text: &str| Some(if text.is_empty() { Value::Null } else { Value::string(text) });
        let (first, last) = group.stopped.unzip();
        record([
            ("stateMachineArn", text(&kind.machine)),
            ("failedState", text(&kind.state)),
            ("status", text(&kind.status)),
            ("error", text(&kind.error)),
            ("cause", text(&kind.cause)),
            ("executions", Some(number(self.executions))),
            ("lookedAt", self.is_sample.then(|| number(group.count))),
            ("redrivable", Some(number(self.all(group.redrivable)))),
            ("redrivableForLessThanADay", Some(number(self.all(group.urgent)))),
            ("firstStopDate", first.map(|first| records.date(first))),
            ("lastStopDate", last.map(|last| records.date(last))),
            ("exampleExecutionArn", text(&group.example)),
        ])
    }

    fn cells(&self, number: usize, zone: &TimeZone) -> [String; 5] {
        let Self { kind, group, .. } = self;
        let lines = |texts: &[&str]| {
            let texts = texts.iter().filter(|text| !text.is_empty()).map(|text| Escaped(text).to_string());
            texts.collect::<Vec<_>>().join("\n")
        };
        let machine = kind.machine.rsplit(':').next().unwrap_or_default();
        let error = if kind.error.is_empty() { &kind.status } else { &kind.error };
        let about = if self.is_sample { "about " } else { "" };
        let mut counts = vec![format!("{about}{}", self.executions)];
        if group.redrivable < group.count {
            counts.push(format!("{} redrivable", self.all(group.redrivable)));
        }
        if group.urgent > 0 {
            counts.push(format!("{} < 1 day left", self.all(group.urgent)));
        }
        let shown = |moment: i64| {
            let moment = Timestamp::from_millisecond(moment).map(|moment| zone.to_datetime(moment));
            moment.map(|moment| moment.strftime("%Y-%m-%d %H:%M").to_string()).unwrap_or_default()
        };
        let mut times = group.stopped.map(|(first, last)| vec![shown(first), shown(last)]).unwrap_or_default();
        times.dedup();
        [
            number.to_string(),
            lines(&[machine, &kind.state]),
            lines(&[error, &kind.cause]),
            counts.join("\n"),
            times.join("\n"),
        ]
    }
}

/// A table that fits a terminal of this width, and below it an example of each row.
pub(crate) fn table(rows: &[Row], columns: Option<u16>, zone: &TimeZone) -> String {
    let header = ["", "State machine, state", "Error, cause", "Executions", "Stopped"];
    let cells = (1..).zip(rows).map(|(number, row)| row.cells(number, zone));
    let mut text = report_table(UTF8_FULL, columns, header, cells);
    for (number, row) in (1..).zip(rows) {
        text.push_str(&format!("{number}: for example {}\n", Escaped(&row.group.example)));
    }
    text
}
