//! The one owner of signals. SIGINT, SIGTERM and SIGHUP end the work in good order where somebody watches for them, and the
//! process at once where nobody does: SIGINT with status 130, the others by their own default action.
//!
//! Nothing is installed before the first wait. From then on a signal that arrives while nobody watches, for instance during a write
//! to a pipe that nobody reads, ends the process in its handler. So does a second signal where the first has not been looked at:
//! what watches is stuck. A signal that was ignored when the program started stays ignored.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use super::Signal;
pub(crate) use super::system::signals::{Listener, Streams, Watch, end_by, leave_interrupts_to_the_child};

/// The signals that end the program in good order.
pub(crate) const ENDING: [Signal; 3] = [Signal::Interrupt, Signal::Terminate, Signal::HangUp];

/// Does the work unless a signal comes first; it is dropped then. A signal that came while the work ended counts too: a program
/// that we waited for may have died of the same Ctrl-C.
pub(crate) async fn interruptible<T, E: From<Signal>>(work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    let mut work = pin!(work);
    // What need not wait need not be interrupted either.
    if let Poll::Ready(done) = poll_fn(|context| Poll::Ready(work.as_mut().poll(context))).await {
        return done;
    }
    let mut interrupts = Interrupts::watch();
    let done = tokio::select! {
        biased;
        signal = interrupts.next() => return Err(signal.into()),
        done = work => done,
    };
    interrupts.end().map_or(done, |signal| Err(signal.into()))
}

/// Signals as they come, for work that does not simply end at the first. While this lives nothing ends by itself but for a second
/// signal before the first was looked at.
pub(crate) struct Interrupts {
    watch: Watch,
    streams: Streams,
}

impl Interrupts {
    /// Watches from now on. Inside a runtime only.
    pub(crate) fn watch() -> Self {
        Self { watch: Watch::new(), streams: Streams::of(&ENDING) }
    }

    /// The next signal. May be dropped while it waits.
    pub(crate) async fn next(&mut self) -> Signal {
        loop {
            if let Some(signal) = self.watch.take() {
                return signal;
            }
            // Only wakes: the watch knows best, and first.
            self.streams.next().await;
        }
    }

    /// Watches no longer; returns a signal that came before and was not looked at.
    pub(crate) fn end(self) -> Option<Signal> {
        self.watch.end()
    }
}

/// Where a status is one of SIGTERM or SIGHUP, ends the process by that signal, so that whoever waits for it sees which.
pub(crate) fn end_with(status: u8) {
    if let Some(signal) = ENDING.into_iter().find(|signal| *signal != Signal::Interrupt && signal.status() == status) {
        end_by(signal);
    }
}
