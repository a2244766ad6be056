//! A run whose journal is open: redrives, then waits if that was asked for, then says what came of it.

use std::rc::Rc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::confirm::executions;
use super::console::Console;
use super::context::Context;
use super::ends::{End, Pending};
use super::event::Event;
use super::hint;
use super::journal::{FirstUse, Line, OpenJournal, State};
use super::progress::Standing;
use super::report::{Tally, about};
use super::times::readable;
use super::wait::{WaitOptions, still_running};
use super::workers::Workers;
use crate::error::{Error, Result};
use crate::platform::signals::{Interrupts, Watch};

/// Outcomes that wait to be printed.
const CHANNEL: usize = 1_024;

/// Returns the exit status.
pub(crate) async fn run(
    context: &Context<'_>,
    open: OpenJournal,
    waiting: WaitOptions,
    console: &mut Console<'_, '_>,
) -> Result<u8> {
    let mut tally = Tally::before(&open.contents);
    let began = Instant::now();
    let workers = Rc::new(Workers::new(open, Rc::clone(&context.calls), context.host.clock));
    // Whatever comes between the phases waits for the next one, and the report is made.
    let _watch = Watch::new();
    redrive(context, &workers, &mut tally, console).await;
    workers.journal.borrow().sync();
    let elapsed = began.elapsed();
    let mut reason = context.calls.stop.reason();
    count_rest(&workers, &mut tally, reason.is_none(), console);
    if reason.is_none() && context.bulk.wait {
        reason = wait(context, &workers, waiting, &mut tally, console).await.err();
        workers.journal.borrow().sync();
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
    let is_terminal = context.host.stderr_is_terminal;
    let columns = if is_terminal { crate::platform::terminal::stderr_columns() } else { None };
    let rate = if elapsed.is_zero() { 0.0 } else { tally.redriven as f64 / elapsed.as_secs_f64() };
    let (asked, throttled) = (context.calls.asked.get(), context.calls.throttled.get());
    console.note(&tally.table(columns));
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

/// Lets the workers work; prints what they report.
async fn redrive(context: &Context<'_>, workers: &Rc<Workers>, tally: &mut Tally, console: &mut Console<'_, '_>) {
    let total = workers.plan.len();
    let mut interrupts = Interrupts::watch();
    let (sender, mut reports) = mpsc::channel(CHANNEL);
    for _ in 0..context.pace.concurrency().min(total) {
        tokio::task::spawn_local(Rc::clone(workers).work(sender.clone()));
    }
    drop(sender);
    let (mut tick, mut sync) = (console.ticks(), interval(super::journal::SYNC_EVERY));
    sync.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut interrupted = false;
    let stop = &context.calls.stop;
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
            Some(event) = console.event() => console.show(event),
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
                    rate: context.calls.redrives.rate(),
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

/// Waits for what was redriven, also by an earlier part of the run.
async fn wait(
    context: &Context<'_>,
    workers: &Workers,
    options: WaitOptions,
    tally: &mut Tally,
    console: &mut Console<'_, '_>,
) -> Result<()> {
    let mut pending = {
        let states = workers.states.borrow();
        for state in states.iter() {
            if let State::Ended(good) = state {
                tally.count_end(if *good { "SUCCEEDED" } else { "otherwise" });
            }
        }
        let redriven = states.iter().enumerate().filter_map(|(n, state)| match state {
            State::Redriven(date) => Some((n, Some(*date))),
            _ => None,
        });
        Pending::new(&workers.plan, redriven)
    };
    console.note(&format!("waiting for {}\n", executions(pending.count())));
    let each = |n: usize, end: End| {
        // What is not known now may be known to a resumed run.
        if !matches!(end, End::Unknown(_)) {
            workers.journal.borrow_mut().write(&Line::Ended { n, status: end.status().to_owned() })?;
        }
        tally.count_end(end.status());
        let arn = workers.plan.get(n).map(|planned| planned.arn).unwrap_or_default();
        context.calls.patience.show(Event::Record(end.record(&arn)));
        Ok(())
    };
    let waited = console.attend(pending.settle(&context.calls, options.poll, options.deadline(), each)).await;
    tally.running = pending.count();
    if tally.running > 0 {
        console.line(&still_running(&pending));
    }
    waited
}
