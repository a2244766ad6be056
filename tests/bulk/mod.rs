//! `bulk` and `wait`, as the program, against the embedded endpoint.
#![expect(clippy::unwrap_used, reason = "a helper that fails fails the test")]

mod crash;
mod credentials;
mod guards;
mod interruption;
mod journal;
mod journal_lines;
mod once;
mod outage;
mod outcome;
mod quiet;
mod rate;
mod secrets;
mod sources;
mod triage;
mod waiting;
mod words;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use redrive_execution::local::{Endpoint, Seed, Settings};
use serde_json::Value;
use tempfile::TempDir;

use crate::support::process::{Exit, Finished, Run, Signal, Streams, Terminal};

const MACHINE: &str = "arn:aws:states:us-east-1:123456789012:stateMachine:orders";

/// The ARN of an execution of `orders`.
fn arn(name: &str) -> String {
    format!("arn:aws:states:us-east-1:123456789012:execution:orders:{name}")
}

/// An endpoint with one state machine, `orders`, and these executions.
fn endpoint(executions: &str, settings: Settings) -> Endpoint {
    let seed = format!(r#"{{"stateMachines": [{{"name": "orders", "executions": [{executions}]}}]}}"#);
    Endpoint::start(Settings { seed: Seed::parse(&seed).unwrap(), ..settings }).unwrap()
}

/// So many failed executions, `run-1` on, that fail again at once when they are redriven: a second redrive would be counted.
fn failing(count: usize) -> String {
    format!(
        r#"{{"name": "run-{{n}}", "repeat": {count}, "status": "FAILED", "spread": "1h", "afterRedrive": "FAILED", "runSeconds": 0.001}}"#
    )
}

/// A place to run the program in.
struct Place {
    folder: TempDir,
    environment: BTreeMap<String, String>,
}

impl Place {
    fn new(endpoint: &Endpoint) -> Self {
        Self::at(&endpoint.url())
    }

    /// A place whose calls go to this URL.
    fn at(url: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().to_str().unwrap().to_owned();
        let environment = [
            ("PATH", "/usr/bin:/bin"),
            ("HOME", &home),
            ("TZ", "UTC"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "AKIDLOCAL"),
            ("AWS_SECRET_ACCESS_KEY", "sfn-local-needs-no-secret"),
            ("AWS_ENDPOINT_URL_SFN", url),
        ];
        let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        Self { folder, environment }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// A file of the ARNs of `run-1` to `run-COUNT`.
    fn write_arns(&self, count: usize) {
        let lines: String = (1..=count).map(|number| arn(&format!("run-{number}")) + "\n").collect();
        self.write("arns", &lines);
    }

    fn prepare(&self, line: &str) -> Run {
        let program = env!("CARGO_BIN_EXE_redrive-execution").to_owned();
        Run {
            words: std::iter::once(program).chain(line.split_whitespace().map(str::to_owned)).collect(),
            environment: self.environment.clone(),
            folder: self.folder.path().to_owned(),
            stdin: Vec::new(),
            streams: Streams::Pipes,
            signal: None,
            limit: Duration::from_secs(60),
        }
    }

    fn run(&self, line: &str) -> Finished {
        self.prepare(line).finish().unwrap()
    }

    fn run_with_stdin(&self, line: &str, stdin: &str) -> Finished {
        Run { stdin: stdin.as_bytes().to_vec(), ..self.prepare(line) }.finish().unwrap()
    }

    fn run_and_signal(&self, line: &str, signal: Signal, after: Duration) -> Finished {
        Run { signal: Some((signal, after)), ..self.prepare(line) }.finish().unwrap()
    }

    fn run_on_terminal(&self, line: &str, keys: &[&str]) -> Finished {
        let keys = keys.iter().map(|key| (*key).to_owned()).collect();
        let streams = Streams::Terminal(Terminal { rows: 24, columns: 200, with_stderr: true, keys });
        Run { streams, ..self.prepare(line) }.finish().unwrap()
    }
}

fn status(finished: &Finished) -> i32 {
    match finished.exit {
        Exit::Status(status) => status,
        ref other => panic!("{other:?}: {}", finished.stderr),
    }
}

/// The records on stdout.
fn records(finished: &Finished) -> Vec<Value> {
    finished.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The last parts of the records' ARNs.
fn names(finished: &Finished) -> Vec<String> {
    let name = |record: &Value| record["executionArn"].as_str().unwrap().rsplit(':').next().unwrap().to_owned();
    records(finished).iter().map(name).collect()
}

/// How many requests of this operation were answered so.
fn count(endpoint: &Endpoint, operation: &'static str, answer: &'static str) -> u64 {
    endpoint.counts().get(&(operation, answer)).copied().unwrap_or(0)
}

/// How many executions were redriven how often.
fn redrives(endpoint: &Endpoint) -> BTreeMap<usize, usize> {
    let mut counts = BTreeMap::new();
    for count in endpoint.redrive_counts().into_values() {
        *counts.entry(count).or_default() += 1;
    }
    counts
}
