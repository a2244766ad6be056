//! A recorded case as it stands in a file. What the keys mean stands in `tests/README.md`.
//!
//! Refuses keys it does not know, so that nothing a case asks for is passed over.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::support::endpoint::script::{Reply, Route};

/// What is compared, in this order.
pub const FIELDS: [&str; 6] = ["exit", "stdout", "stderr", "requests", "same_token_on_retry", "left"];
/// What `ignore` may name besides.
const LENIENT: [&str; 2] = ["stderr_text", "request_count"];

/// One case.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub id: String,
    pub argv: Vec<String>,
    #[serde(default)]
    pub whole: bool,
    #[serde(default)]
    pub env: BTreeMap<String, Option<String>>,
    #[serde(default = "yes")]
    pub endpoint_env: bool,
    #[serde(default)]
    pub files: BTreeMap<String, Content>,
    pub stdin: Option<String>,
    pub stdout: Option<Stdout>,
    pub tty: Option<Tty>,
    pub rows: Option<u16>,
    pub cols: Option<u16>,
    #[serde(default)]
    pub keys: Vec<String>,
    pub signal: Option<SignalAfter>,
    #[serde(default)]
    pub responses: Vec<Reply>,
    #[serde(default)]
    pub routes: Vec<Route>,
    #[serde(default)]
    pub tls: bool,
    #[serde(default)]
    pub settle: f64,
    #[serde(default)]
    pub look: Vec<String>,
    #[serde(default)]
    pub ignore: Vec<String>,
    /// The difference, by its id, that `ignore` makes room for.
    pub why: Option<String>,
    #[serde(default)]
    pub mask: BTreeMap<String, String>,
    pub expect: Map<String, Value>,
}

/// A file's content: text with placeholders, or bytes.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Content {
    Text(String),
    Bytes { hex: String },
}

/// What standard output is, where it is no pipe.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum Stdout {
    Full,
}

/// Which streams are on a terminal: standard input and output, or standard error too.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum Tty {
    Stdout,
    All,
}

/// A signal, and the seconds after which it is sent.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignalAfter {
    pub name: SignalName,
    pub after: f64,
}

/// The signals that cases send.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
pub enum SignalName {
    #[serde(rename = "SIGINT")]
    Interrupt,
    #[serde(rename = "SIGTERM")]
    Terminate,
    #[serde(rename = "SIGHUP")]
    HangUp,
    #[serde(rename = "SIGQUIT")]
    Quit,
    #[serde(rename = "SIGPIPE")]
    BrokenPipe,
}

fn yes() -> bool {
    true
}

impl Case {
    /// Reads a line of a case file.
    pub fn parse(line: &str) -> Result<Self, String> {
        let case: Self = serde_json::from_str(line).map_err(|error| error.to_string())?;
        for name in &case.ignore {
            if !FIELDS.contains(&name.as_str()) && !LENIENT.contains(&name.as_str()) {
                return Err(format!("{}: nothing is called {name} that could be ignored", case.id));
            }
        }
        if case.why.is_some() && case.ignore.is_empty() {
            return Err(format!("{}: why, but nothing is ignored", case.id));
        }
        for name in case.expect.keys() {
            if !FIELDS.contains(&name.as_str()) {
                return Err(format!("{}: {name} is expected, but nobody would compare it", case.id));
            }
        }
        Ok(case)
    }

    /// Whether the case wants this left out, or taken lightly.
    pub fn ignores(&self, name: &str) -> bool {
        self.ignore.iter().any(|ignored| ignored == name)
    }

    /// A guess at how long it takes, to begin with the longest: every retry waits, and so do delays and signals.
    pub fn weight(&self) -> u64 {
        let requests = self.expect.get("requests").and_then(Value::as_array).map_or(0, Vec::len) as u64;
        let delays = self.responses.iter().filter(|reply| reply.delay.is_some()).count() as u64;
        requests.saturating_sub(1) + 4 * (delays + self.signal.iter().count() as u64) + 2 * self.keys.len() as u64
    }
}

/// All cases of a folder by file name (without folder), in order.
pub fn load(folder: &Path) -> Result<Vec<(String, Vec<Case>)>, String> {
    let told = |path: &Path| {
        let path = path.display().to_string();
        move |error: std::io::Error| format!("{path}: {error}")
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(told(folder))? {
        let path = entry.map_err(told(folder))?.path();
        if path.extension().is_none_or(|extension| extension != "jsonl") {
            continue;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).map_err(told(&path))?;
        let cases = text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
            .map(|(number, line)| Case::parse(line).map_err(|error| format!("{name}:{}: {error}", number + 1)))
            .collect::<Result<Vec<_>, _>>()?;
        files.push((name, cases));
    }
    files.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::Case;

    #[test]
    fn a_case_that_asks_for_something_unknown_is_refused() {
        for line in [
            r#"{"id": "a", "argv": [], "expect": {}, "colour": 1}"#,
            r#"{"id": "a", "argv": [], "expect": {"stdouts": ""}}"#,
            r#"{"id": "a", "argv": [], "expect": {}, "ignore": ["stdou"]}"#,
            r#"{"id": "a", "argv": [], "expect": {}, "responses": [{"status": 200, "sleep": 1}]}"#,
            r#"{"id": "a", "argv": [], "expect": {}, "routes": [{"match": {"host": "x"}, "respond": {}}]}"#,
        ] {
            assert!(Case::parse(line).is_err(), "{line}");
        }
    }

    #[test]
    fn null_is_a_body_and_digits_stay_as_they_are() {
        let case =
            Case::parse(r#"{"id": "a", "argv": [], "expect": {}, "responses": [{"json": null}, {"json": 1.50e400}]}"#)
                .unwrap();
        let bodies: Vec<_> = case.responses.iter().map(|reply| String::from_utf8_lossy(reply.body().0)).collect();
        assert_eq!(bodies, ["null", "1.50e400"]);
    }
}
