//! `bulk --summary`: what failed, how, and how often, of all or of a sample; redrives nothing.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;

use super::groups::{Groups, Row, table};
use crate::bulk::Context;
use crate::bulk::confirm::executions;
use crate::bulk::console::Console;
use crate::bulk::plan::Plan;
use crate::bulk::times::readable;
use crate::error::Result;
use crate::platform::terminal;
use crate::render::escape::Escaped;

/// Looks at the executions of a plan, or at a sample of each state machine's; returns the groups.
pub(crate) async fn rows(plan: &Plan, context: &Context<'_>) -> Result<Vec<Row>> {
    let Context { looks, calls, now, .. } = context;
    let each = context.bulk.sample;
    let places = sample(plan, each);
    let chosen = places.iter().filter_map(|n| plan.get(*n));
    let (unknown, time) = looks.cost(chosen, true, &context.rates, |look| look.failed_state.is_some());
    if !context.bulk.quiet && !plan.is_empty() {
        calls.patience.notice(announcement(plan.len(), places.len(), places.len() - unknown, time, each.is_some()));
    }
    let (groups, gone) = (RefCell::new(Groups::default()), RefCell::new(0));
    let look = async |n: usize| {
        let Some(planned) = plan.get(n) else { return Ok(false) };
        match looks.all(&planned).await? {
            Some(seen) => groups.borrow_mut().add(&planned, seen, *now),
            None => *gone.borrow_mut() += 1,
        }
        Ok(false)
    };
    looks.each(places.into_iter(), look).await?;
    if let gone @ 1.. = gone.take() {
        calls.patience.notice(format!("{} gone, or not to be seen", executions(gone)));
    }
    let groups_of_plan = if each.is_some() { plan.groups() } else { Vec::new() };
    let totals = groups_of_plan.iter().map(|group| (group.state_machine(), group.count)).collect();
    let rows = groups.into_inner().rows(&totals);
    match looks.denied() {
        Some(denied) if rows.is_empty() => return Err(denied),
        Some(denied) => {
            calls.patience.notice(format!("not everything could be seen: {}", Escaped(&denied.to_string())))
        }
        None => {}
    }
    Ok(rows)
}

/// What is looked at, of which this many are known already, and how long it takes.
fn announcement(total: usize, looked_at: usize, known: usize, time: Duration, is_sample: bool) -> String {
    let time = if time.is_zero() { String::new() } else { format!(" (about {})", readable(time)) };
    let known = if known == 0 { String::new() } else { format!(", {known} of which are known from an earlier look") };
    if is_sample && looked_at < total {
        return format!(
            "looking at a sample, {looked_at} of {}{known}{time}; numbers are estimates",
            executions(total)
        );
    }
    let advice = if time.is_empty() { "" } else { "; --sample N looks at N of each state machine" };
    format!("looking at {}{known}{time}{advice}", executions(total))
}

/// Prints the groups: a table where there is a terminal and no format was chosen, else records.
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

/// The places of `each` executions of each state machine: one of each part of the plan's order, which is that of their stops; all
/// places where there is no number.
fn sample(plan: &Plan, each: Option<usize>) -> Vec<usize> {
    let Some(each) = each else { return (0..plan.len()).collect() };
    let mut groups = HashMap::<Option<u32>, Vec<usize>>::new();
    (0..plan.len()).for_each(|n| groups.entry(plan.group(n)).or_default().push(n));
    let chosen = groups.into_values().flat_map(|places| {
        let (total, each) = (places.len(), each.min(places.len()));
        // Equal distances might meet only one kind of failures that alternate.
        let scattered = |part: usize| part.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
        let one_of = move |part: usize| {
            let (start, end) = ((part * total).div_ceil(each), ((part + 1) * total).div_ceil(each));
            places.get(start + scattered(part) % (end - start).max(1)).copied()
        };
        (0..each).filter_map(one_of)
    });
    let mut chosen: Vec<usize> = chosen.collect();
    chosen.sort_unstable();
    chosen
}

#[cfg(test)]
mod tests {
    use super::sample;
    use crate::bulk::plan::{Plan, Planned};

    fn plan(machines: &[(&str, usize)]) -> Plan {
        let mut plan = Plan::default();
        for (machine, count) in machines {
            for n in 0..*count {
                let arn = format!("arn:aws:states:us-east-1:123456789012:execution:{machine}:run-{n}");
                plan.push(&Planned { redrive_count: Some(0), stopped: i64::try_from(n).ok(), ..Planned::from(&*arn) });
            }
        }
        plan
    }

    #[test]
    fn each_state_machine_gives_as_many_spread_over_the_time() {
        let plan = plan(&[("A", 1_000), ("B", 7), ("C", 2)]);
        let places = sample(&plan, Some(4));
        let of = |range: std::ops::Range<usize>| places.iter().filter(|place| range.contains(place)).count();
        assert_eq!(
            [of(0..250), of(250..500), of(500..750), of(750..1_000), of(1_000..1_007), of(1_007..1_009)],
            [1, 1, 1, 1, 4, 2]
        );
        assert_eq!(sample(&plan, None).len(), 1_009);
    }
}
