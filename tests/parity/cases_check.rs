//! What holds of the recorded cases, without running them: their names, and the reasons for what is not compared.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use redrive_execution::cli::differences;

use super::case::load;
use super::known::Known;

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// Whether `why` is the id of a difference.
fn is_listed(why: &str) -> bool {
    differences::ALL.iter().any(|difference| difference.id == why)
}

#[test]
fn what_is_not_compared_has_a_listed_reason() {
    for (_, cases) in load(&tests().join("cases")).unwrap() {
        for case in cases {
            let lenient = !case.ignore.is_empty() || !case.mask.is_empty();
            let why = case.why.as_deref();
            assert_eq!(lenient, why.is_some(), "{}: `ignore` or `mask` needs `why`, and `why` one of them", case.id);
            assert!(why.is_none_or(is_listed), "{}: no difference is called {why:?}", case.id);
        }
    }
    let known = Known::parse(&std::fs::read_to_string(tests().join("known-differences.txt")).unwrap()).unwrap();
    for (id, why) in known.reasons() {
        assert!(is_listed(why), "known-differences.txt: {id}: no difference is called {why}");
    }
}

#[test]
fn every_difference_has_an_id_of_its_own() {
    let ids: BTreeSet<&str> = differences::ALL.iter().map(|difference| difference.id).collect();
    assert_eq!(ids.len(), differences::ALL.len());
}

#[test]
fn recorded_cases_have_unique_ids_that_begin_with_their_file() {
    let files = load(&tests().join("cases")).unwrap();
    let mut ids = BTreeSet::new();
    for (file, cases) in &files {
        assert!(!cases.is_empty(), "{file} holds no case");
        for case in cases {
            assert_eq!(case.id.split('/').next(), file.strip_suffix(".jsonl"), "{}", case.id);
            assert!(ids.insert(&case.id), "{} is there twice", case.id);
            assert!(case.expected("exit").is_some(), "{} expects no exit status", case.id);
        }
    }
    assert!(!ids.is_empty());
}
