//! The report of a run, from its journal alone: also of one that is still going. Opens no connection.

use std::collections::HashSet;
use std::fs::{File, TryLockError};

use jiff::tz::TimeZone;

use super::Streams;
use super::arguments::{Bulk, JournalReport};
use super::confirm::executions;
use super::hint;
use super::journal::contents::read_each;
use super::journal::open::state_folder;
use super::journal::{Contents, Line, Part, Profile, State};
use super::plan::Group;
use super::report::{HEADER, Records, Tally, number, record};
use super::times::describe;
use crate::cli::own::wrong;
use crate::error::{Error, Result};
use crate::host::Host;
use crate::platform::terminal::stdout_columns;
use crate::python::errno;
use crate::render::escape::Escaped;
use crate::render::report_table::{ASCII_MARKDOWN, UTF8_FULL_CONDENSED, report_table};
use crate::settings::{Globals, Settings};
use crate::stdio;
use crate::value::{Map, Value};

/// Calls further apart than this, in milliseconds, are of different attempts at the run: the pace is that of each.
const PAUSE: i64 = 60_000;

#[derive(Debug)]
struct RunReport {
    path: String,
    contents: Contents,
    /// When calls were made first and last, in milliseconds since 1970.
    requests: Option<(i64, i64)>,
    /// For how long calls were made, in milliseconds.
    active: i64,
    calls: usize,
    throttled: usize,
    tally: Tally,
    is_running: bool,
}

