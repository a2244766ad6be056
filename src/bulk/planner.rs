//! The plan of a run that begins: what the options select, without what cannot be redriven or is filtered out.

use std::cell::RefCell;

use super::arguments::wrong;
use super::arn::ExecutionArn;
use super::confirm::{LeftOut, are, executions};
use super::context::Context;
use super::glob::matches;
use super::inspect::{self, Wanted};
use super::journal::Draft;
use super::plan::{Plan, Planned};
use super::source;
use super::times::readable;
use crate::error::Result;
use crate::render::escape::Escaped;

/// What to redrive, in order, and what was left out. Looks at single executions are noted in the draft of the journal.
pub(crate) async fn plan(context: &Context<'_>, draft: &RefCell<Option<Draft>>) -> Result<(Plan, LeftOut)> {
    let Context { bulk, calls, window, now, .. } = context;
    let found = source::gather(bulk, calls, window, *now).await?;
    let (aged, by_filters) = window.reasons(found.is_cut, *now);
    let (mut plan, mut left_out) = (found.plan, found.left_out);
    left_out.push(("named more than once", plan.settle()));
    check_region(&plan, &calls.clients.connection().region)?;
    for (is_filtered, is_known, message) in [
        (
            !window.is_open(),
            (|planned| planned.stopped.is_some()) as fn(&Planned) -> bool,
            "--since and --until need to know when each execution stopped, which --from does not say (stopDate)",
        ),
        (
            bulk.max_redrives.is_some(),
            |planned| planned.redrive_count.is_some(),
            "--max-redrives needs to know how often each was redriven, which --from does not say (redriveCount)",
        ),
    ] {
        if is_filtered && !plan.iter().all(|planned| is_known(&planned)) {
            return Err(wrong(message));
        }
    }
    left_out.push((aged, plan.drop_expired(*now)));
    let filtered = plan.retain(|planned| {
        let name = planned.arn.rsplit(':').next().unwrap_or_default();
        bulk.name_match.as_ref().is_none_or(|pattern| matches(pattern, name))
            && bulk.max_redrives.is_none_or(|most| planned.redrive_count.is_none_or(|count| count <= most))
            && window.contains(planned.stopped)
    });
    left_out.push((by_filters, filtered));
    let mut beyond = 0;
    let wanted = Wanted { error: bulk.error_match.clone(), failed_state: bulk.failed_state.clone() };
    if !wanted.is_nothing() {
        let time = readable(wanted.time_for(plan.len(), &context.rates));
        calls.patience.notice(format!("inspecting {} (about {time})", executions(plan.len())));
        let inspection;
        (plan, inspection) = inspect::filter(plan, &wanted, bulk.limit, calls, draft).await?;
        left_out.push(("by error or failed state", inspection.unwanted));
        left_out.push(("gone, or not to be seen", inspection.gone));
        beyond = inspection.beyond;
    }
    left_out.push(("beyond --limit", beyond + bulk.limit.map_or(0, |limit| plan.limit(limit))));
    left_out.retain(|(_, count)| *count > 0);
    Ok((plan, left_out))
}

/// Refuses executions of other regions: the service would refuse each.
fn check_region(plan: &Plan, region: &str) -> Result<()> {
    for group in plan.groups() {
        let arn = format!("{}x", group.prefix);
        if let Some(other) = ExecutionArn::parse(&arn).map(|arn| arn.region).filter(|other| *other != region) {
            let (what, region) = (are(group.count), Escaped(region));
            return Err(wrong(&format!(
                "{what} in region {other}, but the calls go to {region}; a run is for one region"
            )));
        }
    }
    Ok(())
}
