//! The service's documented throttling quotas ("Quotas related to API action throttling"), by region.

use super::limiter::Rate;

/// The share of a quota that a run takes where nothing else was asked for: what is left covers calls that bunch on their way.
pub(crate) const SHARE: f64 = 0.98;

/// The bucket size and the refill a second of each operation.
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

#[cfg(test)]
mod tests {
    use super::{Quotas, SHARE};

    #[test]
    fn the_whole_quota_is_used_to_within_five_percent() {
        for (region, ideal) in
            [("eu-central-1", (20_000.0 - 800.0) / 150.0), ("us-east-1", (20_000.0 - 1_300.0) / 300.0)]
        {
            let time = Quotas::of_region(region, SHARE).redrive_execution.time_for(20_000).as_secs_f64();
            assert!(time > ideal && time < ideal * 1.04, "{region}: {time} for {ideal}");
        }
    }
}
