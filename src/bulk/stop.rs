//! The end of a run, as everything that works on it sees it.

use std::cell::{Cell, RefCell};

use tokio::sync::Notify;

use crate::error::Error;
use crate::platform::Signal;

/// Ends a run: workers finish what they asked for and take nothing new.
#[derive(Debug, Default)]
pub(crate) struct Stop {
    stopped: Cell<bool>,
    woken: Notify,
    error: RefCell<Option<Error>>,
}

impl Stop {
    /// Ends the run; the first reason counts.
    pub(crate) fn stop(&self, error: Error) {
        self.stopped.set(true);
        self.error.borrow_mut().get_or_insert(error);
        self.woken.notify_waiters();
    }

    pub(crate) fn is_set(&self) -> bool {
        self.stopped.get()
    }

    /// Why, for what is given up on the way.
    pub(crate) fn error(&self) -> Error {
        let interrupted = || Error::Interrupted(Signal::Interrupt);
        self.error.borrow().clone().unwrap_or_else(interrupted)
    }

    /// Why, once.
    pub(crate) fn reason(&self) -> Option<Error> {
        self.error.borrow_mut().take()
    }

    pub(crate) async fn wait(&self) {
        let woken = self.woken.notified();
        if !self.stopped.get() {
            woken.await;
        }
    }
}
