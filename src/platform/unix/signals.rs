//! Handlers of signals, made of the safe actions of `signal-hook`.

use std::future::poll_fn;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::task::Poll;
use std::thread;

use signal_hook::{SigId, flag, iterator, low_level};
use tokio::signal::unix::{SignalKind, signal as stream};

use super::super::signals::{ENDING, HANDLERS, Handlers, Signal, Watch};

/// What is registered with the system.
pub(crate) struct Actions {
    /// The signals that were ignored when the program started, a bit each.
    ignored: u64,
    on_interrupt: Vec<SigId>,
}

impl Actions {
    /// An action that the system refuses leaves the signal its default one.
    pub(crate) fn install(at_once: &Arc<AtomicBool>, caught: &Arc<AtomicUsize>) -> Self {
        let mut actions = Self { ignored: ignored(), on_interrupt: Vec::new() };
        for signal in not_in(actions.ignored, &ENDING) {
            match register(signal, at_once, caught) {
                Ok(registered) if signal == Signal::Interrupt => actions.on_interrupt = registered,
                _ => {}
            }
        }
        actions
    }
}

/// The actions run in this order.
fn register(signal: Signal, at_once: &Arc<AtomicBool>, caught: &Arc<AtomicUsize>) -> io::Result<Vec<SigId>> {
    let number = signal as i32;
    let end = match signal {
        Signal::Interrupt => flag::register_conditional_shutdown(number, signal.status().into(), Arc::clone(at_once)),
        _ => flag::register_conditional_default(number, Arc::clone(at_once)),
    };
    let mark = flag::register(number, Arc::clone(at_once));
    Ok(vec![end?, mark?, flag::register_usize(number, Arc::clone(caught), signal as usize)?])
}

/// The signals that this process ignores, the first in the lowest bit. Where the system has no such file, none: those that were
/// ignored are then handled as any other.
fn ignored() -> u64 {
    // Room for all of it: the file has no size, and would be read in eight steps.
    let mut status = String::with_capacity(2048);
    let _ = std::fs::File::open("/proc/self/status").and_then(|mut file| file.read_to_string(&mut status));
    let field = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    field.and_then(|field| u64::from_str_radix(field.trim(), 16).ok()).unwrap_or_default()
}

fn not_in(ignored: u64, signals: &[Signal]) -> impl Iterator<Item = Signal> {
    signals.iter().copied().filter(move |signal| ignored >> (*signal as i32 - 1) & 1 == 0)
}

/// Wakes tasks that wait for signals, but not for those that were ignored when the program started.
pub(crate) struct Streams(Vec<(Signal, tokio::signal::unix::Signal)>);

impl Streams {
    /// Streams of these signals; one that the system refuses never comes. Inside a runtime only.
    pub(crate) fn of(signals: &[Signal]) -> Self {
        let ignored = HANDLERS.get().map_or_else(ignored, |handlers| handlers.actions.ignored);
        let stream = |signal: Signal| Some((signal, stream(SignalKind::from_raw(signal as i32)).ok()?));
        Self(not_in(ignored, signals).filter_map(stream).collect())
    }

    pub(crate) async fn next(&mut self) -> Signal {
        poll_fn(|context| {
            let ready =
                self.0.iter_mut().find_map(|(signal, stream)| stream.poll_recv(context).is_ready().then_some(*signal));
            ready.map_or(Poll::Pending, Poll::Ready)
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
        let mut signals =
            iterator::Signals::new(not_in(Handlers::installed().actions.ignored, &ENDING).map(|signal| signal as i32))?;
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

/// From here on Ctrl-C is for the child: in a pager it means "stop searching", and the end of this program would leave the pager
/// behind with the terminal in its hands. The handler stays and does nothing, which the child does not inherit.
pub(crate) fn leave_interrupts_to_the_child() {
    for action in &Handlers::installed().actions.on_interrupt {
        low_level::unregister(*action);
    }
}

/// Ends the process as an unwatched signal does, without a destructor.
pub(crate) fn end_by(signal: Signal) {
    match signal {
        Signal::Interrupt => low_level::exit(signal.status().into()),
        _ => drop(low_level::emulate_default_handler(signal as i32)),
    }
}
