//! Filters that need a look at each execution. Slow, for reads have small quotas.

use std::cell::{Cell, RefCell};

use super::calls::Calls;
use super::plan::{Plan, Planned};
use super::resume::Inspected;
use super::triage::looks::{Fit, Looks, side_by_side};
use super::triage::wanted::Wanted;
use crate::error::Result;

/// Looks at a plan's executions in their order, until about `limit` of them are as wanted; returns what came of each, as far as
/// they were looked at. `known` is what an earlier attempt has seen; `note` gets what is seen now.
pub(crate) async fn inspect(
    plan: &Plan,
    wanted: &Wanted,
    limit: Option<usize>,
    (looks, calls): (&Looks, &Calls),
    known: &Inspected,
    note: impl Fn(&Planned, bool) -> Result<()>,
) -> Result<Vec<Option<Fit>>> {
    let (seen, kept) = (RefCell::new(vec![None; plan.len()]), Cell::new(0));
    let is_enough = || limit.is_some_and(|limit| kept.get() >= limit);
    if is_enough() {
        return Ok(seen.take());
    }
    side_by_side(calls, 0..plan.len(), |n| {
        let (seen, kept, note) = (&seen, &kept, &note);
        async move {
            let Some(planned) = plan.get(n) else { return Ok(true) };
            let fit = match known.get(&(planned.arn.as_str().into(), planned.redrive_count)) {
                Some(true) => Fit::Wanted,
                Some(false) => Fit::Unwanted,
                None => {
                    let fit = looks.fit(&planned, wanted).await?;
                    if matches!(fit, Fit::Wanted | Fit::Unwanted) {
                        note(&planned, fit == Fit::Wanted)?;
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
    })
    .await?;
    Ok(seen.take())
}
