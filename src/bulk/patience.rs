//! How a run behaves while nobody answers: it makes single attempts with growing pauses, and gives up only after a long silence.
//!
//! Only the service's own answers count as answers; those of a service in trouble, of something in between, and none at all do not.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use tokio::sync::{Notify, mpsc};
use tokio::time::{Instant, sleep_until};

use super::progress::Standing;
use super::times::{readable, span};
use crate::cli::own::wrong;
use crate::error::{Error, Result};
use crate::render::escape::shortened;
use crate::value::Map;

/// How long without an answer a run goes on, without `--patience`.
const PATIENCE: Duration = Duration::from_secs(15 * 60);
/// This many failures in a row, of all calls, are a silence.
const SILENCE: u32 = 8;
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// The longest pause in the first half minute of a silence.
const SHORT_PAUSE: Duration = Duration::from_secs(1);
const SHORT_SILENCE: Duration = Duration::from_secs(30);
const LONG_PAUSE: Duration = Duration::from_secs(30);
const WORTH_A_LINE: Duration = Duration::from_secs(2);

/// The longest silence of the service, as the option gives it: a span, or `forever` (`None`).
pub(crate) fn limit(text: Option<&str>) -> Result<Option<Duration>> {
    match text {
        None => Ok(Some(PATIENCE)),
        Some("forever") => Ok(None),
        Some(text) => span(text).map(Some).map_err(|what| wrong(&format!("argument --patience: {what}, or 'forever'"))),
    }
}

#[derive(Debug)]
pub(crate) enum Event {
    Line(String),
    /// A record of what became of an execution, on stdout.
    Record(Map),
    LeftOut(Map),
    Standing(Standing),
}

#[derive(Debug)]
pub(crate) struct Patience {
    limit: Option<Duration>,
    events: mpsc::UnboundedSender<Event>,
    /// When the first call failed since the service answered last.
    failing: Cell<Option<Instant>>,
    pub(crate) answers: Cell<u64>,
    failures: Cell<u32>,
    silence: RefCell<Option<Silence>>,
    opened: Notify,
}

#[derive(Debug)]
struct Silence {
    pause: Duration,
    next: Instant,
    probing: bool,
    reported: bool,
}

#[derive(Debug)]
pub(crate) struct Permit<'p>(Option<&'p Patience>);

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        // The single attempt is over, whatever came of it; where it was answered the silence is over, too.
        if let Some(patience) = self.0 {
            if let Some(silence) = &mut *patience.silence.borrow_mut() {
                silence.probing = false;
            }
            patience.opened.notify_waiters();
        }
    }
}

impl Patience {
    /// Waits for answers as long as `limit`, for ever where there is none; lines for stderr go to `events`.
    pub(crate) fn new(limit: Option<Duration>, events: mpsc::UnboundedSender<Event>) -> Self {
        Self {
            limit,
            events,
            failing: Cell::default(),
            answers: Cell::default(),
            failures: Cell::default(),
            silence: RefCell::default(),
            opened: Notify::new(),
        }
    }

