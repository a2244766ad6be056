//! The plan of a run that begins: what the options select, without what cannot be redriven or is filtered out.

use std::cell::{Cell, RefCell};

use super::arguments::wrong;
use super::arn::ExecutionArn;
use super::confirm::{LeftOut, are, executions};
use super::context::Context;
use super::glob::Pattern;
use super::journal::Draft;
use super::plan::{Plan, Planned};
use super::source;
use super::times::readable;
use super::triage::Wanted;
use super::triage::looks::Fit;
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
    if !window.is_open() && plan.iter().any(|planned| planned.stopped.is_none()) {
        return Err(wrong(
            "--since and --until need to know when each execution stopped, which --from does not say (stopDate)",
        ));
    }
    if bulk.selection.max_redrives.is_some() && plan.iter().any(|planned| planned.redrive_count.is_none()) {
        return Err(wrong(
            "--max-redrives needs to know how often each was redriven, which --from does not say (redriveCount)",
        ));
    }
    left_out.push(leave_out(context, &mut plan, aged, |planned| !planned.is_expired(*now)));
    let name_match = bulk.selection.name_match.as_deref().map(|text| Pattern::new(text, bulk.selection.ignore_case));
    let (_, filtered) = leave_out(context, &mut plan, by_filters, |planned| {
        let name = planned.arn.rsplit(':').next().unwrap_or_default();
        name_match.as_ref().is_none_or(|pattern| pattern.takes(name))
            && bulk.selection.max_redrives.is_none_or(|most| planned.redrive_count.is_none_or(|count| count <= most))
            && window.contains(planned.stopped)
    });
    left_out.push((by_filters, filtered + found.by_start));
    let wanted = Wanted::of(&bulk.selection);
    if !wanted.is_everything() {
        inspect(context, &mut plan, &wanted, draft, &mut left_out).await?;
    }
    if let Some(limit) = bulk.selection.limit {
        let taken = Cell::new(0);
        let is_within = |_: &Planned| taken.replace(taken.get() + 1) < limit;
        let (_, beyond) = leave_out(context, &mut plan, BEYOND, is_within);
        match left_out.iter_mut().find(|(reason, _)| *reason == BEYOND) {
            Some((_, count)) => *count += beyond,
            None => left_out.push((BEYOND, beyond)),
        }
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
    let (needs_history, is_enough) = (wanted.failed_state.is_some(), |look: &_| wanted.fits(look, None).is_some());
    let (_, time) = context.looks.cost(plan.iter(), needs_history, &context.rates, is_enough);
    if !context.bulk.quiet {
        context.calls.patience.notice(format!("inspecting {} (about {})", executions(plan.len()), readable(time)));
    }
    let mut fits = fits(plan, wanted, context, draft).await?.into_iter();
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

/// Looks at a plan's executions in their order, until about `--limit` of them are as wanted; returns what came of each, as far as
/// they were looked at. The journal knows what an earlier attempt has seen, and gets what is seen now.
async fn fits(
    plan: &Plan,
    wanted: &Wanted,
    context: &Context<'_>,
    draft: &RefCell<Option<Draft>>,
) -> Result<Vec<Option<Fit>>> {
    let (seen, kept) = (RefCell::new(vec![None; plan.len()]), Cell::new(0));
    let is_enough = || context.bulk.selection.limit.is_some_and(|limit| kept.get() >= limit);
    if is_enough() {
        return Ok(seen.take());
    }
    let inspect = |n| {
        let (seen, kept) = (&seen, &kept);
        async move {
            let Some(planned) = plan.get(n) else { return Ok(true) };
            let known = draft.borrow().as_ref().and_then(|draft| draft.inspected(&planned));
            let fit = match known {
                Some(true) => Fit::Wanted,
                Some(false) => Fit::Unwanted,
                None => {
                    let fit = context.looks.fit(&planned, wanted).await?;
                    if let (Fit::Wanted | Fit::Unwanted, Some(draft)) = (&fit, draft.borrow_mut().as_mut()) {
                        draft.note(&planned, fit == Fit::Wanted)?;
                    }
                    fit
                }
            };
            kept.set(kept.get() + usize::from(fit == Fit::Wanted));
            if let Some(place) = seen.borrow_mut().get_mut(n) {
                *place = Some(fit);
            }
            Ok(is_enough())
        }
    };
    context.looks.each(0..plan.len(), inspect).await?;
    Ok(seen.take())
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
