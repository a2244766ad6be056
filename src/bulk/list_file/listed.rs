//! An execution of a file, and the names that its members have there.

use crate::bulk::arn::ExecutionArn;
use crate::bulk::plan::{Planned, Status};
use crate::bulk::times;
use crate::render::escape::Escaped;

pub(super) type Parsed<T> = Result<T, String>;

/// An execution of a file. Dates are milliseconds since 1970.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// With an ARN that [`ExecutionArn`] takes.
    pub execution: Planned,
    pub(crate) redrive_date: Option<i64>,
    pub(crate) started: Option<i64>,
}

/// What is known about an execution, by the names that the service and others give it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Arn,
    RedriveCount,
    RedriveDate,
    StartDate,
    StopDate,
    Status,
}

impl Field {
    /// In any case and spelling: `executionArn`, `execution_arn`, `Execution ARN`, `detail.executionArn`.
    pub(super) fn named(name: &str) -> Option<Self> {
        let last = name.rsplit('.').next().unwrap_or_default();
        let letters: String = last.chars().filter(char::is_ascii_alphabetic).collect();
        match letters.to_ascii_lowercase().as_str() {
            "executionarn" | "arn" => Some(Self::Arn),
            "redrivecount" => Some(Self::RedriveCount),
            "redrivedate" => Some(Self::RedriveDate),
            "startdate" => Some(Self::StartDate),
            "stopdate" => Some(Self::StopDate),
            "status" => Some(Self::Status),
            _ => None,
        }
    }
}

impl From<&str> for Listed {
    fn from(arn: &str) -> Self {
        Self { execution: arn.into(), ..Self::default() }
    }
}

impl Listed {
    pub(super) fn set(&mut self, field: Field, text: &str) -> Parsed<()> {
        let text = text.trim();
        match field {
            // What the AWS CLI shows as text for `null`.
            _ if text.is_empty() || text == "None" => {}
            Field::Arn => self.execution.arn = text.to_owned(),
            Field::RedriveCount => {
                let count = text.parse().map_err(|_| format!("'{}' is not a redriveCount", shortened(text)))?;
                self.execution.redrive_count = Some(count);
            }
            Field::RedriveDate => self.redrive_date = Some(date(text)?),
            Field::StartDate => self.started = Some(date(text)?),
            Field::StopDate => self.execution.stopped = Some(date(text)?),
            // Others are no news: the service says what it can redrive.
            Field::Status => self.execution.status = Status::named(text),
        }
        Ok(())
    }

    pub(super) fn checked(self) -> Parsed<Self> {
        match ExecutionArn::parse(&self.execution.arn) {
            Some(_) => Ok(self),
            None if self.execution.arn.is_empty() => Err("it has no executionArn".to_owned()),
            None => Err(format!(
                "'{}' is not the ARN of an execution of a Standard workflow",
                shortened(&self.execution.arn)
            )),
        }
    }
}

fn date(text: &str) -> Parsed<i64> {
    times::date(text).ok_or_else(|| format!("'{}' is not a date such as 2026-11-22T08:00:00Z", shortened(text)))
}

/// The start of a text that may be of any length, safe for a terminal.
pub(super) fn shortened(text: &str) -> String {
    const LONGEST: usize = 120;
    match text.char_indices().nth(LONGEST).and_then(|(end, _)| text.get(..end)) {
        Some(start) => format!("{}…", Escaped(start)),
        None => Escaped(text).to_string(),
    }
}
