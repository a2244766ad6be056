//! The plan of a run that begins: what the options select, without what cannot be redriven or is filtered out.

use std::cell::{Cell, RefCell};

use super::arguments::wrong;
use super::arn::ExecutionArn;
use super::confirm::{LeftOut, are, executions};
use super::context::Context;
use super::glob::Pattern;
use super::journal::Draft;
use super::plan::{Plan, Planned};
use super::times::readable;
use super::triage::looks::Fit;
use super::triage::wanted::Wanted;
use super::{inspect, source};
use crate::error::Result;
use crate::render::escape::Escaped;

const UNWANTED: &str = "by error, cause or failed state";
const GONE: &str = "gone, or not to be seen";
const NOT_REDRIVABLE: &str = "not redrivable";
const BEYOND: &str = "beyond --limit";

/// What to redrive, in order, and what was left out. Looks at single executions are noted in the draft of the journal.
pub(crate) async fn plan(context: &Context<'_>, draft: &RefCell<Option<Draft>>) -> Result<(Plan, LeftOut)> {
    let Context { bulk, calls, window, now, .. } = context;
    let found = source::gather(context).await?;
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
    left_out.push(leave_out(context, &mut plan, aged, |planned| !planned.is_expired(*now)));
    let name_match = bulk.name_match.as_deref().map(|text| Pattern::new(text, bulk.ignore_case));
    let (_, filtered) = leave_out(context, &mut plan, by_filters, |planned| {
        let name = planned.arn.rsplit(':').next().unwrap_or_default();
        name_match.as_ref().is_none_or(|pattern| pattern.takes(name))
            && bulk.max_redrives.is_none_or(|most| planned.redrive_count.is_none_or(|count| count <= most))
            && window.contains(planned.stopped)
    });
    left_out.push((by_filters, filtered + found.by_start));
    let wanted = Wanted::of(bulk);
    if !wanted.is_nothing() {
        inspect(context, &mut plan, &wanted, draft, &mut left_out).await?;
    }
    if let Some(limit) = bulk.limit {
        let taken = Cell::new(0);
        let is_within = |_: &Planned| taken.replace(taken.get() + 1) < limit;
        left_out.push(leave_out(context, &mut plan, BEYOND, is_within));
    }
    let mut reasons = LeftOut::new();
    for (reason, count) in left_out.into_iter().filter(|(_, count)| *count > 0) {
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, sum)) => *sum += count,
            None => reasons.push((reason, count)),
        }
    }
    Ok((plan, reasons))
}

/// Keeps what is as wanted, which takes a look at each.
async fn inspect(
    context: &Context<'_>,
    plan: &mut Plan,
    wanted: &Wanted,
    draft: &RefCell<Option<Draft>>,
    left_out: &mut LeftOut,
) -> Result<()> {
    let calls = (wanted.is_about_description(), wanted.failed_state.is_some());
    let time = readable(wanted.time_for(context.looks.unknown(plan.iter(), calls), &context.rates));
    if !context.bulk.quiet {
        context.calls.patience.notice(format!("inspecting {} (about {time})", executions(plan.len())));
    }
    let mut fits = inspect::inspect(plan, wanted, context, draft).await?.into_iter();
    let mut counts = [UNWANTED, GONE, NOT_REDRIVABLE, BEYOND].map(|reason| (reason, 0));
    plan.retain(|planned| {
        let (reason, why) = match fits.next().flatten() {
            Some(Fit::Wanted) => return true,
            Some(Fit::Unwanted) => (UNWANTED, String::new()),
            Some(Fit::Gone) => (GONE, String::new()),
            Some(Fit::NotRedrivable(why)) => (NOT_REDRIVABLE, format!(": {why}")),
            None => (BEYOND, String::new()),
        };
        context.show_left_out(&planned.arn, &format!("{reason}{why}"));
        counts.iter_mut().filter(|(known, _)| *known == reason).for_each(|(_, count)| *count += 1);
        false
    });
    left_out.extend(counts);
    Ok(())
}

/// Leaves out of a plan what is not to be kept, and shows it where that is asked for.
fn leave_out(
    context: &Context<'_>,
    plan: &mut Plan,
    reason: &'static str,
    keeps: impl Fn(&Planned) -> bool,
) -> (&'static str, usize) {
    let show = |planned: &Planned| {
        context.show_left_out(&planned.arn, reason);
        false
    };
    (reason, plan.retain(|planned| keeps(planned) || show(planned)))
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
