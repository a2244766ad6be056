//! A run whose journal is open: redrives, then waits if that was asked for, then says what came of it.

use std::convert::Infallible;
use std::rc::Rc;
use std::time::Duration;

use indexmap::IndexSet;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::confirm::{self, executions};
use super::console::Console;
use super::context::Context;
use super::ends::End;
use super::event::Event;
use super::guards::{self, Canary};
use super::hint;
use super::journal::{Contents, FirstUse, Line, OpenJournal, State};
use super::progress::Standing;
use super::report::{Tally, about};
use super::times::readable;
use super::wait::{WaitOptions, still_running};
use super::watch::Watch;
use super::workers::Workers;
use crate::error::{Error, Result};
use crate::platform::signals::{self, Interrupts};

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
    let canary = canary(context, &open.contents);
    let workers = Rc::new(Workers::new(open, Rc::clone(calls), context.host.clock, canary, guards.max_running));
    let watch = Watch::new(&workers, calls, guards.stop_failing);
    // Whatever comes between the phases waits for the next one, and the report is made.
    let _watch = signals::Watch::new();
    let tried = match workers.has_canary() {
        true => try_canary(context, &workers, &watch, waiting, &mut tally, console).await,
        false => Ok(true),
    };
    let goes_on = matches!(tried, Ok(true));
    if goes_on && !calls.stop.is_set() {
        redrive(context, &workers, (&watch, waiting), &mut tally, console).await;
    }
    workers.journal.borrow().sync();
    let elapsed = began.elapsed();
    let mut reason = tried.err().or_else(|| calls.stop.reason());
    count_rest(&workers, &mut tally, reason.is_none() && goes_on && !workers.running.is_closed(), console);
    if reason.is_none() && bulk.wait && goes_on {
        reason = wait(context, &watch, waiting, &mut tally, console).await.err();
        workers.journal.borrow().sync();
    }
    for (status, count) in watch.take_ended() {
        *tally.ended.entry(status).or_default() += count;
    }
    // Should it fail, a resume looks a little more closely than it has to.
    let [calls, throttled] =
        [context.calls.asked.get(), context.calls.throttled.get()].map(|count| usize::try_from(count).unwrap_or(0));
    let _ = workers.journal.borrow_mut().write(&Line::Closed { calls, throttled });
    workers.journal.borrow().sync();
    let command = hint::resume(workers.journal.borrow().path(), context.globals, context.bulk);
    console.is_quiet &= reason.is_none() && tally.is_good();
    summarize(context, &tally, elapsed, &command, console);
    match (reason, tally.denied.take()) {
        // What a run prints is for programs: no empty line on stdout, as the AWS CLI prints one.
        (Some(Error::Interrupted(signal)), _) => Ok(signal.status()),
        (Some(error), _) => Err(error),
        // Nobody could be redriven at all.
        (None, Some(error)) if tally.done() == 0 => Err(error),
        (None, _) => console.status(tally.is_good()),
    }
}

fn summarize(context: &Context<'_>, tally: &Tally, elapsed: Duration, command: &str, console: &mut Console<'_, '_>) {
    let rate = if elapsed.is_zero() { 0.0 } else { tally.redriven as f64 / elapsed.as_secs_f64() };
    let (asked, throttled) = (context.calls.asked.get(), context.calls.throttled.get());
    console.note(&tally.table(columns(context)));
    let (redriven, time) = (tally.redriven, readable(elapsed));
    console.note(&format!(
        "{redriven} redriven in {time} ({rate:.0} a second); {asked} calls, {throttled} of them throttled\n"
    ));
    if tally.is_unfinished() {
        console.line(&format!("continue with: {command}"));
    }
}

/// Counts what is open after the redrives; what was left alone because others of its state machine were denied is named.
fn count_rest(workers: &Workers, tally: &mut Tally, ended: bool, console: &mut Console<'_, '_>) {
    let mut undecided = 0;
    for (n, state) in workers.states.borrow().iter().enumerate() {
        match state {
            State::Undecided(_) => undecided += 1,
            State::Waiting | State::Asked(FirstUse { noted: false, .. }) if workers.was_denied(n) => {}
            State::Waiting | State::Asked(FirstUse { noted: false, .. }) if ended && workers.is_set_aside(n) => {
                tally.not_asked += 1;
                if let Some(planned) = workers.plan.get(n) {
                    console.outcome(about(&planned.arn, "NOT_ASKED"));
                }
            }
            State::Waiting | State::Asked(_) => tally.left += 1,
            _ => {}
        }
    }
    // What was undecided before had no turn yet.
    tally.left += undecided - tally.undecided.min(undecided);
}

