//! Looks at executions, eight at a time: from the cache where it knows them, else by calls, for which reads have small quotas.
//!
//! The history of an execution shows the state that failed, the error and the cause, and its quota is twice that of descriptions:
//! where the state is needed, and a list has shown the rest, no description is.

use std::cell::{Cell, OnceCell, RefCell};
use std::future::Future;
use std::rc::Rc;
use std::time::Duration;

use aws_sdk_sfn::types::HistoryEvent;

use super::cache::Cache;
use super::look::{Look, Wanted};
use crate::aws::reads::Execution;
use crate::bulk::calls::Calls;
use crate::bulk::journal::open::state_folder;
use crate::bulk::pace::Quotas;
use crate::bulk::pages;
use crate::bulk::patience::Event;
use crate::bulk::plan::Planned;
use crate::bulk::progress::Standing;
use crate::bulk::verdict::Verdict;
use crate::error::{Error, Result};
use crate::host::Host;

/// The name of the cache, in the state folder.
const CACHE: &str = "looks.jsonl";
/// After this many looks others get a turn: none of them may have had to wait for a call.
const IN_A_ROW: usize = 256;
/// How far the stop in a list and the last event of a history may be apart, in milliseconds.
const ROUNDING: u64 = 1_000;

pub(crate) struct Looks {
    calls: Rc<Calls>,
    host: Host,
    /// Of the state folder, once it is needed.
    cache: OnceCell<RefCell<Cache>>,
    denied: RefCell<Option<Error>>,
}

/// What a look at an execution means for the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    Wanted,
    Unwanted,
    /// It is not there any more, or not to be seen.
    Gone,
    /// The service would refuse to redrive it; holds why.
    NotRedrivable(String),
}

/// A look, and what a call has shown besides.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) look: Look,
    redrive_count: Option<u16>,
    /// In milliseconds since 1970.
    pub(crate) stopped: Option<i64>,
    /// As it is, where a call has shown it.
    cause: String,
}

impl Seen {
    fn described(found: Execution) -> Self {
        let look = Look::described(&found);
        let Execution { redrive_count, stopped, cause, .. } = found;
        Self { look, redrive_count, stopped, cause: cause.unwrap_or_default() }
    }
}

impl Looks {
    pub(crate) fn new(calls: &Rc<Calls>, host: &Host) -> Self {
        Self { calls: Rc::clone(calls), host: host.clone(), cache: OnceCell::new(), denied: RefCell::default() }
    }

    fn cache(&self) -> &RefCell<Cache> {
        self.cache.get_or_init(|| {
            let (cache, problem) = match state_folder(&self.host) {
                Ok(folder) => Cache::open(&folder.join(CACHE)),
                Err(why) => (Cache::default(), Some(format!("what is looked at is not kept: {why}"))),
            };
            problem.into_iter().for_each(|problem| self.calls.patience.notice(problem));
            RefCell::new(cache)
        })
    }

    fn known(&self, planned: &Planned) -> Option<Look> {
        self.cache().borrow().get(planned)
    }

    /// The error of an execution, where an earlier look has shown it.
    pub(crate) fn known_error(&self, planned: &Planned) -> Option<String> {
        self.known(planned).map(|look| look.error)
    }

    /// How many of these executions calls have to be made for, and how long those take. A known look may be `enough`.
    pub(crate) fn cost(
        &self,
        executions: impl Iterator<Item = Planned>,
        needs_history: bool,
        rates: &Quotas,
        enough: impl Fn(&Look) -> bool,
    ) -> (usize, Duration) {
        let (mut unknown, mut described) = (0, 0);
        for planned in executions {
            if !self.known(&planned).is_some_and(|look| enough(&look)) {
                unknown += 1;
                described +=
                    usize::from(!needs_history || planned.redrive_count.is_none() || planned.stopped.is_none());
            }
        }
        let histories = if needs_history { unknown } else { 0 };
        let time = rates.describe_execution.time_for(described);
        (unknown, time.max(rates.get_execution_history.time_for(histories)))
    }

    /// Everything that a summary shows of an execution; `None` where it cannot be seen.
    pub(crate) async fn all(&self, planned: &Planned) -> Result<Option<Seen>> {
        if let Some(look) = self.known(planned).filter(|look| look.failed_state.is_some()) {
            let Planned { redrive_count, stopped, .. } = *planned;
            return Ok(Some(Seen { look, redrive_count, stopped, cause: String::new() }));
        }
        match self.look(planned, true).await? {
            // A caller who may not read histories may still describe.
            None if self.denied.borrow().is_some() => self.look(planned, false).await,
            seen => Ok(seen),
        }
    }

    pub(crate) fn denied(&self) -> Option<Error> {
        self.denied.borrow().clone()
    }

