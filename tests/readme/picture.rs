//! The picture of a terminal at the top of README.md: drawn from a real run, and held against one.

use std::fmt::Write as _;

use redrive_execution::local::{Endpoint, Settings};
use regex_lite::Regex;

use super::{blanked, shell};

/// Where the picture is, from the top of the repository.
const FILE: &str = ".github/terminal.svg";

/// What is typed. `$E` and `$M` stand for the beginnings of ARNs, which are too long for a picture.
const SCENE: [&str; 2] = [
    "redrive-execution --execution-arn $E:order-processing:order-1001",
    "redrive-execution bulk --state-machine-arn $M:orders --since 3d --limit 4 --yes --wait > ended.jsonl",
];

/// Runs the scene; what a person sees.
fn seen() -> String {
    let endpoint = Endpoint::start(Settings::default()).expect("the endpoint starts");
    let folder = tempfile::tempdir().expect("a folder");
    let mut text = String::new();
    for command in SCENE {
        let output = shell(command, &endpoint, folder.path())
            .env("HOME", "/home/me")
            .env("XDG_STATE_HOME", folder.path())
            .env("E", "arn:aws:states:us-east-1:123456789012:execution")
            .env("M", "arn:aws:states:us-east-1:123456789012:stateMachine")
            .output()
            .expect("sh runs");
        let printed = String::from_utf8_lossy(&output.stdout);
        let printed = printed.replace(&folder.path().display().to_string(), "~/.local/state");
        writeln!(text, "$ {command}\n{}", printed.trim_end()).expect("a string takes everything");
    }
    text
}

/// The picture of `text`.
fn drawn(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let columns = lines.iter().map(|line| line.chars().count()).max().unwrap_or(0);
    let (width, height) = (columns * 8 + 32, lines.len() * 18 + 32);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" role=\"img\" \
         aria-label=\"A redrive, and a bulk redrive, in a terminal\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#1c1f26\"/>\n\
         <g font-family=\"ui-monospace, Menlo, Consolas, monospace\" font-size=\"13\" fill=\"#d8dee9\" xml:space=\"preserve\">\n"
    );
    for (row, line) in lines.iter().enumerate() {
        let weight = if line.starts_with("$ ") { " fill=\"#a3be8c\"" } else { "" };
        let line = line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        writeln!(svg, "<text x=\"16\" y=\"{}\"{weight}>{line}</text>", row * 18 + 29)
            .expect("a string takes everything");
    }
    svg + "</g>\n</svg>\n"
}

/// What of a picture or a run may not change from one run to the next: no dates, paces and ids of runs, one kind of white space.
fn lasting(text: &str) -> Vec<String> {
    let tags = Regex::new("<[^>]*>").expect("a good pattern");
    let run = Regex::new(r"[0-9TZ:.-]+-[0-9a-f-]+\.jsonl").expect("a good pattern");
    let text = blanked(&tags.replace_all(text, ""));
    let text = run.replace_all(&text, "RUN.jsonl").replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&");
    let mut lines: Vec<String> = text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect();
    // Calls overlap: the order of lines is not promised.
    lines.sort_unstable();
    lines
}

#[test]
fn the_picture_shows_what_the_program_prints() {
    let picture = std::fs::read_to_string(FILE).expect("the picture");
    assert_eq!(lasting(&picture), lasting(&drawn(&seen())), "draw it anew: .github/picture");
}

#[test]
#[ignore = "draws the picture anew"]
fn the_picture_is_drawn() {
    std::fs::write(FILE, drawn(&seen())).expect("the picture is written");
}
