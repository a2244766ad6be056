//! Filters that need a look at each execution: its error, and the state that failed. Slow, for reads have small quotas.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use super::calls::Calls;
use super::event::Event;
use super::glob::matches;
use super::journal::Draft;
use super::pages::Tokens;
use super::plan::{Plan, Planned};
use super::progress::Standing;
use super::quotas::Quotas;
use super::verdict::Verdict;
use crate::error::{Error, Result};

/// What an execution must be like.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    /// A pattern of the error or the cause.
    pub(crate) error: Option<String>,
    /// A pattern of the state that failed.
    pub(crate) failed_state: Option<String>,
}

impl Wanted {
    pub(crate) fn is_nothing(&self) -> bool {
        self.error.is_none() && self.failed_state.is_none()
    }

    /// How long it takes to look at `count` executions.
    pub(crate) fn time_for(&self, count: usize, rates: &Quotas) -> Duration {
        let of = |wanted: &Option<String>, time: Duration| wanted.as_ref().map_or(Duration::ZERO, |_| time);
        // The second look runs beside the first.
        of(&self.error, rates.describe_execution.time_for(count))
            .max(of(&self.failed_state, rates.get_execution_history.time_for(count)))
    }
}

/// What came of an inspection: how many were left out, and why.
#[derive(Debug, Default)]
pub(crate) struct Inspection {
    /// They are not as wanted.
    pub(crate) unwanted: usize,
    /// They are not there any more, or not to be seen.
    pub(crate) gone: usize,
    /// They were not inspected, because there were enough.
    pub(crate) beyond: usize,
}

/// Keeps of a plan what is as wanted, in its order, and at most about `limit` of it. The journal knows what an earlier
/// attempt has seen, and gets what is seen now.
pub(crate) async fn filter(
    mut plan: Plan,
    wanted: &Wanted,
    limit: Option<usize>,
    calls: &Rc<Calls>,
    draft: &RefCell<Option<Draft>>,
) -> Result<(Plan, Inspection)> {
    let seen = RefCell::new(vec![None; plan.len()]);
    let (next, kept, done) = (Cell::new(0), Cell::new(0), Cell::new(0));
    // Boxed, for eight of them side by side are a large piece of stack.
    let worker = || {
        Box::pin(async {
            loop {
                let n = next.get();
                if limit.is_some_and(|limit| kept.get() >= limit) {
                    return Ok::<(), Error>(());
                }
                next.set(n + 1);
                let Some(planned) = plan.get(n) else { return Ok(()) };
                let mut found = draft.borrow().as_ref().and_then(|draft| draft.inspected(&planned));
                if found.is_none() {
                    found = is_wanted(&planned, wanted, calls).await?;
                    if let (Some(wanted), Some(draft)) = (found, draft.borrow_mut().as_mut()) {
                        draft.note(&planned, wanted)?;
                    }
                }
                if found == Some(true) {
                    kept.set(kept.get() + 1);
                }
                if let Some(place) = seen.borrow_mut().get_mut(n) {
                    *place = Some(found);
                }
                done.set(done.get() + 1);
                calls.patience.show(Event::Standing(Standing::Inspecting { done: done.get(), total: plan.len() }));
            }
        })
    };
    // Eight inspections at a time, which the quotas of the reads allow.
    tokio::try_join!(worker(), worker(), worker(), worker(), worker(), worker(), worker(), worker())?;
    let seen = seen.take();
    let mut inspection = Inspection::default();
    for found in &seen {
        match found {
            Some(Some(true)) => {}
            Some(Some(false)) => inspection.unwanted += 1,
            Some(None) => inspection.gone += 1,
            None => inspection.beyond += 1,
        }
    }
    let place = Cell::new(0);
    plan.retain(|_| {
        let n = place.get();
        place.set(n + 1);
        seen.get(n) == Some(&Some(Some(true)))
    });
    Ok((plan, inspection))
}

/// Whether an execution is as wanted; `None` where it cannot be seen.
async fn is_wanted(planned: &Planned, wanted: &Wanted, calls: &Calls) -> Result<Option<bool>> {
    match look(planned, wanted, calls).await {
        // Nothing shows that it is wanted. An answer that never comes ends as an error of its own.
        Err(error @ Error::Service(_)) if Verdict::of(&error) != Verdict::Hopeless => Ok(None),
        looked => looked.map(Some),
    }
}

async fn look(planned: &Planned, wanted: &Wanted, calls: &Calls) -> Result<bool> {
    if let Some(pattern) = &wanted.error {
        let found = calls.describe(&planned.arn).await?;
        let is_like = |text: &Option<String>| text.as_ref().is_some_and(|text| matches(pattern, text));
        if !is_like(&found.error) && !is_like(&found.cause) {
            return Ok(false);
        }
    }
    match &wanted.failed_state {
        None => Ok(true),
        Some(pattern) => Ok(failed_state(&planned.arn, calls).await?.is_some_and(|state| matches(pattern, &state))),
    }
}

/// The state that failed: from the last event back along the links to what entered it; where the links end (an execution that
/// was stopped or timed out from outside), the state that was entered last.
async fn failed_state(arn: &str, calls: &Calls) -> Result<Option<String>> {
    let mut link = None;
    let mut entered_last = None;
    let (mut next, mut tokens) = (None, Tokens::default());
    loop {
        let (events, following) = calls.history(arn, next).await?;
        for event in &events {
            let entered = event.state_entered_event_details().map(|details| details.name().to_owned());
            if link.is_none_or(|link| link == event.id()) {
                if entered.is_some() {
                    return Ok(entered);
                }
                link = Some(event.previous_event_id());
            }
            entered_last = entered_last.or(entered);
            if link == Some(0) && entered_last.is_some() {
                return Ok(entered_last);
            }
        }
        next = tokens.next(following)?;
        if next.is_none() {
            return Ok(entered_last);
        }
    }
}
