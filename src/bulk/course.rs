//! The course of a bulk run, from the words to the exit status.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;

use super::access::Access;
use super::arguments::{Bulk, wrong};
use super::calls::Calls;
use super::choice::Choice;
use super::confirm::{self, LeftOut};
use super::console::{Console, TICK};
use super::ends::{End, Pending};
use super::event::Event;
use super::hint;
use super::journal::{Part, Selection};
use super::moment::{milliseconds, readable};
use super::open_journal::{self, Draft, Header, OpenJournal};
use super::pace::Pace;
use super::patience::{self, Patience};
use super::plan::Plan;
use super::progress::Standing;
use super::quotas::Quotas;
use super::report::{Records, Tally};
use super::resume::{Asked, State};
use super::runner::{Run, Told};
use super::triage::looks::Looks;
use super::triage::summary;
use super::wait::{self, WaitOptions};
use super::window::Window;
use super::{Streams, list_file};
use crate::error::{Error, Result};
use crate::host::Host;
use crate::platform::signals::{Interrupts, Watch, interruptible};
use crate::render::escape::Escaped;
use crate::settings::{Connection, Globals, Settings};

/// Outcomes that wait to be printed.
const CHANNEL: usize = 1_024;

/// What a run is made with.
struct Course<'c> {
    host: &'c Host,
    globals: &'c Globals,
    bulk: &'c Bulk,
    pace: Pace,
    rates: Quotas,
    calls: Rc<Calls>,
    now: i64,
    window: Window,
    started: Window,
    looks: Looks,
}

/// `redrive-execution bulk`: returns the exit status of a run that came to its end.
pub(crate) async fn bulk(
    settings: &Settings<'_>,
    bulk: &Bulk,
    records: Records,
    streams: &mut Streams<'_>,
) -> Result<u8> {
    let host = settings.sources.host;
    let globals = settings.globals;
    let waiting = WaitOptions::parse(bulk.timeout.as_deref(), bulk.poll.as_deref())?;
    let patience = patience_of(bulk.patience.as_deref())?;
    // Options that mean nothing are refused before anything is asked.
    bulk.pace.rates("us-east-1")?;
    let (window, started) = (Window::parse(bulk, host)?, Window::of_starts(bulk, host)?);
    let access = interruptible(Access::open(settings)).await?;
    let region = access.connection().region.clone();
    let place = place(access.connection(), None);
    let mut resumed = bulk.resume.as_ref().map(|path| OpenJournal::resume(path, &place)).transpose()?;
    if let Some(resumed) = resumed.as_mut().filter(|_| bulk.retry_refused) {
        for state in resumed.states.iter_mut().filter(|state| matches!(state, State::Refused(_))) {
            *state = State::Waiting;
        }
    }
    let pace = resumed.as_ref().map_or_else(|| bulk.pace.clone(), |resumed| resumed.pace.or(&bulk.pace));
    let rates = pace.rates(&region)?;
    let now = milliseconds(host.clock.now());
    if let Some(resumed) = &mut resumed {
        // The pace of the run as it was, not the one that is asked for now.
        let (then, concurrency) = (resumed.pace.rates(&region)?, resumed.pace.concurrency());
        // Not for a look at what is left, which changes nothing.
        if !bulk.dry_run {
            resumed.suspect_lost_lines(&then, concurrency)?;
        }
    }
    let (mut console, notices) = Console::new(streams, records, host.stderr_is_terminal, bulk.quiet);
    console.bar_is_enough =
        host.stdout_is_terminal && console.progress.has_bar() && globals.output.is_none() && globals.query.is_none();
    let calls = Rc::new(Calls::new(access, &rates, Patience::new(patience, notices), Rc::default()));
    let looks = Looks::new(&calls, host);
    let course = Course { host, globals, bulk, pace, rates, calls, now, window, started, looks };
    if bulk.summary {
        return course.summary(&mut console).await;
    }
    let begun = match resumed {
        Some(journal) if bulk.dry_run => return Ok(course.remaining(&journal, &mut console)),
        Some(journal) => course.confirm_rest(journal, &mut console).await?,
        None => course.begin(&mut console).await?,
    };
    match begun {
        Begun::Run(journal) => {
            console.note(&format!("journal: {}\n", Escaped(journal.journal.path())));
            course.run(*journal, waiting, &mut console).await
        }
        Begun::NothingToDo => console.printed().map(|()| 0),
        Begun::Declined => {
            console.line("nothing was redriven");
            Ok(1)
        }
    }
}

