//! How fast: a token bucket that reserves places in time, slows down when the service says so, and recovers.
//!
//! Where some calls are throttled, others use the quota, too: the rate goes down by degrees and comes back slowly. Where all are
//! (a storm), single attempts find its end, and then everything that was saved up meanwhile is there again.
//!
//! Pure: time comes in as the span since the start. [`Limiter`] is the bucket on tokio's clock.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

/// How much of its rate a bucket keeps when it is throttled.
const CUT: f64 = 0.7;
/// Answers that come in together count as one throttling.
const CUT_EVERY: Duration = Duration::from_millis(500);
/// The share of the full rate that comes back each second.
const RECOVERY: f64 = 0.02;
/// The slowest rate, as a share of the full one.
const FLOOR: f64 = 0.005;
/// Throttled for this long without a success in between: a storm.
const STORM_AFTER: Duration = Duration::from_secs(1);
/// Attempts a second from this long after the start of a storm on.
const STORM_RATES: [(Duration, f64); 3] =
    [(Duration::ZERO, 2.0), (Duration::from_secs(60), 0.2), (Duration::from_secs(600), 1.0 / 30.0)];
/// Where a ramp begins, as a share of the full rate.
const RAMP_START: f64 = 0.1;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rate {
    /// Calls at once.
    pub(crate) burst: f64,
    /// Calls a second after that; infinity is no limit.
    pub(crate) per_second: f64,
    /// How long the rate takes to rise to that.
    pub(crate) ramp: Duration,
}

impl Rate {
    pub(crate) fn new(burst: f64, per_second: f64) -> Self {
        Self { burst: burst.max(1.0), per_second, ramp: Duration::ZERO }
    }

    /// The most calls that may be made within a span: what was saved up in a silence is a burst again.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "what is infinite is the most")]
    pub(crate) fn calls_within(&self, span: Duration) -> usize {
        (self.burst + self.per_second * span.as_secs_f64()).ceil() as usize
    }

    pub(crate) fn time_for(&self, calls: usize) -> Duration {
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let calls = calls as f64;
        let ramp = self.ramp.as_secs_f64();
        // While it ramps there is no burst, and the mean rate is that half-way up.
        let in_ramp = ramp * self.per_second * (1.0 + RAMP_START) / 2.0;
        let seconds = match () {
            () if ramp > 0.0 && calls <= in_ramp => ramp * (calls / in_ramp).sqrt(),
            () if ramp > 0.0 => ramp + (calls - in_ramp) / self.per_second,
            () => (calls - self.burst).max(0.0) / self.per_second,
        };
        Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
    }
}

/// A token bucket. It may be in debt: a reserved place is in the future by then.
#[derive(Debug)]
pub(crate) struct Bucket {
    limit: Rate,
    rate: f64,
    tokens: f64,
    at: Duration,
    cut: Option<Duration>,
    /// When the first call was throttled since the last success.
    throttled: Option<Duration>,
    storm: bool,
}

impl Bucket {
    /// A full bucket, or an almost empty one where there is a ramp.
    pub(crate) fn new(limit: Rate) -> Self {
        let tokens = if limit.ramp.is_zero() { limit.burst } else { 1.0 };
        Self { rate: limit.per_second, tokens, at: Duration::ZERO, cut: None, throttled: None, storm: false, limit }
    }

    pub(crate) fn rate(&self) -> f64 {
        self.rate.min(self.ramped(self.at))
    }

    fn ramped(&self, at: Duration) -> f64 {
        if at >= self.limit.ramp {
            return self.limit.per_second;
        }
        let share = at.as_secs_f64() / self.limit.ramp.as_secs_f64();
        self.limit.per_second * (RAMP_START + (1.0 - RAMP_START) * share)
    }