impl RunReport {
    fn read(path: &str) -> Result<Self> {
        let refused = |what: String| Error::ParamValidation(format!("{}: {what}", Escaped(path)));
        let file = File::open(path).map_err(|error| Error::General(errno::with_path(&error, path)))?;
        // The run holds a lock of its own. Ours, held while we read, would keep a resume from beginning.
        let is_running = matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock));
        let _ = file.unlock();
        let (mut tally, mut denied) = (Tally::default(), HashSet::new());
        let (mut requests, mut active, mut calls, mut throttled) = (None, 0, 0, 0);
        let note = |line: &Line| match line {
            Line::Ask { first_use, .. } => {
                let at = first_use.at;
                let (first, last) = requests.unwrap_or((at, at));
                let gap = at.saturating_sub(last).max(0);
                active += if gap < PAUSE { gap } else { 0 };
                requests = Some((first, last.max(at)));
            }
            Line::Denied { n, .. } => drop(denied.insert(*n)),
            Line::Ended { status, .. } => tally.count_end(status),
            Line::Closed { calls: made, throttled: refused } => {
                calls += made;
                throttled += refused;
            }
            _ => {}
        };
        let contents = read_each(&file, note).map_err(refused)?;
        let contents = contents.ok_or_else(|| refused("it is empty, nothing was requested".to_owned()))?;
        for (n, state) in contents.states.iter().enumerate() {
            match state {
                State::Redriven(_) | State::Ended(_) => tally.redriven += 1,
                State::RedrivenElsewhere => tally.redriven_elsewhere += 1,
                State::Refused(place) => *tally.refused.entry(contents.refusals.get(*place)).or_default() += 1,
                State::Undecided(_) => tally.undecided += 1,
                State::Waiting if denied.contains(&n) => tally.denials += 1,
                State::Waiting | State::Requested(_) => tally.left += 1,
            }
        }
        // Of a run that did not wait, or only for its canary, nobody knows.
        let ended = tally.ended.values().sum();
        if ended > contents.header.guards.canary_size() || !contents.canary.is_empty() {
            tally.running = tally.redriven.saturating_sub(ended);
        }
        Ok(Self { path: path.to_owned(), contents, requests, active, calls, throttled, tally, is_running })
    }

    fn left(&self) -> usize {
        self.contents.left().len()
    }

    /// The groups of the plan, in the order of their names.
    fn groups(&self) -> Vec<Group<'_>> {
        let mut groups = self.contents.plan.groups();
        groups.sort_unstable_by_key(|group| group.prefix);
        groups
    }

    fn part(&self) -> Option<&Part> {
        self.contents.header.parts.first()
    }

    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    fn pace(&self) -> Option<f64> {
        (self.active >= 1_000).then(|| self.tally.redriven as f64 * 1_000.0 / self.active as f64)
    }

    /// The command that goes on, where something is left and nobody is at it.
    fn command(&self) -> Option<String> {
        let is_due = !self.is_running && (self.left() > 0 || self.tally.running > 0);
        let part = self.part().filter(|_| is_due)?;
        let profile = match &self.contents.header.profile {
            Some(Profile::Option(name)) => Some(name.clone()),
            _ => None,
        };
        let (region, endpoint_url) = (Some(part.region.clone()), part.endpoint.clone());
        let globals = Globals { profile, region, endpoint_url, ..Globals::default() };
        Some(hint::resume(&self.path, &globals, &Bulk { wait: self.tally.running > 0, ..Bulk::default() }))
    }

    fn record(&self, records: &Records) -> Map {
        let Self { contents, tally, .. } = self;
        let text = |text: &str| Some(Value::string(text));
        let count = |count: usize| Some(number(count));
        let list = |records: &mut dyn Iterator<Item = Map>| Some(Value::list(records.map(Value::map).collect()));
        let groups = self.groups();
        let mut machines = groups
            .iter()
            .map(|group| record([("stateMachineArn", text(&group.state_machine())), ("planned", count(group.count))]));
        let mut refused = tally.refused.iter().map(|((code, reason), number)| {
            record([("code", text(code)), ("reason", text(reason)), ("executions", count(*number))])
        });
        let ended = record(tally.ended.iter().map(|(status, number)| (status.as_str(), count(*number))));
        let has_calls = self.calls > 0;
        record([
            ("journal", text(&self.path)),
            ("begun", text(&contents.header.at)),
            ("region", self.part().and_then(|part| text(&part.region))),
            ("endpoint", self.part().and_then(|part| part.endpoint.as_deref()).and_then(text)),
            ("stateMachines", list(&mut machines)),
            ("planned", count(contents.plan.len())),
            ("redriven", count(tally.redriven)),
            ("redrivenElsewhere", count(tally.redriven_elsewhere)),
            ("refused", list(&mut refused)),
            ("denied", count(tally.denials)),
            ("undecided", count(tally.undecided)),
            ("ended", Some(Value::map(ended))),
            ("left", count(self.left())),
            ("firstRequest", self.requests.map(|(first, _)| records.date(first))),
            ("lastRequest", self.requests.map(|(_, last)| records.date(last))),
            ("redrivesPerSecond", self.pace().map(|pace| Value::Float((pace * 10.0).round() / 10.0))),
            ("calls", has_calls.then(|| number(self.calls))),
            ("throttled", has_calls.then(|| number(self.throttled))),
            ("isRunning", Some(Value::Bool(self.is_running))),
            ("continueWith", self.command().and_then(|command| text(&command))),
        ])
    }

    fn lines(&self, zone: &TimeZone) -> Vec<String> {
        let machine = |group: &Group<'_>| {
            let arn = group.state_machine();
            format!("{}: {}", Escaped(arn.rsplit(':').next().unwrap_or_default()), group.count)
        };
        let machines: Vec<String> = self.groups().iter().map(machine).collect();
        let place = self.part().map(|part| format!(", region {}", Escaped(&part.region))).unwrap_or_default();
        let state = match (self.is_running, self.contents.ready) {
            (true, _) => "it is still going",
            (false, false) => "its plan was never complete",
            (false, true) if self.left() + self.tally.running > 0 => "it is not complete",
            (false, true) => "it is complete",
        };
        let mut lines = vec![
            format!("{} planned{place} ({})", executions(self.contents.plan.len()), machines.join(", ")),
            format!("begun {}; {state}", Escaped(&self.contents.header.at)),
        ];
        if let Some((first, last)) = self.requests {
            let pace = self.pace().map(|pace| format!(", {pace:.0} redriven a second")).unwrap_or_default();
            lines.push(format!("calls from {} to {}{pace}", describe(first, zone), describe(last, zone)));
        }
        if self.calls > 0 {
            lines.push(format!("{} calls, {} of them throttled", self.calls, self.throttled));
        }
        lines
    }

    /// A row of the list of journals, in which it has this number.
    fn row(&self, number: usize) -> [String; 5] {
        let (planned, redriven, left) = (self.contents.plan.len(), self.tally.redriven, self.left());
        let left = if self.is_running { format!("{left} (still going)") } else { left.to_string() };
        let begun = Escaped(&self.contents.header.at).to_string();
        [number.to_string(), begun, planned.to_string(), redriven.to_string(), left]
    }

    fn table(&self, columns: Option<u16>, zone: &TimeZone) -> String {
        let mut text = self.lines(zone).join("\n") + "\n" + &self.tally.table(columns);
        if let Some(command) = self.command() {
            text.push_str(&format!("continue with: {command}\n"));
        }
        text
    }

    fn markdown(&self, zone: &TimeZone) -> String {
        let mut text: String = self.lines(zone).iter().map(|line| format!("- {line}\n")).collect();
        let rows = self.tally.rows().into_iter().map(|row| row.map(|cell| cell.replace('|', "\\|")));
        text.push_str(&format!("\n{}", report_table(ASCII_MARKDOWN, None, HEADER, rows)));
        if let Some(command) = self.command() {
            text.push_str(&format!("\nContinue with:\n\n```sh\n{command}\n```\n"));
        }
        text
    }
}

