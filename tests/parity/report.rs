//! The report of a run: a table by file, and what differs.

use std::fmt::Write;
use std::time::Duration;

use super::compare::Difference;
use super::known::Known;

/// How a case ended.
pub struct Outcome {
    /// The file it stands in.
    pub file: String,
    pub id: String,
    /// The words it was run with, after the program and its prefix.
    pub words: Vec<String>,
    /// What differs, or what went wrong in our own surroundings.
    pub differences: Result<Vec<Difference>, String>,
    /// This machine cannot do what the case needs.
    pub skipped: bool,
    pub time: Duration,
}

impl Outcome {
    /// Whether everything was the same.
    pub fn passed(&self) -> bool {
        !self.skipped && self.differences.as_ref().is_ok_and(Vec::is_empty)
    }

    /// The parts that differ.
    pub fn parts(&self) -> Vec<&'static str> {
        match &self.differences {
            Ok(differences) => differences.iter().map(|difference| difference.field).collect(),
            Err(_) => vec!["could not be run"],
        }
    }

    fn reason<'k>(&self, known: &'k Known) -> Option<&'k str> {
        known.reason(&self.id, &self.parts())
    }
}

/// Passed, failed and known by file, and the seconds that the cases took one by one.
pub fn table(outcomes: &[Outcome], known: &Known) -> String {
    let mut files: Vec<&str> = outcomes.iter().map(|outcome| outcome.file.as_str()).collect();
    files.dedup();
    let heads = ["parity", "passed", "failed", "known", "skipped", "seconds"];
    let row = |cells: [&str; 6]| {
        let [name, numbers @ ..] = cells;
        format!("{name:<24}{}\n", numbers.map(|number| format!("{number:>9}")).concat())
    };
    let mut table = row(heads);
    let mut line = |name: &str, chosen: &dyn Fn(&Outcome) -> bool| {
        let chosen: Vec<&Outcome> = outcomes.iter().filter(|outcome| chosen(outcome)).collect();
        let passed = chosen.iter().filter(|outcome| outcome.passed()).count();
        let known = chosen.iter().filter(|outcome| !outcome.passed() && outcome.reason(known).is_some()).count();
        let skipped = chosen.iter().filter(|outcome| outcome.skipped).count();
        let failed = chosen.len() - passed - known - skipped;
        let seconds: f64 = chosen.iter().map(|outcome| outcome.time.as_secs_f64()).sum();
        let numbers = [passed, failed, known, skipped].map(|number| number.to_string());
        let [passed, failed, known, skipped] = numbers.each_ref().map(String::as_str);
        table.push_str(&row([name, passed, failed, known, skipped, &format!("{seconds:.1}")]));
    };
    for file in &files {
        line(file, &|outcome| outcome.file == *file);
    }
    line("all", &|_| true);
    table
}

/// Each case that did not pass. The first `in_full` of those that are not known are shown with every difference.
pub fn failures(outcomes: &[Outcome], known: &Known, in_full: usize) -> String {
    let mut text = String::new();
    let mut left = in_full;
    for outcome in outcomes.iter().filter(|outcome| !outcome.passed() && !outcome.skipped) {
        let id = &outcome.id;
        let what = match &outcome.differences {
            Ok(_) => outcome.parts().join(", "),
            Err(error) => format!("could not be run: {error}"),
        };
        let reason = outcome.reason(known);
        let _ = match reason {
            Some(reason) => writeln!(text, "known {id}: {what} ({reason})"),
            None => writeln!(text, "FAIL {id}: {what}"),
        };
        if left > 0 && (reason.is_none() || in_full == usize::MAX) {
            left -= 1;
            text.push_str(&detail(outcome));
        }
    }
    text
}

fn detail(outcome: &Outcome) -> String {
    let mut detail = format!("  $ {}\n", shell_words(&outcome.words));
    for difference in outcome.differences.as_deref().unwrap_or_default() {
        detail.push_str(&difference.detail());
    }
    detail
}

/// Words as a shell would take them.
fn shell_words(words: &[String]) -> String {
    let safe =
        |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c));
    let quoted = |word: &String| if safe(word) { word.clone() } else { format!("'{}'", word.replace('\'', "'\"'\"'")) };
    words.iter().map(quoted).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::{Outcome, failures, table};
    use crate::parity::compare::Difference;
    use crate::parity::known::Known;

    fn outcome(id: &str, passed: bool) -> Outcome {
        let difference = Difference { field: "requests", wanted: json!("this\n"), got: json!("that\n") };
        Outcome {
            file: format!("{}.jsonl", id.split('/').next().unwrap()),
            id: id.into(),
            words: vec!["--query".into(), "it's".into()],
            differences: Ok(if passed { vec![] } else { vec![difference] }),
            skipped: false,
            time: Duration::from_millis(500),
        }
    }

    #[test]
    fn the_table_counts_by_file_and_in_all() {
        let known = Known::parse("b/one (requests): hard").unwrap();
        let skipped = Outcome { skipped: true, ..outcome("b/three", true) };
        let outcomes =
            [outcome("a/one", true), outcome("a/two", false), outcome("b/one", false), outcome("b/two", true), skipped];
        let rows: Vec<Vec<String>> =
            table(&outcomes, &known).lines().map(|line| line.split_whitespace().map(str::to_owned).collect()).collect();
        assert_eq!(rows[1], ["a.jsonl", "1", "1", "0", "0", "1.0"]);
        assert_eq!(rows[2], ["b.jsonl", "1", "0", "1", "1", "1.5"]);
        assert_eq!(rows[3], ["all", "2", "1", "1", "1", "2.5"]);
    }

    #[test]
    fn failures_are_shown_with_as_many_details_as_wanted() {
        let known = Known::parse("a/two (requests): hard").unwrap();
        let outcomes =
            [outcome("a/one", true), outcome("a/two", false), outcome("b/one", false), outcome("b/two", false)];
        let text = failures(&outcomes, &known, 1);
        assert!(!text.contains("a/one"), "{text}");
        assert!(
            text.contains("known a/two: requests (hard)\nFAIL b/one: requests\n  $ --query 'it'\"'\"'s'\n"),
            "{text}"
        );
        assert_eq!(text.matches("+that").count(), 1, "{text}");
        assert_eq!(failures(&outcomes, &known, usize::MAX).matches("+that").count(), 3);
    }
}
