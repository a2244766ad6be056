//! Filters that need a look at each execution: its error, and the state that failed. Slow, for reads have small quotas.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use super::calls::Calls;
use super::console::Event;
use super::glob::matches;
use super::plan::{Plan, Planned};
use super::progress::Standing;
use super::quotas::Quotas;
use super::verdict::Verdict;
use crate::error::{Error, Result};

/// How many looks are under way at once.
const WORKERS: usize = 8;

/// What an execution must be like.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// A pattern of the error or the cause.
    pub error: Option<String>,
    /// A pattern of the state that failed.
    pub failed_state: Option<String>,
}

impl Wanted {
    /// Whether anything is asked for.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.error.is_none() && self.failed_state.is_none()
    }

    /// How long it takes to look at so many.
    #[must_use]
    pub fn time_for(&self, count: usize, rates: &Quotas) -> Duration {
        let of = |wanted: &Option<String>, time: Duration| wanted.as_ref().map_or(Duration::ZERO, |_| time);
        // The second look runs beside the first.
        of(&self.error, rates.describe_execution.time_for(count))
            .max(of(&self.failed_state, rates.get_execution_history.time_for(count)))
    }
}

/// Keeps of a plan what is as wanted; returns it and how many went.
///
/// # Errors
/// What the service refuses.
pub async fn filter(mut plan: Plan, wanted: &Wanted, calls: &Rc<Calls>) -> Result<(Plan, usize)> {
    let keep = Rc::new(RefCell::new(vec![false; plan.len()]));
    let shared = Rc::new(plan);
    let next = Rc::new(Cell::new(0));
    let done = Rc::new(Cell::new(0));
    let workers: Vec<_> = (0..WORKERS)
        .map(|_| {
            let (plan, keep, next, calls, wanted) =
                (Rc::clone(&shared), Rc::clone(&keep), Rc::clone(&next), Rc::clone(calls), wanted.clone());
            let done = Rc::clone(&done);
            tokio::task::spawn_local(async move {
                loop {
                    let n = next.get();
                    next.set(n + 1);
                    let Some(planned) = plan.get(n) else { return Ok(()) };
                    let kept = is_wanted(&planned, &wanted, &calls).await?;
                    if let Some(keep) = keep.borrow_mut().get_mut(n) {
                        *keep = kept;
                    }
                    done.set(done.get() + 1);
                    let standing = Standing::Inspecting { done: done.get(), total: plan.len() };
                    calls.patience.show(Event::Standing(standing));
                }
            })
        })
        .collect();
    let mut outcome: Result<()> = Ok(());
    for worker in workers {
        let ended = worker.await.unwrap_or_else(|error| Err(Error::General(error.to_string())));
        outcome = outcome.and(ended);
    }
    outcome?;
    plan = Rc::try_unwrap(shared).map_err(|_| Error::General("The plan is still in use".to_owned()))?;
    let keep = keep.take();
    let place = Cell::new(0);
    let gone = plan.retain(|_| {
        let n = place.get();
        place.set(n + 1);
        keep.get(n).copied().unwrap_or(false)
    });
    Ok((plan, gone))
}

async fn is_wanted(planned: &Planned, wanted: &Wanted, calls: &Calls) -> Result<bool> {
    match look(planned, wanted, calls).await {
        // It is gone meanwhile, or not to be seen: nothing shows that it is wanted.
        Err(error) if Verdict::of(&error) == Verdict::Refused => Ok(false),
        looked => looked,
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
    let mut next = None;
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
        next = following;
        if next.is_none() {
            return Ok(entered_last);
        }
    }
}
