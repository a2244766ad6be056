//! `bulk`, `wait` and `report`: many redrives in one run, at the service's own pace, with a journal; waiting for their ends; and what
//! a journal says of a run.
//!
//! The AWS CLI refuses both words, so everything here is our own; what a single redrive and a run have in common (settings,
//! credentials, transport, errors) is the same code. Nothing outside refers to this room but `lib::run`.
//!
//! ```text
//! arguments ─▶ planner (source, triage) ─▶ plan ─▶ confirm ─▶ journal ─▶ run (workers, ends)
//!               (calls: clients, limiter)                   resume ──────┘        └▶ report, progress
//! ```

pub mod arguments;
pub mod arn;
mod calls;
mod clients;
mod command;
mod confirm;
mod console;
mod ends;
pub mod glob;
mod guards;
pub(crate) mod hint;
pub mod journal;
mod journal_report;
mod limiter;
mod lines;
pub mod list_file;
pub mod pace;
mod pages;
mod patience;
pub mod plan;
mod planner;
mod progress;
mod redrive;
pub(crate) mod report;
mod run;
mod running;
mod source;
#[cfg(test)]
mod storm;
pub mod times;
mod triage;
mod verdict;
mod wait;
mod watch;
mod window;
mod workers;
#[cfg(test)]
mod world;

use std::cell::Cell;
use std::io::Write;
use std::rc::Rc;

use arguments::{Bulk, Own, Parsed};
use calls::Calls;
use guards::Guards;
use pace::{Pace, Quotas};
use patience::Event;

use report::Records;
use triage::looks::Looks;
use window::Window;

use crate::aws::zone::LocalZone;
use crate::cli::own;
use crate::error::{Error, Result};
use crate::host::Host;
use crate::render::escape::Escaped;
use crate::report::Report;
use crate::runtime::block_on;
use crate::settings::{Globals, presentation};
use crate::stdio;
use crate::value::Value;

/// What every stage of a bulk run works with.
pub(crate) struct Context<'c> {
    pub(crate) host: &'c Host,
    pub(crate) globals: &'c Globals,
    pub(crate) profile: Option<String>,
    pub(crate) bulk: &'c Bulk,
    pub(crate) pace: Pace,
    pub(crate) guards: Guards,
    pub(crate) rates: Quotas,
    pub(crate) calls: Rc<Calls>,
    /// In milliseconds since 1970.
    pub(crate) now: i64,
    /// When executions must have stopped.
    pub(crate) window: Window,
    /// When they must have been started.
    pub(crate) started: Window,
    pub(crate) looks: Looks,
    /// Whether some of the state machines could not be listed, which the plan so lacks.
    pub(crate) is_partial: Cell<bool>,
}

impl Context<'_> {
    pub(crate) fn show_left_out(&self, arn: &str, reason: &str) {
        if self.bulk.show_left_out {
            self.calls.patience.show(Event::LeftOut(Records::left_out(arn, reason)));
        }
    }
}

pub(crate) struct Streams<'w> {
    pub(crate) stdout: &'w mut dyn Write,
    pub(crate) stderr: &'w mut dyn Write,
}

/// Runs a command line whose first word is `bulk`, `wait` or `report`; returns the exit status.
// Inlined, its 27 KB of stack would be touched by each single call.
#[inline(never)]
pub(crate) fn run(argv: &[String], host: &Host, stdout: &mut dyn Write, stderr: &mut dyn Write) -> u8 {
    let report = Report::new(host);
    let mut streams = Streams { stdout, stderr };
    let outcome = block_on(serve(argv, &report, &mut streams)).map_err(harmless);
    report.status(outcome, streams.stdout, streams.stderr)
}

/// An error that is safe to show: a refusal, or the page of a proxy, may hold anything.
fn harmless(mut error: Error) -> Error {
    match &mut error {
        Error::Service(refusal) => {
            refusal.code = Escaped(&refusal.code).to_string();
            refusal.message = Value::string(Escaped(&refusal.message.python_str()).to_string());
        }
        Error::General(text) => {
            *text = text.lines().map(|line| Escaped(line).to_string()).collect::<Vec<_>>().join("\n");
        }
        _ => {}
    }
    error
}

async fn serve(argv: &[String], report: &Report<'_>, streams: &mut Streams<'_>) -> Result<u8> {
    let (globals, words) = match arguments::parse(argv) {
        Ok(Parsed::Run(globals, words)) => (globals, words),
        Ok(Parsed::Help(command)) => {
            let color = presentation::own_color(report.host, None);
            let text = own::rendered(*command, report.host.page_columns(), color);
            return stdio::write(text.as_bytes(), streams.stdout).map(|()| 0);
        }
        Err(error) => return report.read_files().and(Err(error)),
    };
    let trace = report.trace(globals.debug, argv);
    let mut settings = report.settings(*globals, &trace)?;
    let records = Records {
        query: settings.query.take(),
        format: presentation::output(&settings.sources)?,
        style: report.own_style(),
        timestamps: presentation::timestamp_format(&settings.sources)?,
        zone: LocalZone::from_host(report.host),
        lost: None,
    };
    match words {
        Own::Bulk(bulk) => command::bulk(&settings, &bulk, records, streams).await,
        Own::Wait(waiting) => wait::command(argv, &settings, &waiting, records, streams).await,
        Own::Report(journal) => journal_report::command(&journal, &settings, records, streams),
    }
}
