//! The environment variables that control a run; `tests/README.md` has a table of them.

use std::path::PathBuf;

/// The choices of a run.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Options {
    /// `PARITY_ONLY`: only cases whose id holds this.
    pub only: String,
    /// `PARITY_VERBOSE`: every difference in full.
    pub verbose: bool,
    /// `PARITY_BIN`: another program than ours.
    pub program: Option<PathBuf>,
    /// `PARITY_BUILD`: ours, built otherwise.
    pub build: Option<PathBuf>,
    /// `PARITY_ROOT`: the root folder that this program is run in, if it changes it.
    pub root: PathBuf,
    /// `PARITY_CASES`: another file, or folder of files, than `tests/cases`.
    pub cases: Option<PathBuf>,
    /// `PARITY_RECORD`: a file of cases to be recorded.
    pub record: Option<PathBuf>,
    /// `PARITY_AGAIN`: while recording, the recorded cases of the file are run once more and compared.
    pub again: bool,
    /// `PARITY_PREFIX`: words before a case's own.
    pub prefix: Vec<String>,
    /// `PARITY_JOBS`: how many at a time.
    pub jobs: usize,
}

/// How many cases run at a time: more than there are cores, for many wait.
const JOBS: usize = 8;

impl Options {
    /// Those of this process.
    #[expect(clippy::disallowed_methods, reason = "the tests' own settings, not the program's")]
    pub fn of_process() -> Result<Self, String> {
        Self::from(|name| std::env::var(name).ok())
    }

    /// Those that a lookup gives. An empty value is as good as none.
    pub fn from(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        let given = |name: &str| lookup(name).filter(|value| !value.is_empty());
        let is_on = |name: &str| given(name).is_some_and(|value| value != "0");
        let jobs = match given("PARITY_JOBS") {
            None => JOBS,
            Some(text) => text
                .parse()
                .ok()
                .filter(|jobs| *jobs > 0)
                .ok_or_else(|| format!("PARITY_JOBS: {text} is not a number of cases to run at a time"))?,
        };
        Ok(Self {
            only: given("PARITY_ONLY").unwrap_or_default(),
            verbose: is_on("PARITY_VERBOSE"),
            program: given("PARITY_BIN").map(PathBuf::from),
            build: given("PARITY_BUILD").map(PathBuf::from),
            root: given("PARITY_ROOT").map_or_else(|| PathBuf::from("/"), PathBuf::from),
            cases: given("PARITY_CASES").map(PathBuf::from),
            record: given("PARITY_RECORD").map(PathBuf::from),
            again: is_on("PARITY_AGAIN"),
            prefix: given("PARITY_PREFIX").unwrap_or_default().split_whitespace().map(str::to_owned).collect(),
            jobs,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{JOBS, Options};

    fn options(given: &[(&str, &str)]) -> Result<Options, String> {
        Options::from(|name| given.iter().find(|(have, _)| *have == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn without_any_all_cases_run_against_our_program() {
        let options = options(&[("PARITY_ONLY", ""), ("PARITY_VERBOSE", "0")]).unwrap();
        assert_eq!((options.only.as_str(), options.verbose, options.program, options.jobs), ("", false, None, JOBS));
    }

    #[test]
    fn each_variable_has_its_effect() {
        let given = [
            ("PARITY_ONLY", "args/"),
            ("PARITY_VERBOSE", "1"),
            ("PARITY_BIN", "/bin/aws"),
            ("PARITY_BUILD", "/bin/redrive-execution"),
            ("PARITY_PREFIX", "stepfunctions redrive-execution"),
            ("PARITY_JOBS", "3"),
            ("PARITY_ROOT", "/opt/r"),
            ("PARITY_CASES", "/tmp/c"),
            ("PARITY_RECORD", "/tmp/r.jsonl"),
            ("PARITY_AGAIN", "1"),
        ];
        let options = options(&given).unwrap();
        assert_eq!((options.only.as_str(), options.verbose, options.jobs), ("args/", true, 3));
        assert_eq!(options.program.as_deref(), Some("/bin/aws".as_ref()));
        assert_eq!(options.build.as_deref(), Some("/bin/redrive-execution".as_ref()));
        assert_eq!(options.prefix, ["stepfunctions", "redrive-execution"]);
        assert_eq!(options.cases.as_deref(), Some("/tmp/c".as_ref()));
        assert_eq!(options.record.as_deref(), Some("/tmp/r.jsonl".as_ref()));
        assert_eq!((options.root.as_path(), options.again), ("/opt/r".as_ref(), true));
    }

    #[test]
    fn anything_but_a_number_is_refused() {
        for text in ["0", "-1", "many"] {
            assert!(options(&[("PARITY_JOBS", text)]).is_err(), "{text}");
        }
    }
}
