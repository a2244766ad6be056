//! How many redriven executions run at a time, and whether others may follow: the gate that each redrive goes through.

use std::cell::Cell;

use tokio::sync::Notify;

#[derive(Debug)]
pub(crate) struct Running {
    most: Option<usize>,
    count: Cell<usize>,
    pub(crate) is_closed: Cell<bool>,
    changed: Notify,
}

/// Room for an execution, which is free again unless it is [kept](Slot::keep).
#[derive(Debug)]
pub(crate) struct Slot<'r>(Option<&'r Running>);

impl Slot<'_> {
    /// The execution was redriven: until its end nobody else has the room.
    pub(crate) fn keep(mut self) {
        self.0 = None;
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        if let Some(running) = self.0 {
            running.ended();
        }
    }
}

impl Running {
    /// A gate that lets at most this many run, where `count` run already.
    pub(crate) fn new(most: Option<usize>, count: usize) -> Self {
        Self { most, count: Cell::new(count), is_closed: Cell::new(false), changed: Notify::new() }
    }

    /// Waits for room; none where the gate was closed, or there is nothing to redrive any more.
    pub(crate) async fn enter(&self, is_needed: impl Fn() -> bool) -> Option<Slot<'_>> {
        loop {
            let changed = self.changed.notified();
            if self.is_closed.get() || !is_needed() {
                return None;
            }
            if !self.is_full() {
                self.count.set(self.count.get() + 1);
                return Some(Slot(Some(self)));
            }
            changed.await;
        }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.most.is_some_and(|most| self.count.get() >= most)
    }

    pub(crate) fn ended(&self) {
        self.count.set(self.count.get().saturating_sub(1));
        self.changed.notify_waiters();
    }

    /// Those who wait look again whether they are needed.
    pub(crate) fn wake(&self) {
        self.changed.notify_waiters();
    }

    pub(crate) fn close(&self) {
        self.is_closed.set(true);
        self.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::Running;
    use crate::bulk::world::virtually;

    const SOON: Duration = Duration::from_secs(1);

    #[test]
    fn others_follow_as_executions_end() {
        virtually(async {
            let running = Running::new(Some(2), 1);
            running.enter(|| true).await.unwrap().keep();
            assert!(timeout(SOON, running.enter(|| true)).await.is_err());
            let (entered, ()) = tokio::join!(running.enter(|| true), async { running.ended() });
            let refused = entered.unwrap();
            assert!(running.is_full());
            drop(refused);
            assert!(!running.is_full(), "what is refused does not run");
        });
    }

    #[test]
    fn nobody_waits_at_a_closed_gate_or_in_vain() {
        virtually(async {
            let running = Running::new(Some(1), 1);
            let (entered, ()) = tokio::join!(running.enter(|| true), async { running.close() });
            assert!(entered.is_none() && running.is_closed.get());
            let (running, needed) = (Running::new(Some(1), 1), std::cell::Cell::new(true));
            let (entered, ()) = tokio::join!(running.enter(|| needed.get()), async {
                needed.set(false);
                running.wake();
            });
            assert!(entered.is_none());
        });
    }
}