    fn advance(&mut self, now: Duration) {
        let elapsed = now.saturating_sub(self.at).as_secs_f64();
        self.tokens += self.rate() * elapsed;
        self.at = self.at.max(now);
        if !self.storm {
            self.rate = (self.rate + self.limit.per_second * RECOVERY * elapsed).min(self.limit.per_second);
        }
        // A ramp, or a rate that was cut, leaves no room for a burst of more than a second.
        let full = self.rate() >= self.limit.per_second;
        self.tokens = self.tokens.min(if full { self.limit.burst } else { self.rate().max(1.0).min(self.limit.burst) });
    }

    /// Takes the next place; returns how long it is until then.
    pub(crate) fn reserve(&mut self, now: Duration) -> Duration {
        if self.limit.per_second.is_infinite() && self.rate.is_infinite() {
            return Duration::ZERO;
        }
        self.advance(now);
        self.tokens -= 1.0;
        let wait = (-self.tokens).max(0.0) / self.rate();
        Duration::try_from_secs_f64(wait).unwrap_or(Duration::MAX)
    }

    pub(crate) fn take(&mut self, now: Duration) -> bool {
        self.advance(now);
        let there = self.tokens >= 1.0;
        if there {
            self.tokens -= 1.0;
        }
        there
    }

    /// A call was throttled. An unlimited bucket gets a limit by it.
    pub(crate) fn throttled(&mut self, now: Duration, seen_rate: f64) {
        self.advance(now);
        if self.limit.per_second.is_infinite() {
            let seen = seen_rate.max(1.0);
            self.limit = Rate { burst: 1.0, per_second: seen, ..self.limit };
            (self.rate, self.tokens) = (seen, 0.0);
        }
        let began = *self.throttled.get_or_insert(now);
        if !self.storm && now.saturating_sub(began) >= STORM_AFTER {
            (self.storm, self.tokens) = (true, 0.0);
        }
        if self.storm {
            let so_long = now.saturating_sub(began);
            let rate = STORM_RATES.iter().rfind(|(from, _)| so_long >= *from).map_or(0.2, |(_, rate)| *rate);
            self.rate = rate.min(self.limit.per_second);
        }
        if self.storm || self.cut.is_some_and(|cut| now.saturating_sub(cut) < CUT_EVERY) {
            return;
        }
        self.cut = Some(now);
        self.rate = (self.rate() * CUT).max(self.limit.per_second * FLOOR);
        self.tokens = self.tokens.min(0.0);
    }

    /// A call went through. Returns whether that ended a storm: then places that were reserved in it are void.
    pub(crate) fn succeeded(&mut self, now: Duration) -> bool {
        let throttled = self.throttled.take();
        if !self.storm {
            return false;
        }
        self.storm = false;
        // Throttled calls take nothing from the service's bucket, which has filled up since.
        let saved = throttled.map_or(0.0, |began| now.saturating_sub(began).as_secs_f64()) * self.limit.per_second;
        (self.rate, self.tokens, self.at) = (self.limit.per_second, saved.min(self.limit.burst), now);
        true
    }
}

#[derive(Debug)]
pub(crate) struct Limiter {
    bucket: RefCell<Bucket>,
    began: Instant,
    held: Cell<Option<Instant>>,
    storm_over: Notify,
    pub(crate) successes: Cell<u64>,
    /// When the last call was answered, or the first could be made.
    pub(crate) last_success: Cell<Instant>,
}

impl Limiter {
    pub(crate) fn new(rate: Rate) -> Self {
        Self {
            bucket: RefCell::new(Bucket::new(rate)),
            began: Instant::now(),
            last_success: Cell::new(Instant::now()),
            held: Cell::default(),
            storm_over: Notify::new(),
            successes: Cell::default(),
        }
    }

    pub(crate) async fn turn(&self) {
        loop {
            let storm_over = self.storm_over.notified();
            let now = Instant::now();
            let wait = self.bucket.borrow_mut().reserve(now - self.began);
            if wait.is_zero() {
                break;
            }
            tokio::select! {
                biased;
                () = storm_over => {}
                () = sleep_until(now + wait) => break,
            }
        }
        while let Some(held) = self.held.get().filter(|held| *held > Instant::now()) {
            sleep_until(held).await;
        }
    }

