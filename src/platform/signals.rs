//! The one owner of signals. SIGINT, SIGTERM and SIGHUP end the work in good order where something watches for them, and the process
//! at once where nothing does: SIGINT with status 130, the others by their own default action.
//!
//! Nothing is installed before the first wait. From then on a signal that arrives while nothing watches, for instance during a write
//! to a full pipe, ends the process in its handler. So does a second signal before the first was handled: the watcher is stuck. A
//! signal that was ignored when the program started stays ignored.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::Poll;

use super::system::signals::Actions;
#[cfg(feature = "sfn-local")]
pub(crate) use super::system::signals::Arrivals;
use super::system::signals::Wake;
pub(crate) use super::system::signals::{Listener, end_by, leave_interrupts_to_the_child};

/// The signals that end a program from outside, by their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// The terminal is gone.
    HangUp = 1,
    /// Ctrl-C.
    Interrupt = 2,
    /// Only `sfn-local` passes it on.
    Quit = 3,
    Terminate = 15,
}

impl Signal {
    /// The exit status that a shell shows for it.
    pub(crate) fn status(self) -> u8 {
        128 + self as u8
    }
}

pub(crate) const ENDING: [Signal; 3] = [Signal::Interrupt, Signal::Terminate, Signal::HangUp];

/// The handlers, from the first wait to the end of the process, to which they belong: hence the static.
pub(super) struct Handlers {
    /// Whether the next signal ends the process in its handler.
    pub(super) at_once: Arc<AtomicBool>,
    /// The number of a signal that has come and is not yet handled; zero for none.
    pub(super) caught: Arc<AtomicUsize>,
    watching: AtomicUsize,
    pub(super) actions: Actions,
}

pub(super) static HANDLERS: OnceLock<Handlers> = OnceLock::new();

impl Handlers {
    pub(super) fn installed() -> &'static Self {
        HANDLERS.get_or_init(|| {
            let (at_once, caught) = (Arc::new(AtomicBool::new(true)), Arc::default());
            let actions = Actions::install(&at_once, &caught);
            Self { at_once, caught, watching: AtomicUsize::new(0), actions }
        })
    }

    /// The signal that has come since the last call.
    pub(super) fn take(&self) -> Option<Signal> {
        let caught = self.caught.swap(0, Ordering::SeqCst);
        let signal = ENDING.into_iter().find(|signal| *signal as usize == caught)?;
        self.at_once.store(self.watching.load(Ordering::SeqCst) == 0, Ordering::SeqCst);
        Some(signal)
    }
}

/// A watcher, which takes signals again and again. There may be more than one.
pub(crate) struct Watch(&'static Handlers);

impl Watch {
    /// From now on signals are kept for [`Watch::take`].
    pub(crate) fn new() -> Self {
        let handlers = Handlers::installed();
        if handlers.watching.fetch_add(1, Ordering::SeqCst) == 0 {
            handlers.at_once.store(false, Ordering::SeqCst);
        }
        Self(handlers)
    }

    pub(crate) fn take(&self) -> Option<Signal> {
        self.0.take()
    }

    /// Stops watching; returns a signal that came before. None is lost: a later one ends the process.
    pub(crate) fn end(self) -> Option<Signal> {
        let handlers = self.0;
        drop(self);
        handlers.take()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if self.0.watching.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.0.at_once.store(true, Ordering::SeqCst);
        }
    }
}

/// Does the work unless a signal comes first; the work is dropped then. A signal that came while the work ended counts too: a program
/// that we waited for may have died of the same Ctrl-C.
pub(crate) async fn interruptible<T, E: From<Signal>>(work: impl Future<Output = Result<T, E>>) -> Result<T, E> {
    let mut work = pin!(work);
    let done = match poll_fn(|context| Poll::Ready(work.as_mut().poll(context))).await {
        // What need not wait need not be interrupted either.
        Poll::Ready(done) => done,
        Poll::Pending => {
            let mut interrupts = Interrupts::watch();
            tokio::select! {
                biased;
                signal = interrupts.next() => return Err(signal.into()),
                done = work => done,
            }
        }
    };
    HANDLERS.get().and_then(Handlers::take).map_or(done, |signal| Err(signal.into()))
}

/// Signals as they come, for work that does not simply end at the first. While this lives only a second signal before the first was
/// handled ends the process.
pub(crate) struct Interrupts {
    watch: Watch,
    wake: Wake,
}

impl Interrupts {
    /// Inside a runtime only.
    pub(crate) fn watch() -> Self {
        Self { watch: Watch::new(), wake: Wake::new() }
    }

    /// May be dropped while it waits.
    pub(crate) async fn next(&mut self) -> Signal {
        loop {
            if let Some(signal) = self.watch.take() {
                return signal;
            }
            self.wake.next().await;
        }
    }

    /// Stops watching; returns a signal that came before and was not handled.
    pub(crate) fn end(self) -> Option<Signal> {
        self.watch.end()
    }
}

/// Where a status is one of SIGTERM or SIGHUP, ends the process by that signal, so that its parent sees which.
pub(crate) fn end_with(status: u8) {
    if let Some(signal) = [Signal::Terminate, Signal::HangUp].into_iter().find(|signal| signal.status() == status) {
        end_by(signal);
    }
}
