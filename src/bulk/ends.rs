//! Waits for the ends of executions within the quotas of the reads: few are described, many are listed.
//!
//! An end counts only if it follows the redrive: lists and descriptions may lag behind, and then show how it ended before.
//! An execution that is gone, or that alone is not answered for, is settled as that; the others are waited for.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::ops::Range;
use std::rc::Rc;
use std::time::Duration;

use tokio::time::sleep;

use super::arn::ExecutionArn;
use super::calls::Calls;
use super::pages::Tokens;
use super::patience::Event;
use super::plan::Plan;
use super::progress::Standing;
use super::report::record;
use super::triage::looks::side_by_side;
use super::verdict::Verdict;
use crate::aws::reads::Execution;
use crate::error::{Error, Result};
use crate::value::{Map, Value};

/// Up to this many executions of a state machine are described one by one.
const FEW: usize = 50;
/// How far two accounts of one redrive may be apart, in milliseconds.
const ROUNDING: i64 = 1_000;
const ENDS: [&str; 4] = ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"];
const UNKNOWN: i64 = i64::MIN;

/// How an execution that was waited for is settled.
#[derive(Debug)]
pub(crate) enum End {
    Ended(Execution),
    /// The service no longer has it.
    Gone(Error),
    /// The service refuses to show it, or answers for others but not for this one.
    Unknown(Error),
}

impl End {
    /// The status it ended with, `GONE` or `UNKNOWN`.
    pub(crate) fn status(&self) -> &str {
        match self {
            Self::Ended(execution) => &execution.status,
            Self::Gone(_) => "GONE",
            Self::Unknown(_) => "UNKNOWN",
        }
    }

    pub(crate) fn record(&self, arn: &str) -> Map {
        let text = |text: &str| Some(Value::string(text));
        let (ended, error) = match self {
            Self::Ended(execution) => (Some(execution), None),
            Self::Gone(error) | Self::Unknown(error) => (None, Some(error)),
        };
        record([
            ("executionArn", text(arn)),
            ("outcome", text(if ended.is_some() { "ENDED" } else { self.status() })),
            ("status", ended.and_then(|execution| text(&execution.status))),
            ("error", ended.and_then(|execution| execution.error.as_deref()).and_then(text)),
            ("code", error.and_then(|error| text(error.code().unwrap_or_default()))),
            ("message", error.and_then(|error| text(&error.message()))),
        ])
    }
}

#[derive(Clone, Copy, Debug)]
struct Awaited {
    n: u32,
    /// Whether this round has seen it, and it has not ended.
    is_seen: bool,
    is_settled: bool,
    /// `redriveDate` in milliseconds since 1970.
    redriven: i64,
}

impl Awaited {
    fn has_ended(&self, execution: &Execution) -> bool {
        let follows = self.redriven == UNKNOWN
            || match execution.redrive_date {
                Some(date) => date >= self.redriven - ROUNDING,
                // The children of a map run have none of their own.
                None => execution.stopped.is_some_and(|stopped| stopped >= self.redriven),
            };
        ENDS.contains(&execution.status.as_str()) && follows
    }
}

/// The executions of a plan that are waited for: 16 bytes each.
#[derive(Debug)]
pub(crate) struct Pending<'p> {
    plan: &'p Plan,
    /// In the order of state machines and names, each once.
    awaited: Vec<Awaited>,
    total: usize,
    settled: usize,
}

impl<'p> Pending<'p> {
    /// Waits for these places of the plan, each with its `redriveDate` in milliseconds since 1970 where that is known.
    pub(crate) fn new(plan: &'p Plan, places: impl IntoIterator<Item = (usize, Option<i64>)>) -> Self {
        let awaited = places.into_iter().filter_map(|(n, redriven)| {
            let (n, redriven) = (u32::try_from(n).ok()?, redriven.unwrap_or(UNKNOWN));
            Some(Awaited { n, is_seen: false, is_settled: false, redriven })
        });
        let mut awaited: Vec<Awaited> = awaited.collect();
        let key = |awaited: &Awaited| (plan.group(awaited.n as usize), plan.name(awaited.n as usize));
        awaited.sort_unstable_by(|one, two| {
            key(one).cmp(&key(two)).then_with(|| Reverse(one.redriven).cmp(&Reverse(two.redriven)))
        });
        // Of several redrives of an execution the last one counts.
        awaited.dedup_by(|later, first| key(later) == key(first));
        Self { plan, total: awaited.len(), awaited, settled: 0 }
    }

    pub(crate) fn count(&self) -> usize {
        self.total - self.settled
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &'p str> {
        let open = self.awaited.iter().filter(|awaited| !awaited.is_settled);
        open.filter_map(|awaited| self.plan.name(awaited.n as usize))
    }

    /// Looks every `poll` until all are settled; gives each end to `each` with its place in the plan.
    pub(crate) async fn settle(
        &mut self,
        calls: &Rc<Calls>,
        poll: Duration,
        mut each: impl FnMut(usize, End) -> Result<()>,
    ) -> Result<()> {
        loop {
            self.look(calls, &mut each).await?;
            if self.count() == 0 {
                return Ok(());
            }
            sleep(poll).await;
        }
    }

