//! How long a function's name may be: a test's name states one behaviour, in a line that a list of results has room for.

use std::path::Path;

use regex_lite::Regex;

/// The longest name, in characters.
const LONGEST: usize = 60;

#[test]
fn names_of_tests_are_at_most_sixty_characters() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = super::texts(&root.join("src")) + &super::texts(&root.join("tests"));
    let longer = longer(&text);
    assert!(longer.is_empty(), "longer than {LONGEST} characters: {longer:#?}");
}

/// The names of functions that are too long.
fn longer(text: &str) -> Vec<&str> {
    let function = Regex::new(r"\bfn (\w+)").expect("a good pattern");
    let names = function.captures_iter(text).filter_map(|found| found.get(1)).map(|name| name.as_str());
    names.filter(|name| name.len() > LONGEST).collect()
}

#[test]
fn a_long_name_is_found() {
    let (fits, long) = ("x".repeat(60), "y".repeat(61));
    assert_eq!(longer(&format!("fn {fits}() {{}}\n    async fn {long}() {{}}")), [long.as_str()]);
}
