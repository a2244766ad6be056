//! How the program is linked on Linux.

#[allow(clippy::disallowed_methods, reason = "a build script has no other way in")]
fn main() {
    let is = |variable: &str, value: &str| std::env::var(variable).is_ok_and(|found| found == value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("PROFILE", "release") {
        // Where panics abort (builds for development unwind), the little of the unwinder that is left goes into the program: a shared
        // library less to find, to map and to relocate at each start, which was a twentieth of the time of a call.
        if is("CARGO_CFG_TARGET_ENV", "gnu") {
            println!("cargo::rustc-link-lib=gcc_eh");
        }
        // The published build alone: not every linker that somebody may have chosen reads such files.
        if is("OPT_LEVEL", "z") {
            println!("cargo::rustc-link-arg-bins=-Wl,-T,{}/src/layout.ld", env!("CARGO_MANIFEST_DIR"));
        }
    }
    for file in ["build.rs", "layout.ld"] {
        println!("cargo::rerun-if-changed=src/{file}");
    }
}
