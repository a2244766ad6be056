//! A terminal that is put back as it was, also where the program panics: a release build then ends without running destructors.

use std::panic;
use std::sync::Arc;

use super::signals::Listener;

/// Runs its action when it is dropped, and before the message of a panic is printed. One at a time.
pub(crate) struct Restored {
    restore: Arc<dyn Fn() + Send + Sync>,
    _listener: Option<Listener>,
}

impl Restored {
    /// The action may run twice.
    pub(crate) fn new(restore: impl Fn() + Send + Sync + 'static) -> Self {
        let restore: Arc<dyn Fn() + Send + Sync> = Arc::new(restore);
        let (on_panic, report) = (Arc::clone(&restore), panic::take_hook());
        panic::set_hook(Box::new(move |panic| {
            on_panic();
            report(panic);
        }));
        Self { restore, _listener: None }
    }

    /// As [`Restored::new`]; a signal restores too, and ends the process. For work that no signal wakes: crossterm's `read` spins
    /// where the terminal is gone.
    pub(crate) fn at_signals_too(restore: impl Fn() + Send + Sync + 'static) -> Self {
        let mut restored = Self::new(restore);
        let at_signals = Arc::clone(&restored.restore);
        // Where the system refuses a thread a signal still ends the process.
        restored._listener = Listener::start(move || at_signals()).ok();
        restored
    }
}

impl Drop for Restored {
    fn drop(&mut self) {
        (self.restore)();
        // A thread that panics may not change what panics do.
        if !std::thread::panicking() {
            drop(panic::take_hook());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::Restored;

    #[test]
    fn a_panic_restores_before_anything_unwinds() {
        let count = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&count);
        let restored = Restored::new(move || {
            counter.fetch_add(1, Ordering::SeqCst);
        });
        std::thread::spawn(|| panic!("on purpose")).join().unwrap_err();
        let after_the_panic = count.load(Ordering::SeqCst);
        assert!(after_the_panic >= 1);
        drop(restored);
        assert!(count.load(Ordering::SeqCst) > after_the_panic);
    }
}
