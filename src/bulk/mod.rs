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
mod ask;
mod breaker;
mod calls;
mod canary;
mod client_token;
mod clients;
mod command;
mod confirm;
mod console;
mod context;
mod ends;
mod event;
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
mod quotas;
mod report;
mod run;
mod running;
mod source;
mod stop;
#[cfg(test)]
mod storm;
pub mod times;
mod triage;
mod verdict;
mod wait;
mod watch;
mod window;
mod workers;

use std::io::Write;

use arguments::Asked;
use journal_report::Form;
use report::Records;

use crate::aws::zone::LocalZone;
use crate::cli::definitions;
use crate::error::Result;
use crate::host::Host;
use crate::report::Report;
use crate::runtime::block_on;
use crate::settings::{Settings, presentation};
use crate::stdio;

pub(crate) struct Streams<'w> {
    /// Outcomes.
    pub(crate) stdout: &'w mut dyn Write,
    pub(crate) stderr: &'w mut dyn Write,
}

/// Runs a command line whose first word is `bulk`, `wait` or `report`; returns the exit status.
// Inlined, its 27 KB of stack would be touched by each single call.
#[inline(never)]
pub(crate) fn run(argv: &[String], host: &Host, stdout: &mut dyn Write, stderr: &mut dyn Write) -> u8 {
    let report = Report::new(host);
    let mut streams = Streams { stdout, stderr };
    let outcome = block_on(serve(argv, &report, &mut streams));
    report.status(outcome, streams.stdout, streams.stderr)
}

async fn serve(argv: &[String], report: &Report<'_>, streams: &mut Streams<'_>) -> Result<u8> {
    let asked = arguments::parse(argv);
    if !matches!(asked, Ok(Asked::Help(_))) {
        report.read_files()?;
    }
    match asked? {
        Asked::Help(command) => {
            let text =
                definitions::rendered(*command, report.host.page_columns(), presentation::own_color(report.host, None));
            stdio::write(text.as_bytes(), streams.stdout).map(|()| 0)
        }
        Asked::Bulk(globals, bulk) => {
            let trace = report.trace(globals.debug, argv);
            let mut settings = report.settings(*globals, &trace)?;
            let records = records(&mut settings, report)?;
            command::bulk(&settings, &bulk, records, streams).await
        }
        Asked::Report(mut globals, asked) => {
            let form = Form::of(&mut globals, report.host)?;
            let trace = report.trace(globals.debug, argv);
            let mut settings = report.settings(*globals, &trace)?;
            let records = records(&mut settings, report)?;
            journal_report::command(asked.journal.as_deref(), form, report.host, records, streams)
        }
        Asked::Wait(globals, waiting) => {
            let trace = report.trace(globals.debug, argv);
            let mut settings = report.settings(*globals, &trace)?;
            let records = records(&mut settings, report)?;
            wait::command(argv, &settings, &waiting, records, streams).await
        }
    }
}

fn records(settings: &mut Settings<'_>, report: &Report<'_>) -> Result<Records> {
    Ok(Records {
        query: settings.query.take(),
        format: presentation::output(&settings.sources, settings.globals)?,
        style: report.own_style(),
        timestamps: presentation::timestamp_format(&settings.sources)?,
        zone: LocalZone::from_host(report.host),
        lost: None,
    })
}
