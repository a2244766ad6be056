//! Where panics abort, the little of the unwinder that is left goes into the program: a shared library less to find, to map and to
//! relocate at each start, which was a twentieth of the time of a call.

#[allow(clippy::disallowed_methods, reason = "a build script has no other way in")]
fn main() {
    let is = |variable: &str, value: &str| std::env::var(variable).is_ok_and(|found| found == value);
    // Builds for development unwind.
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") && is("PROFILE", "release") {
        println!("cargo::rustc-link-lib=gcc_eh");
    }
    println!("cargo::rerun-if-changed=src/build.rs");
}
