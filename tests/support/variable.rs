//! The variables that control a run of the tests.

/// The variable's value; none where it is not set.
#[expect(clippy::disallowed_methods, reason = "these are options of the tests, not the program's environment")]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
