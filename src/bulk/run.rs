//! A run whose journal is open: redrives, waits with `--wait`, and prints what came of it.

use std::convert::Infallible;
use std::rc::Rc;

use indexmap::IndexSet;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout_at};

use super::Context;
use super::confirm::{self, executions};
use super::console::Console;
use super::ends::{End, Pending};
use super::guards::{self, Canary};
use super::hint;
use super::journal::{Contents, FirstUse, Line, OpenJournal, State};
use super::patience::Event;
use super::progress::Standing;
use super::report::{Tally, about};
use super::times::{milliseconds, readable};
use super::wait::{WaitOptions, still_running};
use super::watch::Watch;
use super::workers::Workers;
use crate::error::{Error, Result};
use crate::platform::signals::Interrupts;

/// Outcomes that wait to be printed.
const CHANNEL: usize = 1_024;

/// Returns the exit status.
pub(crate) async fn run(
    context: &Context<'_>,
    open: OpenJournal,
    waiting: WaitOptions,
    console: &mut Console<'_, '_>,
) -> Result<u8> {
    let began = Instant::now();
    let Context { calls, guards, bulk, .. } = context;
    let with_ends = bulk.wait || guards.look_meanwhile() || guards.canary_size() > 0;
    let mut tally = Tally::before(&open.contents, with_ends);
    let open_executions = open.contents.left().len();
    let canary = canary(context, &open.contents);
    let workers = Rc::new(Workers::new(open, Rc::clone(calls), context.host.clock, canary, guards.max_running));
    let watch = Watch::new(&workers, calls, guards.stop_failing);
    let phases = Phases { context, workers: &workers, watch: &watch, waiting };
    if open_executions > 0 {
        begin(context, &workers).unwrap_or_else(|error| calls.stop(error));
    }
    let tried = match workers.has_canary() {
        true => phases.try_canary(&mut tally, console).await,
        false => Ok(true),
    };
    let goes_on = matches!(tried, Ok(true));
    if goes_on && calls.stop.get().is_none() {
        phases.redrive(&mut tally, console).await;
    }
    workers.journal.borrow_mut().sync().unwrap_or_else(|error| calls.stop(error));
    let elapsed = began.elapsed();
    let mut reason = tried.err().or_else(|| calls.stop.get().cloned());
    count_rest(&workers, &mut tally, reason.is_none() && goes_on && !workers.running.is_closed.get(), console);
    if bulk.wait && goes_on {
        let pending = watch.pending(|_| true);
        tally.running = pending.count();
        if reason.is_none() {
            reason = phases.wait(pending, "", &mut tally, console).await.err();
        }
    }
    for (status, count) in watch.ended.take() {
        *tally.ended.entry(status).or_default() += count;
    }
    // Should it fail, a resume looks a little more closely than it has to.
    let [calls, throttled] =
        [&calls.attempted, &calls.throttled].map(|count| usize::try_from(count.get()).unwrap_or(0));
    let closed = workers.write(Line::Closed { calls, throttled });
    let _ = closed.and_then(|()| workers.journal.borrow_mut().sync());
    console.is_quiet &= reason.is_none() && tally.is_good();
    let rate = if elapsed.is_zero() { 0.0 } else { tally.redriven as f64 / elapsed.as_secs_f64() };
    console.note(&tally.table(columns(context)));
    let (redriven, time) = (tally.redriven, readable(elapsed));
    console.note(&format!(
        "{redriven} redriven in {time} ({rate:.0} a second); {calls} calls, {throttled} of them throttled\n"
    ));
    if tally.is_unfinished() {
        let command = hint::resume(&workers.journal.borrow().path, context.globals, bulk);
        console.line(&format!("continue with: {command}"));
    }
    match (reason, tally.denied.take()) {
        // What a run prints is for programs: no empty line on stdout, as the AWS CLI prints one.
        (Some(Error::Interrupted(signal)), _) => Ok(signal.status()),
        (Some(error), _) => Err(error),
        // Nobody could be redriven at all.
        (None, Some(error)) if tally.done() == 0 => Err(error),
        (None, _) => console.status(tally.is_good() && !context.is_partial.get()),
    }
}

