//! The dependencies, by `cargo metadata`: their licences, their registry, which are there twice, which are unused.
//!
//! What is in the program counts: its dependencies on Linux, without those of macros, which run in the compiler alone, and of tests.

mod circles;
mod names;
mod packages;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use packages::Packages;

/// Licences that require no more than a notice.
const LICENCES: &[&str] = &[
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// What must not be there: a second TLS library, the system's, the system's roots, and what is done better by what is there.
const UNWANTED: &[&str] = &[
    "openssl",
    "native-tls",
    "aws-lc-rs",
    "aws-lc-sys",
    "rustls-native-certs",
    "schannel",
    "chrono",
    "regex",
    "h2",
    "reqwest",
];

/// What is there twice in the program, and why.
const TWICE: &[(&str, &str)] = &[("getrandom", "ring is behind uuid")];

#[test]
fn every_licence_requires_no_more_than_a_notice() {
    let packages = Packages::of_the_project();
    let foreign: Vec<String> = packages
        .all()
        .filter(|package| !is_free(&package.licence))
        .map(|package| format!("{} {}: {}", package.name, package.version, package.licence))
        .collect();
    assert!(foreign.is_empty(), "{foreign:#?}");
}

/// Whether one of the alternatives of a licence is made of free ones.
fn is_free(licence: &str) -> bool {
    let plain = licence.replace(['(', ')'], "").replace('/', " OR ");
    // `(A OR B) AND C` is read as `A`, or `B AND C`: stricter or equal for the few that there are.
    plain.split(" OR ").any(|choice| choice.split(" AND ").all(|one| LICENCES.contains(&one.trim())))
}

#[test]
fn a_licence_is_free_where_one_of_its_choices_is() {
    for (licence, free) in [
        ("MIT", true),
        ("MIT OR Apache-2.0 OR LGPL-2.1-or-later", true),
        ("Apache-2.0/MIT", true),
        ("Apache-2.0 AND ISC", true),
        ("GPL-3.0", false),
        ("MIT AND GPL-3.0", false),
        ("", false),
    ] {
        assert_eq!(is_free(licence), free, "{licence}");
    }
}

#[test]
fn everything_comes_from_the_one_registry() {
    let packages = Packages::of_the_project();
    for package in packages.all() {
        let good = match &package.source {
            Some(source) => source.starts_with("registry+") && source.ends_with("/crates.io-index"),
            None => package.name == env!("CARGO_PKG_NAME"),
        };
        assert!(good, "{} {} comes from {:?}", package.name, package.version, package.source);
    }
}

#[test]
fn nothing_is_in_the_program_twice_without_a_reason() {
    let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in Packages::of_the_project().in_the_program() {
        versions.entry(package.name.clone()).or_default().insert(package.version.clone());
    }
    for unwanted in UNWANTED {
        assert!(!versions.contains_key(*unwanted), "{unwanted} is in the program");
    }
    let twice: BTreeSet<&str> =
        versions.iter().filter(|(_, all)| all.len() > 1).map(|(name, _)| name.as_str()).collect();
    let known: BTreeSet<&str> = TWICE.iter().map(|(name, _)| *name).collect();
    assert_eq!(twice, known, "left: what is there twice; right: what has a reason to be");
    println!("{} packages in the program, {} of them twice", versions.len(), twice.len());
}

#[test]
fn every_dependency_is_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (source, tests) = (texts(&root.join("src")), texts(&root.join("tests")));
    let is_used = |text: &str, name: &str| {
        let name = name.replace('-', "_");
        text.match_indices(&name).any(|(at, _)| {
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            let after = text.get(at + name.len()..).and_then(|after| after.chars().next());
            let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
            !letter(before) && !letter(after)
        })
    };
    for dependency in Packages::of_the_project().direct() {
        let used =
            is_used(&source, &dependency.name) || (dependency.only_for_tests && is_used(&tests, &dependency.name));
        assert!(used, "nothing uses {}", dependency.name);
    }
}

/// All Rust text below a folder.
fn texts(folder: &Path) -> String {
    let mut all = String::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            all.push_str(&texts(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            all.push_str(&std::fs::read_to_string(&path).expect("a text"));
        }
    }
    all
}
