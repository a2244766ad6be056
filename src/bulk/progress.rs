//! How far a run has come: a bar where stderr is a terminal, and a line from time to time where it is not.

use std::fmt;
use std::io::Write;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::time::Instant;

use super::times::readable;

/// How often a line is printed where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(30);

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Standing {
    Listing(usize),
    Inspecting {
        done: usize,
        total: usize,
    },
    Redriving {
        done: usize,
        total: usize,
        redriven: usize,
        refused: usize,
        /// How many were not answered for.
        undecided: usize,
        throttled: u64,
        rate: f64,
    },
    Waiting {
        ended: usize,
        total: usize,
    },
}

impl Standing {
    fn position(&self) -> Option<(usize, usize)> {
        match self {
            Self::Listing(_) => None,
            Self::Inspecting { done, total } | Self::Redriving { done, total, .. } => Some((*done, *total)),
            Self::Waiting { ended, total } => Some((*ended, *total)),
        }
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listing(found) => write!(formatter, "listing: {found} found"),
            Self::Inspecting { done, total } => write!(formatter, "inspecting: {done} of {total} done"),
            Self::Waiting { ended, total } => write!(formatter, "waiting: {ended} of {total} ended"),
            Self::Redriving { done, total, redriven, refused, undecided, throttled, rate } => {
                write!(formatter, "redriven: {redriven} of {total}")?;
                if rate.is_finite() {
                    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
                    let left = Duration::try_from_secs_f64(total.saturating_sub(*done) as f64 / rate);
                    write!(formatter, ", {rate:.0}/s, {} left", readable(left.unwrap_or_default()))?;
                }
                let mut count = |count: u64, what: &str| match count {
                    0 => Ok(()),
                    _ => write!(formatter, ", {count} {what}"),
                };
                count(*refused as u64, "refused")?;
                count(*undecided as u64, "undecided")?;
                count(*throttled, "throttled")
            }
        }
    }
}

pub(crate) struct Progress {
    pub(crate) has_bar: bool,
    bar: Option<ProgressBar>,
    pub(crate) standing: Option<Standing>,
    last_line: Instant,
}

impl Progress {
    /// Draws only in [`Progress::tick`]: there is no thread behind it.
    pub(crate) fn new(stderr_is_terminal: bool) -> Self {
        // Not every terminal can show one.
        let has_bar = stderr_is_terminal && !ProgressDrawTarget::stderr().is_hidden();
        Self { has_bar, bar: None, standing: None, last_line: Instant::now() }
    }

    /// Draws the bar again, or prints a line where it is time for one.
    pub(crate) fn tick(&mut self, stderr: &mut dyn Write) {
        let Some(standing) = &self.standing else { return };
        if self.has_bar {
            let (template, (done, total)) = match standing.position() {
                Some(position) => ("[{bar:10}] {wide_msg}", position),
                None => ("{wide_msg}", (0, 0)),
            };
            let Ok(style) = ProgressStyle::with_template(template) else { return };
            let target = || ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
            let bar = self.bar.get_or_insert_with(target);
            bar.set_style(style.progress_chars("=> "));
            bar.set_length(total as u64);
            bar.set_message(standing.to_string());
            bar.set_position(done as u64);
            bar.tick();
        } else if self.last_line.elapsed() >= LINE_EVERY {
            self.last_line = Instant::now();
            let _ = writeln!(stderr, "{standing}");
            let _ = stderr.flush();
        }
    }

    /// Does what writes to the terminal, with the bar out of the way.
    pub(crate) fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    pub(crate) fn clear(&mut self) {
        self.standing = None;
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Progress, Standing};

    const REDRIVING: Standing =
        Standing::Redriving { done: 12, total: 300, redriven: 9, refused: 2, undecided: 1, throttled: 0, rate: 2.0 };

    #[test]
    fn only_what_happened_is_counted() {
        assert_eq!(REDRIVING.to_string(), "redriven: 9 of 300, 2/s, 2 min 24 s left, 2 refused, 1 undecided");
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_terminal_there_is_a_line_every_half_minute() {
        let mut progress = Progress::new(false);
        let mut stderr = Vec::new();
        for tick in 0..900 {
            progress.standing = Some(Standing::Waiting { ended: tick, total: 1_000 });
            tokio::time::advance(Duration::from_millis(100)).await;
            progress.tick(&mut stderr);
        }
        let lines = "waiting: 299 of 1000 ended\nwaiting: 599 of 1000 ended\nwaiting: 899 of 1000 ended\n";
        assert_eq!(String::from_utf8(stderr).unwrap(), lines);
    }
}
