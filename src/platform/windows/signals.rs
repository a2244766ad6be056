//! Ctrl-C, the one signal of a console, heard by way of tokio.
//!
//! Its handler belongs to the process and not to a value, hence the one static.

use std::future::pending;
use std::io;
use std::process::exit;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;

use tokio::runtime::Builder;
use tokio::signal::windows::ctrl_c;
use tokio::sync::watch;

use super::super::Signal;

/// What is known of Ctrl-C, from the first wait to the end of the process.
struct Handler {
    watching: AtomicUsize,
    /// One has come and has not been looked at.
    caught: AtomicBool,
    left_to_the_child: AtomicBool,
    /// Done before the next one ends the process.
    last: Mutex<Option<Box<dyn Fn() + Send>>>,
    /// Counts them, to wake those who wait.
    heard: watch::Sender<usize>,
}

static HANDLER: OnceLock<Handler> = OnceLock::new();

impl Handler {
    /// Where the system refuses a handler or a thread, Ctrl-C ends the process.
    fn installed() -> &'static Self {
        HANDLER.get_or_init(|| {
            if let (Ok(mut interrupts), Ok(runtime)) = (ctrl_c(), Builder::new_current_thread().build()) {
                let listen = async move {
                    while interrupts.recv().await.is_some() {
                        HANDLER.wait().hear();
                    }
                };
                let _ = thread::Builder::new().name("signals".to_owned()).spawn(move || runtime.block_on(listen));
            }
            Self {
                watching: 0.into(),
                caught: false.into(),
                left_to_the_child: false.into(),
                last: Mutex::default(),
                heard: watch::Sender::new(0),
            }
        })
    }

    fn hear(&self) {
        if self.left_to_the_child.load(Ordering::SeqCst) {
            return;
        }
        if let Some(last) = &*self.last.lock().unwrap_or_else(PoisonError::into_inner) {
            last();
            end_by(Signal::Interrupt);
        }
        // The first is for whoever watches. Nobody does, or what watches is stuck.
        if self.watching.load(Ordering::SeqCst) == 0 || self.caught.swap(true, Ordering::SeqCst) {
            end_by(Signal::Interrupt);
        }
        self.heard.send_modify(|count| *count += 1);
    }

    fn set_last(&self, last: Option<Box<dyn Fn() + Send>>) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = last;
    }
}

/// Somebody who looks for signals again and again; may be there more than once.
pub(crate) struct Watch(&'static Handler);

impl Watch {
    /// From now on signals are kept for [`Watch::take`].
    pub(crate) fn new() -> Self {
        let handler = Handler::installed();
        handler.watching.fetch_add(1, Ordering::SeqCst);
        Self(handler)
    }

    /// The signal that has come since the last look.
    pub(crate) fn take(&self) -> Option<Signal> {
        self.0.caught.swap(false, Ordering::SeqCst).then_some(Signal::Interrupt)
    }

    /// Watches no longer; returns a signal that came before.
    pub(crate) fn end(self) -> Option<Signal> {
        self.take()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.watching.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Wakes whoever waits for signals.
pub(crate) struct Streams {
    heard: watch::Receiver<usize>,
    _watch: Watch,
}

impl Streams {
    /// Of these, Ctrl-C is the one that comes.
    pub(crate) fn of(_signals: &[Signal]) -> Self {
        let watch = Watch::new();
        Self { heard: watch.0.heard.subscribe(), _watch: watch }
    }

    pub(crate) async fn next(&mut self) -> Signal {
        match self.heard.changed().await {
            Ok(()) => Signal::Interrupt,
            Err(_) => pending().await,
        }
    }
}

/// Lets the next signal end the process, for as long as this lives. One at a time.
pub(crate) struct Listener;

impl Listener {
    /// Does `last` before the process ends.
    pub(crate) fn start(last: impl Fn() + Send + 'static) -> io::Result<Self> {
        Handler::installed().set_last(Some(Box::new(last)));
        Ok(Self)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        Handler::installed().set_last(None);
    }
}

/// From here on Ctrl-C is for the child.
pub(crate) fn leave_interrupts_to_the_child() {
    Handler::installed().left_to_the_child.store(true, Ordering::SeqCst);
}

/// The last signal needs nothing more.
#[cfg(feature = "sfn-local")]
pub(crate) fn looked_at() {
    Handler::installed().caught.store(false, Ordering::SeqCst);
}

/// Ends the process, without a destructor.
#[expect(clippy::exit, reason = "the end that a signal asks for")]
pub(crate) fn end_by(signal: Signal) {
    exit(signal.status().into());
}
