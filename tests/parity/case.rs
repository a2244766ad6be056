//! A recorded case as it stands in a file. What the keys mean stands in `tests/README.md`.
//!
//! Refuses unknown keys, so that nothing in a case is ignored.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::support::endpoint::script::{Reply, Route};
use crate::support::process::Stream;
use crate::support::raw::Raw;

/// What is compared, in this order.
pub const FIELDS: [&str; 8] =
    ["exit", "stdout", "stderr", "requests", "same_token_on_retry", "proxied", "beside", "left"];
/// What `ignore` may name besides.
const LENIENT: [&str; 2] = ["stderr_text", "request_count"];

/// One case.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    pub id: String,
    pub argv: Vec<Raw>,
    #[serde(default)]
    pub whole: bool,
    #[serde(default)]
    pub env: BTreeMap<String, Option<Raw>>,
    #[serde(default = "yes")]
    pub endpoint_env: bool,
    #[serde(default)]
    pub files: BTreeMap<String, Content>,
    #[serde(default)]
    pub accounts: BTreeMap<String, String>,
    #[serde(default)]
    pub stdin: Stdin,
    #[serde(default)]
    pub stdout: Stream,
    #[serde(default)]
    pub stderr: Stream,
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
    pub proxy: Option<Proxy>,
    pub beside: Option<Vec<Raw>>,
    #[serde(default)]
    pub settle: f64,
    #[serde(default)]
    pub look: Vec<String>,
    #[serde(default)]
    pub ignore: Vec<String>,
    #[serde(default)]
    pub mask: BTreeMap<String, String>,
    /// The difference, by its id, that `ignore` or `mask` makes room for.
    pub why: Option<String>,
    pub expect: Option<Map<String, Value>>,
}

/// A file's content, with its placeholders filled in and then, in turn, each text replaced by another.
#[derive(Debug, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Content {
    Plain(Raw),
    Changed { content: Raw, replace: Vec<(String, String)> },
}

/// Standard input: its bytes, or that it is closed.
#[derive(Debug, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Stdin {
    Holds(Raw),
    Closed { closed: bool },
}

impl Default for Stdin {
    fn default() -> Self {
        Self::Holds(Raw::default())
    }
}

/// A forward proxy in front of the endpoint, which may refuse everything.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proxy {
    pub refuse: Option<Reply>,
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
        for name in case.expect.iter().flat_map(Map::keys) {
            if !FIELDS.contains(&name.as_str()) {
                return Err(format!("{}: {name} is expected, but would not be compared", case.id));
            }
        }
        Ok(case)
    }

    /// What is expected of this field; nothing of a case that is not recorded yet.
    pub fn expected(&self, field: &str) -> Option<&Value> {
        self.expect.as_ref().and_then(|expect| expect.get(field))
    }

    /// Whether the case wants this left out, or taken lightly.
    pub fn ignores(&self, name: &str) -> bool {
        self.ignore.iter().any(|ignored| ignored == name)
    }

    /// A guess at how long it takes, to begin with the longest: every retry waits, and so do delays and signals.
    pub fn weight(&self) -> u64 {
        let requests = self.expected("requests").and_then(Value::as_array).map_or(0, Vec::len) as u64;
        let delays = self.responses.iter().filter(|reply| reply.delay.is_some()).count() as u64;
        requests.saturating_sub(1) + 4 * (delays + self.signal.iter().count() as u64) + 2 * self.keys.len() as u64
    }
}

/// The recorded cases of a folder, or of one file, by file name (without folder), in order.
pub fn load(place: &Path) -> Result<Vec<(String, Vec<Case>)>, String> {
    let mut files = Vec::new();
    for path in case_files(place).map_err(|error| format!("{}: {error}", place.display()))? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{name}: {error}"))?;
        let cases = parse_lines(&name, &text)?;
        if let Some(case) = cases.iter().find(|case| case.expect.is_none()) {
            return Err(format!("{}: not recorded yet", case.id));
        }
        files.push((name, cases));
    }
    files.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(files)
}

fn case_files(place: &Path) -> std::io::Result<Vec<PathBuf>> {
    if place.is_file() {
        return Ok(vec![place.to_owned()]);
    }
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(place)? {
        paths.push(entry?.path());
    }
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    Ok(paths)
}

/// The cases of a file's lines, recorded or not.
pub fn parse_lines(name: &str, text: &str) -> Result<Vec<Case>, String> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(number, line)| Case::parse(line).map_err(|error| format!("{name}:{}: {error}", number + 1)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::Case;

    #[test]
    fn a_case_with_an_unknown_field_is_refused() {
        for line in [
            r#"{"id": "a", "argv": [], "expect": {}, "colour": 1}"#,
            r#"{"id": "a", "argv": [], "expect": {"stdouts": ""}}"#,
            r#"{"id": "a", "argv": [], "expect": {}, "ignore": ["stdou"]}"#,
            r#"{"id": "a", "argv": [], "expect": {}, "responses": [{"status": 200, "sleep": 1}]}"#,
            r#"{"id": "a", "argv": [], "expect": {}, "routes": [{"match": {"host": "x"}, "respond": {}}]}"#,
            r#"{"id": "a", "argv": [{"hex": "6"}], "expect": {}}"#,
            r#"{"id": "a", "argv": [], "expect": {}, "stdout": "broken"}"#,
            r#"{"id": "a", "argv": [], "expect": {}, "stdin": {"open": true}}"#,
            r#"{"id": "a", "argv": [], "expect": {}, "proxy": {"allow": {}}}"#,
            r#"{"id": "a", "argv": [], "expect": {}, "files": {"a": {"content": "", "replace": [], "mode": 1}}}"#,
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
