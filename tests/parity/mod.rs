//! The parity runner: every recorded case of what the AWS CLI does, run against the program.
//!
//! How to run some of them, and what a case may hold, stands in `tests/README.md`.

mod case;
mod compare;
mod known;
mod names;
mod observed;
mod options;
mod report;
mod run;
mod secrets;
#[cfg(test)]
mod self_check;
mod styled;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use self::case::Case;
use self::known::Known;
use self::options::Options;
use self::report::Outcome;
use self::run::Bench;
use crate::support::certificates::Authority;

/// How many failures are shown in full without being asked.
const SHOWN_IN_FULL: usize = 10;

#[test]
fn every_parity_case() {
    let options = Options::of_process().unwrap();
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let files = case::load(&tests.join("cases")).unwrap();
    // The list is about our program; another one is held against the cases alone.
    let known = match options.program {
        None => Known::parse(&std::fs::read_to_string(tests.join("known-differences.txt")).unwrap()).unwrap(),
        Some(_) => Known::default(),
    };
    let all: Vec<&str> = files.iter().flat_map(|(_, cases)| cases).map(|case| case.id.as_str()).collect();
    let program = options.program.clone().unwrap_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_redrive-execution")));
    let bench = Bench { program, prefix: options.prefix.clone(), authority: Authority::create().unwrap() };

    let outcomes = run_all(&bench, &files, &options);
    assert!(!outcomes.is_empty(), "no case's id holds {:?}", options.only);
    let in_full = if options.verbose { usize::MAX } else { SHOWN_IN_FULL };
    tell(&format!("\n{}{}", report::failures(&outcomes, &known, in_full), report::table(&outcomes, &known)));

    let verdict = known.judge(all, outcomes.iter().map(|outcome| (outcome.id.as_str(), outcome.passed())));
    if let Some(complaints) = verdict.complaints() {
        panic!("the run is not as tests/known-differences.txt says:\n{complaints}");
    }
}

/// Runs the chosen cases, several at a time and the longest first; the outcomes are in the order of the files.
fn run_all(bench: &Bench, files: &[(String, Vec<Case>)], options: &Options) -> Vec<Outcome> {
    let chosen: Vec<(&str, &Case)> = files
        .iter()
        .flat_map(|(file, cases)| cases.iter().map(|case| (file.as_str(), case)))
        .filter(|(_, case)| case.id.contains(&options.only))
        .collect();
    let mut order: Vec<usize> = (0..chosen.len()).collect();
    order.sort_by_key(|place| std::cmp::Reverse(chosen[*place].1.weight()));
    let next = AtomicUsize::new(0);
    let finished = Mutex::new(Vec::with_capacity(chosen.len()));
    thread::scope(|scope| {
        for _ in 0..options.jobs.min(chosen.len()) {
            scope.spawn(|| {
                while let Some(place) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let (file, case) = chosen[*place];
                    let outcome = try_case(bench, file, case);
                    finished.lock().expect("no other thread fails").push((*place, outcome));
                }
            });
        }
    });
    let mut finished = finished.into_inner().expect("no thread has failed");
    finished.sort_by_key(|(place, _)| *place);
    finished.into_iter().map(|(_, outcome)| outcome).collect()
}

fn try_case(bench: &Bench, file: &str, case: &Case) -> Outcome {
    let start = Instant::now();
    let got = bench.run(case);
    let time = start.elapsed();
    let differences = got.map_err(|error| error.to_string()).and_then(|got| compare::differences(case, &got));
    Outcome { file: file.to_owned(), id: case.id.clone(), words: case.argv.clone(), differences, time }
}

/// Writes past the harness, which keeps what passing tests print to itself.
fn tell(text: &str) {
    let mut stdout = std::io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
}
