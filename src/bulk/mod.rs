//! `bulk` and `wait`: many redrives in one run, at the service's own pace, with a journal; and waiting for their ends.
//!
//! The AWS CLI refuses both words, so everything here is our own; what a single redrive and a run have in common (settings,
//! credentials, transport, errors) is the same code. Nothing outside refers to this room but `lib::run`.
//!
//! ```text
//! arguments ─▶ source ─▶ filter, deep ─▶ plan ─▶ confirm ─▶ journal ─▶ runner ─▶ ends
//!               (calls: access, limiter)          resume ──┘              └▶ report, progress
//! ```

pub mod access;
pub mod arguments;
pub mod arn;
pub mod ask;
pub mod calls;
pub mod confirm;
mod console;
pub mod course;
pub mod deep;
mod ends;
pub mod glob;
pub mod help;
pub mod journal;
pub mod limiter;
pub mod lines;
pub mod moment;
pub mod pace;
mod patience;
pub mod plan;
pub mod progress;
pub mod quotas;
pub mod record_book;
pub mod report;
pub mod resume;
pub mod runner;
pub mod source;
mod stop;
pub mod token;
mod verdict;
pub mod wait;

use std::future::Future;
use std::io::Write;

use arguments::Asked;
use report::Records;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::aws::timestamp::LocalZone;
use crate::cli::Globals;
use crate::error::{Error, Result};
use crate::host::Host;
use crate::jmespath::Expression;
use crate::render::Style;
use crate::render::encoding::Encoded;
use crate::render::error::{ErrorFormat, render_error};
use crate::settings::{ConfigFiles, Sources, presentation};

/// Where a run prints.
pub struct Streams<'w> {
    /// Outcomes.
    pub stdout: &'w mut dyn Write,
    /// Everything else.
    pub stderr: &'w mut dyn Write,
}

/// Does what the words ask for, of which the first is `bulk` or `wait`; returns the exit status.
pub fn run(argv: &[String], host: &Host, stdout: &mut dyn Write, stderr: &mut dyn Write) -> u8 {
    let asked = match arguments::parse(argv) {
        Ok(asked) => asked,
        Err(error) => return report(&error, host, None, &mut Streams { stdout, stderr }),
    };
    let mut streams = Streams { stdout, stderr };
    let (globals, done) = match asked {
        Asked::Help(text) => {
            let _ = streams.stdout.write_all(text.as_bytes()).and_then(|()| streams.stdout.flush());
            return 0;
        }
        Asked::Bulk(globals, bulk) => {
            let done = block_on(course::bulk(host, &globals, &bulk, &mut streams));
            (globals, done)
        }
        Asked::Wait(globals, waiting) => {
            let done = block_on(wait::command(argv, host, &globals, &waiting, &mut streams));
            (globals, done)
        }
    };
    done.unwrap_or_else(|error| report(&error, host, Some(&globals), &mut streams))
}

/// Runs everything on this thread; what is left of it then is not waited for.
fn block_on(work: impl Future<Output = Result<u8>>) -> Result<u8> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Error::General(error.to_string()))?;
    let done = tokio::task::LocalSet::new().block_on(&runtime, work);
    runtime.shutdown_background();
    done
}

/// The signals that end a run in good order: Ctrl-C and SIGTERM.
pub struct Interrupts {
    interrupt: Signal,
    terminate: Signal,
}

impl Interrupts {
    /// Listens from now on.
    ///
    /// # Errors
    /// The system's.
    pub fn listen() -> Result<Self> {
        let listen = |kind| signal(kind).map_err(|error| Error::General(error.to_string()));
        Ok(Self { interrupt: listen(SignalKind::interrupt())?, terminate: listen(SignalKind::terminate())? })
    }

    /// Waits for the next one.
    pub async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Ends `work` on Ctrl-C and SIGTERM.
///
/// # Errors
/// [`Error::Interrupted`], and those of the work.
pub async fn interruptible<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let mut interrupts = Interrupts::listen()?;
    tokio::select! {
        biased;
        done = work => done,
        () = interrupts.next() => Err(Error::Interrupted),
    }
}

/// What outcomes are printed with, as the settings say.
///
/// # Errors
/// A query that does not compile, settings that cannot be used.
pub fn records(host: &Host, globals: &Globals) -> Result<Records> {
    let files = ConfigFiles::load(host)?;
    let sources = Sources { host, files: &files, globals: Some(globals) };
    let query = globals.query.as_deref().map(|query| {
        Expression::compile(query)
            .map_err(|error| Error::ParamValidation(format!("Bad value for --query {query}: {error}")))
    });
    let format = presentation::output(&sources, globals)?;
    Ok(Records {
        query: query.transpose()?,
        format: format.parse().map_err(|error| Error::General(format!("{error}")))?,
        style: style(host, Some(globals)),
        timestamps: presentation::timestamp_format(&sources)?,
        zone: LocalZone::from_host(host),
        lost: None,
    })
}

fn style(host: &Host, globals: Option<&Globals>) -> Style {
    let color = match globals.and_then(|globals| globals.color.as_deref()) {
        Some("on") => true,
        Some("off") => false,
        _ => host.stdout_is_terminal,
    };
    Style::new(color, host.stdout_columns())
}

/// Shows a failure in the style that the settings ask for; returns its exit status.
fn report(error: &Error, host: &Host, globals: Option<&Globals>, streams: &mut Streams<'_>) -> u8 {
    let files = ConfigFiles::load(host);
    let format = files.as_ref().map_or_else(
        |_| ErrorFormat::default(),
        |files| ErrorFormat::named(&presentation::error_format(&Sources { host, files, globals })),
    );
    let mut stderr = Encoded::new(streams.stderr, presentation::error_encoding(host));
    let status = render_error(error, format, style(host, globals), streams.stdout, &mut stderr);
    let _ = streams.stdout.flush();
    let _ = streams.stderr.flush();
    // That nobody reads it is no reason for another failure.
    status.unwrap_or_else(|_| error.status())
}
