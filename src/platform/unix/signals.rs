//! Handlers of signals, made of the safe actions of `signal-hook`.
//!
//! They belong to the process and not to a value, hence the one static of this program.

use std::future::poll_fn;
use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::Poll;
use std::thread;

use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use signal_hook::{SigId, flag, iterator, low_level};
use tokio::signal::unix::{SignalKind, signal};

use super::super::Signal;
use super::super::signals::ENDING;

fn number(signal: Signal) -> i32 {
    match signal {
        Signal::Interrupt => SIGINT,
        Signal::Quit => SIGQUIT,
        Signal::Terminate => SIGTERM,
        Signal::HangUp => SIGHUP,
    }
}

/// The handlers, from the first wait to the end of the process.
struct Handlers {
    /// Whether the next signal ends the process in its handler.
    at_once: Arc<AtomicBool>,
    /// The number of a signal that has come and is not yet handled; zero for none.
    caught: Arc<AtomicUsize>,
    watching: AtomicUsize,
    /// The signals that were ignored when the program started, a bit each.
    ignored: u64,
    on_interrupt: Vec<SigId>,
}

static HANDLERS: OnceLock<Handlers> = OnceLock::new();

impl Handlers {
    fn installed() -> &'static Self {
        HANDLERS.get_or_init(Self::install)
    }

    /// A handler that the system refuses leaves the signal its default action.
    fn install() -> Self {
        let mut handlers = Self {
            at_once: Arc::new(AtomicBool::new(true)),
            caught: Arc::default(),
            watching: AtomicUsize::new(0),
            ignored: ignored(),
            on_interrupt: Vec::new(),
        };
        for signal in ENDING.into_iter().filter(|signal| !is_in(handlers.ignored, *signal)) {
            if let Ok(actions) = handlers.take_over(signal)
                && signal == Signal::Interrupt
            {
                handlers.on_interrupt = actions;
            }
        }
        handlers
    }

    /// The signal that has come since the last look.
    fn take(&self) -> Option<Signal> {
        let caught = self.caught.swap(0, Ordering::SeqCst);
        let signal = ENDING.into_iter().find(|signal| usize::try_from(number(*signal)) == Ok(caught))?;
        self.at_once.store(self.watching.load(Ordering::SeqCst) == 0, Ordering::SeqCst);
        Some(signal)
    }

    /// The actions of a signal run in this order.
    fn take_over(&self, signal: Signal) -> io::Result<Vec<SigId>> {
        let number = number(signal);
        let end = match signal {
            Signal::Interrupt => {
                flag::register_conditional_shutdown(number, signal.status().into(), Arc::clone(&self.at_once))
            }
            _ => flag::register_conditional_default(number, Arc::clone(&self.at_once)),
        };
        let value = usize::try_from(number).unwrap_or_default();
        Ok(vec![
            end?,
            flag::register(number, Arc::clone(&self.at_once))?,
            flag::register_usize(number, Arc::clone(&self.caught), value)?,
        ])
    }
}

fn is_in(signals: u64, signal: Signal) -> bool {
    signals >> (number(signal) - 1) & 1 == 1
}

/// The signals that this process ignores, the first in the lowest bit. Where the system has no such file, none: those that were
/// ignored are then handled as any other.
fn ignored() -> u64 {
    // Room for all of it: the file has no size, and would be read in eight steps.
    let mut status = String::with_capacity(4096);
    let _ = std::fs::File::open("/proc/self/status").and_then(|mut file| file.read_to_string(&mut status));
    let field = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    field.and_then(|field| u64::from_str_radix(field.trim(), 16).ok()).unwrap_or_default()
}

/// Somebody who looks for signals again and again; may be there more than once.
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

    /// The signal that has come since the last look.
    pub(crate) fn take(&self) -> Option<Signal> {
        self.0.take()
    }

    /// Watches no longer; returns a signal that came before. None is lost: a later one ends the process.
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

/// Wakes whoever waits for signals, but not for those that were ignored when the program started.
pub(crate) struct Streams(Vec<(Signal, tokio::signal::unix::Signal)>);

impl Streams {
    /// Streams of these signals; one that the system refuses never comes. Inside a runtime only.
    pub(crate) fn of(signals: &[Signal]) -> Self {
        let ignored = HANDLERS.get().map_or_else(ignored, |handlers| handlers.ignored);
        let heard = signals.iter().filter(|signal| !is_in(ignored, **signal));
        Self(heard.filter_map(|kind| Some((*kind, signal(SignalKind::from_raw(number(*kind))).ok()?))).collect())
    }

    pub(crate) async fn next(&mut self) -> Signal {
        poll_fn(|context| {
            let mut come = self
                .0
                .iter_mut()
                .filter_map(|(signal, stream)| stream.poll_recv(context).is_ready().then_some(*signal));
            come.next().map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }
}

/// A thread that ends the process at the next signal, for as long as this lives.
pub(crate) struct Listener(iterator::Handle);

impl Listener {
    /// Does `last` before the process ends.
    pub(crate) fn start(last: impl Fn() + Send + 'static) -> io::Result<Self> {
        let watch = Watch::new();
        let heard = ENDING.into_iter().filter(|signal| !is_in(watch.0.ignored, *signal));
        let mut signals = iterator::Signals::new(heard.map(number))?;
        let handle = signals.handle();
        thread::Builder::new().name("signals".to_owned()).spawn(move || {
            for _ in signals.forever() {
                if let Some(signal) = watch.take() {
                    last();
                    end_by(signal);
                }
            }
        })?;
        Ok(Self(handle))
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// From here on Ctrl-C is for the child, as a pager knows it as "stop searching": the end of this program would leave it behind with
/// the terminal in its hands. The handler stays and does nothing, which the child does not inherit.
pub(crate) fn leave_interrupts_to_the_child() {
    for action in &Handlers::installed().on_interrupt {
        low_level::unregister(*action);
    }
}

/// Ends the process as an unwatched signal does, without a destructor.
pub(crate) fn end_by(signal: Signal) {
    match signal {
        Signal::Interrupt => low_level::exit(signal.status().into()),
        _ => drop(low_level::emulate_default_handler(number(signal))),
    }
}
