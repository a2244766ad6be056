//! When the next key is typed: not after a fixed time, but when the program has answered the last one and come to rest.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// How long a program must be silent after it has printed something.
const REST: Duration = Duration::from_millis(150);
/// How long to wait for a program that prints nothing: before the first key, and between two.
const START: Duration = Duration::from_millis(3000);
const BETWEEN: Duration = Duration::from_millis(600);

/// The keys that are still to be typed.
pub struct Typist {
    keys: VecDeque<String>,
    /// When to type the next one at the latest, and when at the earliest once there was output.
    patience: Instant,
    rest: Option<Instant>,
}

impl Typist {
    /// These keys, for a program that has just started.
    pub fn new(keys: &[String], now: Instant) -> Self {
        Self { keys: keys.iter().cloned().collect(), patience: now + START, rest: None }
    }

    /// The program has printed something.
    pub fn heard(&mut self, now: Instant) {
        self.rest = Some(now + REST);
    }

    /// When the next key is due, if any is left and nothing more is printed.
    pub fn due(&self) -> Option<Instant> {
        (!self.keys.is_empty()).then(|| self.rest.unwrap_or(self.patience))
    }

    /// The key to type now, if it is due.
    pub fn take(&mut self, now: Instant) -> Option<String> {
        if self.due().is_none_or(|due| due > now) {
            return None;
        }
        self.patience = now + BETWEEN;
        self.rest = None;
        self.keys.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{BETWEEN, REST, START, Typist};

    fn typist(now: Instant) -> Typist {
        Typist::new(&["a".to_owned(), "b".to_owned()], now)
    }

    #[test]
    fn a_key_waits_for_the_program_to_come_to_rest() {
        let now = Instant::now();
        let mut typist = typist(now);
        typist.heard(now);
        typist.heard(now + Duration::from_millis(100));
        assert_eq!(typist.take(now + REST), None, "output came in between");
        assert_eq!(typist.take(now + Duration::from_millis(100) + REST).as_deref(), Some("a"));
        assert_eq!(typist.due(), Some(now + Duration::from_millis(100) + REST + BETWEEN));
    }

    #[test]
    fn a_silent_program_gets_its_keys_too() {
        let now = Instant::now();
        let mut typist = typist(now);
        assert_eq!(typist.take(now + START - Duration::from_millis(1)), None);
        assert_eq!(typist.take(now + START).as_deref(), Some("a"));
        assert_eq!(typist.take(now + START), None);
        assert_eq!(typist.take(now + START + BETWEEN).as_deref(), Some("b"));
        assert_eq!((typist.due(), typist.take(now + START * 2)), (None, None));
    }
}
