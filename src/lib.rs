//! `redrive-execution`: a drop-in for `aws stepfunctions redrive-execution` of the AWS CLI v2.
//!
//! ```text
//! argv ─cli─▶ Invocation ─settings─▶ Settings ──┐
//!              (as typed)   ▲                   ├─▶ Request ─aws─▶ answer ─▶ Value
//!                  Host (env, files, tty, clock)┘   (input)                   │
//!    exit ◀─ status ◀─ stdio (pager) ◀─ render ◀─────────── query ◀───────────┘
//! ```
//!
//! [`run`] starts it, [`session`] is the picture itself, [`call`] its middle. Nothing flows back up.

#![cfg_attr(test, allow(clippy::string_slice, reason = "a test that panics has failed"))]

pub mod aws;
pub mod bulk;
pub mod call;
pub mod cli;
pub mod env_vars;
pub mod error;
pub mod host;
pub mod input;
pub mod jmespath;
#[cfg(feature = "sfn-local")]
pub mod local;
pub mod prompt;
pub mod render;
pub mod session;
pub mod settings;
pub mod stand_in;
pub mod stdio;
pub mod trace;
pub mod value;

use std::ffi::OsString;
use std::io::Write;

use host::Host;
use session::Session;
use stand_in::Part;

/// Does what a process started as `program` with these words is for: what [`run`] does, or in the place of `aws`, its part.
pub fn start(
    program: OsString,
    words: Vec<OsString>,
    host: &Host,
    stdout: &mut dyn Write,
    stderr: &mut dyn Write,
) -> u8 {
    match stand_in::part(&program, words) {
        Part::Ours(argv) => run(argv, host, stdout, stderr),
        Part::Theirs(words) => stand_in::hand_on(&words, host, stderr),
    }
}

/// Does what the words of `argv` (without the program's name) ask for; returns the exit status.
pub fn run(argv: Vec<String>, host: &Host, stdout: &mut dyn Write, stderr: &mut dyn Write) -> u8 {
    if let Some("bulk" | "wait") = argv.first().map(String::as_str) {
        return bulk::run(&argv, host, stdout, stderr);
    }
    let session = Session::new(host);
    match cli::commands::document(&argv) {
        // The words that are ours alone come first: the AWS CLI refuses them all.
        Some(text) => session.status(text.and_then(|text| stdio::write(text.as_bytes(), stdout)), stdout, stderr),
        None => session.serve(argv, stdout, stderr),
    }
}
