//! `bulk --summary`: what failed, how, and how often; redrives nothing.

use std::cell::RefCell;
use std::time::Duration;

use super::groups::{Groups, Row, table};
use super::looks::side_by_side;
use super::sample;
use crate::bulk::Context;
use crate::bulk::confirm::executions;
use crate::bulk::console::Console;
use crate::bulk::pace::Quotas;
use crate::bulk::plan::Plan;
use crate::bulk::times::readable;
use crate::error::Result;
use crate::platform::terminal;

/// Looks at the executions of a plan, or at a sample of each state machine's; returns the groups.
pub(crate) async fn rows(plan: &Plan, context: &Context<'_>) -> Result<Vec<Row>> {
    let Context { looks, calls, now, .. } = context;
    let each = context.bulk.sample;
    let places = sample::places(plan, each);
    let unknown = looks.unknown(places.iter().filter_map(|n| plan.get(*n)), (true, true));
    if !context.bulk.quiet {
        calls.patience.notice(announcement(plan.len(), places.len(), unknown, each, &context.rates));
    }
    let (groups, gone) = (RefCell::new(Groups::default()), RefCell::new(0));
    side_by_side(calls, places.into_iter(), |n| {
        let (groups, gone) = (&groups, &gone);
        async move {
            let Some(planned) = plan.get(n) else { return Ok(false) };
            match looks.all(&planned).await? {
                Some(seen) => groups.borrow_mut().add(&planned, seen, *now),
                None => *gone.borrow_mut() += 1,
            }
            Ok(false)
        }
    })
    .await?;
    if let gone @ 1.. = gone.take() {
        calls.patience.notice(format!("{} gone, or not to be seen", executions(gone)));
    }
    let groups_of_plan = if each.is_some() { plan.groups() } else { Vec::new() };
    let totals = groups_of_plan.iter().map(|group| (group.state_machine(), group.count)).collect();
    Ok(groups.into_inner().rows(&totals))
}

/// What is looked at, and how long it takes.
fn announcement(total: usize, looked_at: usize, unknown: usize, each: Option<usize>, rates: &Quotas) -> String {
    let time = rates.describe_execution.time_for(unknown).max(rates.get_execution_history.time_for(unknown));
    let time = match time {
        Duration::ZERO => String::new(),
        time => format!(" (about {})", readable(time)),
    };
    let known = match looked_at - unknown {
        0 => String::new(),
        known => format!(", {known} of which are known from an earlier look"),
    };
    match each {
        Some(_) if looked_at < total => {
            format!("looking at a sample, {looked_at} of {}{known}{time}; numbers are estimates", executions(total))
        }
        _ if time.is_empty() => format!("looking at {}{known}", executions(total)),
        _ => format!("looking at {}{known}{time}; --sample N looks at N of each state machine", executions(total)),
    }
}

/// Prints the groups: a table where there is a terminal and no format was asked for, else records.
pub(crate) fn print(rows: &[Row], is_table: bool, console: &mut Console<'_, '_>) -> Result<()> {
    if !is_table {
        for row in rows {
            console.record(row.record(&console.records));
        }
    } else if !rows.is_empty() {
        let text = table(rows, terminal::stdout_columns(), console.records.zone.zone());
        crate::stdio::write(text.as_bytes(), console.streams.stdout)?;
    }
    console.printed()
}
