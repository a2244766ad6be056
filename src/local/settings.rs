//! What an endpoint is started with.

use std::fmt;
use std::io::Write;
use std::time::Duration;

use jiff::SignedDuration;

use super::operation::Operation;
use super::quotas::QuotaTable;
use super::seed::Seed;
use super::weather::Rule;
use crate::host;

#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    pub access_key_id: String,
    pub secret_access_key: String,
    /// The session token that must come with each request; none for long-lived keys.
    pub session_token: Option<String>,
    /// Whether they are past their time: a good signature is then answered by `ExpiredTokenException`.
    pub expired: bool,
}

impl Credentials {
    pub fn new(access_key_id: &str, secret_access_key: &str) -> Self {
        Self {
            access_key_id: access_key_id.to_owned(),
            secret_access_key: secret_access_key.to_owned(),
            session_token: None,
            expired: false,
        }
    }
}

impl Default for Credentials {
    /// Fixed ones that open nothing but a local endpoint.
    fn default() -> Self {
        Self::new("AKIDLOCAL", "sfn-local-needs-no-secret")
    }
}

impl fmt::Debug for Credentials {
    /// Without the secret and the token.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Credentials").field("access_key_id", &self.access_key_id).finish_non_exhaustive()
    }
}

/// What an endpoint is started with. The default: a free port, the built-in seed, no quotas.
pub struct Settings {
    /// The port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// The region that requests must be signed for.
    pub region: String,
    /// The account, 12 digits.
    pub account: String,
    pub credentials: Vec<Credentials>,
    /// What there is at the start.
    pub seed: Seed,
    /// How long a redriven execution runs where the seed does not say.
    pub run_time: Duration,
    /// Token buckets; none throttles nothing.
    pub quotas: Option<QuotaTable>,
    /// How many executions may run before `ExecutionLimitExceeded`. The service's own quota is a million.
    pub open_limit: usize,
    /// Operations that the caller may not use.
    pub denied: Vec<Operation>,
    /// How long each answer is held back, as a network would.
    pub latency: Duration,
    /// Every how many requests the answer is lost: the effect stays, the connection is cut.
    pub lose_every: Option<u64>,
    /// The faults that requests meet; of several that fit a request, the first counts.
    pub faults: Vec<Rule>,
    /// How many times as fast the endpoint's time runs; signatures and the header `Date` do not go by that.
    pub clock_scale: f64,
    /// How far the endpoint's clock is ahead of the host's, in all that it judges, dates and does.
    pub ahead: SignedDuration,
    pub clock: host::Clock,
    /// Where a line for each request goes.
    pub log: Option<Box<dyn Write + Send>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            port: 0,
            region: "us-east-1".to_owned(),
            account: "123456789012".to_owned(),
            credentials: vec![Credentials::default()],
            seed: Seed::built_in(),
            run_time: Duration::from_secs(5),
            quotas: None,
            open_limit: 1_000_000,
            denied: Vec::new(),
            latency: Duration::ZERO,
            lose_every: None,
            faults: Vec::new(),
            clock_scale: 1.0,
            ahead: SignedDuration::ZERO,
            clock: host::Clock::System,
            log: None,
        }
    }
}
