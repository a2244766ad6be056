//! How fast a run goes: by its options, else by the service's quotas. The journal keeps the options, so that a resume goes no faster
//! than the run it continues.

use serde::{Deserialize, Serialize};

use super::limiter::Rate;
use super::times::span;
use crate::cli::own::{whole, wrong};
use crate::error::Result;

/// How many calls are in flight at once, without `--concurrency`.
const CONCURRENCY: u16 = 64;

/// The share of a quota that a run takes without `--share`: what is left covers calls that bunch on their way.
pub(crate) const SHARE: f64 = 0.98;

/// The rates of all operations, from the service's documented quotas ("Quotas related to API action throttling").
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quotas {
    pub(crate) redrive_execution: Rate,
    pub(crate) list_executions: Rate,
    pub(crate) describe_execution: Rate,
    pub(crate) get_execution_history: Rate,
    pub(crate) describe_map_run: Rate,
    pub(crate) list_state_machines: Rate,
}

impl Quotas {
    /// This share of the quotas of a region.
    pub(crate) fn of_region(region: &str, share: f64) -> Self {
        let large = matches!(region, "us-east-1" | "us-west-2" | "eu-west-1");
        let pick = |large_region: (f64, f64), other: (f64, f64)| {
            let (burst, per_second) = if large { large_region } else { other };
            // A burst meets a bucket that began to fill later than ours, by the time a call takes.
            Rate::new((burst * share - per_second * 0.15).floor(), per_second * share)
        };
        Self {
            redrive_execution: pick((1_300.0, 300.0), (800.0, 150.0)),
            list_executions: pick((200.0, 5.0), (100.0, 2.0)),
            describe_execution: pick((300.0, 15.0), (250.0, 10.0)),
            get_execution_history: pick((400.0, 20.0), (400.0, 20.0)),
            describe_map_run: pick((200.0, 1.0), (200.0, 1.0)),
            list_state_machines: pick((100.0, 5.0), (100.0, 5.0)),
        }
    }
}

/// The options that limit how fast a run goes, as typed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, clap::Args)]
#[serde(rename_all = "camelCase", default)]
pub struct Pace {
    /// Redrives a second, or 'unlimited' [default: the quota of the region]
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub(crate) rate: Option<String>,
    /// Redrives at once, before the rate applies [default: likewise]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = whole(1..=u32::MAX))]
    pub(crate) burst: Option<u32>,
    /// Let the rate rise over this span, such as 5m
    #[arg(long, value_name = "SPAN")]
    pub(crate) ramp: Option<String>,
    /// The share of the region's documented quotas to use [default: 0.98]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = share)]
    pub(crate) share: Option<f64>,
    /// Calls in flight at once [default: 64]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = whole(1..=u16::MAX))]
    pub(crate) concurrency: Option<u16>,
}

impl Pace {
    /// This pace, where the options of a resume do not give another.
    pub(crate) fn or(&self, other: &Self) -> Self {
        let Self { rate, burst, ramp, share, concurrency } = other.clone();
        Self {
            rate: rate.or_else(|| self.rate.clone()),
            burst: burst.or(self.burst),
            ramp: ramp.or_else(|| self.ramp.clone()),
            share: share.or(self.share),
            concurrency: concurrency.or(self.concurrency),
        }
    }

    pub(crate) fn concurrency(&self) -> usize {
        self.concurrency.unwrap_or(CONCURRENCY).into()
    }

    /// The rates of all operations: as the options say, else a share of the region's quotas.
    pub(crate) fn rates(&self, region: &str) -> Result<Quotas> {
        let share = self.share.unwrap_or(SHARE);
        if !(share > 0.0 && share <= 1.0) {
            return Err(wrong("argument --share: it must be above 0 and at most 1"));
        }
        let mut rates = Quotas::of_region(region, share);
        let redrives = &mut rates.redrive_execution;
        if let Some(rate) = &self.rate {
            let per_second = match rate.as_str() {
                "unlimited" => f64::INFINITY,
                rate => rate.parse().ok().filter(|rate: &f64| rate.is_finite() && *rate > 0.0).ok_or_else(|| {
                    wrong(&format!(
                        "argument --rate: '{rate}' is neither a number above 0 (redrives a second) nor 'unlimited'"
                    ))
                })?,
            };
            // A rate of one's own is meant from the first call on.
            *redrives =
                Rate { burst: if self.burst.is_some() { redrives.burst } else { 1.0 }, per_second, ..*redrives };
        }
        if let Some(burst) = self.burst {
            redrives.burst = f64::from(burst);
        }
        if let Some(ramp) = &self.ramp {
            redrives.ramp = span(ramp).map_err(|what| wrong(&format!("argument --ramp: {what}")))?;
            if redrives.per_second.is_infinite() {
                return Err(wrong("argument --ramp: it needs a rate to rise to, which '--rate unlimited' is not"));
            }
        }
        if self.burst.is_some() && redrives.per_second.is_infinite() {
            return Err(wrong("argument --burst: there is nothing to burst above with '--rate unlimited'"));
        }
        Ok(rates)
    }
}

/// A number; [`Pace::rates`] checks that it can be a share.
fn share(text: &str) -> std::result::Result<f64, &'static str> {
    text.parse().map_err(|_| "it must be a number above 0 and at most 1")
}

#[cfg(test)]
mod tests {
    use super::Pace;

    #[test]
    fn paces_that_mean_nothing_are_refused() {
        let text = |text: &str| Some(text.to_owned());
        for (pace, start) in [
            (Pace { rate: text("0"), ..Pace::default() }, "argument --rate: '0' is neither"),
            (Pace { share: Some(f64::NAN), ..Pace::default() }, "argument --share: "),
            (Pace { ramp: text("x"), ..Pace::default() }, "argument --ramp: "),
            (Pace { ramp: text("1m"), rate: text("unlimited"), ..Pace::default() }, "argument --ramp: it needs"),
            (Pace { burst: Some(5), rate: text("unlimited"), ..Pace::default() }, "argument --burst: "),
        ] {
            let error = pace.rates("us-east-1").unwrap_err().to_string();
            assert!(error.starts_with(start), "{pace:?}: {error}");
        }
    }
}
