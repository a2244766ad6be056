//! The course of a bulk run, from the words to the exit status.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;

use super::access::Access;
use super::arguments::{Bulk, wrong};
use super::arn::ExecutionArn;
use super::calls::Calls;
use super::confirm::{self, LeftOut};
use super::deep::{self, Wanted};
use super::glob::matches;
use super::limiter::Rate;
use super::moment::{milliseconds, moment, readable, span};
use super::plan::Plan;
use super::progress::{Progress, Shown};
use super::quotas::{Quotas, SHARE};
use super::record_book::{self, Book};
use super::report::{Records, Tally};
use super::resume::State;
use super::runner::{Run, Stop, Told};
use super::wait::{self, Awaited, Patience};
use super::{Streams, source};
use crate::error::{Error, Result};
use crate::host::Host;
use crate::platform::Signal;
use crate::platform::signals::{Interrupts, Watch, interruptible};
use crate::settings::Settings;

/// Python's exit status where the output could not be written.
const OUTPUT_LOST: u8 = 120;
/// Outcomes that wait to be printed.
const CHANNEL: usize = 1_024;
/// How often the bar moves.
const TICK: Duration = Duration::from_millis(100);

/// What a run is made with.
struct Course<'c> {
    host: &'c Host,
    bulk: &'c Bulk,
    rates: Quotas,
    calls: Rc<Calls>,
    now: i64,
}

/// `redrive-execution bulk`: returns the exit status of a run that came to its end.
///
/// # Errors
/// What kept it from beginning, or ended it early.
pub async fn bulk(settings: &Settings<'_>, bulk: &Bulk, mut records: Records, streams: &mut Streams<'_>) -> Result<u8> {
    let host = settings.sources.host;
    let patience = Patience::parse(bulk.timeout.as_deref(), bulk.poll.as_deref())?;
    let access = interruptible(Access::open(settings)).await?;
    let rates = rates(bulk, &access.connection().region)?;
    let calls = Rc::new(Calls::new(access, &rates));
    let course = Course { host, bulk, rates, calls, now: milliseconds(host.clock.now()) };
    let book = match &bulk.resume {
        Some(path) => {
            let book = record_book::resume(path, &course.calls.access.connection().region)?;
            if bulk.dry_run {
                return course.remaining(&book, &mut records, streams);
            }
            book
        }
        None => match course.begin(&mut records, streams).await? {
            Some(book) => book,
            None => return Ok(0),
        },
    };
    let _ = writeln!(streams.stderr, "journal: {}", book.journal.path());
    course.run(book, records, Patience { until: None, ..patience }, streams).await
}

/// The rates as the options say, else a share of the region's quotas.
fn rates(bulk: &Bulk, region: &str) -> Result<Quotas> {
    let mut rates = Quotas::of_region(region, bulk.share.unwrap_or(SHARE));
    let redrives = &mut rates.redrive_execution;
    if let Some(rate) = &bulk.rate {
        let per_second = match rate.as_str() {
            "unlimited" => f64::INFINITY,
            rate => rate.parse().ok().filter(|rate: &f64| rate.is_finite() && *rate > 0.0).ok_or_else(|| {
                wrong(&format!("argument --rate: '{rate}' is neither a number of redrives a second nor 'unlimited'"))
            })?,
        };
        // A rate of one's own is meant from the first call on.
        *redrives = Rate { burst: if bulk.burst.is_some() { redrives.burst } else { 1.0 }, per_second, ..*redrives };
    }
    if let Some(burst) = bulk.burst {
        redrives.burst = f64::from(burst);
    }
    if let Some(ramp) = &bulk.ramp {
        redrives.ramp = span(ramp).map_err(|what| wrong(&format!("argument --ramp: {what}")))?;
        if redrives.per_second.is_infinite() {
            return Err(wrong("--ramp needs a rate to rise to; '--rate unlimited' is none"));
        }
    }
    Ok(rates)
}

