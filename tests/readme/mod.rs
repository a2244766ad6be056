//! README.md, checked: its commands are run and print what it shows, its settings are those that are read.

mod picture;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use redrive_execution::cli::differences;
use redrive_execution::local::{Endpoint, Settings};
use regex_lite::Regex;

const README: &str = include_str!("../../README.md");
const CI: &str = include_str!("../../.ci/run");

/// The folder of the programs under test.
fn programs() -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_redrive-execution")).parent().unwrap_or(Path::new("/")).to_owned()
}

/// The blocks of the page that are fenced as `language`.
fn blocks(language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    README.split(&fence).skip(1).filter_map(|rest| rest.split("\n```").next()).collect()
}

/// A block's commands, each with what it prints.
fn commands(block: &str) -> Vec<(&str, String)> {
    let mut commands: Vec<(&str, String)> = Vec::new();
    for line in block.lines() {
        match (line.strip_prefix("$ "), commands.last_mut()) {
            (Some(command), _) => commands.push((command, String::new())),
            (None, Some((_, output))) => writeln!(output, "{line}").expect("a string takes everything"),
            (None, None) => panic!("output without a command: {line}"),
        }
    }
    commands
}

/// What changes from run to run, blanked.
fn blanked(text: &str) -> String {
    let date = Regex::new(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?").expect("a good pattern");
    let place = Regex::new(r"127\.0\.0\.1:\d+").expect("a good pattern");
    let pace = Regex::new(r"in \d+ s \(\d+ a second\)").expect("a good pattern");
    let speed = Regex::new(r"(, \d+ redriven a second)?\n").expect("a good pattern");
    let text = date.replace_all(text, "DATE");
    let text = speed.replace_all(&text, "\n");
    let text = place.replace_all(&text, "ENDPOINT");
    let text = pace.replace_all(&text, "PACE");
    let age = Regex::new(r"stopped [^\n]* ago").expect("a good pattern");
    age.replace_all(&text, "AGE").into_owned()
}

/// Runs the blocks' commands against `endpoint`; each must print what stands under it, as `arranged`. Returns how many there were.
fn check(endpoint: &Endpoint, blocks: Vec<&str>, arranged: fn(&str) -> String) -> usize {
    let folder = tempfile::tempdir().expect("a folder");
    let path = format!("{}:/usr/local/bin:/usr/bin:/bin", programs().display());
    let mut seen = 0;
    for (command, shown) in blocks.into_iter().flat_map(commands) {
        let mut shell = shell(command, endpoint, folder.path());
        let output = shell.env("PATH", &path).env("HOME", folder.path()).output().expect("sh runs");
        let printed = String::from_utf8_lossy(&output.stdout);
        assert_eq!(arranged(&blanked(&printed)), arranged(&blanked(&shown)), "$ {command}");
        seen += 1;
    }
    seen
}

/// A command for a shell in this folder, with this endpoint and little else in its environment.
fn shell(command: &str, endpoint: &Endpoint, folder: &Path) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("exec 2>&1; {command}")]).current_dir(folder).env_clear();
    shell.env("PATH", format!("{}:/usr/bin:/bin", programs().display())).env("TZ", "UTC0");
    shell.env("AWS_ENDPOINT_URL_SFN", endpoint.url()).env("AWS_REGION", "us-east-1");
    shell.env("AWS_ACCESS_KEY_ID", "AKIDLOCAL").env("AWS_SECRET_ACCESS_KEY", "sfn-local-needs-no-secret");
    shell
}

#[test]
fn every_command_prints_what_the_page_shows() {
    let endpoint = Endpoint::start(Settings::default()).expect("the endpoint starts");
    let seen = check(&endpoint, blocks("console"), str::to_owned);
    assert!(seen >= 3, "the page shows commands");
}

#[test]
fn bulk_prints_what_the_page_shows() {
    let endpoint = Endpoint::start(Settings::default()).expect("the endpoint starts");
    let seen = check(&endpoint, blocks("console bulk"), |text| {
        // Calls overlap, and executions end when they end: the order of lines is not promised.
        let mut lines: Vec<&str> = text.lines().collect();
        lines.sort_unstable();
        lines.join("\n")
    });
    assert!(seen >= 2, "the page shows bulk redrives");
}

#[test]
fn what_stands_in_for_aws_is_what_is_tested() {
    let tested = [
        include_str!("../standing_in/function.sh"),
        include_str!("../standing_in/alias"),
        include_str!("../standing_in/plain-alias"),
    ];
    for text in tested {
        assert!(README.contains(text.trim()), "not on the page: {text}");
    }
}

#[test]
fn the_first_command_redrives_once() {
    let block = blocks("sh").into_iter().find(|block| block.contains("sfn-local")).expect("the page tries sfn-local");
    let path = format!("{}:/usr/bin:/bin", programs().display());
    let output = Command::new("sh").args(["-c", block]).env("PATH", path).output().expect("sh runs");
    assert_eq!(output.status.code(), Some(254), "{output:?}");
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(stdout.matches("redriveDate").count(), 1, "{stdout}");
    assert!(stderr.contains("ExecutionNotRedrivable"), "{stderr}");
}

#[test]
fn the_checks_run_the_test_command_of_the_page() {
    let command = blocks("sh").into_iter().find(|block| block.starts_with("cargo test")).expect("the page tests");
    assert!(CI.lines().any(|line| line == command), "{command} is not in .ci/run");
}

#[test]
fn the_page_counts_the_recorded_cases() {
    let files = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")).expect("the cases");
    let lines = |file: std::fs::DirEntry| std::fs::read_to_string(file.path()).expect("a file").lines().count();
    let count: usize = files.map(|file| lines(file.expect("a file"))).sum();
    let claim = format!("{},{:03} recorded runs", count / 1_000, count % 1_000);
    assert!(README.contains(&claim), "not on the page: {claim}");
}

#[test]
fn the_page_is_one_page() {
    assert!(README.lines().count() <= 200);
    let prose: Vec<&str> = README.split("```").step_by(2).flat_map(str::lines).collect();
    assert!(prose.iter().all(|line| line.chars().count() <= 120), "a line is too long");
    let words = prose.iter().flat_map(|line| line.split_whitespace()).count();
    assert!(words <= 900, "{words} words");
}

#[test]
fn help_shows_every_difference() {
    let output =
        Command::new(programs().join("redrive-execution")).args(["help", "differences"]).output().expect("runs");
    let page = String::from_utf8_lossy(&output.stdout);
    for row in differences::ALL {
        assert!(page.contains(&format!("\n{}\n", row.id)), "{}", row.id);
        let cells = [row.what, row.aws_cli, row.here, row.why];
        assert!(cells.iter().all(|cell| cell.matches('`').count() % 2 == 0), "{}", row.id);
        assert!(cells.iter().all(|cell| !cell.is_empty() && !cell.contains(['|', '\n'])), "{}", row.id);
    }
}
