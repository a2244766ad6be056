//! The parity runner: every recorded case of what the AWS CLI does, run against the program.
//!
//! How to run some of them, and what a case may hold, stands in `tests/README.md`.

mod accounts;
mod case;
#[cfg(test)]
mod cases_check;
mod compare;
mod known;
mod names;
mod observed;
mod options;
mod record;
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
use crate::support::raw::shown;

/// How many failures are shown in full by default.
const SHOWN_IN_FULL: usize = 10;

#[test]
fn every_parity_case() {
    let options = Options::of_process().unwrap();
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let files = case::load(&options.cases.clone().unwrap_or_else(|| tests.join("cases"))).unwrap();
    // The list is about our program and our cases; others are held against the record alone.
    let known = match options.program.as_ref().or(options.cases.as_ref()) {
        None => Known::parse(&std::fs::read_to_string(tests.join("known-differences.txt")).unwrap()).unwrap(),
        Some(_) => Known::default(),
    };
    let all: Vec<&str> = files.iter().flat_map(|(_, cases)| cases).map(|case| case.id.as_str()).collect();
    assert!(Path::new("/usr/share/zoneinfo/America/New_York").exists(), "time zones are missing: install tzdata");
    let bench = bench(&options);

    let outcomes = run_all(&bench, &files, &options);
    assert!(!outcomes.is_empty(), "no case's id holds {:?}", options.only);
    let in_full = if options.verbose { usize::MAX } else { SHOWN_IN_FULL };
    print(&format!("\n{}{}", report::failures(&outcomes, &known, in_full), report::table(&outcomes, &known)));

    let verdict = known.judge(
        all,
        outcomes.iter().filter(|outcome| !outcome.skipped).map(|outcome| (outcome.id.as_str(), outcome.parts())),
    );
    if let Some(complaints) = verdict.complaints() {
        panic!("the run does not match tests/known-differences.txt:\n{complaints}");
    }
}

#[test]
#[ignore = "needs PARITY_RECORD and PARITY_BIN"]
fn record_cases() {
    let options = Options::of_process().unwrap();
    let (Some(file), Some(_)) = (&options.record, &options.program) else {
        panic!("PARITY_RECORD is the file to record, PARITY_BIN the AWS CLI");
    };
    let recorded = record::record(&bench(&options), file, &options).unwrap();
    print(&format!("{} recorded, {} the same again\n", recorded.new, recorded.same));
    assert!(recorded.changed.is_empty(), "not the same again:\n{}", recorded.changed.join("\n"));
}

fn bench(options: &Options) -> Bench {
    let ours = || options.build.clone().unwrap_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_redrive-execution")));
    let program = options.program.clone().unwrap_or_else(ours);
    Bench::create(program, options.prefix.clone(), &options.root).unwrap()
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
    let mut outcomes = side_by_side(&order, options.jobs, |place| {
        let (file, case) = chosen[*place];
        (*place, try_case(bench, file, case))
    });
    outcomes.sort_by_key(|(place, _)| *place);
    outcomes.into_iter().map(|(_, outcome)| outcome).collect()
}

/// What `work` makes of each, `jobs` at a time, begun in this order and returned in it.
fn side_by_side<T: Sync, R: Send>(all: &[T], jobs: usize, work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let finished = Mutex::new(Vec::with_capacity(all.len()));
    thread::scope(|scope| {
        for _ in 0..jobs.min(all.len()) {
            scope.spawn(|| {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(one) = all.get(place) else { break };
                    let result = work(one);
                    finished.lock().expect("no other thread fails").push((place, result));
                }
            });
        }
    });
    let mut finished = finished.into_inner().expect("no thread has failed");
    finished.sort_by_key(|(place, _)| *place);
    finished.into_iter().map(|(_, result)| result).collect()
}

fn try_case(bench: &Bench, file: &str, case: &Case) -> Outcome {
    let start = Instant::now();
    let skipped = bench.skips(case);
    let differences = if skipped {
        Ok(Vec::new())
    } else {
        let got = bench.run(case).map_err(|error| error.to_string());
        got.and_then(|got| compare::differences(case, &got))
    };
    let words = case.argv.iter().map(|word| shown(&word.0)).collect();
    Outcome { file: file.to_owned(), id: case.id.clone(), words, differences, skipped, time: start.elapsed() }
}

/// Writes past the harness, which keeps what passing tests print to itself.
fn print(text: &str) {
    let mut stdout = std::io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
}