    /// Whether an execution is as wanted.
    pub(crate) async fn fit(&self, planned: &Planned, wanted: &Wanted) -> Result<Fit> {
        let known = self.known(planned).and_then(|look| Some((wanted.fits(&look, None)?, look)));
        let (is_wanted, look) = match known {
            Some(known) => known,
            None => match self.look(planned, wanted.failed_state.is_some()).await? {
                Some(Seen { look, cause, .. }) => (wanted.fits(&look, Some(&cause)).unwrap_or(false), look),
                None => return Ok(Fit::Gone),
            },
        };
        Ok(match is_wanted {
            false => Fit::Unwanted,
            true if look.refusal.is_empty() => Fit::Wanted,
            true => Fit::NotRedrivable(look.refusal),
        })
    }

    /// Does `each` for all these places until one returns that there are enough, with progress.
    pub(crate) async fn each<F: Future<Output = Result<bool>>>(
        &self,
        places: impl ExactSizeIterator<Item = usize>,
        each: impl Fn(usize) -> F,
    ) -> Result<()> {
        let total = places.len();
        let show = |done| self.calls.patience.show(Event::Standing(Standing::Inspecting { done, total }));
        side_by_side(places, show, each).await
    }

    /// Looks by calls, and keeps what they show; `None` where the execution cannot be seen.
    async fn look(&self, planned: &Planned, needs_history: bool) -> Result<Option<Seen>> {
        let looked = match needs_history {
            true => self.trace(planned).await,
            false => self.calls.describe(&planned.arn).await.map(Seen::described),
        };
        let seen = match looked {
            // An answer that never comes ends as an error of its own.
            Err(error @ Error::Service(_)) if Verdict::of(&error) != Verdict::Hopeless => {
                if Verdict::of(&error) == Verdict::Denied {
                    self.denied.borrow_mut().get_or_insert(error);
                }
                return Ok(None);
            }
            looked => looked?,
        };
        if let Some((count, stopped)) = seen.redrive_count.zip(seen.stopped).filter(|_| seen.look.is_final()) {
            let problem = self.cache().borrow_mut().keep(&planned.arn, count, stopped, &seen.look);
            problem.into_iter().for_each(|problem| self.calls.patience.notice(problem));
        }
        Ok(Some(seen))
    }

    /// Reads the history: from the last event back along the links to what entered the state that failed; where the links end (an
    /// execution that was stopped or timed out from outside), the state is the one that was entered last.
    async fn trace(&self, planned: &Planned) -> Result<Seen> {
        let (mut ended, mut link, mut entered_last, mut failed_state) = (None, None, None, None);
        let mut walk = |event: HistoryEvent| {
            if link.is_none() {
                let at = event.timestamp().to_millis().ok();
                let is_of_list = at.zip(planned.stopped).is_some_and(|(at, stop)| at.abs_diff(stop) <= ROUNDING);
                ended = Look::ended(&event).filter(|_| is_of_list && planned.redrive_count.is_some());
            }
            let entered = event.state_entered_event_details().map(|details| details.name().to_owned());
            if link.is_none_or(|link| link == event.id()) {
                failed_state = entered.clone();
                link = Some(event.previous_event_id());
            }
            entered_last = entered_last.take().or(entered);
            if link == Some(0) {
                failed_state = failed_state.take().or(entered_last.clone());
            }
            failed_state.is_some()
        };
        let page = async |token| self.calls.history(&planned.arn, token).await;
        pages::each(page, |events| events.into_iter().any(&mut walk)).await?;
        let failed_state = failed_state.or(entered_last);
        let mut seen = match ended {
            Some((look, cause)) => Seen { look, redrive_count: planned.redrive_count, stopped: planned.stopped, cause },
            // It is not as it was listed, if it was.
            None => Seen::described(self.calls.describe(&planned.arn).await?),
        };
        seen.look.failed_state = Some(failed_state.unwrap_or_default());
        Ok(seen)
    }
}

/// Does `each` for all these items until one returns that there are enough: eight at a time, which the quotas of the reads allow.
/// Shows how many are done.
pub(crate) async fn side_by_side<T, F: Future<Output = Result<bool>>>(
    items: impl Iterator<Item = T>,
    show: impl Fn(usize),
    each: impl Fn(T) -> F,
) -> Result<()> {
    let (items, enough, done) = (RefCell::new(items), Cell::new(false), Cell::new(0));
    // Boxed, for eight of them side by side are a large piece of stack.
    let worker = || {
        Box::pin(async {
            while !enough.get() {
                let Some(item) = items.borrow_mut().next() else { break };
                if each(item).await? {
                    enough.set(true);
                }
                done.set(done.get() + 1);
                show(done.get());
                if done.get() % IN_A_ROW == 0 {
                    tokio::task::yield_now().await;
                }
            }
            Ok::<(), Error>(())
        })
    };
    tokio::try_join!(worker(), worker(), worker(), worker(), worker(), worker(), worker(), worker())?;
    Ok(())
}