    /// Waits until a call may be made: at once, or in a silence one at a time, each after its pause.
    pub(crate) async fn pass(&self) -> Permit<'_> {
        loop {
            let opened = self.opened.notified();
            let next = match &mut *self.silence.borrow_mut() {
                None => return Permit(None),
                Some(silence) if silence.probing => None,
                Some(silence) if silence.next <= Instant::now() => {
                    silence.probing = true;
                    return Permit(Some(self));
                }
                Some(silence) => Some(silence.next),
            };
            match next {
                None => opened.await,
                Some(next) => tokio::select! {
                    () = sleep_until(next) => {}
                    () = opened => {}
                },
            }
        }
    }

    /// Whether an operation may be silent for this long while others are answered, which no patience lets go on for ever.
    pub(crate) fn outlasts(&self, silence: Duration) -> bool {
        silence < self.limit.unwrap_or(PATIENCE)
    }

    /// Whether the silence has lasted as long as it may.
    pub(crate) fn has_ended(&self) -> bool {
        self.failing.get().zip(self.limit).is_some_and(|(failing, limit)| failing.elapsed() >= limit)
    }

    pub(crate) fn is_silent(&self) -> bool {
        self.silence.borrow().is_some()
    }

    /// The service has answered, or throttled a call.
    pub(crate) fn heard(&self) {
        let failing = self.failing.take();
        self.failures.set(0);
        if let Some(silence) = self.silence.take() {
            if silence.reported {
                let silent_for = failing.map(|failing| failing.elapsed()).unwrap_or_default();
                self.notice(format!("the service answers again, after {}", readable(silent_for)));
            }
            self.opened.notify_waiters();
        }
    }

    /// The service has answered, if only to refuse.
    pub(crate) fn answered(&self) {
        self.answers.set(self.answers.get() + 1);
        self.heard();
    }

    pub(crate) fn failed(&self, error: &Error) -> Result<()> {
        let failing = self.failing.get().unwrap_or_else(Instant::now);
        self.failing.set(Some(failing));
        let silent_for = failing.elapsed();
        // It may be the page of a proxy.
        let error = shortened(&error.to_string());
        if self.limit.is_some_and(|limit| silent_for >= limit) {
            let message = format!("{error}\n\nThe service has not answered for {}.", readable(silent_for));
            return Err(Error::General(message));
        }
        self.failures.set(self.failures.get().saturating_add(1));
        if self.failures.get() < SILENCE {
            return Ok(());
        }
        let mut silence = self.silence.borrow_mut();
        let silence = silence.get_or_insert_with(|| Silence {
            pause: FIRST_PAUSE,
            next: Instant::now(),
            probing: false,
            reported: false,
        });
        // Calls that were on their way when it began are no attempts of their own.
        if silence.next > Instant::now() {
            return Ok(());
        }
        let longest = if silent_for < SHORT_SILENCE { SHORT_PAUSE } else { LONG_PAUSE };
        silence.next = Instant::now() + silence.pause.min(longest);
        silence.pause = (silence.pause * 2).min(longest);
        if !silence.reported && silent_for >= WORTH_A_LINE {
            silence.reported = true;
            let limit =
                self.limit.map_or_else(|| "until it does".to_owned(), |limit| format!("for up to {}", readable(limit)));
            self.notice(format!("the service does not answer ({error}); trying again {limit}"));
        }
        Ok(())
    }

    pub(crate) fn notice(&self, line: String) {
        self.show(Event::Line(line));
    }

    pub(crate) fn show(&self, event: Event) {
        // Where nobody shows anything any more, the run is over.
        let _ = self.events.send(event);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::sync::mpsc;
    use tokio::time::{Instant, advance};

    use super::{Event, Patience, SILENCE, limit};
    use crate::error::Error;

    fn refused() -> Error {
        Error::General("Could not connect".to_owned())
    }

    #[tokio::test(start_paused = true)]
    async fn attempts_are_single_and_their_pauses_grow_to_half_a_minute() {
        let (sender, mut notices) = mpsc::unbounded_channel();
        let patience = Patience::new(Some(Duration::from_secs(900)), sender);
        for _ in 0..SILENCE {
            patience.failed(&refused()).unwrap();
        }
        let began = Instant::now();
        let mut attempts = Vec::new();
        let ended = loop {
            let permit = patience.pass().await;
            attempts.push(began.elapsed());
            let failed = patience.failed(&refused());
            drop(permit);
            if let Err(error) = failed {
                break error;
            }
        };
        let pauses: Vec<Duration> = attempts.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let (short, long): (Vec<_>, Vec<_>) = pauses.iter().zip(&attempts).partition(|(_, at)| at.as_secs() < 28);
        assert!(short.iter().all(|(pause, _)| **pause <= Duration::from_millis(1_010)), "{short:?}");
        assert!(long.iter().any(|(pause, _)| pause.as_secs() >= 30), "{long:?}");
        assert!(began.elapsed().as_secs() >= 900 && began.elapsed().as_secs() < 935, "{:?}", began.elapsed());
        assert_eq!(ended.status(), 255);
        let Some(Event::Line(line)) = notices.recv().await else { panic!() };
        assert!(line.starts_with("the service does not answer (Could not connect)"), "{line}");
        assert!(notices.try_recv().is_err(), "one line");
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_ends_the_silence_for_all() {
        let (sender, _notices) = mpsc::unbounded_channel();
        let patience = Patience::new(None, sender);
        for _ in 0..SILENCE {
            patience.failed(&refused()).unwrap();
        }
        assert!(patience.is_silent());
        let permit = patience.pass().await;
        let other = patience.pass();
        tokio::pin!(other);
        assert!(tokio::time::timeout(Duration::from_secs(60), &mut other).await.is_err(), "one at a time");
        patience.answered();
        drop(permit);
        let at = Instant::now();
        drop(other.await);
        assert_eq!(at.elapsed(), Duration::ZERO);
        advance(Duration::from_secs(1_000_000)).await;
        assert!(patience.failed(&refused()).is_ok(), "for ever");
    }

    #[test]
    fn patience_is_a_span_or_forever() {
        for (text, limited) in [(None, Some(900)), (Some("forever"), None), (Some("2h"), Some(7_200))] {
            assert_eq!(limit(text).unwrap(), limited.map(Duration::from_secs));
        }
        assert!(limit(Some("x")).unwrap_err().to_string().ends_with("or 'forever'"));
    }
}
