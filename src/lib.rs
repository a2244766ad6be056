//! `redrive-execution`: a drop-in for `aws stepfunctions redrive-execution` of the AWS CLI v2.
//!
//! ```text
//! argv ─cli─▶ Invocation ─settings─▶ Settings ─aws::session─▶ Session ─┐
//!              (as typed)   ▲                                          ├─▶ Request ─aws─▶ response body ─▶ Value
//!                  Host (env, files, tty, clock)        input ─────────┘                                     │
//!    exit ◀─ status ◀─ report ◀─ stdio (pager) ◀─ render ◀─────────────────── query ◀────────────────────────┘
//! ```
//!
//! [`run`] starts it, `redrive` is the picture itself. Nothing flows back up. `bulk`, `wait` and the prompt take the same way to the
//! service: `aws::session`.
//!
//! # Four walks, from `main` to the wire and back
//!
//! **`--execution-arn ARN`.** [`cli`] pairs the option with its value and hands over an [`Operation`](cli::Operation). [`input`] reads
//! the file that a `file://` names, merges the documents of the other options, checks all of it against the service's model, and
//! makes a `Request` with a client token. [`aws`] signs and sends it: the SDK's client builds the call, [`aws::transport`] carries it,
//! an interceptor keeps the response body, and [`aws::redrive_result`] makes a [`value::Value`] of that. [`jmespath`] applies the
//! query, [`render`] makes text of the result, `stdio` writes it or feeds the pager.
//!
//! **`--region R`.** [`cli`] leaves it in `settings::Globals` as typed. `aws::session` settles it, in the AWS CLI's order:
//! [`Identity`](settings::Identity) takes the option before the variables and the profile and checks that the name can be part of
//! a host name; where none of them names a region, the instance metadata does; [`Connection`](settings::Connection) makes it plain
//! (`fips-us-east-1` is a region and a wish). `aws::client` gives it to the SDK, which signs with it and finds the endpoint by it.
//!
//! **An error.** A function that fails returns an [`Error`]; the variant knows code, message and exit status. `?` carries it up to
//! `redrive::run` or `bulk::run`, which print nothing themselves. `report` looks up the error format, as far as the settings are
//! known by then; [`render::error`] writes the message to stderr; the status goes back to `main`.
//!
//! **An ARN of `bulk --from FILE`.** `bulk::arguments` reads the options, `report` the settings. `bulk::source` reads the ARN from the
//! file into the plan, `bulk::confirm` counts it, `bulk::journal` records it. `bulk::workers` take it from the plan, wait for a turn
//! under the quota, journal its token, and call [`aws`] with the client that `bulk::clients` keeps fresh. The outcome is journaled and
//! goes through a channel to `bulk::run`, which counts it for the table at the end and has `bulk::console` print one record of
//! `bulk::report` on stdout.

#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::string_slice, reason = "a test that panics has failed"))]

pub mod aws;
pub mod bulk;
pub mod cli;
pub(crate) mod doctor;
pub mod env_vars;
pub mod error;
pub mod host;
pub mod input;
pub mod jmespath;
#[cfg(feature = "sfn-local")]
pub mod local;
mod os_text;
mod platform;
pub mod prompt;
pub mod python;
pub(crate) mod redrive;
pub mod render;
pub(crate) mod report;
pub(crate) mod runtime;
pub mod settings;
pub(crate) mod stand_in;
pub(crate) mod stdio;
pub mod trace;
pub mod value;

use std::ffi::OsString;
use std::io::Write;

use cli::documents::Document;
use error::Error;
use host::Host;
use report::Report;
use settings::{ConfigFiles, Globals, presentation};
use stand_in::Part;

/// Runs a command line: ours, or, standing in for `aws`, passes it on.
pub fn start(
    program: OsString,
    words: Vec<OsString>,
    host: &Host,
    stdout: &mut dyn Write,
    stderr: &mut dyn Write,
) -> u8 {
    let has_plugins = || matches!(ConfigFiles::load(host), Err(Error::Plugins(_)));
    match stand_in::part(&program, words, has_plugins) {
        Part::Ours(argv) => {
            let status = run(argv, host, stdout, stderr);
            platform::signals::end_with(status);
            status
        }
        Part::Theirs(words) => stand_in::hand_on(&words, host, stderr),
    }
}

/// Runs the words of `argv`, without the program's name; returns the exit status.
pub fn run(argv: Vec<String>, host: &Host, stdout: &mut dyn Write, stderr: &mut dyn Write) -> u8 {
    if let Some(answer) = cli::completions::answer(&argv, host) {
        return stdio::write(&answer, stdout).map_or(1, |()| 0);
    }
    match argv.first().map(String::as_str) {
        Some("bulk" | "wait" | "report") => return bulk::run(&argv, host, stdout, stderr),
        Some("doctor") => return doctor::run(&argv, host, stdout, stderr),
        _ => {}
    }
    let globals = Globals::default();
    let written = match cli::documents::document(&argv, || report::look(host, &globals)) {
        // The words that are ours alone come first: the AWS CLI refuses them all.
        Some(Ok(Document::Page(page))) => {
            stdio::deliver_help(&page, presentation::help_pager(host, &globals).as_deref(), stdout)
        }
        Some(Ok(Document::Text(text))) => stdio::write(text.as_bytes(), stdout),
        Some(Err(error)) => Err(error),
        None => return redrive::run(argv, host, stdout, stderr),
    };
    Report::new(host).status(written.map(|()| 0), stdout, stderr)
}