/// Notes that calls are made from now on. It is on the disk before the first of them, so that those are suspected whose lines a crash
/// of the machine takes.
fn begin(context: &Context<'_>, workers: &Workers) -> Result<()> {
    let (at, retry_refused) = (milliseconds(context.host.clock.now()), context.bulk.retry_refused);
    let (pace, guards) = (context.pace.clone(), context.guards.clone());
    for n in workers.canary.borrow().iter().flat_map(Canary::first) {
        workers.note_canary(n)?;
    }
    workers.write(Line::Begun { at, pace, guards, retry_refused })?;
    workers.journal.borrow_mut().sync()
}

/// Counts what is open after the redrives; what was left alone because others of its state machine were denied is named.
fn count_rest(workers: &Workers, tally: &mut Tally, ended: bool, console: &mut Console<'_, '_>) {
    let mut undecided = 0;
    for (n, state) in workers.states().iter().enumerate() {
        match state {
            State::Undecided(_) => undecided += 1,
            State::Waiting | State::Requested(_) if workers.was_denied(n) => {}
            State::Waiting | State::Requested(FirstUse { noted: false, .. }) if ended && workers.is_set_aside(n) => {
                tally.not_requested += 1;
                let arn = workers.plan.get(n).map(|planned| planned.arn).unwrap_or_default();
                console.outcome(about(&arn, "NOT_REQUESTED"));
            }
            State::Waiting | State::Requested(_) => tally.left += 1,
            _ => {}
        }
    }
    // What was undecided before had no turn yet.
    tally.left += undecided - tally.undecided.min(undecided);
}

/// What is tried before everything else, with `--canary`: spread over state machines, errors as far as they are known, and time.
fn canary(context: &Context<'_>, contents: &Contents) -> Option<Canary> {
    let size = context.guards.canary_size();
    if size == 0 || contents.has_passed && context.bulk.guards.canary.is_none() {
        return None;
    }
    let state = |n: &usize| contents.states.get(*n);
    let was_redriven = |n: &usize| matches!(state(n), Some(State::Redriven(_) | State::Ended(_)));
    let is_open = |n: &usize| matches!(state(n), Some(State::Waiting | State::Requested(_)));
    let (begun, others): (Vec<_>, Vec<_>) = contents.canary.iter().copied().partition(was_redriven);
    let group = |n: usize| {
        let planned = contents.plan.get(n)?;
        Some((contents.plan.group(n), context.looks.known_error(&planned)))
    };
    // Of all, so that the order is the same after a crash that has lost the last lines.
    let spread = guards::spread((0..contents.plan.len()).map(|n| (n, group(n))));
    let candidates: IndexSet<usize> = others.into_iter().chain(spread).filter(is_open).collect();
    Some(Canary::new(size, begun, candidates))
}

struct Phases<'r> {
    context: &'r Context<'r>,
    workers: &'r Rc<Workers>,
    watch: &'r Watch<'r>,
    waiting: WaitOptions,
}

