//! Ctrl-C, the one signal of a console, heard by way of tokio.

use std::future::pending;
use std::io;
use std::process::exit;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tokio::runtime::Builder;
use tokio::signal::windows::ctrl_c;
use tokio::sync::watch;

#[cfg(feature = "sfn-local")]
use super::super::signals::Watch;
use super::super::signals::{HANDLERS, Handlers, Signal};

/// What is done at each Ctrl-C.
pub(crate) struct Actions {
    left_to_the_child: AtomicBool,
    /// Done before the next one ends the process.
    last: Mutex<Option<Box<dyn Fn() + Send>>>,
    /// Counts them, to wake tasks that wait.
    heard: watch::Sender<usize>,
}

impl Actions {
    /// Where the system refuses a handler or a thread, Ctrl-C ends the process.
    pub(crate) fn install(_at_once: &Arc<AtomicBool>, _caught: &Arc<AtomicUsize>) -> Self {
        if let (Ok(mut interrupts), Ok(runtime)) = (ctrl_c(), Builder::new_current_thread().build()) {
            let listen = async move {
                while interrupts.recv().await.is_some() {
                    hear(HANDLERS.wait());
                }
            };
            let _ = thread::Builder::new().name("signals".to_owned()).spawn(move || runtime.block_on(listen));
        }
        Self { left_to_the_child: false.into(), last: Mutex::default(), heard: watch::Sender::new(0) }
    }

    fn set_last(&self, last: Option<Box<dyn Fn() + Send>>) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = last;
    }
}

fn hear(Handlers { at_once, caught, actions, .. }: &Handlers) {
    if actions.left_to_the_child.load(Ordering::SeqCst) {
        return;
    }
    if let Some(last) = &*actions.last.lock().unwrap_or_else(PoisonError::into_inner) {
        last();
        end_by(Signal::Interrupt);
    }
    // Nothing watches, or the watcher is stuck.
    if at_once.swap(true, Ordering::SeqCst) {
        end_by(Signal::Interrupt);
    }
    caught.store(Signal::Interrupt as usize, Ordering::SeqCst);
    actions.heard.send_modify(|count| *count += 1);
}

/// Wakes a task at each Ctrl-C.
pub(crate) struct Wake(watch::Receiver<usize>);

impl Wake {
    pub(crate) fn new() -> Self {
        Self(Handlers::installed().actions.heard.subscribe())
    }

    pub(crate) async fn next(&mut self) {
        if self.0.changed().await.is_err() {
            pending().await
        }
    }
}

/// Ctrl-C as it comes, for `sfn-local`.
#[cfg(feature = "sfn-local")]
pub(crate) struct Arrivals(Watch);

#[cfg(feature = "sfn-local")]
impl Arrivals {
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self(Watch::new()))
    }

    pub(crate) fn take(&mut self) -> Vec<Signal> {
        self.0.take().into_iter().collect()
    }
}

/// Lets the next signal end the process, for as long as this lives. One at a time.
pub(crate) struct Listener;

impl Listener {
    pub(crate) fn start(last: impl Fn() + Send + 'static) -> io::Result<Self> {
        Handlers::installed().actions.set_last(Some(Box::new(last)));
        Ok(Self)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        Handlers::installed().actions.set_last(None);
    }
}

pub(crate) fn leave_interrupts_to_the_child() {
    Handlers::installed().actions.left_to_the_child.store(true, Ordering::SeqCst);
}

/// Ends the process, without a destructor.
#[expect(clippy::exit, reason = "the end that a signal asks for")]
pub(crate) fn end_by(signal: Signal) {
    exit(signal.status().into());
}
