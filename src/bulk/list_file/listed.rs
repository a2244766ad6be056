//! An execution of a list, and the forms that lists have: bare ARNs, the AWS CLI's text, CSV with a header, JSON.

use std::fmt;
use std::io::Read;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::bulk::arn::ExecutionArn;
use crate::bulk::plan::{Planned, Status};
use crate::bulk::report::LEFT_OUT;
use crate::bulk::times;
use crate::render::escape::shortened;

type Parsed<T> = Result<T, String>;

/// An execution of a file. Dates are milliseconds since 1970.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// With an ARN that [`ExecutionArn`] takes.
    pub execution: Planned,
    pub(crate) redrive_date: Option<i64>,
    pub(crate) started: Option<i64>,
}

/// What a list may know about an execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumString)]
#[strum(serialize_all = "lowercase")]
enum Field {
    #[strum(serialize = "executionarn", serialize = "arn")]
    Arn,
    RedriveCount,
    RedriveDate,
    StartDate,
    StopDate,
    Status,
}

impl Field {
    /// In any case and spelling: `executionArn`, `execution_arn`, `Execution ARN`, `detail.executionArn`.
    fn named(name: &str) -> Option<Self> {
        let last = name.rsplit('.').next().unwrap_or_default();
        let letters: String = last.chars().filter(char::is_ascii_alphabetic).collect();
        letters.to_ascii_lowercase().parse().ok()
    }
}

impl Listed {
    fn set(&mut self, field: Field, text: &str) -> Parsed<()> {
        let text = text.trim();
        let date = || {
            let date = times::date(text);
            date.ok_or_else(|| format!("'{}' is not a date such as 2026-11-22T08:00:00Z", shortened(text))).map(Some)
        };
        match field {
            // What the AWS CLI shows as text for `null`.
            _ if text.is_empty() || text == "None" => {}
            Field::Arn => self.execution.arn = text.to_owned(),
            Field::RedriveCount => {
                let count = text.parse().map_err(|_| format!("'{}' is not a redriveCount", shortened(text)))?;
                self.execution.redrive_count = Some(count);
            }
            Field::RedriveDate => self.redrive_date = date()?,
            Field::StartDate => self.started = date()?,
            Field::StopDate => self.execution.stopped = date()?,
            // Others are no news: the service knows what it can redrive.
            Field::Status => self.execution.status = Status::named(text),
        }
        Ok(())
    }

    fn of_arn(arn: &str) -> Parsed<Self> {
        Self { execution: arn.into(), ..Self::default() }.checked()
    }

    fn checked(self) -> Parsed<Self> {
        match &*self.execution.arn {
            arn if ExecutionArn::parse(arn).is_some() => Ok(self),
            "" => Err("it has no executionArn".to_owned()),
            arn => Err(format!("'{}' is not the ARN of an execution of a Standard workflow", shortened(arn))),
        }
    }
}

/// The executions of a line that is neither JSON nor CSV: ARNs, or what the AWS CLI prints as text.
pub(super) fn of_text(line: &str) -> Parsed<Vec<Listed>> {
    // No ARN has a `#`.
    let line = line.split('#').next().unwrap_or_default().trim_end();
    let columns: Vec<&str> = line.split('\t').map(|column| column.trim_matches(['"', ' '])).collect();
    // The end of a list that `--max-items` cut, the answer of a query that found nothing, and what an earlier run left out.
    if line.starts_with("NEXTTOKEN\t") || line == "None" || columns.contains(&LEFT_OUT) {
        return Ok(Vec::new());
    }
    let mut arns = columns.iter().filter(|column| ExecutionArn::parse(column).is_some());
    match (arns.next(), arns.next()) {
        (Some(arn), None) => Ok(vec![of_columns(arn, &columns)?]),
        // A list of nothing but ARNs.
        (Some(_), Some(_)) => columns.into_iter().map(Listed::of_arn).collect(),
        (None, _) if line.contains(',') => {
            Err(format!("'{}' is not an ARN; columns need a header with executionArn", shortened(line)))
        }
        (None, _) => Listed::of_arn(line.trim_matches('"')).map(|listed| vec![listed]),
    }
}

