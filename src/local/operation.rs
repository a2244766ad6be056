//! The operations that are answered: their names in `X-Amz-Target` and IAM's actions, and their throttling quotas.

use std::collections::BTreeMap;

use clap::ValueEnum;
use strum::IntoStaticStr;

use super::clock::Timestamp;

/// `targetPrefix` of the service model, and a dot.
const TARGET_PREFIX: &str = "AWSStepFunctions.";

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum, IntoStaticStr)]
#[value(rename_all = "PascalCase")]
pub enum Operation {
    DescribeExecution,
    DescribeMapRun,
    GetExecutionHistory,
    ListExecutions,
    ListMapRuns,
    ListStateMachines,
    RedriveExecution,
}

impl Operation {
    pub(crate) fn name(self) -> &'static str {
        self.into()
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::from_str(name, false).ok()
    }

    pub(crate) fn targeted(target: &str) -> Option<Self> {
        Self::named(target.strip_prefix(TARGET_PREFIX)?)
    }
}

/// The two columns of the service's table "Quotas related to API action throttling".
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum QuotaTable {
    /// us-east-1, us-west-2 and eu-west-1.
    #[value(name = "us-east-1")]
    UsEast1,
    /// All other regions.
    Other,
}

impl QuotaTable {
    /// The bucket size and the refill a second of an operation.
    pub(crate) fn quota(self, operation: Operation) -> (u32, u32) {
        let (us_east_1, other) = match operation {
            Operation::RedriveExecution => ((1_300, 300), (800, 150)),
            Operation::DescribeExecution => ((300, 15), (250, 10)),
            Operation::ListExecutions => ((200, 5), (100, 2)),
            Operation::GetExecutionHistory => ((400, 20), (400, 20)),
            Operation::DescribeMapRun => ((200, 1), (200, 1)),
            Operation::ListMapRuns => ((100, 1), (100, 1)),
            Operation::ListStateMachines => ((100, 5), (100, 5)),
        };
        match self {
            Self::UsEast1 => us_east_1,
            Self::Other => other,
        }
    }
}

#[derive(Debug)]
struct Bucket {
    size: f64,
    per_second: f64,
    tokens: f64,
    filled: Timestamp,
}

impl Bucket {
    fn full(size: u32, per_second: u32, now: Timestamp) -> Self {
        Self { size: size.into(), per_second: per_second.into(), tokens: size.into(), filled: now }
    }

    #[expect(clippy::cast_precision_loss, reason = "elapsed milliseconds fit 53 bits")]
    fn take(&mut self, now: Timestamp) -> bool {
        let elapsed = now.since(self.filled).max(0) as f64 / 1000.0;
        self.tokens = (self.tokens + elapsed * self.per_second).min(self.size);
        self.filled = now;
        if self.tokens < 1.0 {
            return false;
        }
        self.tokens -= 1.0;
        true
    }
}

/// Token buckets, one an operation; one without is never throttled.
#[derive(Debug, Default)]
pub(crate) struct Quotas(BTreeMap<Operation, Bucket>);

impl Quotas {
    pub(crate) fn of_table(table: QuotaTable, now: Timestamp) -> Self {
        let bucket = |operation: Operation| {
            let (size, per_second) = table.quota(operation);
            (operation, Bucket::full(size, per_second, now))
        };
        Self(Operation::value_variants().iter().map(|operation| bucket(*operation)).collect())
    }

    pub(crate) fn set(&mut self, operation: Operation, size: u32, per_second: u32, now: Timestamp) {
        self.0.insert(operation, Bucket::full(size, per_second, now));
    }

    /// Takes a token for a call; false where the bucket is empty.
    pub(crate) fn admit(&mut self, operation: Operation, now: Timestamp) -> bool {
        self.0.get_mut(&operation).is_none_or(|bucket| bucket.take(now))
    }
}

#[cfg(test)]
mod tests {
    use super::{Operation, QuotaTable, Quotas};
    use crate::local::clock::Timestamp;

    fn admitted(quotas: &mut Quotas, calls: u32, now: Timestamp) -> u32 {
        (0..calls).map(|_| u32::from(quotas.admit(Operation::RedriveExecution, now))).sum()
    }

    #[test]
    fn a_bucket_holds_its_size_and_refills() {
        let start = Timestamp::from_milliseconds(1_000_000);
        let mut quotas = Quotas::of_table(QuotaTable::Other, start);
        assert_eq!(admitted(&mut quotas, 1_000, start), 800);
        assert_eq!(admitted(&mut quotas, 1_000, start.plus(2_000)), 300);
        assert_eq!(admitted(&mut quotas, 1_000, start.plus(3_600_000)), 800, "never more than its size");
    }

    #[test]
    fn a_clock_that_goes_back_refills_nothing() {
        let start = Timestamp::from_milliseconds(1_000_000);
        let mut quotas = Quotas::default();
        quotas.set(Operation::RedriveExecution, 1, 1, start);
        assert_eq!(admitted(&mut quotas, 2, start), 1);
        assert_eq!(admitted(&mut quotas, 1, start.plus(-5_000)), 0);
    }
}
