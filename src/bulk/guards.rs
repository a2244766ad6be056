//! The options that make a run careful. The journal keeps them, so that a resume is as careful as the run that it continues.

use serde::{Deserialize, Serialize};

use crate::cli::definitions::whole;

/// The share of a canary that has to succeed, in percent, unless asked otherwise.
const SUCCESS: u8 = 90;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, clap::Args)]
#[serde(rename_all = "camelCase", default)]
pub struct Guards {
    /// Redrive N of all kinds first, wait for their ends, and go on only if they succeed; 0: go on without
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = whole(0..=100_000_usize))]
    pub(crate) canary: Option<usize>,
    /// With --canary: how many of them have to succeed [default: 90%]
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    pub(crate) canary_success: Option<u8>,
    /// With --wait or --max-running: stop where more of the last 200 ends (20 at least) than this are failures again
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    pub(crate) stop_failing: Option<u8>,
    /// Let no more than N redriven executions run at a time; others follow as they end
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = whole(1..=1_000_000_usize))]
    pub(crate) max_running: Option<usize>,
}

impl Guards {
    /// These, where the options of a resume do not ask for others.
    pub(crate) fn or(&self, asked: &Self) -> Self {
        Self {
            canary: asked.canary.or(self.canary),
            canary_success: asked.canary_success.or(self.canary_success),
            stop_failing: asked.stop_failing.or(self.stop_failing),
            max_running: asked.max_running.or(self.max_running),
        }
    }

    /// How many executions are tried first.
    pub(crate) fn canary_size(&self) -> usize {
        self.canary.unwrap_or(0)
    }

    pub(crate) fn canary_share(&self) -> u8 {
        self.canary_success.unwrap_or(SUCCESS)
    }

    /// Whether ends are looked for while others are redriven.
    pub(crate) fn look_meanwhile(&self) -> bool {
        self.max_running.is_some() || self.stop_failing.is_some()
    }
}

/// A number up to 100, with or without its sign.
fn percent(text: &str) -> Result<u8, &'static str> {
    let number = text.strip_suffix('%').unwrap_or(text).parse().ok();
    number.filter(|number| *number <= 100).ok_or("it must be a whole number from 0 to 100, such as 90%")
}
