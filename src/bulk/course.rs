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
use super::console::{Console, Event, TICK};
use super::deep::{self, Wanted};
use super::ends::{End, Pending};
use super::glob::matches;
use super::moment::{milliseconds, moment, readable};
use super::pace::Pace;
use super::patience::{self, Patience};
use super::plan::Plan;
use super::progress::Standing;
use super::quotas::Quotas;
use super::record_book::{self, Book};
use super::report::{Records, Tally};
use super::resume::State;
use super::runner::{Run, Told};
use super::wait::{self, WaitOptions};
use super::{Interrupts, Streams, interruptible, records, source};
use crate::cli::Globals;
use crate::error::{Error, Result};
use crate::host::Host;
use crate::render::escape::Escaped;

/// Outcomes that wait to be printed.
const CHANNEL: usize = 1_024;

/// What a run is made with.
struct Course<'c> {
    host: &'c Host,
    bulk: &'c Bulk,
    pace: Pace,
    rates: Quotas,
    calls: Rc<Calls>,
    now: i64,
}

/// `redrive-execution bulk`: returns the exit status of a run that came to its end.
///
/// # Errors
/// What kept it from beginning, or ended it early.
pub async fn bulk(host: &Host, globals: &Globals, bulk: &Bulk, streams: &mut Streams<'_>) -> Result<u8> {
    let records = records(host, globals)?;
    let waiting = WaitOptions::parse(bulk.timeout.as_deref(), bulk.poll.as_deref())?;
    let patience = patience_of(bulk.patience.as_deref())?;
    // Options that mean nothing are refused before anything is asked.
    bulk.pace.rates("us-east-1")?;
    let access = interruptible(Access::open(host, globals)).await?;
    let region = access.connection.region.clone();
    let resumed = bulk.resume.as_ref().map(|path| record_book::resume(path, &region)).transpose()?;
    let pace = resumed.as_ref().map_or_else(|| bulk.pace.clone(), |book| book.pace.or(bulk));
    let rates = pace.rates(&region)?;
    let (mut console, notices) = Console::new(streams, records, host.stderr_is_terminal);
    console.bar_is_enough =
        host.stdout_is_terminal && console.progress.has_bar() && globals.output.is_none() && globals.query.is_none();
    let calls = Rc::new(Calls::new(access, &rates, Patience::new(patience, notices), Rc::default()));
    let course = Course { host, bulk, pace, rates, calls, now: milliseconds(host.clock.now()) };
    let book = match resumed {
        Some(book) if bulk.dry_run => return Ok(course.remaining(&book, &mut console)),
        Some(book) => course.confirm_rest(book, console.streams).await?,
        None => course.begin(&mut console).await?,
    };
    let Some(book) = book else { return console.printed().map(|()| 0) };
    console.line(&format!("journal: {}", Escaped(book.journal.path())));
    course.run(book, waiting, &mut console).await
}

