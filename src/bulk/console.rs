//! What a person or a program sees while a run works: records on stdout, lines and a bar on stderr; and Ctrl-C passed on.

use std::future::Future;
use std::time::Duration;

use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

use super::Streams;
use super::progress::Progress;
use super::report::Records;
use crate::error::{Error, Result};
use crate::platform::signals::interruptible;
use crate::value::Map;

/// How often the bar moves.
pub const TICK: Duration = Duration::from_millis(100);

/// Something that a part of a run wants shown.
#[derive(Debug)]
pub enum Event {
    /// A line on stderr.
    Line(String),
    /// A record on stdout.
    Record(Map),
}

/// Shows what happens.
pub struct Console<'s, 'w> {
    /// Where things go.
    pub streams: &'s mut Streams<'w>,
    /// How records are printed.
    pub records: Records,
    events: UnboundedReceiver<Event>,
    /// Whether a bar can be drawn.
    visible: bool,
    /// Why the first record could not be printed. The run goes on all the same: its journal has everything.
    failed: Option<Error>,
}

impl<'s, 'w> Console<'s, 'w> {
    /// A console, and where events for it are sent. Bars are drawn where stderr is a terminal (`visible`).
    pub fn new(streams: &'s mut Streams<'w>, records: Records, visible: bool) -> (Self, UnboundedSender<Event>) {
        let (sender, events) = mpsc::unbounded_channel();
        (Self { streams, records, events, visible, failed: None }, sender)
    }

    /// A bar for so many executions.
    pub fn progress(&self, total: usize) -> Progress {
        Progress::new(self.visible, total)
    }

    /// Prints a line on stderr. That it cannot be printed stops nothing.
    pub fn line(&mut self, line: &str) {
        let _ = writeln!(self.streams.stderr, "{line}");
        let _ = self.streams.stderr.flush();
    }

    /// Prints a record on stdout. A query that fails on it is reported once.
    pub fn record(&mut self, record: Map) {
        if let Err(error) = self.records.print(record, self.streams.stdout)
            && self.failed.is_none()
        {
            self.line(&format!("a record could not be printed: {error}"));
            self.failed = Some(error);
        }
    }

    /// What came of the records: a failed query, or output that was lost.
    ///
    /// # Errors
    /// The first record that could not be printed, or that stdout takes no more.
    pub fn printed(&mut self) -> Result<()> {
        match (self.failed.take(), &self.records.lost) {
            (Some(error), _) => Err(error),
            (None, Some(error)) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                Err(Error::OutputLost(Some(Error::errno_text(error))))
            }
            (None, _) => Ok(()),
        }
    }

    /// The next event.
    pub async fn event(&mut self) -> Option<Event> {
        self.events.recv().await
    }

    /// Shows an event.
    pub fn show(&mut self, event: Event) {
        match event {
            Event::Line(line) => self.line(&line),
            Event::Record(record) => self.record(record),
        }
    }

    /// Shows events while `work` goes on, which Ctrl-C ends.
    ///
    /// # Errors
    /// An interruption, and those of the work.
    pub async fn attend<T>(&mut self, work: impl Future<Output = Result<T>>) -> Result<T> {
        let work = interruptible(work);
        tokio::pin!(work);
        let done = loop {
            tokio::select! {
                biased;
                Some(event) = self.events.recv() => self.show(event),
                done = &mut work => break done,
            }
        };
        while let Ok(event) = self.events.try_recv() {
            self.show(event);
        }
        done
    }
}
