//! The bar on a terminal: what is done, refused and throttled, how fast, how long it takes still.

use std::io::Write;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::moment::readable;

/// A bar, or nothing where stderr is no terminal.
pub struct Progress(Option<ProgressBar>);

/// What a bar shows beyond how much is done.
pub struct Shown {
    /// How many were refused.
    pub refused: usize,
    /// How many attempts were throttled.
    pub throttled: u64,
    /// Calls a second.
    pub rate: f64,
    /// How many are not done.
    pub left: usize,
}

impl Progress {
    /// A bar for so many executions. It draws only when it is told to: there is no thread behind it.
    #[must_use]
    pub fn new(visible: bool, total: usize) -> Self {
        if !visible {
            return Self(None);
        }
        let bar = ProgressBar::with_draw_target(Some(total as u64), ProgressDrawTarget::stderr_with_hz(10));
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}") {
            bar.set_style(style.progress_chars("=> "));
        }
        Self(Some(bar))
    }

    /// Shows how it stands.
    pub fn show(&self, done: usize, shown: &Shown) {
        let Some(bar) = &self.0 else { return };
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let left = Duration::try_from_secs_f64(shown.left as f64 / shown.rate).unwrap_or_default();
        let rate = if shown.rate.is_finite() { format!("{:.0}/s, ", shown.rate) } else { String::new() };
        bar.set_position(done as u64);
        bar.set_message(format!(
            "{} refused, {} throttled, {rate}{} left",
            shown.refused,
            shown.throttled,
            readable(left)
        ));
    }

    /// Does what writes to the terminal, with the bar out of the way.
    pub fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.0 {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// Takes the bar away.
    pub fn end(&self, stderr: &mut dyn Write) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
            let _ = stderr.flush();
        }
    }
}
