//! `doctor`: what a call would work with, from where each setting comes, what is wrong with it and how to correct it.
//!
//! Looks with the same code as the call itself (`settings`, the search for credentials, the transport) and shows what that found.
//! Refuses to open a connection or to start a program without `--call`. Ends with 0 where nothing is wrong, else with 1.

mod examination;
mod files;
mod settings_file;

use std::io::Write;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches, Parser};
use serde::Serialize;
use serde_json::json;

use crate::cli::{invocation, own, usage};
use crate::error::{Error, Result};
use crate::host::Host;
use crate::render::report_table::{UTF8_FULL_CONDENSED, report_table};
use crate::render::{Format, Style, render};
use crate::report::Report;
use crate::runtime::block_on;
use crate::settings::{ConfigFiles, Settings, Sources, presentation};
use crate::stdio;
use crate::trace::{Trace, secrets::hide_given};
use crate::value::Value;
use examination::Examination;

/// Show which profile, region, endpoint, proxy, authorities and credentials a call would use, from where, and what is wrong.
#[derive(Debug, Parser)]
#[command(name = "doctor", before_help = "  redrive-execution doctor --profile production --call")]
pub(crate) struct Doctor {
    /// Make the credentials, list one state machine, and report the result: without it nothing is sent and no program is started
    #[arg(long)]
    call: bool,
}

/// What was found out about a setting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Finding {
    setting: String,
    value: String,
    from: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Problem {
    weight: Weight,
    problem: String,
    fix: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, strum::Display)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
enum Weight {
    Wrong,
    /// It may be meant so.
    Note,
}

/// Runs a command line whose first word is `doctor`; returns the exit status.
#[inline(never)]
pub(crate) fn run(argv: &[String], host: &Host, stdout: &mut dyn Write, stderr: &mut dyn Write) -> u8 {
    let report = Report::new(host);
    let outcome = block_on(serve(argv, host, &report, stdout));
    report.status(outcome, stdout, stderr)
}

async fn serve(argv: &[String], host: &Host, report: &Report<'_>, stdout: &mut dyn Write) -> Result<u8> {
    let words = argv.get(1..).unwrap_or_default();
    let mut command = own::with_globals(Doctor::command());
    let own = command.clone();
    let is_help = words.first().is_some_and(|word| word == "help");
    let matches = match command.try_get_matches_from_mut(words) {
        Err(error) if is_help || error.kind() == ErrorKind::DisplayHelp => {
            let text = own::rendered(command, host.page_columns(), presentation::own_color(host, None));
            return stdio::write(text.as_bytes(), stdout).map(|()| 0);
        }
        matches => matches.map_err(|error| usage::of_ours(&error, &own))?,
    };
    let globals = invocation::globals_of_clap(&matches);
    let doctor = Doctor::from_arg_matches(&matches).map_err(|error| usage::of_ours(&error, &own))?;
    let trace = match globals.debug {
        true => report.trace(true, argv),
        false => Trace::to(Box::new(std::io::sink()), host.clock),
    };
    hide_given(&trace, argv, host);
    let mut examination = Examination::new(host, &trace);
    let loaded = ConfigFiles::load(host);
    let files = loaded.as_ref().map_or_else(|_| ConfigFiles::default(), Clone::clone);
    let settings = Settings::resolve(Sources { host, files: &files, globals: &globals, trace: &trace })?;
    // A file that cannot be used is the first thing to correct; the rest is as if it were empty.
    loaded.map(|_| ()).unwrap_or_else(|error| examination.fails(&error));
    examination.surroundings(&settings.sources);
    examination.settings(&settings).await;
    if doctor.call {
        examination.call(&settings).await?;
    }
    let text = shown(&examination, &settings)?;
    stdio::write(text.as_bytes(), stdout)?;
    Ok(u8::from(examination.problems.iter().any(|problem| problem.weight == Weight::Wrong)))
}

/// A table for people, unless `--output` or `--query` asks for a document.
fn shown(examination: &Examination<'_>, settings: &Settings<'_>) -> Result<String> {
    let Settings { sources, query, .. } = settings;
    let globals = sources.globals;
    let (columns, color) = (sources.host.stdout_columns(), presentation::own_color(sources.host, Some(globals)));
    let format = globals.output.as_deref().and_then(|name| name.parse().ok()).unwrap_or(Format::Table);
    if format == Format::Table && query.is_none() {
        return Ok(table(examination, columns, color));
    }
    let json = json!({"settings": examination.findings, "problems": examination.problems});
    let document = Value::from_json(&json.to_string()).map_err(Error::general)?;
    let document =
        query.as_ref().map_or(Ok(document.clone()), |query| query.search(&document)).map_err(Error::general)?;
    let mut text = String::new();
    render(format, "Doctor", &document, Style::new(color, columns), &mut text).map_err(Error::general)?;
    Ok(text)
}

fn table(examination: &Examination<'_>, columns: Option<u16>, color: bool) -> String {
    let findings = examination.findings.iter().cloned();
    let rows = findings.map(|Finding { setting, value, from }| [setting, value, from]);
    let mut text = report_table(UTF8_FULL_CONDENSED, columns, ["Setting", "Value", "From"], rows);
    for Problem { weight, problem, fix } in &examination.problems {
        let (on, off) = match weight {
            _ if !color => ("", ""),
            Weight::Wrong => ("\x1b[1;31m", "\x1b[0m"),
            Weight::Note => ("\x1b[1m", "\x1b[0m"),
        };
        text += &format!("\n{on}{weight}{off}: {problem}\n  {fix}\n");
    }
    if examination.problems.iter().all(|problem| problem.weight == Weight::Note) {
        text += "\nNothing is wrong.\n";
    }
    text
}
