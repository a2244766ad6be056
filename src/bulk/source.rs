//! Where executions come from: lists of the service, a file, map runs. Puts them into a [`Plan`], not yet in order.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::Read;

use serde::Deserialize;

use super::arguments::{Bulk, wrong};
use super::arn::ExecutionArn;
use super::calls::Calls;
use super::console::Event;
use super::lines::Lines;
use super::plan::Plan;
use super::progress::Standing;
use crate::error::{Error, Result};
use crate::render::escape::Escaped;

/// The statuses that can be redriven.
pub const REDRIVABLE: [&str; 3] = ["FAILED", "TIMED_OUT", "ABORTED"];

/// A line of a file.
#[derive(Debug, PartialEq, Eq)]
pub struct Listed {
    /// The ARN.
    pub arn: String,
    /// `redriveCount`, where the line has it.
    pub redrive_count: Option<u16>,
    /// `redriveDate`, where the line has it: milliseconds since 1970.
    pub redrive_date: Option<i64>,
    /// `stopDate`, where the line has it: milliseconds since 1970.
    pub stopped: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct JsonLine {
    execution_arn: String,
    redrive_count: Option<u16>,
    redrive_date: Option<serde_json::Value>,
    stop_date: Option<serde_json::Value>,
}

/// Reads a file of executions, `-` for stdin; gives each to `each`. Empty lines are passed over.
///
/// # Errors
/// A file that cannot be read; a line that names no execution, by its number.
pub fn read(path: &str, mut each: impl FnMut(Listed)) -> Result<()> {
    let refused = |error: std::io::Error| Error::ParamValidation(format!("--from: {}", Error::errno(&error, path)));
    let source: Box<dyn Read> = match path {
        "-" => Box::new(std::io::stdin().lock()),
        _ => Box::new(File::open(path).map_err(refused)?),
    };
    let mut lines = Lines::of(source);
    for number in 1.. {
        let Some(line) = lines.read().map_err(refused)? else { break };
        let wrong = |what: &str| wrong(&format!("--from {}, line {number}: {what}", Escaped(path)));
        let line = std::str::from_utf8(line).map_err(|_| wrong("it is not UTF-8"))?.trim();
        if !line.is_empty() {
            each(parse(line).map_err(|what| wrong(&what))?);
        }
    }
    Ok(())
}

fn parse(line: &str) -> std::result::Result<Listed, String> {
    let listed = if line.starts_with('{') {
        let line: JsonLine = serde_json::from_str(line).map_err(|error| shortened(&error.to_string()))?;
        Listed {
            arn: line.execution_arn,
            redrive_count: line.redrive_count,
            redrive_date: line.redrive_date.as_ref().map_or(Ok(None), date)?,
            stopped: line.stop_date.as_ref().map_or(Ok(None), date)?,
        }
    } else {
        Listed { arn: line.trim_matches('"').to_owned(), redrive_count: None, redrive_date: None, stopped: None }
    };
    match ExecutionArn::parse(&listed.arn) {
        Some(_) => Ok(listed),
        None => Err(format!("'{}' is not the ARN of an execution of a Standard workflow", shortened(&listed.arn))),
    }
}

/// The start of a text that may be of any length, safe for a terminal.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 120;
    match text.char_indices().nth(LONGEST).and_then(|(end, _)| text.get(..end)) {
        Some(start) => format!("{}…", Escaped(start)),
        None => Escaped(text).to_string(),
    }
}

/// A date as this program and the AWS CLI print it: a text, or seconds since 1970.
fn date(value: &serde_json::Value) -> std::result::Result<Option<i64>, String> {
    match value {
        serde_json::Value::Null => Ok(None),
        serde_json::Value::String(text) => date_text(text).map(Some),
        other => date_text(&other.to_string()).map(Some),
    }
}

/// A date as a text: RFC 3339, or seconds since 1970.
///
/// # Errors
/// What it should look like.
pub fn date_text(text: &str) -> std::result::Result<i64, String> {
    if let Ok(date) = text.parse::<jiff::Timestamp>() {
        return Ok(date.as_millisecond());
    }
    let seconds = text.parse::<f64>().ok().filter(|seconds| seconds.is_finite());
    let seconds = seconds.ok_or_else(|| format!("'{}' is not a date such as 2026-11-22T08:00:00Z", shortened(text)))?;
    #[expect(clippy::cast_possible_truncation, reason = "a cast of what is no date saturates")]
    let milliseconds = (seconds * 1_000.0).round() as i64;
    Ok(milliseconds)
}

/// Everything that is asked for, from wherever.
///
/// # Errors
/// A source that cannot be read, or whose reading the service refuses.
pub async fn gather(bulk: &Bulk, calls: &Calls) -> Result<Plan> {
    let mut plan = Plan::default();
    let mut children = Vec::new();
    if let Some(path) = &bulk.from {
        let mut room = true;
        read(path, |listed| match ExecutionArn::parse(&listed.arn) {
            Some(arn) if arn.label.is_some() => children.push(listed.arn),
            _ => room &= plan.push(&listed.arn, listed.redrive_count, listed.stopped),
        })?;
        if !room {
            return Err(wrong("--from: the names of the executions are longer than 4 GB together"));
        }
    }
    let default: Vec<String> = REDRIVABLE.iter().map(|status| (*status).to_owned()).collect();
    let statuses = if bulk.statuses.is_empty() { &default } else { &bulk.statuses };
    for machine in &bulk.machines {
        for status in statuses {
            let mut next = None;
            loop {
                let (executions, following) = calls.list(machine, status, next).await?;
                for execution in executions {
                    plan.push(&execution.arn, execution.redrive_count, execution.stopped);
                }
                calls.patience.show(Event::Standing(Standing::Listing(plan.len())));
                next = following;
                if next.is_none() {
                    break;
                }
            }
        }
    }
    parents(&bulk.map_runs, &children, calls, &mut plan).await?;
    Ok(plan)
}

/// Map runs and what they started lead to the executions that can be redriven: each once.
async fn parents(map_runs: &[String], children: &[String], calls: &Calls, plan: &mut Plan) -> Result<()> {
    let mut known: HashMap<String, String> = HashMap::new();
    let mut added = HashSet::new();
    let mut of_children = Vec::new();
    for child in children {
        let found = calls.describe(child).await?;
        of_children.push(found.map_run_arn.ok_or_else(|| wrong(&format!("{child} was not started by a map run")))?);
    }
    for map_run in map_runs.iter().chain(&of_children) {
        if !known.contains_key(map_run) {
            known.insert(map_run.clone(), calls.parent_of_map_run(map_run).await?);
        }
        let parent = known.get(map_run).cloned().unwrap_or_default();
        if added.insert(parent.clone()) {
            let found = calls.describe(&parent).await?;
            plan.push(&parent, found.redrive_count, found.stopped);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::parse;

    const ARN: &str = "arn:aws:states:us-east-1:123456789012:execution:M:a";

    #[test]
    fn lines_are_arns_or_objects() {
        assert_eq!(parse(ARN).unwrap().arn, ARN);
        assert_eq!(parse(&format!("\"{ARN}\"")).unwrap().arn, ARN);
        let listed =
            parse(&format!(r#"{{"executionArn": "{ARN}", "redriveCount": 2, "redriveDate": 17.5, "x": 1}}"#)).unwrap();
        assert_eq!((listed.redrive_count, listed.redrive_date), (Some(2), Some(17_500)));
    }

    #[test]
    fn other_lines_are_refused() {
        for line in ["x", "{}", "{\"executionArn\": 1}", "arn:aws:states:us-east-1:123456789012:stateMachine:M"] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