/// An execution as the AWS CLI's text shows it: its members between tabs, in the order of their names. Which are there differs:
/// `executionArn, …, name, redriveCount[, redriveDate], startDate, …, status, stopDate`.
fn of_columns(arn: &str, columns: &[&str]) -> Parsed<Listed> {
    let mut listed = Listed::of_arn(arn)?;
    let name = arn.rsplit(':').next().unwrap_or_default();
    if let ["EXECUTIONS", rest @ ..] = columns
        && let Some(at) = rest.iter().position(|column| *column == name)
        && let Some([count, first, second, .., stop]) = rest.get(at + 1..)
    {
        listed.set(Field::RedriveCount, count)?;
        let (redrive, start) = if times::date(second).is_some() { (*first, second) } else { ("", first) };
        listed.set(Field::RedriveDate, redrive)?;
        listed.started = times::date(start);
        listed.execution.stopped = times::date(stop);
        listed.execution.status = rest.iter().find_map(|column| Status::named(column));
    }
    Ok(listed)
}

pub(super) struct Columns {
    delimiter: char,
    fields: Vec<Option<Field>>,
}

impl Columns {
    /// The columns of a header, which names one of ARNs.
    pub(super) fn of_header(line: &str) -> Option<Self> {
        [',', ';', '\t'].into_iter().find_map(|delimiter| {
            let fields: Vec<_> = split(line, delimiter).iter().map(|name| Field::named(name)).collect();
            fields.contains(&Some(Field::Arn)).then_some(Self { delimiter, fields })
        })
    }

    pub(super) fn execution(&self, record: &str) -> Parsed<Listed> {
        let mut listed = Listed::default();
        for (field, text) in self.fields.iter().zip(split(record, self.delimiter)) {
            field.map_or(Ok(()), |field| listed.set(field, &text))?;
        }
        listed.checked()
    }
}

/// The fields of a record. The crate `csv` would take the rest of a file for one field where a quote is not closed, without an
/// error: `Text::record` does not.
fn split(record: &str, delimiter: char) -> Vec<String> {
    let (mut fields, mut field, mut quoted) = (Vec::new(), String::new(), false);
    let mut characters = record.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.next_if_eq(&'"').is_some() => field.push('"'),
            '"' => quoted = !quoted,
            _ if character == delimiter && !quoted => fields.push(std::mem::take(&mut field)),
            _ => field.push(character),
        }
    }
    fields.push(field);
    fields
}

pub(super) fn of_json(source: impl Read, each: &mut dyn FnMut(Listed)) -> serde_json::Result<()> {
    let mut deserializer = serde_json::Deserializer::from_reader(source);
    Executions(each).deserialize(&mut deserializer)?;
    while deserializer.end().is_err() {
        Executions(each).deserialize(&mut deserializer)?;
    }
    Ok(())
}

/// An execution, its ARN, or a list of them, however deep.
struct Executions<'e>(&'e mut dyn FnMut(Listed));

impl<'de> DeserializeSeed<'de> for Executions<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Executions<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an execution, its ARN, or a list of executions")
    }

    fn visit_str<E: serde::de::Error>(self, arn: &str) -> Result<(), E> {
        Listed::of_arn(arn).map(self.0).map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Executions(self.0))?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let (mut listed, mut is_list, mut is_left_out) = (Listed::default(), false, false);
        while let Some(name) = map.next_key::<String>()? {
            if name == "executions" {
                map.next_value_seed(Executions(self.0))?;
                is_list = true;
            } else if name == "outcome" {
                is_left_out = map.next_value::<Value>()? == LEFT_OUT;
            } else if let Some(field) = Field::named(&name) {
                let text = match map.next_value()? {
                    Value::Null => String::new(),
                    Value::String(text) => text,
                    other => other.to_string(),
                };
                listed.set(field, &text).map_err(A::Error::custom)?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        if !is_left_out && (!is_list || !listed.execution.arn.is_empty()) {
            (self.0)(listed.checked().map_err(A::Error::custom)?);
        }
        Ok(())
    }
}