impl Course<'_> {
    /// Plans, asks, and begins the journal; none where there is nothing to do.
    async fn begin(&self, console: &mut Console<'_, '_>) -> Result<Option<Book>> {
        let bulk = self.bulk;
        // What cannot be asked later need not be looked up now.
        let somebody_is_there = self.host.stdin_is_terminal && self.host.stderr_is_terminal;
        if !bulk.yes && !bulk.dry_run && !somebody_is_there {
            confirm::confirm(bulk, "", self.host, console.streams).await?;
        }
        let (plan, left_out) = console.attend(self.plan()).await?;
        let connection = &self.calls.access.connection;
        let text = confirm::text(&plan, &left_out, connection, &self.rates);
        if bulk.dry_run {
            for planned in plan.iter() {
                console.record(console.records.planned(&planned));
            }
        }
        let streams = &mut *console.streams;
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
        record_book::begin(&path, &connection.region, &self.pace, plan, self.now).map(Some)
    }

    /// Says what a run that is resumed has left, and asks as a first run does; none where nobody agrees.
    async fn confirm_rest(&self, book: Book, streams: &mut Streams<'_>) -> Result<Option<Book>> {
        let left = left(&book.states);
        let text = confirm::remaining(&book.plan, &left, &self.calls.access.connection, &self.rates);
        // Where nothing is left to redrive there is nothing to agree to.
        if self.bulk.yes || left.is_empty() {
            let _ = streams.stderr.write_all(text.as_bytes());
        } else if !confirm::confirm(self.bulk, &text, self.host, streams).await? {
            let _ = writeln!(streams.stderr, "nothing was redriven");
            return Ok(None);
        }
        Ok(Some(book))
    }

    /// What to redrive, in order, and what was left out.
    async fn plan(&self) -> Result<(Plan, LeftOut)> {
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
            self.calls.patience.notice(format!("inspecting {} (about {time})", confirm::executions(plan.len())));
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
        let region = &self.calls.access.connection.region;
        for (prefix, count) in plan.groups() {
            let arn = format!("{prefix}x");
            if let Some(other) = ExecutionArn::parse(&arn).map(|arn| arn.region).filter(|other| other != region) {
                let what = if count == 1 { "1 execution is".to_owned() } else { format!("{count} executions are") };
                return Err(wrong(&format!(
                    "{what} in region {other}, but the calls go to {}; a run is for one region",
                    Escaped(region)
                )));
            }
        }
        Ok(())
    }

    /// What a journal has left, for `--dry-run --resume`.
    fn remaining(&self, book: &Book, console: &mut Console<'_, '_>) -> u8 {
        let left = left(&book.states);
        for planned in left.iter().filter_map(|n| book.plan.get(*n)) {
            console.record(console.records.planned(&planned));
        }
        let text = confirm::remaining(&book.plan, &left, &self.calls.access.connection, &self.rates);
        let _ = console.streams.stderr.write_all(text.as_bytes());
        console.printed().map_or_else(|error| error.status(), |()| 0)
    }

    async fn run(&self, book: Book, waiting: WaitOptions, console: &mut Console<'_, '_>) -> Result<u8> {
        let mut tally = Tally::default();
        for state in &book.states {
            match state {
                State::Redriven(_) | State::RedrivenElsewhere | State::Ended(_) => tally.redriven_before += 1,
                State::Refused => tally.refused_before += 1,
                State::Waiting | State::Asked(_) | State::Undecided(_) => {}
            }
        }
        let (began, asked_before) = (Instant::now(), self.calls.asked.get());
        let run = Rc::new(Run {
            id: book.run,
            plan: book.plan,
            states: Rc::new(RefCell::new(book.states)),
            journal: Rc::new(RefCell::new(book.journal)),
            calls: Rc::clone(&self.calls),
            clock: self.host.clock,
            next: Cell::new(0),
            in_flight: Cell::new(0),
            aside: RefCell::default(),
            denied: RefCell::default(),
        });
        let redriven = self.redrive(&run, &mut tally, console).await;
        run.journal.borrow().sync();
        let (elapsed, asked) = (began.elapsed(), self.calls.asked.get() - asked_before);
        let mut reason = redriven.err().or_else(|| self.calls.stop.reason());
        self.count_rest(&run, &mut tally, reason.is_none(), console);
        if reason.is_none() && self.bulk.wait {
            let waited = self.wait(&run, waiting, &mut tally, console).await;
            run.journal.borrow().sync();
            reason = waited.err();
        }
        let streams = &mut *console.streams;
        let _ = streams.stderr.write_all(tally.table().as_bytes());
        let throttled = self.calls.throttled.get();
        let rate = if elapsed.as_secs_f64() > 0.0 { tally.redriven as f64 / elapsed.as_secs_f64() } else { 0.0 };
        let _ = writeln!(
            streams.stderr,
            "{} redriven in {} ({rate:.0} a second); {asked} calls, {throttled} of them throttled",
            tally.redriven,
            readable(elapsed)
        );
        let unknown = tally.ended.contains_key("UNKNOWN");
        if tally.left > 0 || tally.undecided > 0 || tally.not_asked > 0 || tally.running > 0 || unknown {
            let path = run.journal.borrow().path().to_owned();
            let wait = if self.bulk.wait { " --wait" } else { "" };
            let _ = writeln!(streams.stderr, "go on with: redrive-execution bulk --resume {}{wait}", Escaped(&path));
        }
        let _ = streams.stderr.flush();
        match reason {
            // What a run prints is for programs: no empty line on stdout, as the AWS CLI prints one.
            Some(Error::Interrupted) => Ok(Error::Interrupted.status()),
            Some(error) => Err(error),
            None => match tally.denied.take() {
                // Nobody could be redriven at all.
                Some(error) if tally.done() == 0 => Err(error),
                _ => match console.printed() {
                    // The records are lost, and everything was done.
                    Err(error @ Error::OutputLost(_)) => Ok(error.status()),
                    Err(error) => Err(error),
                    Ok(()) => Ok(u8::from(!tally.is_good())),
                },
            },
        }
    }

    /// Counts what is open after the redrives; what was left alone because others of its state machine were denied is named.
    fn count_rest(&self, run: &Run, tally: &mut Tally, ended: bool, console: &mut Console<'_, '_>) {
        for (n, state) in run.states.borrow().iter().enumerate() {
            match state {
                State::Waiting if run.denied.borrow().was_denied(n) => {}
                State::Waiting if ended && run.denied.borrow().is_set_aside(run.plan.group(n)) => {
                    tally.not_asked += 1;
                    if let Some(planned) = run.plan.get(n) {
                        console.outcome(Records::not_asked(&planned));
                    }
                }
                State::Waiting | State::Asked(_) => tally.left += 1,
                _ => {}
            }
        }
    }

    /// Lets the workers work; prints what they tell.
    async fn redrive(&self, run: &Rc<Run>, tally: &mut Tally, console: &mut Console<'_, '_>) -> Result<()> {
        let total = run.plan.len();
        let mut interrupts = Interrupts::listen()?;
        let (sender, mut receiver) = mpsc::channel::<Told>(CHANNEL);
        for _ in 0..self.pace.concurrency().min(total) {
            tokio::task::spawn_local(Rc::clone(run).work(sender.clone()));
        }
        drop(sender);
        let mut tick = tokio::time::interval(TICK);
        let mut interrupted = false;
        let stop = &self.calls.stop;
        loop {
            tokio::select! {
                told = receiver.recv() => {
                    let Some((_, planned, outcome)) = told else { break };
                    tally.count(&outcome);
                    console.outcome(console.records.outcome(&planned, &outcome));
                }
                () = interrupts.next() => {
                    if interrupted {
                        break;
                    }
                    interrupted = true;
                    stop.stop(Error::Interrupted);
                    console.line("finishing the calls in flight; press Ctrl-C again to stop now");
                }
                Some(event) = console.event() => console.show(event),
                _ = tick.tick() => {
                    let before = tally.redriven_before + tally.refused_before;
                    console.progress.set(Standing::Redriving {
                        done: tally.done() + before,
                        total,
                        redriven: tally.redriven + tally.redriven_elsewhere + tally.redriven_before,
                        refused: tally.refusals() + tally.denials + tally.refused_before,
                        undecided: tally.undecided,
                        throttled: self.calls.throttled.get(),
                        rate: self.calls.redrives.rate(),
                    });
                    console.tick();
                }
            }
        }
        console.progress.clear();
        Ok(())
    }

    /// Waits for what was redriven, also by an earlier part of the run.
    async fn wait(
        &self,
        run: &Run,
        waiting: WaitOptions,
        tally: &mut Tally,
        console: &mut Console<'_, '_>,
    ) -> Result<()> {
        let mut pending = {
            let states = run.states.borrow();
            for state in states.iter() {
                if let State::Ended(good) = state {
                    let status = if *good { "SUCCEEDED" } else { "otherwise" };
                    *tally.ended.entry(status.to_owned()).or_default() += 1;
                }
            }
            let redriven = states.iter().enumerate().filter_map(|(n, state)| match state {
                State::Redriven(date) => Some((n, Some(*date))),
                _ => None,
            });
            Pending::new(&run.plan, redriven)
        };
        console.line(&format!("waiting for {}", confirm::executions(pending.count())));
        let each = |n: usize, end: End| {
            // What is not known now may be known to a resumed run.
            if !matches!(end, End::Unknown(_)) {
                let line = super::journal::Line::Ended { n, status: end.status().to_owned() };
                run.journal.borrow_mut().write(&line)?;
            }
            *tally.ended.entry(end.status().to_owned()).or_default() += 1;
            let arn = run.plan.get(n).map(|planned| planned.arn).unwrap_or_default();
            self.calls.patience.show(Event::Record(end.record(&arn)));
            Ok(())
        };
        let waited = console.attend(pending.settle(&self.calls, waiting.poll, waiting.deadline(), each)).await;
        tally.running = pending.count();
        if tally.running > 0 {
            console.line(&wait::still_running(&pending));
        }
        waited
    }
}

/// The longest silence of the service, as the option says.
pub fn patience_of(text: Option<&str>) -> Result<Option<Duration>> {
    patience::limit(text).map_err(|what| wrong(&format!("argument --patience: {what}")))
}

/// The places of what was not redriven yet, as far as a journal knows.
fn left(states: &[State]) -> Vec<usize> {
    let open = |(n, state): (usize, &State)| {
        matches!(state, State::Waiting | State::Asked(_) | State::Undecided(_)).then_some(n)
    };
    states.iter().enumerate().filter_map(open).collect()
}
