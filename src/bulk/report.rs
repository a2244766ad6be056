//! What a run prints: an outcome at a time on stdout, in the chosen format and through the query; in the end a table of what
//! happened.

use std::collections::BTreeMap;
use std::io::Write;

use crate::aws::timestamp::iso8601;
use crate::aws::zone::LocalZone;
use crate::error::{Error, Result};
use crate::jmespath::Expression;
use crate::render::escape::Escaped;
use crate::render::report_table::{UTF8_FULL_CONDENSED, report_table};
use crate::render::{Format, Style, render};
use crate::settings::TimestampFormat;
use crate::value::{Map, Value};

use super::journal::{Contents, State};
use super::plan::Planned;
use super::redrive::Outcome;

/// The outcome of what does not come into a plan.
pub(crate) const LEFT_OUT: &str = "LEFT_OUT";

pub(crate) const HEADER: [&str; 3] = ["Outcome", "Why", "Executions"];

const TITLE: &str = "BulkRedrive";

pub(crate) struct Records {
    pub(crate) format: Format,
    pub(crate) query: Option<Expression>,
    pub(crate) style: Style,
    pub(crate) timestamps: TimestampFormat,
    /// Where they are shown for.
    pub(crate) zone: LocalZone,
    /// Whether records were lost: nobody reads them, or the disk is full. The journal has them.
    pub(crate) lost: Option<std::io::Error>,
}

impl Records {
    pub(crate) fn print(&mut self, record: Map, stdout: &mut dyn Write) -> Result<()> {
        let record = Value::map(record);
        let shown = match &self.query {
            Some(query) => query.search(&record).map_err(|error| Error::General(error.to_string()))?,
            None => record,
        };
        let mut text = String::new();
        match self.format {
            // One object a line, so that what reads it need not wait for an end.
            Format::Json => {
                text = shown.to_json_compact();
                text.push('\n');
            }
            // What would end a column or a line, or reach the terminal as a command, is escaped.
            format @ (Format::Text | Format::Table) => rendered(format, &one_line(shown), self.style, &mut text)?,
            // A list that grows, for mappings one after the other are not YAML.
            Format::Yaml => rendered(Format::YamlStream, &shown, self.style, &mut text)?,
            format => rendered(format, &shown, self.style, &mut text)?,
        }
        if self.lost.is_none() {
            let written = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
            self.lost = written.err();
        }
        Ok(())
    }

