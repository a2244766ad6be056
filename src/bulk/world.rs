//! A world with a service, a folder and a clock: hours pass in it in milliseconds. For the tests of runs.

use std::fs::File;
use std::time::{Duration, SystemTime};

use aws_smithy_runtime_api::client::http::SharedHttpClient;
use tokio::time::Instant;

use super::times::milliseconds;
use crate::host::{Clock, Host, Network};
use crate::local::simulated::Simulated;
use crate::local::{Seed, Settings};
use crate::report::Report;

pub(super) struct Ran {
    /// The exit status; `None` where it was killed.
    pub(super) status: Option<u8>,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

pub(super) struct World {
    pub(super) service: Simulated,
    folder: tempfile::TempDir,
    clock: Clock,
    /// By how much this machine's clock is ahead of the service's.
    ahead: i64,
}

fn shifted(clock: Clock, milliseconds: i64) -> Clock {
    let Clock::Scaled { began, runtime, scale } = clock else { return clock };
    let by = Duration::from_millis(milliseconds.unsigned_abs());
    let began = if milliseconds < 0 { began - by } else { began + by };
    Clock::Scaled { began, runtime, scale }
}

impl World {
    pub(super) fn new(seed: &str, ahead: i64) -> Self {
        let began = SystemTime::UNIX_EPOCH + Duration::from_secs(1_900_000_000);
        let clock = Clock::Scaled { began, runtime: Instant::now(), scale: 1 };
        let settings = Settings { seed: Seed::parse(seed).unwrap(), clock, ..Settings::default() };
        Self { service: Simulated::new(settings), folder: tempfile::tempdir().unwrap(), clock, ahead }
    }

    pub(super) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    /// Runs a command line; kills it after `kill_after`.
    pub(super) async fn run(&self, line: &str, kill_after: Option<Duration>) -> Ran {
        let home = self.folder.path().to_str().unwrap();
        let host = Host {
            clock: shifted(self.clock, self.ahead),
            network: Network::Simulated(SharedHttpClient::new(self.service.clone())),
            ..Host::fixed(&[
                ("HOME", home),
                ("AWS_REGION", "us-east-1"),
                ("AWS_ACCESS_KEY_ID", "AKIDLOCAL"),
                ("AWS_SECRET_ACCESS_KEY", "sfn-local-needs-no-secret"),
                ("AWS_ENDPOINT_URL_SFN", "http://localhost"),
            ])
        };
        let argv: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let status = {
            let report = Report::new(&host);
            let mut streams = super::Streams { stdout: &mut stdout, stderr: &mut stderr };
            let local = tokio::task::LocalSet::new();
            let outcome = local.run_until(Box::pin(super::serve(&argv, &report, &mut streams)));
            let outcome = match kill_after {
                Some(after) => tokio::time::timeout(after, outcome).await.ok(),
                None => Some(outcome.await),
            };
            // Everything that a killed run has under way goes with it, in this process after its last fsync.
            drop(local);
            let is_held = |file: std::fs::DirEntry| File::open(file.path()).is_ok_and(|file| file.try_lock().is_err());
            while std::fs::read_dir(home).unwrap().any(|file| is_held(file.unwrap())) {
                std::thread::yield_now();
            }
            outcome.map(|outcome| report.status(outcome, streams.stdout, streams.stderr))
        };
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ran { status, stdout: text(stdout), stderr: text(stderr) }
    }

    /// What a crash of the machine just now leaves of the journal: everything but what came in the last second.
    pub(super) fn lose_last_second(&self, journal: &str) {
        let text = std::fs::read_to_string(journal).unwrap();
        let at = |line: &str| -> Option<i64> { serde_json::from_str::<serde_json::Value>(line).ok()?["at"].as_i64() };
        let now = milliseconds(shifted(self.clock, self.ahead).now());
        let synced =
            |line: &str| ["ready", "begun", "canary"].iter().any(|event| line.contains(&format!(":\"{event}\"")));
        let lines: Vec<&str> = text.lines().collect();
        let Some(last_synced) = lines.iter().rposition(|line| synced(line)) else { return };
        let (kept, others) = lines.split_at(last_synced + 1);
        let others = others.iter().take_while(|line| at(line).is_none_or(|at| at <= now - 1_000));
        let kept: String = kept.iter().chain(others).flat_map(|line| [line, "\n"]).collect();
        std::fs::write(journal, kept).unwrap();
    }
}

/// Runs a future on a virtual clock.
pub(super) fn virtually<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap().block_on(work)
}
