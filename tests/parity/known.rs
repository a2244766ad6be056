//! The list of cases that are known not to pass, and the rule that keeps it true.
//!
//! The list is `tests/known-differences.txt`. It can neither hide a case that broke nor outlive its reasons.

use std::collections::{BTreeMap, BTreeSet};

/// Case ids with the reason why they do not pass yet.
#[derive(Debug, Default)]
pub struct Known {
    reasons: BTreeMap<String, String>,
}

/// What is wrong with a run, seen against the list; nothing where the run is as it should be.
#[derive(Debug, Default, Eq, PartialEq)]
pub struct Verdict {
    /// Failed, and not in the list.
    pub broken: Vec<String>,
    /// In the list, and passed.
    pub mended: Vec<String>,
    /// In the list, but no such case.
    pub unknown: Vec<String>,
}

impl Known {
    /// Reads the list: `id: reason` lines, empty ones, and comments after `#`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut reasons = BTreeMap::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let Some((id, reason)) = line.split_once(": ") else {
                return Err(format!("line {}: a case needs a reason, `id: reason`", number + 1));
            };
            if reasons.insert(id.to_owned(), reason.trim().to_owned()).is_some() {
                return Err(format!("line {}: {id} is here twice", number + 1));
            }
        }
        Ok(Self { reasons })
    }

    /// Why a case is known not to pass.
    pub fn reason(&self, id: &str) -> Option<&str> {
        self.reasons.get(id).map(String::as_str)
    }

    /// Holds a run against the list. `all` are the ids of all cases, run or not; `results` says of those run whether
    /// they passed.
    pub fn judge<'a>(
        &self,
        all: impl IntoIterator<Item = &'a str>,
        results: impl IntoIterator<Item = (&'a str, bool)>,
    ) -> Verdict {
        let mut verdict = Verdict::default();
        for (id, passed) in results {
            match (passed, self.reasons.contains_key(id)) {
                (false, false) => verdict.broken.push(id.to_owned()),
                (true, true) => verdict.mended.push(id.to_owned()),
                (true, false) | (false, true) => {}
            }
        }
        let all: BTreeSet<&str> = all.into_iter().collect();
        verdict.unknown = self.reasons.keys().filter(|id| !all.contains(id.as_str())).cloned().collect();
        verdict
    }
}

impl Verdict {
    /// What is to be done, a line each; `None` where all is well.
    pub fn complaints(&self) -> Option<String> {
        let lines = [
            ("failed", &self.broken),
            ("passed, so take it out of tests/known-differences.txt", &self.mended),
            ("in tests/known-differences.txt, but no such case", &self.unknown),
        ];
        let told: Vec<String> =
            lines.into_iter().flat_map(|(what, ids)| ids.iter().map(move |id| format!("{id}: {what}"))).collect();
        (!told.is_empty()).then(|| told.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::Known;

    const ALL: [&str; 4] = ["a/one", "a/two", "b/one", "b/two"];

    fn known() -> Known {
        Known::parse("# comment\n\na/two: not yet: later\n  b/two: hard\n").unwrap()
    }

    #[test]
    fn a_run_as_known_is_well() {
        let verdict = known().judge(ALL, [("a/one", true), ("a/two", false), ("b/one", true), ("b/two", false)]);
        assert_eq!(verdict.complaints(), None);
        assert_eq!(known().reason("a/two"), Some("not yet: later"));
        assert_eq!(known().reason("a/one"), None);
    }

    #[test]
    fn a_case_that_fails_unknown_fails_the_run() {
        let verdict = known().judge(ALL, [("a/one", false), ("a/two", false)]);
        assert_eq!(verdict.broken, ["a/one"]);
        assert_eq!(verdict.complaints().as_deref(), Some("a/one: failed"));
    }

    #[test]
    fn a_known_case_that_passes_fails_the_run() {
        let verdict = known().judge(ALL, [("a/one", true), ("a/two", true)]);
        assert_eq!(verdict.mended, ["a/two"]);
        assert!(verdict.complaints().is_some());
    }

    #[test]
    fn a_known_case_that_does_not_exist_fails_the_run_even_where_only_some_are_run() {
        let verdict = known().judge(["a/one", "b/two"], [("a/one", true)]);
        assert_eq!(verdict.unknown, ["a/two"]);
        assert!(verdict.complaints().is_some());
    }

    #[test]
    fn a_known_case_that_is_not_run_is_not_judged() {
        assert_eq!(known().judge(ALL, [("a/one", true)]).complaints(), None);
    }

    #[test]
    fn a_list_without_reasons_or_with_a_case_twice_is_refused() {
        for text in ["a/one", "a/one:", "a/one: x\na/one: y"] {
            assert!(Known::parse(text).is_err(), "{text:?}");
        }
    }
}
