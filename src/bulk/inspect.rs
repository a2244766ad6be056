//! Filters that need a look at each execution. Slow, for reads have small quotas.

use std::cell::{Cell, RefCell};

use super::context::Context;
use super::journal::Draft;
use super::plan::Plan;
use super::triage::looks::{Fit, side_by_side};
use super::triage::wanted::Wanted;
use crate::error::Result;

/// Looks at a plan's executions in their order, until about `--limit` of them are as wanted; returns what came of each, as far as
/// they were looked at. The journal knows what an earlier attempt has seen, and gets what is seen now.
pub(crate) async fn inspect(
    plan: &Plan,
    wanted: &Wanted,
    context: &Context<'_>,
    draft: &RefCell<Option<Draft>>,
) -> Result<Vec<Option<Fit>>> {
    let (seen, kept) = (RefCell::new(vec![None; plan.len()]), Cell::new(0));
    let is_enough = || context.bulk.limit.is_some_and(|limit| kept.get() >= limit);
    if is_enough() {
        return Ok(seen.take());
    }
    side_by_side(&context.calls, 0..plan.len(), |n| {
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
    })
    .await?;
    Ok(seen.take())
}
