//! Looks at executions, eight at a time: from the cache where it knows them, else by calls, for which reads have small quotas.

use std::cell::{Cell, OnceCell, RefCell};
use std::future::Future;
use std::rc::Rc;

use super::cache::Cache;
use super::look::{Description, Look};
use super::wanted::Wanted;
use crate::bulk::calls::Calls;
use crate::bulk::journal::open::state_folder;
use crate::bulk::pages::Tokens;
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

pub(crate) struct Looks {
    calls: Rc<Calls>,
    host: Host,
    /// Of the state folder, once it is needed.
    cache: OnceCell<RefCell<Cache>>,
}

/// What became of the wish to look at an execution.
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
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) look: Look,
    redrive_count: Option<u16>,
    /// In milliseconds since 1970.
    pub(crate) stopped: Option<i64>,
    cause: Option<String>,
    is_new: bool,
}

impl Looks {
    pub(crate) fn new(calls: &Rc<Calls>, host: &Host) -> Self {
        Self { calls: Rc::clone(calls), host: host.clone(), cache: OnceCell::new() }
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

    fn known(&self, planned: &Planned) -> Seen {
        let look = self.cache().borrow().get(planned);
        Seen { look, redrive_count: planned.redrive_count, stopped: planned.stopped, ..Seen::default() }
    }

    /// How many of these executions a call has to be made for, where descriptions, or the states that failed, are wanted.
    pub(crate) fn unknown(
        &self,
        executions: impl Iterator<Item = Planned>,
        (described, traced): (bool, bool),
    ) -> usize {
        let is_unknown = |planned: &Planned| {
            let look = self.cache().borrow().get(planned);
            described && look.description.is_none() || traced && look.failed_state.is_none()
        };
        executions.filter(is_unknown).count()
    }

    /// The error of an execution, where an earlier look has shown it.
    pub(crate) fn known_error(&self, planned: &Planned) -> Option<String> {
        self.known(planned).look.description.map(|found| found.error)
    }

    /// Everything that a summary shows of an execution; none where it cannot be seen.
    pub(crate) async fn all(&self, planned: &Planned) -> Result<Option<Seen>> {
        let look = async {
            let mut seen = self.known(planned);
            if seen.look.description.is_none() {
                self.describe(planned, &mut seen).await?;
            }
            self.trace(planned, &mut seen).await?;
            Ok(seen)
        };
        let seen = visible(look.await)?;
        self.keep(planned, seen.as_ref());
        Ok(seen)
    }

    /// Whether an execution is as wanted.
    pub(crate) async fn fit(&self, planned: &Planned, wanted: &Wanted) -> Result<Fit> {
        let mut seen = self.known(planned);
        let fit = visible(self.compare(planned, wanted, &mut seen).await)?;
        self.keep(planned, Some(&seen));
        Ok(fit.unwrap_or(Fit::Gone))
    }

    async fn compare(&self, planned: &Planned, wanted: &Wanted, seen: &mut Seen) -> Result<Fit> {
        if wanted.is_about_description() {
            let known = seen.look.description.as_ref().and_then(|found| wanted.fits(found, None));
            let fits = match known {
                Some(fits) => fits,
                None => {
                    self.describe(planned, seen).await?;
                    let found = seen.look.description.as_ref();
                    let raw = seen.cause.as_deref().unwrap_or_default();
                    found.and_then(|found| wanted.fits(found, Some(raw))).unwrap_or(false)
                }
            };
            if !fits {
                return Ok(Fit::Unwanted);
            }
        }
        if let Some(pattern) = &wanted.failed_state {
            self.trace(planned, seen).await?;
            let state = seen.look.failed_state.as_deref().unwrap_or_default();
            if state.is_empty() || !pattern.takes(state) {
                return Ok(Fit::Unwanted);
            }
        }
        Ok(match &seen.look.description {
            Some(found) if !found.refusal.is_empty() => Fit::NotRedrivable(found.refusal.clone()),
            _ => Fit::Wanted,
        })
    }

    async fn describe(&self, planned: &Planned, seen: &mut Seen) -> Result<()> {
        let found = self.calls.describe(&planned.arn).await?;
        if found.redrive_count != planned.redrive_count {
            seen.look.failed_state = None;
        }
        seen.look.description = Some(Description::of(&found));
        (seen.redrive_count, seen.stopped, seen.is_new) = (found.redrive_count, found.stopped, true);
        seen.cause = found.cause;
        Ok(())
    }

    async fn trace(&self, planned: &Planned, seen: &mut Seen) -> Result<()> {
        if seen.look.failed_state.is_none() {
            seen.look.failed_state = Some(failed_state(&planned.arn, &self.calls).await?.unwrap_or_default());
            seen.is_new = true;
        }
        Ok(())
    }

    fn keep(&self, planned: &Planned, seen: Option<&Seen>) {
        let Some(seen) = seen.filter(|seen| seen.is_new) else { return };
        let is_final = seen.look.description.as_ref().is_none_or(Description::is_final);
        if let Some((count, stopped)) = seen.redrive_count.zip(seen.stopped).filter(|_| is_final) {
            let problem = self.cache().borrow_mut().keep(&planned.arn, count, stopped, &seen.look);
            problem.into_iter().for_each(|problem| self.calls.patience.notice(problem));
        }
    }
}

/// An execution that cannot be seen is no failure; an answer that never comes ends as an error of its own.
fn visible<T>(looked: Result<T>) -> Result<Option<T>> {
    match looked {
        Err(error @ Error::Service(_)) if Verdict::of(&error) != Verdict::Hopeless => Ok(None),
        looked => looked.map(Some),
    }
}

/// Does `each` for all these places until one says that there are enough: eight at a time, which the quotas of the reads allow.
pub(crate) async fn side_by_side<F: Future<Output = Result<bool>>>(
    calls: &Calls,
    places: impl ExactSizeIterator<Item = usize>,
    each: impl Fn(usize) -> F,
) -> Result<()> {
    let total = places.len();
    let (places, enough, done) = (RefCell::new(places), Cell::new(false), Cell::new(0));
    // Boxed, for eight of them side by side are a large piece of stack.
    let worker = || {
        Box::pin(async {
            while !enough.get() {
                let Some(n) = places.borrow_mut().next() else { break };
                if each(n).await? {
                    enough.set(true);
                }
                done.set(done.get() + 1);
                calls.patience.show(Event::Standing(Standing::Inspecting { done: done.get(), total }));
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