    /// Looks once; gives each end to `each` with its place in the plan.
    pub(crate) async fn look(&mut self, calls: &Rc<Calls>, each: impl FnMut(usize, End) -> Result<()>) -> Result<()> {
        Round { calls, pending: self, each }.look().await
    }

    fn arn(&self, place: usize) -> Option<String> {
        Some(self.plan.get(self.awaited.get(place)?.n as usize)?.arn)
    }

    /// The place of the execution with this name in a range of one state machine.
    fn find(&self, range: &Range<usize>, name: &str) -> Option<usize> {
        let awaited = self.awaited.get(range.clone())?;
        let found = awaited.binary_search_by(|awaited| self.plan.name(awaited.n as usize).cmp(&Some(name)));
        found.ok().map(|offset| range.start + offset)
    }

    fn unseen(&self, range: &Range<usize>) -> impl Iterator<Item = usize> {
        let awaited = self.awaited.get(range.clone()).unwrap_or_default().iter().zip(range.clone());
        awaited.filter(|(awaited, _)| !awaited.is_seen && !awaited.is_settled).map(|(_, place)| place)
    }
}

struct Round<'r, 'p, E> {
    calls: &'r Calls,
    pending: &'r mut Pending<'p>,
    each: E,
}

impl<E: FnMut(usize, End) -> Result<()>> Round<'_, '_, E> {
    async fn look(&mut self) -> Result<()> {
        let Pending { awaited, plan, .. } = &mut *self.pending;
        awaited.retain(|awaited| !awaited.is_settled);
        awaited.iter_mut().for_each(|awaited| awaited.is_seen = false);
        let group = |awaited: &Awaited| plan.group(awaited.n as usize);
        let of_machines = awaited.chunk_by(|one, two| group(one) == group(two)).map(<[_]>::len);
        let mut start = 0;
        for count in of_machines.collect::<Vec<_>>() {
            self.look_at_machine(start..start + count).await?;
            start += count;
        }
        Ok(())
    }

    async fn look_at_machine(&mut self, range: Range<usize>) -> Result<()> {
        let first = self.pending.arn(range.start);
        let Some(arn) = first.as_deref().and_then(ExecutionArn::parse) else { return Ok(()) };
        // The list of a state machine lacks what its map runs started.
        if range.len() > FEW && arn.label.is_none() {
            match self.list(&range, &arn).await {
                Ok(true) => {}
                // Without a list, descriptions remain.
                Ok(false) => return self.describe(range.collect()).await,
                Err(error) if is_refused(&error) => return self.describe(range.collect()).await,
                Err(error) => return Err(error),
            }
        }
        // What no list has may be gone, or new to the lists.
        let few = self.pending.unseen(&range).take(FEW).collect();
        self.describe(few).await
    }

    /// Reads lists as far as they help; returns whether they are of any use.
    async fn list(&mut self, range: &Range<usize>, arn: &ExecutionArn<'_>) -> Result<bool> {
        for status in std::iter::once("RUNNING").chain(ENDS) {
            let (mut next, mut tokens) = (None, Tokens::default());
            loop {
                // A few are described faster, now that those that run are known.
                if status != "RUNNING" && self.pending.unseen(range).nth(FEW).is_none() {
                    return Ok(true);
                }
                let (page, following) = self.calls.list(&arn.state_machine(), status, next).await?;
                for execution in page {
                    let name = execution.arn.strip_prefix(arn.prefix).unwrap_or_default();
                    if let Some(place) = self.pending.find(range, name) {
                        self.judge(place, Ok(execution))?;
                    }
                }
                self.show();
                match tokens.next(following) {
                    Ok(None) => break,
                    Ok(following) => next = following,
                    Err(_) => return Ok(false),
                }
            }
        }
        Ok(true)
    }

    async fn describe(&mut self, places: Vec<usize>) -> Result<()> {
        let (calls, round) = (self.calls, RefCell::new(self));
        let describe = async |place| {
            let arn = round.borrow().pending.arn(place).unwrap_or_default();
            let looked = calls.describe(&arn).await;
            round.borrow_mut().judge(place, looked).map(|()| false)
        };
        tokio::select! {
            described = side_by_side(places.into_iter(), |_| round.borrow().show(), describe) => described,
            never = calls.keep_company() => match never {},
        }
    }

    fn judge(&mut self, place: usize, looked: Result<Execution>) -> Result<()> {
        let awaited = self.pending.awaited.get_mut(place);
        let Some(awaited) = awaited.filter(|awaited| !awaited.is_settled) else { return Ok(()) };
        let end = match looked {
            Ok(execution) if awaited.has_ended(&execution) => End::Ended(execution),
            Ok(_) => {
                awaited.is_seen = true;
                return Ok(());
            }
            Err(error) if error.code() == Some("ExecutionDoesNotExist") => End::Gone(error),
            Err(error) if self.calls.is_of_one(&error) => End::Unknown(error),
            Err(error) => return Err(error),
        };
        awaited.is_settled = true;
        self.pending.settled += 1;
        (self.each)(awaited.n as usize, end)
    }

    fn show(&self) {
        let (ended, total) = (self.pending.settled, self.pending.total);
        self.calls.patience.show(Event::Standing(Standing::Waiting { ended, total }));
    }
}

fn is_refused(error: &Error) -> bool {
    matches!(Verdict::of(error), Verdict::Refused | Verdict::Denied)
}