impl Phases<'_> {
    /// Lets the workers work; prints what they report. Ends are looked for meanwhile, where something depends on them.
    async fn redrive(&self, tally: &mut Tally, console: &mut Console<'_, '_>) {
        let Self { context, workers, .. } = self;
        let (calls, total, began) = (&context.calls, workers.plan.len(), Instant::now());
        let mut interrupts = Interrupts::watch();
        let (sender, mut reports) = mpsc::channel(CHANNEL);
        for _ in 0..context.pace.concurrency().min(total) {
            tokio::task::spawn_local(Rc::clone(workers).work(sender.clone()));
        }
        drop(sender);
        let (mut tick, mut sync) = (console.ticks(), interval(super::journal::SYNC_EVERY));
        sync.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let watching = async {
            if context.guards.look_meanwhile() {
                match self.watch.keep_looking(self.waiting).await {
                    Ok(never) => match never {},
                    Err(error) => calls.stop(error),
                }
            }
            std::future::pending::<Infallible>().await
        };
        tokio::pin!(watching);
        let mut interrupted = false;
        loop {
            tokio::select! {
                report = reports.recv() => {
                    let Some((planned, outcome)) = report else { break };
                    tally.count(&planned.arn, &outcome);
                    console.outcome(console.records.outcome(&planned, &outcome));
                }
                signal = interrupts.next() => {
                    if interrupted {
                        break;
                    }
                    interrupted = true;
                    calls.stop(signal.into());
                    console.line("finishing the calls in flight; press Ctrl-C again to stop now");
                }
                // The bar shows the redrives.
                Some(event) = console.events.recv() => if !matches!(event, Event::Standing(_)) { console.show(event) },
                never = &mut watching => match never {},
                _ = sync.tick() => {
                    workers.journal.borrow_mut().bring_to_disk().unwrap_or_else(|error| calls.stop(error));
                }
                _ = tick.tick() => {
                    console.progress.standing = Some(Standing::Redriving {
                        done: tally.done() + tally.redriven_before,
                        total,
                        redriven: tally.redriven + tally.redriven_elsewhere + tally.redriven_before,
                        refused: tally.refusals() + tally.denials,
                        undecided: tally.undecided,
                        throttled: calls.throttled.get(),
                        // Where others follow only as executions end, that is the pace.
                        rate: match context.guards.max_running {
                            Some(_) if tally.redriven > 0 => tally.redriven as f64 / began.elapsed().as_secs_f64(),
                            Some(_) => f64::INFINITY,
                            None => calls.redrives.rate(),
                        },
                    });
                    console.tick();
                }
            }
        }
        if let Some(signal) = interrupts.end() {
            calls.stop(signal.into());
        }
        console.progress.clear();
    }

    /// Redrives the canary, waits for its ends, and judges by them. Returns whether the others may follow.
    async fn try_canary(&self, tally: &mut Tally, console: &mut Console<'_, '_>) -> Result<bool> {
        let Self { context, workers, watch, .. } = self;
        self.redrive(tally, console).await;
        let members = workers.canary.take().map(Canary::into_members).unwrap_or_default();
        if context.calls.stop.get().is_some() || members.is_empty() {
            return Ok(true);
        }
        self.wait(watch.pending(|n| members.contains(&n)), "canary: ", tally, console).await?;
        if tally.running > 0 {
            return Ok(false);
        }
        let count = |succeeded: bool| {
            let states = workers.states();
            members.iter().filter(|n| states.get(**n) == Some(&State::Ended(succeeded))).count()
        };
        let (succeeded, failed, share) = (count(true), count(false), context.guards.canary_share());
        let passed = guards::is_passed(succeeded, succeeded + failed, share);
        workers.write(Line::Tried { passed })?;
        let text = format!("canary: {succeeded} of {} succeeded", succeeded + failed);
        if !passed {
            console.is_quiet = false;
            console.line(&format!("{text}, fewer than {share}%; nothing else is redriven"));
            console.note(&watch.failures(&members, columns(context)));
            console.line("--resume tries others first; with --canary 0 it goes on without");
            return Ok(false);
        }
        console.note(&format!("{text}\n"));
        let left = workers.states().iter().filter(|state| state.is_open()).count();
        let rest = confirm::remaining(&workers.plan, left, context);
        let is_agreed = left == 0 || context.bulk.yes || confirm::confirm(context, &rest, console).await?;
        if !is_agreed {
            console.line("nothing else is redriven");
        }
        Ok(is_agreed)
    }

    /// Waits for ends; counts what still runs when the wait is over.
    async fn wait(
        &self,
        mut pending: Pending<'_>,
        prefix: &str,
        tally: &mut Tally,
        console: &mut Console<'_, '_>,
    ) -> Result<()> {
        console.note(&format!("{prefix}waiting for {}\n", executions(pending.count())));
        let each = |n: usize, end: End| self.watch.note(n, &end);
        let settled = timeout_at(self.waiting.deadline(), pending.settle(&self.context.calls, self.waiting.poll, each));
        let waited = console.attend(async { settled.await.unwrap_or(Ok(())) }).await;
        tally.running = pending.count();
        if tally.running > 0 {
            console.line(&format!("{prefix}{}", still_running(&pending)));
        }
        waited
    }
}

/// The width of the terminal that stderr goes to.
fn columns(context: &Context<'_>) -> Option<u16> {
    if context.host.stderr_is_terminal { crate::platform::terminal::stderr_columns() } else { None }
}
