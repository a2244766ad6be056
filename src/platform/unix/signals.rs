//! Handlers of signals, made of the safe actions of `signal-hook`.

use std::future::pending;
use std::io::{self, Read};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize};
use std::thread;

use rustix::process::{Resource, getrlimit};
use signal_hook::low_level::{self, pipe};
use signal_hook::{SigId, flag, iterator};
use tokio::io::AsyncReadExt;

use super::super::signals::{ENDING, Handlers, Signal, Watch};

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
            if let (Ok(registered), Signal::Interrupt) = (register(signal, at_once, caught), signal) {
                actions.on_interrupt = registered;
            }
        }
        // A limit on the size of files (`ulimit -f`) makes a write fail, and does not end the process.
        if getrlimit(Resource::Fsize).current.is_some() {
            let _ = flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
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

/// Wakes a task at each signal that ends the program. Not tokio's: that makes room for every signal of the system in each runtime,
/// six pages in a call that waits once.
#[derive(Default)]
pub(crate) struct Wake {
    stream: Option<tokio::net::UnixStream>,
    actions: Vec<SigId>,
}

impl Wake {
    /// Inside a runtime only. A signal that the system refuses does not wake.
    pub(crate) fn new() -> Self {
        let mut wake = Self::default();
        let _ = wake.listen();
        wake
    }

    fn listen(&mut self) -> io::Result<()> {
        let (read, write) = UnixStream::pair()?;
        read.set_nonblocking(true)?;
        self.stream = Some(tokio::net::UnixStream::from_std(read)?);
        for signal in not_in(Handlers::installed().actions.ignored, &ENDING) {
            self.actions.push(pipe::register(signal as i32, write.try_clone()?)?);
        }
        Ok(())
    }

    pub(crate) async fn next(&mut self) {
        let woken = match &mut self.stream {
            Some(stream) => stream.read(&mut [0; 16]).await.unwrap_or_default(),
            None => 0,
        };
        if woken == 0 {
            pending().await
        }
    }
}

impl Drop for Wake {
    fn drop(&mut self) {
        for action in &self.actions {
            low_level::unregister(*action);
        }
    }
}

/// Signals as they come, for `sfn-local`, but not those that were ignored when the program started.
#[cfg(feature = "sfn-local")]
pub(crate) struct Arrivals(iterator::Signals);

#[cfg(feature = "sfn-local")]
impl Arrivals {
    const ALL: [Signal; 4] = [Signal::Interrupt, Signal::Quit, Signal::Terminate, Signal::HangUp];

    pub(crate) fn new() -> io::Result<Self> {
        iterator::Signals::new(not_in(ignored(), &Self::ALL).map(|signal| signal as i32)).map(Self)
    }

    /// Those that came since the last call.
    pub(crate) fn take(&mut self) -> Vec<Signal> {
        let numbers: Vec<i32> = self.0.pending().collect();
        Self::ALL.into_iter().filter(|signal| numbers.contains(&(*signal as i32))).collect()
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
