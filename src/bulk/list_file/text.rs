//! Lines of ARNs, and what the AWS CLI prints as text.

use super::listed::{Field, Listed, Parsed, shortened};
use crate::bulk::arn::ExecutionArn;
use crate::bulk::plan::Status;
use crate::bulk::report::LEFT_OUT;
use crate::bulk::times;

/// A line that is neither JSON nor CSV: an ARN, or what the AWS CLI prints as text.
pub(super) fn executions(line: &str) -> Parsed<Vec<Listed>> {
    // No ARN has a `#`.
    let line = line.split('#').next().unwrap_or_default().trim_end();
    // The end of a list that `--max-items` cut, and the answer of a query that found nothing.
    if line.starts_with("NEXTTOKEN\t") || line == "None" {
        return Ok(Vec::new());
    }
    let columns: Vec<&str> = line.split('\t').map(|column| column.trim_matches(['"', ' '])).collect();
    // What an earlier run left out, as it prints that.
    if columns.contains(&LEFT_OUT) {
        return Ok(Vec::new());
    }
    let mut arns = columns.iter().filter(|column| ExecutionArn::parse(column).is_some());
    match (arns.next(), arns.next()) {
        (Some(arn), None) => Ok(vec![of_columns(arn, &columns)?]),
        // A list of nothing but ARNs.
        (Some(_), Some(_)) => columns.iter().map(|arn| Listed::from(*arn).checked()).collect(),
        (None, _) if line.contains(',') => {
            Err(format!("'{}' is not an ARN; columns need a header with executionArn", shortened(line)))
        }
        (None, _) => Listed::from(line.trim_matches('"')).checked().map(|listed| vec![listed]),
    }
}

/// An execution as the AWS CLI's text shows it: its members between tabs, in the order of their names. Which are there differs:
/// `executionArn, …, name, redriveCount[, redriveDate], startDate, …, status, stopDate`.
fn of_columns(arn: &str, columns: &[&str]) -> Parsed<Listed> {
    let mut listed = Listed::from(arn);
    let name = arn.rsplit(':').next().unwrap_or_default();
    if let Some(["EXECUTIONS", rest @ ..]) = columns.get(..)
        && let Some(at) = rest.iter().position(|column| *column == name)
        && let Some([count, first, second, .., stop]) = rest.get(at + 1..)
    {
        listed.set(Field::RedriveCount, count)?;
        let start = if times::date(second).is_some() {
            listed.set(Field::RedriveDate, first)?;
            second
        } else {
            first
        };
        if times::date(start).is_some() {
            listed.set(Field::StartDate, start)?;
        }
        if times::date(stop).is_some() {
            listed.set(Field::StopDate, stop)?;
        }
        listed.execution.status = rest.iter().find_map(|column| Status::named(column));
    }
    Ok(listed)
}
