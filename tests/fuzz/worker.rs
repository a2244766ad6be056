//! The process that tries one target's cases: records the current one, and watches time and memory.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::time::{Duration, Instant};

use super::corpus::Corpus;
use super::random::Random;
use super::targets::TARGETS;
use crate::support::variable::variable;

/// Names the target; without it there is nothing to do here.
pub const TARGET: &str = "FUZZ_WORKER";
/// How long to go on.
pub const SECONDS: &str = "FUZZ_WORKER_SECONDS";
/// The file, in the working directory, that holds the number of the case being tried.
pub const CASE: &str = "case";
/// The start of the summary line.
pub const SUMMARY: &str = "fuzzed: ";

/// The longest that one case may take. The tests are not optimised, and share the machine.
const SLOW: Duration = Duration::from_secs(6);
/// The most memory that a process may ever have used, in megabytes.
const MEMORY: u64 = 256;

#[test]
#[ignore = "the harness starts it in a process of its own"]
fn work() {
    let Some(name) = variable(TARGET) else { return };
    let target = TARGETS.iter().find(|target| target.name == name).expect("a known target");
    let number = |name: &str| variable(name).and_then(|text| text.parse::<u64>().ok());
    let time = Duration::from_secs_f64(variable(SECONDS).and_then(|text| text.parse().ok()).unwrap_or(1.0));
    let (seed, only) = (number("FUZZ_SEED").unwrap_or(1), number("FUZZ_CASE"));
    let corpus = Corpus::load();
    let note = File::create(CASE).expect("a folder to write to");
    let start = Instant::now();
    let mut case = only.unwrap_or_default();
    loop {
        note.write_all_at(format!("{case:<20}").as_bytes(), 0).expect("the note is written");
        let begun = Instant::now();
        (target.attempt)(&mut Random::of_case(seed, case), &corpus);
        let taken = begun.elapsed();
        assert!(taken < SLOW, "case {case} took {taken:?}");
        case += 1;
        if case.is_multiple_of(64) || only.is_some() {
            let peak = peak_megabytes();
            assert!(peak < MEMORY, "{peak} MB were used by case {case}");
            if only.is_some() || start.elapsed() > time {
                break;
            }
        }
    }
    let line = format!("\n{SUMMARY}{case:>10}{:>10.1}{:>12}\n", start.elapsed().as_secs_f64(), peak_megabytes());
    print(&line);
}

/// The most memory that this process has used so far.
fn peak_megabytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    peak.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or_default() / 1024
}

/// Prints past the capture of the test harness: a report is read by people, also where all is well.
pub fn print(text: &str) {
    let _ = std::io::stdout().lock().write_all(text.as_bytes());
}
