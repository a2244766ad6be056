//! `--debug`: a log on stderr, each line with the time and the milliseconds since the start.
//!
//! Owns that no secret gets out: what is known to be one ([`Trace::hide`]) is masked in every line, whoever wrote the line. Handed
//! from room to room; where `--debug` was not given, it is a null pointer and no line is even made.

pub(crate) mod secrets;

use std::fmt;
use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use crate::host::Clock;
use secrets::Secrets;

#[derive(Clone, Default)]
pub struct Trace {
    target: Option<Arc<Target>>,
}

struct Target {
    clock: Clock,
    start: SystemTime,
    log: Mutex<Log>,
}

struct Log {
    secrets: Secrets,
    settings: Vec<Setting>,
    sink: Box<dyn Write + Send>,
}

/// A setting that was looked up, where it was found, and what it is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Setting {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) place: String,
}

impl fmt::Debug for Trace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.is_on() { "Trace(on)" } else { "Trace(off)" })
    }
}

impl Trace {
    pub fn off() -> Self {
        Self::default()
    }

    /// Writes to stderr where `on`.
    pub(crate) fn new(on: bool, clock: Clock) -> Self {
        if on { Self::to(Box::new(std::io::stderr()), clock) } else { Self::off() }
    }

    pub(crate) fn to(sink: Box<dyn Write + Send>, clock: Clock) -> Self {
        let log = Log { secrets: Secrets::default(), settings: Vec::new(), sink };
        Self { target: Some(Arc::new(Target { clock, start: clock.now(), log: Mutex::new(log) })) }
    }

    fn log(&self) -> Option<MutexGuard<'_, Log>> {
        self.target.as_ref().map(|target| target.log.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn is_on(&self) -> bool {
        self.target.is_some()
    }

    /// Masks this text in every line from now on.
    pub(crate) fn hide(&self, secret: &str) {
        self.log().into_iter().for_each(|mut log| log.secrets.add(secret));
    }

    /// Masks user and password of the URL in this text, if there are any.
    pub(crate) fn hide_user_of(&self, text: &str) {
        self.log().into_iter().for_each(|mut log| log.secrets.add_user_of(text));
    }

    /// The text with everything masked that a line would not show either. Masks nothing where the trace is off.
    pub(crate) fn masked(&self, text: &str) -> String {
        self.log().map_or_else(|| text.to_owned(), |log| log.secrets.masked(text))
    }

    /// Writes a line about a setting, and remembers it.
    pub(crate) fn setting(&self, name: &str, value: &dyn fmt::Display, place: &str) {
        if !self.is_on() {
            return;
        }
        let setting =
            Setting { name: name.to_owned(), value: self.masked(&value.to_string()), place: place.to_owned() };
        self.line("setting", || format!("{name} = {}, from {place}", setting.value));
        self.log().into_iter().for_each(|mut log| log.settings.push(setting.clone()));
    }

    /// The settings that were looked up so far, in that order.
    pub(crate) fn settings(&self) -> Vec<Setting> {
        self.log().map(|log| log.settings.clone()).unwrap_or_default()
    }

    /// Writes one line about `topic`; `text` is made only if it is wanted.
    pub(crate) fn line(&self, topic: &str, text: impl FnOnce() -> String) {
        let Some(target) = &self.target else { return };
        let (now, date) = (target.clock.now(), target.clock.timestamp());
        let since_start = now.duration_since(target.start).unwrap_or_default().as_millis();
        let text = self.masked(&text());
        let line = format!("{date:.3} +{since_start:<5} {topic}: {}\n", on_one_line(&text));
        // A reader that has gone away is no reason to stop.
        self.log().into_iter().for_each(|mut log| drop(log.sink.write_all(line.as_bytes())));
    }
}

/// Control characters as escapes: a line stays one line, and what a server sends cannot steer the terminal.
fn on_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() { line.extend(character.escape_default()) } else { line.push(character) }
    }
    line
}

#[cfg(test)]
pub(crate) mod testing {
    //! What the tests of a trace read it from.

    use std::io::Write;
    use std::sync::{Arc, Mutex};

    /// A stream that keeps what is written to it, for everybody who holds a copy.
    #[derive(Clone, Debug, Default)]
    pub(crate) struct Sink(pub Arc<Mutex<Vec<u8>>>);

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::Trace;
    use super::testing::Sink;
    use crate::host::Clock;

    fn lines(speak: impl Fn(&Trace)) -> String {
        let sink = Sink::default();
        let clock = Clock::Fixed(SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_123));
        speak(&Trace::to(Box::new(sink.clone()), clock));
        let written = sink.0.lock().unwrap();
        String::from_utf8_lossy(&written).into_owned()
    }

    #[test]
    fn a_line_has_the_time_and_its_topic() {
        let text = lines(|trace| trace.line("topic", || "what".to_owned()));
        assert_eq!(text, "2023-11-14T22:13:20.123Z +0     topic: what\n");
    }

    #[test]
    fn what_is_not_wanted_is_not_made() {
        Trace::off().line("topic", || panic!("made"));
    }

    #[test]
    fn what_is_hidden_never_shows() {
        let text = lines(|trace| {
            trace.hide("wJalr/EXAMPLE+KEY");
            trace.hide_user_of("--endpoint-url=https://user:password@host/path");
            trace.line("a", || "The secret wJalr/EXAMPLE+KEY twice wJalr/EXAMPLE+KEY".to_owned());
            trace.line("b", || "https://user:password@host/path, password".to_owned());
        });
        assert!(text.contains("a: The secret *** twice ***\n"), "{text}");
        assert!(text.contains("b: https://***@host/path, ***\n"), "{text}");
    }

    #[test]
    fn a_line_stays_one_line_and_leaves_the_terminal_alone() {
        let text = lines(|trace| trace.line("t", || "a\nb\u{1b}[2Jc\u{9b}é".to_owned()));
        assert!(text.ends_with("t: a\\nb\\u{1b}[2Jc\\u{9b}é\n"), "{text}");
        assert_eq!(text.lines().count(), 1);
    }
}