/// What came of the beginning of a run.
enum Begun {
    Run(Box<OpenJournal>),
    NothingToDo,
    /// Somebody was asked, and did not agree.
    Declined,
}

/// Where calls go.
fn place(connection: &Connection, account: Option<String>) -> Part {
    let endpoint = connection.endpoint_url.as_deref().map(confirm::without_userinfo);
    Part { account, region: connection.region.clone(), endpoint }
}

impl Course<'_> {
    fn choice(&self) -> Choice<'_> {
        let Self { bulk, calls, rates, window, started, looks, now, .. } = self;
        Choice { bulk, calls, rates, window, started, looks, now: *now }
    }

    /// Looks at what would be redriven, and prints what failed, how, and how often.
    async fn summary(&self, console: &mut Console<'_, '_>) -> Result<u8> {
        let (plan, left_out) = console.attend(self.choice().plan(&RefCell::default())).await?;
        let text =
            confirm::text(&plan, &self.windows(), &left_out, self.calls.access.connection(), &self.rates, self.now);
        let _ = console.streams.stderr.write_all(text.as_bytes());
        let looked = summary::rows(&plan, self.bulk.sample, &self.looks, &self.calls, &self.rates, self.now);
        let rows = console.attend(looked).await?;
        let is_asked_for = self.globals.output.is_some() || self.globals.query.is_some();
        summary::print(&rows, self.host.stdout_is_terminal && !is_asked_for, console).map(|()| 0)
    }

    /// What was understood of when executions must have stopped and must have been started.
    fn windows(&self) -> String {
        format!("{}{}", self.window.text(), self.started.text())
    }

    /// Opens the journal, plans, asks, and writes the plan down.
    async fn begin(&self, console: &mut Console<'_, '_>) -> Result<Begun> {
        let bulk = self.bulk;
        bulk.from.as_deref().map_or(Ok(()), list_file::check)?;
        // What cannot be asked later need not be looked up now.
        let somebody_is_there = self.host.stdin_is_terminal && self.host.stderr_is_terminal;
        if !bulk.yes && !bulk.dry_run && !somebody_is_there {
            confirm::confirm(bulk, "", self.host, console.streams).await?;
        }
        // Nothing is listed for a run that could not be journaled.
        let draft = if bulk.dry_run { None } else { Some(self.draft()?) };
        let draft = RefCell::new(draft);
        let planned = console.attend(self.choice().plan(&draft)).await;
        let mut draft = draft.into_inner();
        let begun = self.agree(planned, &mut draft, console).await;
        if let Some(draft) = draft {
            draft.abandon();
        }
        begun
    }

    /// Shows the plan, asks, and turns the draft of the journal into one.
    async fn agree(
        &self,
        planned: Result<(Plan, LeftOut)>,
        draft: &mut Option<Draft>,
        console: &mut Console<'_, '_>,
    ) -> Result<Begun> {
        let (plan, left_out) = planned?;
        let bulk = self.bulk;
        let connection = self.calls.access.connection();
        let text = confirm::text(&plan, &self.windows(), &left_out, connection, &self.rates, self.now);
        if bulk.dry_run {
            for planned in plan.iter() {
                console.record(console.records.planned(&planned));
            }
        }
        if bulk.dry_run || bulk.yes || plan.is_empty() {
            console.note(&text);
        }
        if plan.is_empty() {
            return Ok(Begun::NothingToDo);
        }
        let Some(journal) = draft.as_ref().map(|draft| draft.journal.path()) else { return Ok(Begun::NothingToDo) };
        let text = format!("{text}journal: {}\n", Escaped(journal));
        if !confirm::confirm(bulk, &text, self.host, console.streams).await? {
            return Ok(Begun::Declined);
        }
        draft
            .take()
            .map_or(Ok(Begun::NothingToDo), |draft| draft.begin(plan).map(|journal| Begun::Run(Box::new(journal))))
    }

    /// The journal of a run that begins.
    fn draft(&self) -> Result<Draft> {
        let bulk = self.bulk;
        let path = bulk.journal.clone().map_or_else(|| open_journal::default_path(self.host, self.now), Ok)?;
        let mut accounts: Vec<_> =
            bulk.machines.iter().chain(&bulk.map_runs).filter_map(|arn| arn.split(':').nth(4)).collect();
        accounts.sort_unstable();
        accounts.dedup();
        let connection = self.calls.access.connection();
        let parts = match accounts.as_slice() {
            [] => vec![place(connection, None)],
            accounts => accounts.iter().map(|account| place(connection, Some((*account).to_owned()))).collect(),
        };
        let (since, until) = self.window.ends();
        let selection = Selection {
            machines: bulk.machines.clone(),
            statuses: bulk.statuses.clone(),
            map_runs: bulk.map_runs.clone(),
            from: bulk.from.clone(),
            since,
            until,
            name_match: bulk.name_match.clone(),
            max_redrives: bulk.max_redrives,
            limit: bulk.limit,
            error_match: bulk.error_match.clone(),
            failed_state: bulk.failed_state.clone(),
            machine_globs: bulk.machine_globs.clone(),
            started: self.started.ends(),
            cause_match: bulk.cause_match.clone(),
            ignore_case: bulk.ignore_case,
        };
        Draft::open(&path, &Header { parts, selection, pace: self.pace.clone() }, self.now)
    }

    /// Says what a run that is resumed has left, and asks as a first run does.
    async fn confirm_rest(&self, journal: OpenJournal, console: &mut Console<'_, '_>) -> Result<Begun> {
        let left = left(&journal.states);
        let text = confirm::remaining(&journal.plan, &left, self.calls.access.connection(), &self.rates);
        // Where nothing is left to redrive there is nothing to agree to.
        if self.bulk.yes || left.is_empty() {
            console.note(&text);
        } else if !confirm::confirm(self.bulk, &text, self.host, console.streams).await? {
            return Ok(Begun::Declined);
        }
        Ok(Begun::Run(Box::new(journal)))
    }

    /// What a journal has left, for `--dry-run --resume`.
    fn remaining(&self, journal: &OpenJournal, console: &mut Console<'_, '_>) -> u8 {
        let left = left(&journal.states);
        for planned in left.iter().filter_map(|n| journal.plan.get(*n)) {
            console.record(console.records.planned(&planned));
        }
        let text = confirm::remaining(&journal.plan, &left, self.calls.access.connection(), &self.rates);
        console.note(&text);
        console.printed().map_or_else(|error| error.status(), |()| 0)
    }

    async fn run(&self, journal: OpenJournal, waiting: WaitOptions, console: &mut Console<'_, '_>) -> Result<u8> {
        let mut tally = Tally::default();
        for state in &journal.states {
            match state {
                State::Redriven(_) | State::RedrivenElsewhere | State::Ended(_) => tally.redriven_before += 1,
                State::Refused(place) => *tally.refused.entry(journal.refusals.get(*place)).or_default() += 1,
                State::Waiting | State::Asked(_) | State::Undecided(_) => {}
            }
        }
        let (began, asked_before) = (Instant::now(), self.calls.asked.get());
        let run = Rc::new(Run {
            id: journal.run,
            plan: journal.plan,
            states: Rc::new(RefCell::new(journal.states)),
            journal: Rc::new(RefCell::new(journal.journal)),
            calls: Rc::clone(&self.calls),
            clock: self.host.clock,
            next: Cell::new(0),
            in_flight: Cell::new(0),
            aside: RefCell::default(),
            refusals: RefCell::new(journal.refusals),
            denied: RefCell::default(),
        });
        // Whatever comes between the phases waits for the next one, and the report is made.
        let _watch = Watch::new();
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
        // Should it fail, a resume looks a little more closely than it has to.
        let [calls, throttled] = [asked, self.calls.throttled.get()].map(|count| usize::try_from(count).unwrap_or(0));
        let _ = run.journal.borrow_mut().write(&super::journal::Line::Closed { calls, throttled });
        run.journal.borrow().sync();
        let columns = if self.host.stderr_is_terminal { crate::platform::terminal::stderr_columns() } else { None };
        console.is_quiet &= reason.is_none() && tally.is_good();
        console.note(&tally.table(columns));
        let rate = if elapsed.as_secs_f64() > 0.0 { tally.redriven as f64 / elapsed.as_secs_f64() } else { 0.0 };
        let (redriven, time) = (tally.redriven, readable(elapsed));
        console.note(&format!(
            "{redriven} redriven in {time} ({rate:.0} a second); {asked} calls, {throttled} of them throttled\n"
        ));
        let unknown = tally.ended.contains_key("UNKNOWN");
        if tally.left > 0 || tally.undecided > 0 || tally.not_asked > 0 || tally.running > 0 || unknown {
            let path = run.journal.borrow().path().to_owned();
            let command = hint::resume(&path, self.globals, self.bulk);
            console.line(&format!("continue with: {command}"));
        }
        match reason {
            // What a run prints is for programs: no empty line on stdout, as the AWS CLI prints one.
            Some(Error::Interrupted(signal)) => Ok(signal.status()),
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
                State::Waiting | State::Asked(Asked { noted: false, .. }) if run.denied.borrow().was_denied(n) => {}
                State::Waiting | State::Asked(Asked { noted: false, .. })
                    if ended && run.denied.borrow().is_set_aside(run.plan.group(n)) =>
                {
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

    /// Lets the workers work; prints what they report.
    async fn redrive(&self, run: &Rc<Run>, tally: &mut Tally, console: &mut Console<'_, '_>) -> Result<()> {
        let total = run.plan.len();
        let mut interrupts = Interrupts::watch();
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
                _ = tick.tick() => {
                    if let Err(error) = run.journal.borrow_mut().sync_when_due() {
                        stop.stop(error);
                    }
                    console.progress.set(Standing::Redriving {
                        done: tally.done() + tally.redriven_before,
                        total,
                        redriven: tally.redriven + tally.redriven_elsewhere + tally.redriven_before,
                        refused: tally.refusals() + tally.denials,
                        undecided: tally.undecided,
                        throttled: self.calls.throttled.get(),
                        rate: self.calls.redrives.rate(),
                    });
                    console.tick();
                }
            }
        }
        if let Some(signal) = interrupts.end() {
            stop.stop(signal.into());
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
        console.note(&format!("waiting for {}\n", confirm::executions(pending.count())));
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
pub(crate) fn patience_of(text: Option<&str>) -> Result<Option<Duration>> {
    patience::limit(text).map_err(|what| wrong(&format!("argument --patience: {what}")))
}

/// The places of what was not redriven yet, as far as a journal knows.
fn left(states: &[State]) -> Vec<usize> {
    let open = |(n, state): (usize, &State)| {
        matches!(state, State::Waiting | State::Asked(_) | State::Undecided(_)).then_some(n)
    };
    states.iter().enumerate().filter_map(open).collect()
}