impl Course<'_> {
    /// Plans, asks, and begins the journal; none where there is nothing to do.
    async fn begin(&self, records: &mut Records, streams: &mut Streams<'_>) -> Result<Option<Book>> {
        let bulk = self.bulk;
        // What cannot be asked later need not be looked up now.
        let somebody_is_there = self.host.stdin_is_terminal && self.host.stderr_is_terminal;
        if !bulk.yes && !bulk.dry_run && !somebody_is_there {
            confirm::confirm(bulk, "", self.host, streams).await?;
        }
        let (plan, left_out) = interruptible(self.plan(streams)).await?;
        let connection = &self.calls.access.connection();
        let text = confirm::text(&plan, &left_out, connection, &self.rates);
        if bulk.dry_run {
            for planned in plan.iter() {
                records.print(records.planned(&planned), streams.stdout)?;
            }
        }
        if bulk.dry_run || bulk.yes || plan.is_empty() {
            let _ = streams.stderr.write_all(text.as_bytes());
        }
        if bulk.dry_run || plan.is_empty() {
            return Ok(None);
        }
        if !confirm::confirm(bulk, &text, self.host, streams).await? {
            let _ = writeln!(streams.stderr, "nothing was redriven");
            return Ok(None);
        }
        let path = bulk.journal.clone().unwrap_or_else(|| record_book::default_name(self.now));
        record_book::begin(&path, &connection.region, plan, self.now).map(Some)
    }

    /// What to redrive, in order, and what was left out.
    async fn plan(&self, streams: &mut Streams<'_>) -> Result<(Plan, LeftOut)> {
        let bulk = self.bulk;
        let at = |name: &str, text: &Option<String>| {
            let moment = text.as_deref().map(|text| moment(text, self.now)).transpose();
            moment.map_err(|what| wrong(&format!("argument {name}: {what}")))
        };
        let (since, until) = (at("--since", &bulk.since)?, at("--until", &bulk.until)?);
        let mut plan = source::gather(bulk, &self.calls).await?;
        let mut left_out = LeftOut::new();
        left_out.push(("named more than once", plan.settle()));
        self.check_region(&plan)?;
        if (since.is_some() || until.is_some()) && plan.iter().any(|planned| planned.stopped.is_none()) {
            return Err(wrong(
                "--since and --until need to know when each execution stopped, which --from does not tell (stopDate)",
            ));
        }
        if bulk.max_redrives.is_some() && plan.iter().any(|planned| planned.redrive_count.is_none()) {
            return Err(wrong(
                "--max-redrives needs to know how often each was redriven, which --from does not tell (redriveCount)",
            ));
        }
        left_out.push(("past 14 days since the end", plan.drop_expired(self.now)));
        let filtered = plan.retain(|planned| {
            let name = planned.arn.rsplit(':').next().unwrap_or_default();
            let stopped_between = |since: Option<i64>, until: Option<i64>| {
                planned.stopped.is_none_or(|stopped| {
                    since.is_none_or(|since| stopped >= since) && until.is_none_or(|until| stopped <= until)
                })
            };
            bulk.name_match.as_ref().is_none_or(|pattern| matches(pattern, name))
                && bulk.max_redrives.is_none_or(|most| planned.redrive_count.is_none_or(|count| count <= most))
                && stopped_between(since, until)
        });
        left_out.push(("by the filters", filtered));
        let wanted = Wanted { error: bulk.error_match.clone(), failed_state: bulk.failed_state.clone() };
        if !wanted.is_nothing() {
            let time = readable(wanted.time_for(plan.len(), &self.rates));
            let _ = writeln!(streams.stderr, "looking into {}: about {time}", confirm::executions(plan.len()));
            let _ = streams.stderr.flush();
            let gone;
            (plan, gone) = deep::filter(plan, &wanted, &self.calls).await?;
            left_out.push(("by error or failed state", gone));
        }
        left_out.push(("beyond --limit", bulk.limit.map_or(0, |limit| plan.limit(limit))));
        left_out.retain(|(_, count)| *count > 0);
        Ok((plan, left_out))
    }

    /// Refuses executions of other regions: the service would refuse each.
    fn check_region(&self, plan: &Plan) -> Result<()> {
        let region = &self.calls.access.connection().region;
        for (prefix, count) in plan.groups() {
            let arn = format!("{prefix}x");
            if let Some(other) = ExecutionArn::parse(&arn).map(|arn| arn.region).filter(|other| other != region) {
                return Err(wrong(&format!(
                    "{} are in region {other}, but the calls go to {region}; a run is for one region",
                    confirm::executions(count)
                )));
            }
        }
        Ok(())
    }

    /// What a journal has left, for `--dry-run --resume`.
    fn remaining(&self, book: &Book, records: &mut Records, streams: &mut Streams<'_>) -> Result<u8> {
        let left = book.plan.iter().zip(&book.states);
        let mut count = 0;
        for (planned, _) in left.filter(|(_, state)| matches!(state, State::Waiting | State::Asked(_))) {
            count += 1;
            records.print(records.planned(&planned), streams.stdout)?;
        }
        let _ = writeln!(streams.stderr, "{} of {} left", count, book.plan.len());
        Ok(0)
    }

    async fn run(&self, book: Book, mut records: Records, patience: Patience, streams: &mut Streams<'_>) -> Result<u8> {
        let mut tally = Tally::default();
        for state in &book.states {
            match state {
                State::Redriven(_) | State::Ended(_) => tally.redriven_before += 1,
                State::Refused => tally.refused_before += 1,
                State::Waiting | State::Asked(_) => {}
            }
        }
        let (began, asked_before) = (Instant::now(), self.calls.asked.get());
        let run = Rc::new(Run {
            id: book.run,
            plan: book.plan,
            states: Rc::new(RefCell::new(book.states)),
            journal: Rc::new(RefCell::new(book.journal)),
            calls: Rc::clone(&self.calls),
            stop: Rc::default(),
            clock: self.host.clock,
            next: Cell::new(0),
        });
        // Whatever comes between the phases waits for the next one, and the report is made.
        let _watch = Watch::new();
        let redriven = self.redrive(&run, &mut records, &mut tally, streams).await;
        run.journal.borrow().sync();
        let (elapsed, asked) = (began.elapsed(), self.calls.asked.get() - asked_before);
        let is_open = |state: &&State| matches!(state, State::Waiting | State::Asked(_));
        tally.left = run.states.borrow().iter().filter(is_open).count();
        let mut reason = redriven.err().or_else(|| run.stop.reason());
        if reason.is_none() && self.bulk.wait {
            let patience = Patience { until: self.deadline(), ..patience };
            let waited = interruptible(self.wait(&run, patience, &mut records, &mut tally, streams)).await;
            run.journal.borrow().sync();
            reason = waited.err();
        }
        let _ = streams.stderr.write_all(tally.table().as_bytes());
        let throttled = self.calls.throttled.get();
        let rate = if elapsed.as_secs_f64() > 0.0 { tally.redriven as f64 / elapsed.as_secs_f64() } else { 0.0 };
        let _ = writeln!(
            streams.stderr,
            "{} redriven in {} ({rate:.0} a second); {asked} calls, {throttled} of them throttled",
            tally.redriven,
            readable(elapsed)
        );
        if tally.left > 0 || tally.running > 0 {
            let path = run.journal.borrow().path().to_owned();
            let wait = if self.bulk.wait { " --wait" } else { "" };
            let _ = writeln!(streams.stderr, "go on with: redrive-execution bulk --resume {path}{wait}");
        }
        let _ = streams.stderr.flush();
        match reason {
            // What a run prints is for programs: no empty line on stdout, as the AWS CLI prints one.
            Some(Error::Interrupted(signal)) => Ok(signal.status()),
            Some(error) => Err(error),
            None if records.lost.is_some_and(|kind| kind != std::io::ErrorKind::BrokenPipe) => Ok(OUTPUT_LOST),
            None => Ok(u8::from(!tally.is_good())),
        }
    }

    fn deadline(&self) -> Option<Instant> {
        let timeout = self.bulk.timeout.as_deref().and_then(|timeout| span(timeout).ok());
        timeout.and_then(|timeout| Instant::now().checked_add(timeout))
    }

    /// Lets the workers work; prints what they tell.
    async fn redrive(
        &self,
        run: &Rc<Run>,
        records: &mut Records,
        tally: &mut Tally,
        streams: &mut Streams<'_>,
    ) -> Result<()> {
        let total = run.plan.len();
        let progress = Progress::new(self.host.stderr_is_terminal, total);
        let mut interrupts = Interrupts::watch();
        let (sender, mut receiver) = mpsc::channel::<Told>(CHANNEL);
        for _ in 0..self.bulk.concurrency.min(total) {
            tokio::task::spawn_local(Rc::clone(run).work(sender.clone()));
        }
        drop(sender);
        let mut tick = tokio::time::interval(TICK);
        let mut interrupted = false;
        let stop: &Stop = &run.stop;
        let mut failed = Ok(());
        loop {
            tokio::select! {
                told = receiver.recv() => {
                    let Some((_, planned, outcome)) = told else { break };
                    tally.count(&outcome);
                    let record = records.outcome(&planned, &outcome);
                    if let Err(error) = progress.aside(|| records.print(record, streams.stdout)) {
                        // What cannot be shown was done all the same; nothing more is begun.
                        stop.stop(Error::Interrupted(Signal::Interrupt));
                        failed = Err(error);
                    }
                }
                signal = interrupts.next() => {
                    if interrupted {
                        break;
                    }
                    interrupted = true;
                    stop.stop(signal.into());
                    progress.aside(|| {
                        let _ = writeln!(streams.stderr, "ending when the calls under way are answered; again to end now");
                    });
                }
                _ = tick.tick() => {
                    let before = tally.redriven_before + tally.refused_before;
                    let done = tally.redriven + tally.refusals() + before;
                    progress.show(done, &Shown {
                        refused: tally.refusals() + tally.refused_before,
                        throttled: self.calls.throttled.get(),
                        rate: self.calls.redrives.rate(),
                        left: total.saturating_sub(done),
                    });
                }
            }
        }
        if let Some(signal) = interrupts.end() {
            stop.stop(signal.into());
        }
        progress.end(streams.stderr);
        failed
    }

    /// Waits for what was redriven, also by an earlier part of the run.
    async fn wait(
        &self,
        run: &Run,
        patience: Patience,
        records: &mut Records,
        tally: &mut Tally,
        streams: &mut Streams<'_>,
    ) -> Result<()> {
        let mut awaited = Vec::new();
        for (n, state) in run.states.borrow().iter().enumerate() {
            match state {
                State::Redriven(date) => awaited.push(Awaited { n, redriven: Some(*date) }),
                State::Ended(good) => {
                    let status = if *good { "SUCCEEDED" } else { "otherwise" };
                    *tally.ended.entry(status.to_owned()).or_default() += 1;
                }
                _ => {}
            }
        }
        let _ = writeln!(streams.stderr, "waiting for {}", confirm::executions(awaited.len()));
        let left = wait::until_ended(&self.calls, &run.plan, awaited, patience, |n, execution| {
            *tally.ended.entry(execution.status.clone()).or_default() += 1;
            let line = super::journal::Line::Ended { n, status: execution.status.clone() };
            run.journal.borrow_mut().write(&line)?;
            records.print(wait::ended(execution), streams.stdout)
        })
        .await?;
        tally.running = left.len();
        Ok(())
    }
}
