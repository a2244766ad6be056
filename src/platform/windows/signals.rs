//! Ctrl-C, the one signal of a console, heard by way of tokio.
//!
//! Its handler belongs to the process and not to a value, hence the one static.

use std::future::pending;
use std::io;
use std::process::exit;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use tokio::runtime::Builder;
use tokio::signal::windows::ctrl_c;
use tokio::sync::{oneshot, watch};

use super::super::Signal;

/// What is known of Ctrl-C, from the first wait to the end of the process.
struct Handler {
    watching: AtomicUsize,
    /// One has come and has not been looked at.
    caught: AtomicBool,
    left_to_the_child: AtomicBool,
    /// Counts them, to wake those who wait.
    heard: watch::Sender<usize>,
}

static HANDLER: OnceLock<Handler> = OnceLock::new();

impl Handler {
    /// Where the system refuses a handler or a thread, Ctrl-C ends the process.
    fn installed() -> &'static Self {
        HANDLER.get_or_init(|| {
            let heard = watch::Sender::new(0);
            let handler = Self { watching: 0.into(), caught: false.into(), left_to_the_child: false.into(), heard };
            if let (Ok(mut interrupts), Ok(runtime)) = (ctrl_c(), Builder::new_current_thread().build()) {
                let listen = move || {
                    runtime.block_on(async {
                        while interrupts.recv().await.is_some() {
                            HANDLER.wait().hear();
                        }
                    });
                };
                let _ = thread::Builder::new().name("signals".to_owned()).spawn(listen);
            }
            handler
        })
    }

    fn hear(&self) {
        if self.left_to_the_child.load(Ordering::SeqCst) {
            return;
        }
        // The first is for whoever watches. Nobody does, or what watches is stuck.
        if self.watching.load(Ordering::SeqCst) == 0 || self.caught.swap(true, Ordering::SeqCst) {
            end_by(Signal::Interrupt);
        }
        self.heard.send_modify(|count| *count += 1);
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

/// A thread that ends the process at the next signal, for as long as this lives.
pub(crate) struct Listener {
    /// Dropped, it ends the thread.
    _alive: oneshot::Sender<()>,
}

impl Listener {
    /// Does `last` before the process ends.
    pub(crate) fn start(last: impl Fn() + Send + 'static) -> io::Result<Self> {
        let mut signals = Streams::of(&[Signal::Interrupt]);
        let (alive, ended) = oneshot::channel::<()>();
        let runtime = Builder::new_current_thread().build()?;
        let listen = move || {
            let signal = runtime.block_on(async {
                tokio::select! {
                    signal = signals.next() => Some(signal),
                    _ = ended => None,
                }
            });
            if let Some(signal) = signal {
                last();
                end_by(signal);
            }
        };
        thread::Builder::new().name("listener".to_owned()).spawn(listen)?;
        Ok(Self { _alive: alive })
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
