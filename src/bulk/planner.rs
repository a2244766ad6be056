//! The plan of a run that begins: what the options select, without what cannot be redriven or is filtered out.

use std::cell::{Cell, RefCell};

use super::Context;
use super::arn::ExecutionArn;
use super::confirm::{LeftOut, are, executions};
use super::glob::Pattern;
use super::plan::{Plan, Planned};
use super::source::{self, Gathered};
use super::times::readable;
use super::triage::Wanted;
use super::triage::looks::Fit;
use crate::cli::own::wrong;
use crate::error::Result;
use crate::render::escape::Escaped;

const UNWANTED: &str = "by error, cause or failed state";
const GONE: &str = "gone, or not to be seen";
const NOT_REDRIVABLE: &str = "not redrivable";
const BEYOND: &str = "beyond --limit";

/// Returns what to redrive, in order, and what was left out. State machines that the service does not list are an error only
/// where nothing else is to be redriven.
pub(crate) async fn plan(context: &Context<'_>) -> Result<(Plan, LeftOut)> {
    let Context { bulk, calls, window, now, .. } = context;
    let selection = &bulk.selection;
    let Gathered { mut plan, mut left_out, by_start, is_cut, unlisted } = source::gather(context).await?;
    let (aged, by_filters) = window.reasons(is_cut, *now);
    left_out.insert("named more than once", plan.settle());
    check_region(&plan, &calls.clients.session.connection.region)?;
    if !window.is_open() && plan.iter().any(|planned| planned.stopped.is_none()) {
        return Err(wrong(
            "--since and --until need to know when each execution stopped, which --from does not say (stopDate)",
        ));
    }
    if selection.max_redrives.is_some() && plan.iter().any(|planned| planned.redrive_count.is_none()) {
        return Err(wrong(
            "--max-redrives needs to know how often each was redriven, which --from does not say (redriveCount)",
        ));
    }
    keep(context, &mut plan, &mut left_out, aged, |planned| !planned.is_expired(*now));
    let name_match = selection.name_match.as_deref().map(|text| Pattern::new(text, selection.ignore_case));
    keep(context, &mut plan, &mut left_out, by_filters, |planned| {
        let name = planned.arn.rsplit(':').next().unwrap_or_default();
        name_match.as_ref().is_none_or(|pattern| pattern.takes(name))
            && selection.max_redrives.is_none_or(|most| planned.redrive_count.is_none_or(|count| count <= most))
            && window.contains(planned.stopped)
    });
    *left_out.entry(by_filters).or_default() += by_start;
    inspect(context, &mut plan, &mut left_out).await?;
    if let Some(limit) = selection.limit {
        let taken = Cell::new(0);
        keep(context, &mut plan, &mut left_out, BEYOND, |_| taken.replace(taken.get() + 1) < limit);
    }
    left_out.retain(|_, count| *count > 0);
    for (machine, error) in &unlisted {
        if plan.is_empty() {
            return Err(error.clone());
        }
        calls.patience.notice(format!("{} is left out: {}", Escaped(machine), Escaped(&error.to_string())));
    }
    context.is_partial.set(context.is_partial.get() || !unlisted.is_empty());
    Ok((plan, left_out))
}

fn keep(
    context: &Context<'_>,
    plan: &mut Plan,
    left_out: &mut LeftOut,
    reason: &'static str,
    is_kept: impl Fn(&Planned) -> bool,
) {
    *left_out.entry(reason).or_default() += plan.retain(|planned| {
        let kept = is_kept(planned);
        if !kept {
            context.show_left_out(&planned.arn, reason);
        }
        kept
    });
}

/// Keeps what `--error-match` and the like want, which takes a look at each.
async fn inspect(context: &Context<'_>, plan: &mut Plan, left_out: &mut LeftOut) -> Result<()> {
    let wanted = Wanted::of(&context.bulk.selection);
    if wanted.is_everything() {
        return Ok(());
    }
    let (needs_history, is_enough) = (wanted.failed_state.is_some(), |look: &_| wanted.fits(look, None).is_some());
    let (_, time) = context.looks.cost(plan.iter(), needs_history, &context.rates, is_enough);
    if !context.bulk.quiet {
        context.calls.patience.notice(format!("inspecting {} (about {})", executions(plan.len()), readable(time)));
    }
    let mut fits = fits(plan, &wanted, context).await?.into_iter();
    left_out.extend([UNWANTED, GONE, NOT_REDRIVABLE, BEYOND].map(|reason| (reason, 0)));
    plan.retain(|planned| {
        let (reason, why) = match fits.next().flatten() {
            Some(Fit::Wanted) => return true,
            Some(Fit::Unwanted) => (UNWANTED, String::new()),
            Some(Fit::Gone) => (GONE, String::new()),
            Some(Fit::NotRedrivable(why)) => (NOT_REDRIVABLE, format!(": {why}")),
            None => (BEYOND, String::new()),
        };
        context.show_left_out(&planned.arn, &format!("{reason}{why}"));
        *left_out.entry(reason).or_default() += 1;
        false
    });
    match context.looks.denied() {
        Some(denied) if plan.is_empty() => return Err(denied),
        Some(denied) => {
            let why = denied.to_string();
            context.calls.patience.notice(format!("not everything could be inspected: {}", Escaped(&why)));
            context.is_partial.set(true);
        }
        None => {}
    }
    Ok(())
}

/// Looks at a plan's executions in their order, until about `--limit` of them are as wanted; returns what came of each, as far as
/// they were looked at.
async fn fits(plan: &Plan, wanted: &Wanted, context: &Context<'_>) -> Result<Vec<Option<Fit>>> {
    let (seen, kept) = (RefCell::new(vec![None; plan.len()]), Cell::new(0));
    let is_enough = || context.bulk.selection.limit.is_some_and(|limit| kept.get() >= limit);
    if is_enough() {
        return Ok(seen.take());
    }
    let inspect = async |n| {
        let Some(planned) = plan.get(n) else { return Ok(true) };
        let fit = context.looks.fit(&planned, wanted).await?;
        kept.set(kept.get() + usize::from(fit == Fit::Wanted));
        if let Some(place) = seen.borrow_mut().get_mut(n) {
            *place = Some(fit);
        }
        Ok(is_enough())
    };
    context.looks.each(0..plan.len(), inspect).await?;
    Ok(seen.take())
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