/// Lets the workers work; prints what they report. Ends are looked for meanwhile, where something depends on them.
async fn redrive(
    context: &Context<'_>,
    workers: &Rc<Workers>,
    (watch, waiting): (&Watch<'_>, WaitOptions),
    tally: &mut Tally,
    console: &mut Console<'_, '_>,
) {
    let (total, began) = (workers.plan.len(), Instant::now());
    let mut interrupts = Interrupts::watch();
    let (sender, mut reports) = mpsc::channel(CHANNEL);
    for _ in 0..context.pace.concurrency().min(total) {
        tokio::task::spawn_local(Rc::clone(workers).work(sender.clone()));
    }
    drop(sender);
    let (mut tick, mut sync) = (console.ticks(), interval(super::journal::SYNC_EVERY));
    sync.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let stop = &context.calls.stop;
    let watching = async {
        if context.guards.look_meanwhile() {
            match watch.keep_looking(waiting).await {
                Ok(never) => match never {},
                Err(error) => stop.stop(error),
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
                stop.stop(signal.into());
                console.line("finishing the calls in flight; press Ctrl-C again to stop now");
            }
            // The bar shows the redrives.
            Some(event) = console.event() => if !matches!(event, Event::Standing(_)) { console.show(event) },
            never = &mut watching => match never {},
            _ = sync.tick() => {
                if let Err(error) = workers.journal.borrow_mut().bring_to_disk() {
                    stop.stop(error);
                }
            }
            _ = tick.tick() => {
                console.progress.set(Standing::Redriving {
                    done: tally.done() + tally.redriven_before,
                    total,
                    redriven: tally.redriven + tally.redriven_elsewhere + tally.redriven_before,
                    refused: tally.refusals() + tally.denials,
                    undecided: tally.undecided,
                    throttled: context.calls.throttled.get(),
                    // Where others follow only as executions end, that is the pace.
                    rate: match context.guards.max_running {
                        Some(_) if tally.redriven > 0 => tally.redriven as f64 / began.elapsed().as_secs_f64(),
                        Some(_) => f64::INFINITY,
                        None => context.calls.redrives.rate(),
                    },
                });
                console.tick();
            }
        }
    }
    if let Some(signal) = interrupts.end() {
        stop.stop(signal.into());
    }
    console.progress.clear();
}

/// What is tried before everything else, if that is asked for: spread over state machines, errors as far as they are known, and time.
fn canary(context: &Context<'_>, contents: &Contents) -> Option<Canary> {
    let size = context.guards.canary_size();
    if size == 0 || contents.has_passed && context.bulk.guards.canary.is_none() {
        return None;
    }
    let state = |n: &usize| contents.states.get(*n);
    let was_redriven = |n: &usize| matches!(state(n), Some(State::Redriven(_) | State::Ended(_)));
    let is_open = |n: &usize| matches!(state(n), Some(State::Waiting | State::Asked(_)));
    let (begun, others): (Vec<_>, Vec<_>) = contents.canary.iter().copied().partition(was_redriven);
    let group = |n: usize| {
        let planned = contents.plan.get(n)?;
        Some((contents.plan.group(n), context.looks.known_error(&planned)))
    };
    // Of all, so that the order is the same after a crash that has lost the last lines.
    let spread = guards::spread((0..contents.plan.len()).map(|n| (n, group(n))));
    let candidates: IndexSet<usize> = others.into_iter().chain(spread).filter(is_open).collect();
    Some(Canary::new(size, IndexSet::<usize>::from_iter(begun).into_iter().collect(), candidates))
}

/// Redrives what is tried first, waits for its ends, and judges by them. Returns whether the others may follow.
async fn try_canary(
    context: &Context<'_>,
    workers: &Rc<Workers>,
    watch: &Watch<'_>,
    waiting: WaitOptions,
    tally: &mut Tally,
    console: &mut Console<'_, '_>,
) -> Result<bool> {
    redrive(context, workers, (watch, waiting), tally, console).await;
    let members = workers.end_canary().map(Canary::into_members).unwrap_or_default();
    if context.calls.stop.is_set() || members.is_empty() {
        return Ok(true);
    }
    let mut pending = watch.pending(|n| members.contains(&n));
    console.note(&format!("canary: waiting for {}\n", executions(pending.count())));
    let each = |n: usize, end: End| watch.note(n, &end);
    let waited = console.attend(pending.settle(&context.calls, waiting.poll, waiting.deadline(), each)).await;
    if pending.count() > 0 {
        tally.running = pending.count();
        console.line(&format!("canary: {}", still_running(&pending)));
        return waited.map(|()| false);
    }
    waited?;
    let count = |succeeded: bool| {
        let states = workers.states.borrow();
        members.iter().filter(|n| states.get(**n) == Some(&State::Ended(succeeded))).count()
    };
    let (succeeded, failed, share) = (count(true), count(false), context.guards.canary_share());
    let passed = guards::is_passed(succeeded, succeeded + failed, share);
    workers.journal.borrow_mut().write(&Line::Tried { passed })?;
    let text = format!("canary: {succeeded} of {} succeeded", succeeded + failed);
    if !passed {
        console.is_quiet = false;
        console.line(&format!("{text}, fewer than {share}%; nothing else is redriven"));
        console.note(&watch.failures(&members, columns(context)));
        console.line("--resume tries others first; with --canary 0 it goes on without");
        return Ok(false);
    }
    console.note(&format!("{text}\n"));
    let is_open = |state: &&State| matches!(state, State::Waiting | State::Asked(_) | State::Undecided(_));
    let left = workers.states.borrow().iter().filter(is_open).count();
    let rest = confirm::remaining(&workers.plan, left, context);
    let is_agreed = left == 0 || confirm::confirm(context.bulk, &rest, context.host, console.streams).await?;
    if !is_agreed {
        console.line("nothing else is redriven");
    }
    Ok(is_agreed)
}

/// Waits for what was redriven, also by an earlier part of the run.
async fn wait(
    context: &Context<'_>,
    watch: &Watch<'_>,
    options: WaitOptions,
    tally: &mut Tally,
    console: &mut Console<'_, '_>,
) -> Result<()> {
    let mut pending = watch.pending(|_| true);
    console.note(&format!("waiting for {}\n", executions(pending.count())));
    let each = |n: usize, end: End| watch.note(n, &end);
    let waited = console.attend(pending.settle(&context.calls, options.poll, options.deadline(), each)).await;
    tally.running = pending.count();
    if tally.running > 0 {
        console.line(&still_running(&pending));
    }
    waited
}

/// How wide the terminal is that stderr goes to.
fn columns(context: &Context<'_>) -> Option<u16> {
    if context.host.stderr_is_terminal { crate::platform::terminal::stderr_columns() } else { None }
}
