//! A fuzz harness that needs nothing but a stable toolchain: inputs made from a seed and a number, so that every case can be made
//! again, tried in processes of their own, so that a stack overflow or an endless loop is a finding and not the end of the run.
//!
//! `FUZZ_SECONDS=3600 cargo test --test integration fuzz:: -- --nocapture` runs long, `FUZZ_SEED=7` from another seed,
//! `FUZZ_TARGET=query FUZZ_CASE=812 …` makes one case again. `FUZZ_ENVIRONMENTS=200000` tries that many environments.

mod corpus;
mod mutate;
mod random;
mod targets;
mod values;
mod worker;

use std::collections::BTreeMap;
use std::env;
use std::path::Path;
use std::time::Duration;

use crate::support::process::{Exit, Run, Streams};
use crate::support::variable::variable;
use targets::TARGETS;

/// How long all targets together run where nothing else is said, in seconds.
const SHORT: f64 = 8.0;

/// The longest that the last case may take on top of a target's time.
const HANG: Duration = Duration::from_secs(20);

#[test]
fn no_random_input_breaks_the_program() {
    let seconds = variable("FUZZ_SECONDS").and_then(|text| text.parse().ok()).unwrap_or(SHORT);
    let only = variable("FUZZ_TARGET");
    let chosen: Vec<&str> = TARGETS
        .iter()
        .map(|target| target.name)
        .filter(|name| only.as_deref().is_none_or(|only| only == *name))
        .collect();
    assert!(!chosen.is_empty(), "FUZZ_TARGET is one of {:?}", TARGETS.map(|target| target.name));
    let each = Duration::from_secs_f64(seconds / chosen.len() as f64);
    let mut table = format!("{:<12}{:>10}{:>10}{:>12}\n", "fuzz", "cases", "seconds", "peak MB");
    let mut failures = Vec::new();
    for name in chosen {
        match run(name, each) {
            Ok(summary) => table.push_str(&format!("{name:<12}{summary}\n")),
            Err(failure) => failures.push(format!("{name}: {failure}")),
        }
    }
    worker::print(&table);
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// Runs one target in a process of its own; returns its report, or what went wrong and how to see it again.
fn run(target: &str, time: Duration) -> Result<String, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let mut environment: BTreeMap<String, String> = ["FUZZ_SEED", "FUZZ_CASE"]
        .into_iter()
        .filter_map(|name| variable(name).map(|value| (name.to_owned(), value)))
        .collect();
    environment.insert(worker::TARGET.to_owned(), target.to_owned());
    environment.insert(worker::SECONDS.to_owned(), time.as_secs_f64().to_string());
    let program = env::current_exe().map_err(|error| error.to_string())?;
    let words = [&*program.to_string_lossy(), "fuzz::worker::work", "--exact", "--nocapture", "--include-ignored"];
    let run = Run {
        words: words.map(str::to_owned).to_vec(),
        environment,
        folder: folder.path().to_owned(),
        stdin: Vec::new(),
        streams: Streams::Pipes,
        signal: None,
        limit: time + HANG,
    };
    let finished = run.finish().map_err(|error| error.to_string())?;
    let summary = finished.stdout.lines().find_map(|line| line.strip_prefix(worker::SUMMARY)).map(str::to_owned);
    match (&finished.exit, summary) {
        (Exit::Status(0), Some(summary)) => Ok(summary),
        (exit, _) => Err(format!(
            "{exit:?} in case {}: make it again with FUZZ_TARGET={target} FUZZ_CASE=<that number>\n{}",
            last_case(folder.path()),
            finished.stderr.chars().take(4000).collect::<String>(),
        )),
    }
}

/// The number of the case that was being tried.
fn last_case(folder: &Path) -> String {
    std::fs::read_to_string(folder.join(worker::CASE)).unwrap_or_else(|_| "before the first".to_owned())
}
