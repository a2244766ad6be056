//! The list of cases that differ in their status or in what they send, and the rule that keeps it true.
//!
//! The list is `tests/known-differences.txt`. It can neither hide a case that broke nor outlive its reasons.

use std::collections::{BTreeMap, BTreeSet};

use super::case::FIELDS;

/// Ids of cases with the parts that differ and the difference that explains it.
#[derive(Debug, Default)]
pub struct Known {
    cases: BTreeMap<String, Exception>,
}

#[derive(Debug)]
struct Exception {
    parts: BTreeSet<String>,
    why: String,
}

/// What is wrong with a run, seen against the list; nothing where the run is as it should be.
#[derive(Debug, Default, Eq, PartialEq)]
pub struct Verdict {
    /// Differs, and is not in the list, or not with these parts.
    pub broken: Vec<String>,
    /// In the list, and the parts that do not differ any more.
    pub mended: Vec<String>,
    /// In the list, but no such case.
    pub unknown: Vec<String>,
}

impl Known {
    /// Reads the list: lines of `id (part, part): why`, empty ones, and comments after `#`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut cases = BTreeMap::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (id, exception) = Exception::parse(line).map_err(|error| format!("line {}: {error}", number + 1))?;
            if cases.insert(id.to_owned(), exception).is_some() {
                return Err(format!("line {}: {id} is here twice", number + 1));
            }
        }
        Ok(Self { cases })
    }

    /// The differences that the list refers to.
    pub fn reasons(&self) -> impl Iterator<Item = (&str, &str)> {
        self.cases.iter().map(|(id, exception)| (id.as_str(), exception.why.as_str()))
    }

    /// The reason in the list for a case to differ in exactly these parts.
    pub fn reason(&self, id: &str, parts: &[&str]) -> Option<&str> {
        let exception = self.cases.get(id)?;
        let same = exception.parts.iter().map(String::as_str).eq(parts.iter().copied().collect::<BTreeSet<_>>());
        same.then_some(exception.why.as_str())
    }

    /// Holds a run against the list. `all` are the ids of all cases, run or not; `results` gives for those run the parts that
    /// differ.
    pub fn judge<'a>(
        &self,
        all: impl IntoIterator<Item = &'a str>,
        results: impl IntoIterator<Item = (&'a str, Vec<&'a str>)>,
    ) -> Verdict {
        let mut verdict = Verdict::default();
        let none = BTreeSet::new();
        for (id, parts) in results {
            let excused = self.cases.get(id).map_or(&none, |exception| &exception.parts);
            if parts.iter().any(|part| !excused.contains(*part)) {
                verdict.broken.push(id.to_owned());
            }
            let mended: Vec<&str> =
                excused.iter().map(String::as_str).filter(|excused| !parts.contains(excused)).collect();
            if !mended.is_empty() {
                verdict.mended.push(format!("{id} ({})", mended.join(", ")));
            }
        }
        let all: BTreeSet<&str> = all.into_iter().collect();
        verdict.unknown = self.cases.keys().filter(|id| !all.contains(id.as_str())).cloned().collect();
        verdict
    }
}

impl Exception {
    /// Reads `id (part, part): why`. One of the parts has to be the status or the requests; for text alone a case has `ignore`.
    fn parse(line: &str) -> Result<(&str, Self), String> {
        let parts = line.split_once(" (").and_then(|(id, rest)| {
            let (parts, why) = rest.split_once("): ")?;
            Some((id, parts, why.trim()))
        });
        let Some((id, parts, why)) = parts else {
            return Err("a case needs the parts that differ and a reason, `id (part, part): why`".to_owned());
        };
        let parts: BTreeSet<String> = parts.split(", ").map(str::to_owned).collect();
        if let Some(unknown) = parts.iter().find(|part| !FIELDS.contains(&part.as_str())) {
            return Err(format!("{id}: {unknown} is not a part of a case"));
        }
        if !parts.contains("exit") && !parts.contains("requests") {
            return Err(format!("{id}: where only text differs, the case itself has `ignore` and `why`"));
        }
        Ok((id, Self { parts, why: why.to_owned() }))
    }
}

impl Verdict {
    /// What is to be done, a line each; `None` where all is well.
    pub fn complaints(&self) -> Option<String> {
        let lines = [
            ("failed", &self.broken),
            ("the same as recorded, so take it out of tests/known-differences.txt", &self.mended),
            ("in tests/known-differences.txt, but no such case", &self.unknown),
        ];
        let complaints: Vec<String> =
            lines.into_iter().flat_map(|(what, ids)| ids.iter().map(move |id| format!("{id}: {what}"))).collect();
        (!complaints.is_empty()).then(|| complaints.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::{Known, Verdict};

    const ALL: [&str; 4] = ["a/one", "a/two", "b/one", "b/two"];

    fn known() -> Known {
        Known::parse("# comment\n\na/two (exit, stderr): no-region\n  b/two (requests): retries\n").unwrap()
    }

    fn judge(results: &[(&'static str, &[&'static str])]) -> Verdict {
        known().judge(ALL, results.iter().map(|(id, parts)| (*id, parts.to_vec())))
    }

    #[test]
    fn a_run_as_listed_passes() {
        let verdict = judge(&[("a/one", &[]), ("a/two", &["exit", "stderr"]), ("b/two", &["requests"])]);
        assert_eq!(verdict.complaints(), None);
        assert_eq!(known().reason("a/two", &["stderr", "exit"]), Some("no-region"));
        assert_eq!(known().reason("a/two", &["exit"]), None);
        assert_eq!(known().reason("a/one", &["exit"]), None);
        assert_eq!(known().reasons().collect::<Vec<_>>(), [("a/two", "no-region"), ("b/two", "retries")]);
    }

    #[test]
    fn a_case_that_is_not_listed_may_not_differ() {
        let verdict = judge(&[("a/one", &["stdout"]), ("a/two", &["exit", "stderr"])]);
        assert_eq!(verdict.complaints().as_deref(), Some("a/one: failed"));
    }

    #[test]
    fn the_parts_that_are_not_listed_are_still_compared() {
        assert_eq!(judge(&[("a/two", &["exit", "stderr", "requests"])]).broken, ["a/two"]);
    }

    #[test]
    fn a_listed_part_that_no_longer_differs_fails_the_run() {
        assert_eq!(judge(&[("a/two", &[])]).mended, ["a/two (exit, stderr)"]);
        assert_eq!(judge(&[("a/two", &["exit"])]).mended, ["a/two (stderr)"]);
    }

    #[test]
    fn a_listed_case_that_does_not_exist_fails_every_run() {
        let verdict = known().judge(["a/one", "b/two"], [("a/one", vec![])]);
        assert_eq!(verdict.unknown, ["a/two"]);
        assert!(verdict.complaints().is_some());
    }

    #[test]
    fn a_listed_case_that_is_not_run_is_not_judged() {
        assert_eq!(judge(&[("a/one", &[])]).complaints(), None);
    }

    #[test]
    fn a_list_needs_parts_reasons_and_each_case_once() {
        for text in [
            "a/one: x",
            "a/one (exit)",
            "a/one (exit):",
            "a/one (size): x",
            "a/one (stderr): x",
            "a/one (exit): x\na/one (exit): y",
        ] {
            assert!(Known::parse(text).is_err(), "{text:?}");
        }
    }
}