    /// What came of the records: output that was lost, unless nobody wanted more of it.
    pub(crate) fn printed(&self) -> Result<()> {
        match &self.lost {
            Some(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                Err(Error::OutputLost(Some(crate::python::errno::text(error))))
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn date(&self, milliseconds: i64) -> Value {
        #[expect(clippy::cast_precision_loss, reason = "milliseconds of any year below 287,000 fit 53 bits")]
        let seconds = Value::Float(milliseconds as f64 / 1_000.0);
        match self.timestamps {
            TimestampFormat::Wire => seconds,
            TimestampFormat::Iso8601 => iso8601(&seconds, &self.zone).map_or(Value::Null, Value::string),
        }
    }

    pub(crate) fn outcome(&self, planned: &Planned, outcome: &Outcome) -> Map {
        let (name, error) = match outcome {
            Outcome::Redriven(_) => ("REDRIVEN", None),
            Outcome::RedrivenElsewhere => ("REDRIVEN_ELSEWHERE", None),
            Outcome::Denied { error, .. } | Outcome::Refused { error, .. } => ("REFUSED", Some(error)),
            Outcome::Undecided(error) => ("UNDECIDED", Some(error)),
        };
        let date = if let Outcome::Redriven(date) = outcome { Some(self.date(*date)) } else { None };
        let explained = if let Outcome::Refused { explained, .. } = outcome { explained.as_ref() } else { None };
        let message = |error: &Error| match error {
            Error::Service(refusal) => refusal.message.clone(),
            other => Value::string(other.message().into_owned()),
        };
        record([
            ("executionArn", Some(Value::string(planned.arn.as_str()))),
            ("outcome", Some(Value::string(name))),
            ("redriveDate", date),
            ("code", error.map(|error| Value::string(error.code().unwrap_or_default()))),
            ("message", error.map(message)),
            ("redriveStatus", explained.map(|(status, _)| Value::string(status.as_str()))),
            ("redriveStatusReason", explained.and_then(|(_, reason)| reason.as_deref()).map(Value::string)),
        ])
    }

    pub(crate) fn left_out(arn: &str, reason: &str) -> Map {
        let mut record = about(arn, LEFT_OUT);
        record.insert("reason".into(), Value::string(reason));
        record
    }

    pub(crate) fn planned(&self, planned: &Planned) -> Map {
        let until = planned.stopped.map(|stopped| stopped.saturating_add(super::plan::REDRIVABLE_PERIOD));
        record([
            ("executionArn", Some(Value::string(planned.arn.as_str()))),
            ("redriveCount", planned.redrive_count.map(|count| number(count.into()))),
            ("status", planned.status.map(|status| Value::string(status.name()))),
            ("stopDate", planned.stopped.map(|stopped| self.date(stopped))),
            ("redrivableUntil", until.map(|until| self.date(until))),
        ])
    }
}

/// A record of those of its members that there are.
pub(crate) fn record<'m>(members: impl IntoIterator<Item = (&'m str, Option<Value>)>) -> Map {
    members.into_iter().filter_map(|(name, value)| Some((name.into(), value?))).collect()
}

pub(crate) fn number(count: usize) -> Value {
    Value::integer(i64::try_from(count).unwrap_or(i64::MAX))
}

/// The record of what became of an execution, so far.
pub(crate) fn about(arn: &str, outcome: &str) -> Map {
    record([("executionArn", arn), ("outcome", outcome)].map(|(name, text)| (name, Some(Value::string(text)))))
}

fn rendered(format: Format, value: &Value, style: Style, text: &mut String) -> Result<()> {
    render(format, TITLE, value, style, text).map_err(|error| Error::General(error.to_string()))
}

/// Why an execution was refused, the same for all that were refused for the same reason: what a description says, else what the
/// service's message says beside the execution's own name.
pub(crate) fn why(error: &Error, explained: Option<&(String, Option<String>)>, arn: &str) -> String {
    if let Some((status, reason)) = explained {
        return reason.clone().unwrap_or_else(|| status.clone());
    }
    let message = match error {
        Error::Service(refusal) => refusal.message.python_str(),
        other => other.message().into_owned(),
    };
    let of_all = |text: &str| text.trim_matches(|c: char| c.is_whitespace() || "'\":.,".contains(c)).to_owned();
    match message.split_once(arn) {
        Some((_, after)) if !of_all(after).is_empty() => format!("{}.", of_all(after)),
        _ if error.code() == Some("ExecutionNotRedrivable") => "reason not looked up".to_owned(),
        Some((before, _)) => of_all(before),
        None => message,
    }
}

/// A value whose texts hold neither tabs nor line ends nor other control characters.
fn one_line(value: Value) -> Value {
    match value {
        Value::String(text) => Value::string(Escaped(&text).to_string()),
        Value::List(items) => Value::list(items.iter().cloned().map(one_line).collect()),
        Value::Map(members) => {
            Value::map(members.iter().map(|(name, value)| (name.clone(), one_line(value.clone()))).collect())
        }
        other => other,
    }
}

#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) redriven: usize,
    /// How many were redriven, but not by this run.
    pub(crate) redriven_elsewhere: usize,
    /// How many were requested without an answer, and cannot be looked at.
    pub(crate) undecided: usize,
    /// How many the caller may not redrive, and the first denial.
    pub(crate) denials: usize,
    pub(crate) denied: Option<Error>,
    /// How many were not requested, because others of their state machine were denied.
    pub(crate) not_requested: usize,
    /// How many were refused, by code and reason.
    pub(crate) refused: BTreeMap<(String, String), usize>,
    /// How many have ended, by status.
    pub(crate) ended: BTreeMap<String, usize>,
    /// How many an earlier part of the run redrove.
    pub(crate) redriven_before: usize,
    /// How many were not requested, or got no answer.
    pub(crate) left: usize,
    pub(crate) running: usize,
}