    pub(crate) fn hold(&self, pause: Duration) {
        self.held.set(Some(Instant::now() + pause));
    }

    pub(crate) fn succeeded(&self) {
        self.successes.set(self.successes.get() + 1);
        self.last_success.set(Instant::now());
        if self.bucket.borrow_mut().succeeded(self.began.elapsed()) {
            self.storm_over.notify_waiters();
        }
    }

    pub(crate) fn take(&self) -> bool {
        self.bucket.borrow_mut().take(self.began.elapsed())
    }

    pub(crate) fn throttled(&self, seen_rate: f64) {
        self.bucket.borrow_mut().throttled(self.began.elapsed(), seen_rate);
    }

    pub(crate) fn rate(&self) -> f64 {
        self.bucket.borrow().rate()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::{Bucket, Rate};

    /// The times of `calls` calls made one after the other, each when its place has come.
    fn times(bucket: &mut Bucket, calls: usize) -> Vec<Duration> {
        let mut now = Duration::ZERO;
        (0..calls)
            .map(|_| {
                now += bucket.reserve(now);
                now
            })
            .collect()
    }

    #[test]
    fn a_ramp_begins_slowly() {
        let rate = Rate { ramp: Duration::from_secs(100), ..Rate::new(800.0, 100.0) };
        let mut bucket = Bucket::new(rate);
        let times = times(&mut bucket, 6_000);
        assert!(times[10] > Duration::from_millis(500), "{:?}", times[10]);
        let (all, expected) = (times[5_999].as_secs_f64(), rate.time_for(6_000).as_secs_f64());
        assert!((all / expected - 1.0).abs() < 0.05, "{all} {expected}");
    }

    #[test]
    fn throttled_answers_that_come_together_slow_down_once() {
        let mut bucket = Bucket::new(Rate::new(100.0, 100.0));
        for _ in 0..50 {
            bucket.throttled(Duration::from_secs(1), 0.0);
        }
        assert!((bucket.rate() - 70.0).abs() < 0.01, "{}", bucket.rate());
        assert!(!bucket.take(Duration::from_secs(1)), "the burst is gone");
        bucket.reserve(Duration::from_secs(20));
        assert!((bucket.rate() - 100.0).abs() < 0.01, "{}", bucket.rate());
    }

    proptest! {
        /// No window of time holds more calls than the burst and what the rate gives in it.
        #[test]
        fn no_window_holds_more_than_it_may(
            burst in 1_u32..50,
            per_second in 1_u32..200,
            pauses in proptest::collection::vec(0_u64..200, 1..200),
            throttled in proptest::collection::vec(any::<bool>(), 200),
        ) {
            let (burst, per_second) = (f64::from(burst), f64::from(per_second));
            let mut bucket = Bucket::new(Rate::new(burst, per_second));
            let mut now = Duration::ZERO;
            let mut times = Vec::new();
            for (pause, throttled) in pauses.iter().zip(throttled) {
                now += Duration::from_millis(*pause);
                if throttled {
                    bucket.throttled(now, 0.0);
                }
                now += bucket.reserve(now);
                times.push(now.as_secs_f64());
            }
            for (first, from) in times.iter().enumerate() {
                for (last, to) in times.iter().enumerate().skip(first) {
                    let calls = (last - first + 1) as f64;
                    prop_assert!(calls <= burst + (to - from) * per_second + 1.0 + 1e-6);
                }
            }
        }

        /// Whatever happens, a place comes in finite time.
        #[test]
        fn a_place_always_comes(moments in proptest::collection::vec((0_u64..10_000, any::<bool>()), 1..100)) {
            let mut bucket = Bucket::new(Rate::new(10.0, 10.0));
            for (index, (moment, throttled)) in moments.iter().enumerate() {
                let now = Duration::from_millis(*moment);
                if *throttled { bucket.throttled(now, 0.0); }
                let wait = bucket.reserve(now);
                prop_assert!(wait.as_secs_f64() <= (index as f64 + 1.0) / 0.05 + 1.0);
            }
        }
    }
}
