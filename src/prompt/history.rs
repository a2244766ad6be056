//! The lines that were run before: the AWS CLI's own file, `~/.aws/cli/cache/prompt_history.json`, so that both know them.
//!
//! Lines of other commands of the AWS CLI stay in the file, but are not offered.

use std::fs::DirBuilder;
use std::path::PathBuf;

use serde_json::{Map, Value, json};

use crate::host::{Host, read_at_most, replace};
use crate::platform::files::OwnerOnly;

/// How many lines the AWS CLI keeps.
const KEPT: usize = 500;

/// The most that is read, in bytes: 500 lines of the longest that a shell takes are more than anybody has.
const LARGEST_FILE: u64 = 16 * 1024 * 1024;

#[derive(Clone, Debug)]
pub(crate) struct History {
    path: Option<PathBuf>,
}

impl History {
    /// The history of this host's user; without a home there is none.
    pub(crate) fn of(host: &Host) -> Self {
        Self { path: host.expand_home("~/.aws/cli/cache/prompt_history.json") }
    }

    /// The lines of this command, newest first, each once. What cannot be read is empty.
    pub(crate) fn lines(&self) -> Vec<String> {
        let document = self.read().unwrap_or_default();
        let commands = document.get("commands").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let mut lines: Vec<String> = Vec::new();
        for line in commands.iter().rev().filter_map(Value::as_str).map(str::trim) {
            if is_ours(line) && !lines.iter().any(|known| known == line) {
                lines.push(line.to_owned());
            }
        }
        lines
    }

    /// Keeps a line. A history that cannot be parsed or written is left as it is: no reason to stop.
    pub(crate) fn keep(&self, line: &str) {
        let Some(path) = &self.path else { return };
        let mut document = match (self.read(), path.exists()) {
            (Some(document), _) => document,
            (None, false) => Map::from_iter([("version".to_owned(), json!(1)), ("commands".to_owned(), json!([]))]),
            (None, true) => return,
        };
        let Some(commands) = document.get_mut("commands").and_then(Value::as_array_mut) else { return };
        commands.push(line.into());
        commands.drain(..commands.len().saturating_sub(KEPT));
        if let Some(folder) = path.parent() {
            let _ = DirBuilder::new().recursive(true).owner_only().create(folder);
        }
        let _ = replace(path, &Value::Object(document).to_string());
    }

    fn read(&self) -> Option<Map<String, Value>> {
        let text = read_at_most(self.path.as_ref()?, LARGEST_FILE).ok()?;
        match serde_json::from_slice(&text) {
            Ok(Value::Object(document)) => Some(document),
            _ => None,
        }
    }
}

/// Whether a line is one of this command: both its words stand before its options, wherever the global ones stand.
fn is_ours(line: &str) -> bool {
    let mut words = line.split_whitespace();
    words.any(|word| word == "stepfunctions") && words.any(|word| word == "redrive-execution")
}

#[cfg(test)]
mod tests {
    use super::History;
    use crate::host::Host;

    fn history(home: &std::path::Path) -> History {
        History::of(&Host::fixed(&[("HOME", home.to_str().unwrap())]))
    }

    #[test]
    fn lines_come_back_newest_first_and_once() {
        let home = tempfile::tempdir().unwrap();
        let history = history(home.path());
        assert_eq!(history.lines(), [""; 0]);
        for line in ["a", "b ", "a"] {
            history.keep(&format!("stepfunctions redrive-execution {line}"));
        }
        assert_eq!(history.lines(), ["stepfunctions redrive-execution a", "stepfunctions redrive-execution b"]);
    }

    #[test]
    fn the_aws_clis_own_lines_stay() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join(".aws/cli/cache/prompt_history.json");
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, r#"{"version": 1, "commands": ["s3 ls", "--debug stepfunctions redrive-execution "]}"#)
            .unwrap();
        let history = history(home.path());
        assert_eq!(history.lines(), ["--debug stepfunctions redrive-execution"]);
        history.keep("stepfunctions redrive-execution x");
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(
            text,
            r#"{"version":1,"commands":["s3 ls","--debug stepfunctions redrive-execution ","stepfunctions redrive-execution x"]}"#
        );
    }

    #[test]
    fn only_so_many_are_kept_and_what_is_no_history_is_left_alone() {
        let home = tempfile::tempdir().unwrap();
        let history = history(home.path());
        (0..510).for_each(|number| history.keep(&format!("stepfunctions redrive-execution {number}")));
        assert_eq!(history.lines().len(), 500);
        assert!(history.lines()[0].ends_with("509"));
        let path = home.path().join(".aws/cli/cache/prompt_history.json");
        std::fs::write(&path, "[]").unwrap();
        history.keep("x");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "[]");
    }
}