impl Tally {
    /// What earlier parts of a run came to; how executions have ended only where this part looks for ends, too.
    pub(crate) fn before(contents: &Contents, with_ends: bool) -> Self {
        let mut tally = Self::default();
        for state in &contents.states {
            match state {
                State::Redriven(_) | State::RedrivenElsewhere | State::Ended(_) => tally.redriven_before += 1,
                State::Refused(place) => *tally.refused.entry(contents.refusals.get(*place)).or_default() += 1,
                State::Waiting | State::Requested(_) | State::Undecided(_) => {}
            }
            if let (State::Ended(succeeded), true) = (state, with_ends) {
                tally.count_end(if *succeeded { "SUCCEEDED" } else { "otherwise, before this was resumed" });
            }
        }
        tally
    }

    pub(crate) fn count_end(&mut self, status: &str) {
        *self.ended.entry(status.to_owned()).or_default() += 1;
    }

    /// Whether a resume has something to do.
    pub(crate) fn is_unfinished(&self) -> bool {
        self.left + self.undecided + self.not_requested + self.running > 0 || self.ended.contains_key("UNKNOWN")
    }

    pub(crate) fn count(&mut self, arn: &str, outcome: &Outcome) {
        match outcome {
            Outcome::Redriven(_) => self.redriven += 1,
            Outcome::RedrivenElsewhere => self.redriven_elsewhere += 1,
            Outcome::Denied { error, .. } => {
                self.denials += 1;
                self.denied.get_or_insert_with(|| error.clone());
            }
            Outcome::Undecided(_) => self.undecided += 1,
            Outcome::Refused { error, explained } => {
                let code = error.code().unwrap_or_default().to_owned();
                *self.refused.entry((code, why(error, explained.as_ref(), arn))).or_default() += 1;
            }
        }
    }

    pub(crate) fn done(&self) -> usize {
        self.redriven + self.redriven_elsewhere + self.undecided + self.refusals()
    }

    pub(crate) fn refusals(&self) -> usize {
        self.refused.values().sum()
    }

    /// Whether everything went as it should.
    pub(crate) fn is_good(&self) -> bool {
        self.refused.is_empty()
            && self.undecided + self.denials + self.not_requested == 0
            && self.left == 0
            && self.running == 0
            && self.ended.keys().all(|status| status == "SUCCEEDED")
    }

    pub(crate) fn table(&self, columns: Option<u16>) -> String {
        report_table(UTF8_FULL_CONDENSED, columns, HEADER, self.rows())
    }

    /// Outcome, why, and how many.
    pub(crate) fn rows(&self) -> Vec<[String; 3]> {
        let why =
            |code: &str, reason: &str| if reason.is_empty() { code.to_owned() } else { format!("{code}: {reason}") };
        let refused = self.refused.iter().map(|((code, reason), count)| ("refused", why(code, reason), *count));
        let ended = self.ended.iter().map(|(status, count)| ("ended", status.clone(), *count));
        let others = [
            ("redriven elsewhere", "", self.redriven_elsewhere),
            ("undecided", "no answer to the redrive", self.undecided),
            ("refused", "access denied", self.denials),
            ("not requested", "access denied to others of the state machine", self.not_requested),
            ("redriven", "before this was resumed", self.redriven_before),
            ("still running", "", self.running),
            ("left", "", self.left),
        ];
        let others = others.into_iter().map(|(outcome, why, count)| (outcome, why.to_owned(), count));
        let rows = refused.chain(ended).chain(others).filter(|(_, _, count)| *count > 0);
        let rows = std::iter::once(("redriven", String::new(), self.redriven)).chain(rows);
        rows.map(|(outcome, why, count)| [outcome.to_owned(), Escaped(&why).to_string(), count.to_string()]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn what_a_refusal_says_cannot_reach_the_terminal() {
        let mut tally = Tally::default();
        tally.refused.insert(("Code".to_owned(), "\u{1b}[1A\u{9b}2Jgone".to_owned()), 1);
        let table = tally.table(Some(80));
        assert!(table.contains(r"Code: \x1b[1A\x9b2Jgone") && !table.contains(['\u{1b}', '\u{9b}']), "{table}");
    }
}