/// `redrive-execution report`: of one journal; without one, a line for each of those in the state folder.
pub(crate) fn command(
    arguments: &JournalReport,
    settings: &Settings<'_>,
    mut records: Records,
    streams: &mut Streams<'_>,
) -> Result<u8> {
    let (host, globals) = (settings.sources.host, settings.sources.globals);
    let zone = records.zone.zone().clone();
    let is_table = match (globals.output.as_deref(), &globals.query) {
        (Some("table"), None) => true,
        (None, None) => host.stdout_is_terminal,
        _ => false,
    };
    let (style, columns) = match arguments.is_markdown {
        true => (ASCII_MARKDOWN, None),
        false => (UTF8_FULL_CONDENSED, stdout_columns()),
    };
    let is_record = !is_table && !arguments.is_markdown;
    let (mut text, mut list) = (String::new(), Vec::new());
    let paths = arguments.journal.clone().map_or_else(|| journals(host, streams), |path| Ok(vec![path]))?;
    for path in paths {
        match RunReport::read(&path) {
            // One that cannot be read keeps nobody from the others.
            Err(error) if arguments.journal.is_none() => drop(writeln!(streams.stderr, "{error}")),
            report if is_record => records.print(report?.record(&records), streams.stdout)?,
            report if arguments.journal.is_none() => list.push(report?),
            report if arguments.is_markdown => text = report?.markdown(&zone),
            report => text = report?.table(columns, &zone),
        }
    }
    if !list.is_empty() {
        let rows = (1..).zip(&list).map(|(number, report)| report.row(number));
        let table = report_table(style, columns, ["", "Begun", "Planned", "Redriven", "Left"], rows);
        // A path that a table has broken cannot be copied.
        let paths = (1..).zip(&list).map(|(number, report)| format!("{number}: {}\n", Escaped(&report.path)));
        text = table + &paths.collect::<String>();
    }
    if !text.is_empty() {
        stdio::write(text.as_bytes(), streams.stdout)?;
    }
    records.printed().map(|()| 0)
}

/// The journals of the state folder, in the order of their names, which is that of their age.
fn journals(host: &Host, streams: &mut Streams<'_>) -> Result<Vec<String>> {
    let folder =
        state_folder(host).map_err(|why| wrong(&format!("There is no place where journals are kept ({why})")))?;
    let files = std::fs::read_dir(&folder).map_err(|error| Error::General(errno::with_path(&error, &folder)))?;
    let files = files.filter_map(std::result::Result::ok);
    let journals = files.filter(|file| file.file_name().to_string_lossy().starts_with("redrive-"));
    let mut paths: Vec<String> = journals.map(|file| file.path().to_string_lossy().into_owned()).collect();
    paths.sort_unstable();
    if paths.is_empty() {
        let folder = Escaped(&folder.to_string_lossy()).to_string();
        drop(writeln!(streams.stderr, "there are no journals in {folder}; of one elsewhere, give the path"));
    }
    Ok(paths)
}
