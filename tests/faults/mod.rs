//! The fault matrix: every point of an exchange, every way to go wrong there, and how the program must end.
//!
//! What is right was settled by running the AWS CLI on each cell: `FAULTS_BIN=/usr/local/bin/aws FAULTS_PREFIX='stepfunctions
//! redrive-execution'` does it again. Where the program differs on purpose, [`matrix`] gives the reason. `FAULTS_ONLY=http/body` tries a part.

mod matrix;
pub mod peer;
mod proxies;
mod redirects;

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::certificates::Authority;
use crate::support::process::{Exit, Finished, Run, Streams};
use crate::support::variable::variable;
use matrix::{Cell, FAULTS, Outcome};
use peer::Peer;

/// The longest that a cell may take: two attempts of a second each, the pause between them, and a busy machine.
const LIMIT: Duration = Duration::from_secs(20);
/// How many cells are tried at a time; most of them wait.
const AT_A_TIME: usize = 12;

#[test]
fn every_fault_ends_as_it_should() {
    let only = variable("FAULTS_ONLY").unwrap_or_default();
    let cells: Vec<Cell> = matrix::cells().into_iter().filter(|cell| cell.name().contains(&only)).collect();
    let authority = Authority::create().expect("certificates are made");
    let (next, results) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(|| {
                while let Some(cell) = cells.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let verdict = attempt(cell, &authority);
                    results.lock().expect("no thread panicked").push((cell.name(), verdict));
                }
            });
        }
    });
    let mut results = results.into_inner().expect("no thread panicked");
    results.sort();
    report(&cells, &results);
    let failed: Vec<String> =
        results.iter().filter_map(|(name, verdict)| Some(format!("{name}: {}", verdict.as_ref().err()?))).collect();
    assert!(failed.is_empty(), "{} cells:\n{}", failed.len(), failed.join("\n"));
}

/// Prints the table, past the capture of the test harness: how many cells of each point were tried, and passed.
fn report(cells: &[Cell], results: &[(String, Result<Duration, String>)]) {
    let mut table = format!("{:<24}{:>6}{:>7}{:>9}   ended as\n", "faults", "tried", "passed", "slowest");
    let mut points: Vec<&str> = Vec::new();
    cells.iter().for_each(|cell| {
        if !points.contains(&cell.point.as_str()) {
            points.push(&cell.point)
        }
    });
    let (mut all, mut good) = (0, 0);
    for point in points {
        let of_point = |name: &str| name.strip_prefix(point).is_some_and(|rest| rest.starts_with(' '));
        let verdicts: Vec<_> = results.iter().filter(|(name, _)| of_point(name)).map(|(_, verdict)| verdict).collect();
        let passed: Vec<_> = verdicts.iter().filter_map(|verdict| verdict.as_ref().ok()).collect();
        let slowest = passed.iter().max().map_or(0.0, |time| time.as_secs_f64());
        let ends: Vec<String> = cells
            .iter()
            .filter(|cell| cell.point == point)
            .map(|cell| format!("{} {}", FAULTS[cell.fault], cell.outcome.word()))
            .collect();
        let (tried, passed) = (verdicts.len(), passed.len());
        table.push_str(&format!("{point:<24}{tried:>6}{passed:>7}{slowest:>8.1}s   {}\n", ends.join(", ")));
        all += tried;
        good += passed;
    }
    table.push_str(&format!("{:<24}{all:>6}{good:>7}\n", "all"));
    let _ = std::io::stdout().lock().write_all(table.as_bytes());
}

/// Tries one cell: how long it took, or what was wrong.
fn attempt(cell: &Cell, authority: &Authority) -> Result<Duration, String> {
    let peer =
        Peer::start(cell.play.clone(), cell.tls.then(|| authority.server())).map_err(|error| error.to_string())?;
    let start = Instant::now();
    let finished = invocation(cell, &peer, authority).finish().map_err(|error| error.to_string())?;
    let taken = start.elapsed();
    let tokens = peer.tokens();
    judge(cell, &finished, peer.connections(), &tokens).map(|()| taken)
}

fn judge(cell: &Cell, finished: &Finished, connections: usize, tokens: &[String]) -> Result<(), String> {
    let said = format!(
        "{:?}, stdout {:?}, stderr {:?}, {connections} connections, tokens {tokens:?}",
        finished.exit, finished.stdout, finished.stderr
    );
    if finished.exit != Exit::Status(cell.outcome.status()) || !finished.stderr.contains(cell.outcome.message()) {
        return Err(format!("not {:?}: {said}", cell.outcome));
    }
    if (cell.outcome == Outcome::Success) == finished.stdout.is_empty() {
        return Err(format!("a result is printed just where there is one: {said}"));
    }
    if tokens.iter().any(|token| Some(token) != tokens.first()) {
        return Err(format!("one call, several client tokens: {said}"));
    }
    if cell.reaches_peer() && connections != cell.outcome.attempts() {
        return Err(format!("{} attempts were due: {said}", cell.outcome.attempts()));
    }
    Ok(())
}

fn invocation(cell: &Cell, peer: &Peer, authority: &Authority) -> Run {
    let program = variable("FAULTS_BIN").unwrap_or_else(|| env!("CARGO_BIN_EXE_redrive-execution").to_owned());
    let prefix = variable("FAULTS_PREFIX").unwrap_or_default();
    let authority = authority.certificate_file().display().to_string();
    let url = cell.url(peer.port());
    let arn = "arn:aws:states:us-east-1:123456789012:execution:OrderFlow:run-42";
    let words = [program.as_str()].into_iter().chain(prefix.split_whitespace()).chain([
        "--execution-arn",
        arn,
        "--endpoint-url",
        &url,
        "--cli-read-timeout",
        "1",
        "--cli-connect-timeout",
        "1",
        "--ca-bundle",
        &authority,
    ]);
    let mut environment: BTreeMap<String, String> = [
        ("HOME", "/nonexistent"),
        ("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
        ("LC_ALL", "C.UTF-8"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_MAX_ATTEMPTS", "2"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    if cell.through_proxy() {
        environment.insert("HTTPS_PROXY".to_owned(), format!("http://user:secret@127.0.0.1:{}", peer.port()));
    }
    Run {
        words: words.map(str::to_owned).collect(),
        environment,
        folder: std::env::temp_dir(),
        stdin: Vec::new(),
        streams: Streams::Pipes,
        signal: None,
        limit: LIMIT,
    }
}
