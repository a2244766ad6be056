//! What a person or a program sees while a run works: records on stdout, lines and a bar on stderr; and Ctrl-C passed on.

use std::future::Future;
use std::time::Duration;

use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::time::{Interval, interval};

use super::Streams;
use super::patience::Event;
use super::progress::Progress;
use super::report::Records;
use crate::error::{Error, Result};
use crate::platform::signals::interruptible;
use crate::value::Map;

/// How often a bar is drawn again, and how often it is looked whether a line is due where there is none.
const TICKS: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(1));

pub(crate) struct Console<'s, 'w> {
    pub(crate) streams: &'s mut Streams<'w>,
    pub(crate) records: Records,
    pub(crate) events: UnboundedReceiver<Event>,
    pub(crate) progress: Progress,
    /// Whether only what needs attention is shown on stderr.
    pub(crate) is_quiet: bool,
    /// Whether the bar stands for the records of what became of each execution.
    pub(crate) bar_is_enough: bool,
    /// Why the first record could not be printed. The run goes on all the same: its journal has everything.
    failed: Option<Error>,
}

impl<'s, 'w> Console<'s, 'w> {
    /// A console, and where events for it are sent. Bars are drawn where stderr is a terminal.
    pub(crate) fn new(
        streams: &'s mut Streams<'w>,
        records: Records,
        stderr_is_terminal: bool,
        is_quiet: bool,
    ) -> (Self, UnboundedSender<Event>) {
        let (sender, events) = mpsc::unbounded_channel();
        let progress = Progress::new(stderr_is_terminal && !is_quiet);
        (Self { streams, records, events, progress, is_quiet, bar_is_enough: false, failed: None }, sender)
    }

    /// Prints on stderr. That it cannot be printed stops nothing.
    pub(crate) fn print(&mut self, text: &str) {
        self.progress.aside(|| {
            let _ = self.streams.stderr.write_all(text.as_bytes());
            let _ = self.streams.stderr.flush();
        });
    }

    pub(crate) fn line(&mut self, line: &str) {
        self.print(&format!("{line}\n"));
    }

    /// Prints on stderr what nobody misses while all goes well.
    pub(crate) fn note(&mut self, text: &str) {
        if !self.is_quiet {
            self.print(text);
        }
    }

    /// Prints a record on stdout. A query that fails on it is reported once.
    pub(crate) fn record(&mut self, record: Map) {
        if let Err(error) = self.progress.aside(|| self.records.print(record, self.streams.stdout))
            && self.failed.is_none()
        {
            self.line(&format!("a record could not be printed: {error}"));
            self.failed = Some(error);
        }
    }

    /// Prints the record of what became of an execution, unless the bar stands for it: the journal and the table have it, too.
    pub(crate) fn outcome(&mut self, record: Map) {
        if !self.bar_is_enough {
            self.record(record);
        }
    }

    pub(crate) fn ticks(&self) -> Interval {
        interval(if self.progress.has_bar { TICKS.0 } else { TICKS.1 })
    }

    pub(crate) fn tick(&mut self) {
        if !self.is_quiet {
            self.progress.tick(self.streams.stderr);
        }
    }

    /// The exit status of work that was done: whether it went well, and what came of its records.
    pub(crate) fn status(&mut self, is_good: bool) -> Result<u8> {
        match self.printed() {
            // The records are lost, and everything was done.
            Err(error @ Error::OutputLost(_)) => Ok(error.status()),
            printed => printed.map(|()| u8::from(!is_good)),
        }
    }

    /// What came of the records: a failed query, or output that was lost.
    pub(crate) fn printed(&mut self) -> Result<()> {
        match self.failed.take() {
            Some(error) => Err(error),
            None => self.records.printed(),
        }
    }

    pub(crate) fn show(&mut self, event: Event) {
        match event {
            Event::Line(line) => self.line(&line),
            Event::Record(record) => self.outcome(record),
            Event::LeftOut(record) => self.record(record),
            Event::Standing(standing) => self.progress.standing = Some(standing),
        }
    }

    /// Shows events and progress while `work` goes on, which Ctrl-C and SIGTERM end.
    pub(crate) async fn attend<T>(&mut self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let work = interruptible(work);
        tokio::pin!(work);
        let mut tick = self.ticks();
        let done = loop {
            tokio::select! {
                biased;
                Some(event) = self.events.recv() => self.show(event),
                done = &mut work => break done,
                _ = tick.tick() => self.tick(),
            }
        };
        while let Ok(event) = self.events.try_recv() {
            self.show(event);
        }
        self.progress.clear();
        done
    }
}
