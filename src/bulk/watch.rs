//! The ends of what a run redrove, as they are found: noted in the journal, counted, and passed on to what depends on them.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::convert::Infallible;
use std::rc::Rc;

use tokio::time::{Instant, sleep};

use super::arn::ExecutionArn;
use super::calls::Calls;
use super::ends::{End, Pending};
use super::guards::Breaker;
use super::journal::{Line, State};
use super::patience::Event;
use super::times::readable;
use super::wait::WaitOptions;
use super::workers::Workers;
use crate::error::Result;
use crate::render::escape::Escaped;
use crate::render::report_table::{UTF8_FULL_CONDENSED, report_table};

pub(crate) struct Watch<'w> {
    workers: &'w Workers,
    calls: &'w Rc<Calls>,
    breaker: RefCell<Option<Breaker>>,
    /// How many have ended how, as far as this watch has seen it.
    pub(crate) ended: RefCell<BTreeMap<String, usize>>,
    /// How those ended that did not succeed.
    failed: RefCell<HashMap<usize, String>>,
    /// What cannot be looked at, and is not looked at again.
    unknown: RefCell<HashSet<usize>>,
    last_end: Cell<Instant>,
}

impl<'w> Watch<'w> {
    /// A watch that closes the gate where more than `stop_failing` percent fail again.
    pub(crate) fn new(workers: &'w Workers, calls: &'w Rc<Calls>, stop_failing: Option<u8>) -> Self {
        Self {
            workers,
            calls,
            breaker: RefCell::new(stop_failing.map(Breaker::new)),
            ended: RefCell::default(),
            failed: RefCell::default(),
            unknown: RefCell::default(),
            last_end: Cell::new(Instant::now()),
        }
    }

    /// Those of the redriven executions at these places whose end is not known.
    pub(crate) fn pending(&self, is_wanted: impl Fn(usize) -> bool) -> Pending<'w> {
        let (states, unknown) = (self.workers.states(), self.unknown.borrow());
        let redriven = states.iter().enumerate().filter_map(|(n, state)| match state {
            State::Redriven(date) if is_wanted(n) && !unknown.contains(&n) => Some((n, Some(*date))),
            _ => None,
        });
        Pending::new(&self.workers.plan, redriven)
    }

    pub(crate) fn note(&self, n: usize, end: &End) -> Result<()> {
        let status = end.status();
        // What is not known now may be known to a resumed run.
        match end {
            End::Unknown(_) => drop(self.unknown.borrow_mut().insert(n)),
            End::Ended(_) | End::Gone(_) => self.workers.write(Line::Ended { n, status: status.to_owned() })?,
        }
        self.last_end.set(Instant::now());
        self.workers.running.ended();
        *self.ended.borrow_mut().entry(status.to_owned()).or_default() += 1;
        let arn = self.workers.plan.get(n).map(|planned| planned.arn).unwrap_or_default();
        self.calls.patience.show(Event::Record(end.record(&arn)));
        let End::Ended(execution) = end else { return Ok(()) };
        let succeeded = status == "SUCCEEDED";
        if !succeeded {
            let error = execution.error.iter().map(|error| format!(": {error}")).collect::<String>();
            self.failed.borrow_mut().insert(n, format!("{status}{error}"));
        }
        let tripped = self.breaker.borrow_mut().as_mut().and_then(|breaker| breaker.note(succeeded));
        if let Some((failed, seen)) = tripped
            && !self.workers.running.is_closed.get()
        {
            self.workers.running.close();
            self.calls.patience.notice(format!(
                "{failed} of the last {seen} that ended have failed again (--stop-failing); nothing else is redriven"
            ));
        }
        Ok(())
    }

    /// Looks for ends every so often, as the quotas of the reads allow, while others are redriven.
    pub(crate) async fn keep_looking(&self, options: WaitOptions) -> Result<Infallible> {
        let mut is_slow = false;
        loop {
            sleep(options.poll).await;
            let began = Instant::now();
            self.pending(|_| true).look(self.calls, |n, end| self.note(n, &end)).await?;
            if began.elapsed() > options.poll && !is_slow {
                is_slow = true;
                self.calls.patience.notice(format!(
                    "a look for ends takes {}, for the quotas of the reads allow no more",
                    readable(began.elapsed())
                ));
            }
            let is_over = |timeout| self.last_end.get().elapsed() > timeout && self.workers.running.is_full();
            if let Some(timeout) = options.timeout.filter(|timeout| is_over(*timeout))
                && !self.workers.running.is_closed.get()
            {
                self.workers.running.close();
                let time = readable(timeout);
                self.calls.patience.notice(format!("no execution has ended within {time}; nothing else is redriven"));
            }
        }
    }

    /// How those of these executions ended that did not succeed, by state machine.
    pub(crate) fn failures(&self, members: &HashSet<usize>, columns: Option<u16>) -> String {
        let mut rows = BTreeMap::<(String, String), usize>::new();
        let (states, failed) = (self.workers.states(), self.failed.borrow());
        for n in members.iter().filter(|n| states.get(**n) == Some(&State::Ended(false))) {
            let arn = self.workers.plan.get(*n).map(|planned| planned.arn).unwrap_or_default();
            let machine = ExecutionArn::parse(&arn).map(|arn| Escaped(arn.machine).to_string()).unwrap_or_default();
            let how = failed.get(n).map_or("before this was resumed".to_owned(), |how| Escaped(how).to_string());
            *rows.entry((machine, how)).or_default() += 1;
        }
        let rows = rows.into_iter().map(|((machine, how), count)| [machine, how, count.to_string()]);
        report_table(UTF8_FULL_CONDENSED, columns, ["State machine", "Ended", "Executions"], rows)
    }
}
