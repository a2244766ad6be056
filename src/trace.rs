//! `--debug`: lines on stderr that tell what is done. Refuses secrets: nobody hands it one.

use std::io::Write;

use jiff::Timestamp;

use crate::host::Clock;

/// Writes lines, or nothing where `--debug` was not given.
#[derive(Clone, Copy, Debug)]
pub struct Trace {
    clock: Option<Clock>,
}

impl Trace {
    /// A trace that says nothing.
    #[must_use]
    pub fn off() -> Self {
        Self { clock: None }
    }

    /// A trace that speaks where `on`.
    #[must_use]
    pub fn new(on: bool, clock: Clock) -> Self {
        Self { clock: on.then_some(clock) }
    }

    /// Writes one line about `topic`; `text` is made only if it is wanted.
    pub fn line(&self, topic: &str, text: impl FnOnce() -> String) {
        let Some(clock) = self.clock else { return };
        let now = Timestamp::try_from(clock.now()).unwrap_or(Timestamp::UNIX_EPOCH);
        // A reader that has gone away is no reason to stop.
        let _ = writeln!(std::io::stderr(), "{now:.3} {topic}: {}", text());
    }
}
