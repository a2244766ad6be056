//! Records cases: runs those of a file that lack `expect` and writes what came of them beside them.
//!
//! Refuses to touch an `expect` that is there; it can only be compared once more.

use std::path::Path;

use serde_json::{Map, Value};

use super::compare;
use super::options::Options;
use super::run::Bench;
use super::{case, side_by_side};

/// What came of it.
#[derive(Debug, Default, Eq, PartialEq)]
pub struct Recorded {
    /// How many cases were recorded.
    pub new: usize,
    /// How many recorded ones came out the same.
    pub same: usize,
    /// The recorded ones that came out otherwise, each with its differences.
    pub changed: Vec<String>,
}

/// Records the cases of `file`. With `PARITY_AGAIN` its recorded ones are run, too.
pub fn record(bench: &Bench, file: &Path, options: &Options) -> Result<Recorded, String> {
    let name = file.display().to_string();
    let text = std::fs::read_to_string(file).map_err(|error| format!("{name}: {error}"))?;
    let cases = case::parse_lines(&name, &text)?;
    let chosen: Vec<_> = cases
        .iter()
        .filter(|case| case.id.contains(&options.only) && (options.again || case.expect.is_none()))
        .collect();
    let mut runs = side_by_side(&chosen, options.jobs, |case| bench.run(case)).into_iter();

    let mut recorded = Recorded::default();
    let mut lines = Vec::new();
    let mut all = cases.iter();
    for line in text.lines() {
        let case = if line.trim().is_empty() { None } else { all.next() };
        let Some(case) = case.filter(|case| chosen.iter().any(|one| one.id == case.id)) else {
            lines.push(line.to_owned());
            continue;
        };
        let run = runs.next().ok_or("a case was not run")?;
        let got = run.map_err(|error| format!("{}: {error}", case.id))?;
        if case.expect.is_none() {
            lines.push(with_expect(line, &got)?);
            recorded.new += 1;
            continue;
        }
        lines.push(line.to_owned());
        let differences = compare::differences(case, &got)?;
        match differences.iter().map(compare::Difference::detail).collect::<String>() {
            nothing if nothing.is_empty() => recorded.same += 1,
            detail => recorded.changed.push(format!("{}\n{detail}", case.id)),
        }
    }
    std::fs::write(file, lines.join("\n") + "\n").map_err(|error| format!("{name}: {error}"))?;
    Ok(recorded)
}

/// The line with `expect` as its last member; all else stays as it was written.
fn with_expect(line: &str, got: &Map<String, Value>) -> Result<String, String> {
    let open = line.trim_end().strip_suffix('}').ok_or("a case is an object")?;
    let expect = serde_json::to_string(got).map_err(|error| error.to_string())?;
    Ok(format!("{open}, \"expect\": {expect}}}"))
}
