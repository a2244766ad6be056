//! The report of a run, from its journal alone: also of one that is still going. Opens no connection.

use std::collections::{BTreeMap, HashSet};
use std::fs::{File, TryLockError};
use std::path::Path;

use comfy_table::presets;
use jiff::tz::TimeZone;

use super::Streams;
use super::arguments::{Bulk, wrong};
use super::confirm::executions;
use super::hint;
use super::journal::contents::read_each;
use super::journal::open::state_folder;
use super::journal::{Contents, Line, Profile, State};
use super::plan::Group;
use super::report::{HEADER, Records, Tally, fitting};
use super::times::describe;
use crate::error::{Error, Result};
use crate::host::Host;
use crate::platform::terminal::stdout_columns;
use crate::python::errno;
use crate::render::escape::Escaped;
use crate::settings::Globals;
use crate::stdio;
use crate::value::{Map, Value};

/// Calls further apart than this, in milliseconds, are of different attempts at the run: the pace is that of each.
const PAUSE: i64 = 60_000;

/// What happened when, as the lines show it.
#[derive(Debug, Default)]
struct Course {
    /// When the run was begun, RFC 3339.
    begun: String,
    /// When calls were made first and last, in milliseconds since 1970.
    asked: Option<(i64, i64)>,
    redrives: usize,
    /// For how long calls were made, in milliseconds.
    active: i64,
    calls: usize,
    throttled: usize,
    denied: HashSet<usize>,
    ended: BTreeMap<String, usize>,
}

impl Course {
    fn note(&mut self, line: &Line) {
        match line {
            Line::Run(header) => self.begun.clone_from(&header.at),
            Line::Ask { first_use, .. } => {
                let at = first_use.at;
                let (first, last) = self.asked.unwrap_or((at, at));
                let gap = at.saturating_sub(last).max(0);
                self.active += if gap < PAUSE { gap } else { 0 };
                self.asked = Some((first, last.max(at)));
            }
            Line::Redriven { .. } => self.redrives += 1,
            Line::Denied { n, .. } => drop(self.denied.insert(*n)),
            Line::Ended { status, .. } => *self.ended.entry(status.clone()).or_default() += 1,
            Line::Closed { calls, throttled } => {
                self.calls += calls;
                self.throttled += throttled;
            }
            _ => {}
        }
    }

    /// Redrives a second.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    fn pace(&self) -> Option<f64> {
        (self.active >= 1_000).then(|| self.redrives as f64 * 1_000.0 / self.active as f64)
    }
}

#[derive(Debug)]
struct RunReport {
    path: String,
    contents: Contents,
    course: Course,
    tally: Tally,
    is_running: bool,
}

impl RunReport {
    fn read(path: &str) -> Result<Self> {
        let refused = |what: String| Error::ParamValidation(format!("{}: {what}", Escaped(path)));
        let file = File::open(path).map_err(|error| Error::General(errno::with_path(&error, path)))?;
        // The run holds a lock of its own.
        let is_running = matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock));
        let mut course = Course::default();
        let contents = read_each(&file, |line| course.note(line)).map_err(refused)?;
        let contents = contents.ok_or_else(|| refused("it is empty, nothing was asked for".to_owned()))?;
        let mut tally = Tally { ended: course.ended.clone(), ..Tally::default() };
        for (n, state) in contents.states.iter().enumerate() {
            match state {
                State::Redriven(_) | State::Ended(_) => tally.redriven += 1,
                State::RedrivenElsewhere => tally.redriven_elsewhere += 1,
                State::Refused(place) => *tally.refused.entry(contents.refusals.get(*place)).or_default() += 1,
                State::Undecided(_) => tally.undecided += 1,
                State::Waiting if course.denied.contains(&n) => tally.denials += 1,
                State::Waiting | State::Asked(_) => tally.left += 1,
            }
        }
        // Of a run that did not wait, nobody knows.
        if !tally.ended.is_empty() {
            tally.running = tally.redriven.saturating_sub(tally.ended.values().sum());
        }
        Ok(Self { path: path.to_owned(), contents, course, tally, is_running })
    }

    /// How many a resume would take up.
    fn left(&self) -> usize {
        self.contents.left().len()
    }

    /// The command that goes on, where something is left and nobody is at it.
    fn command(&self) -> Option<String> {
        let is_due = !self.is_running && (self.left() > 0 || self.tally.running > 0);
        let part = self.contents.header.parts.first().filter(|_| is_due)?;
        let profile = match &self.contents.header.profile {
            Some(Profile::Option(name)) => Some(name.clone()),
            _ => None,
        };
        let (region, endpoint_url) = (Some(part.region.clone()), part.endpoint.clone());
        let globals = Globals { profile, region, endpoint_url, ..Globals::default() };
        Some(hint::resume(&self.path, &globals, &Bulk { wait: self.tally.running > 0, ..Bulk::default() }))
    }

    fn record(&self, records: &Records) -> Map {
        let (contents, tally, course) = (&self.contents, &self.tally, &self.course);
        let count = |count: usize| Value::integer(i64::try_from(count).unwrap_or(i64::MAX));
        let text = |text: &str| Value::string(text);
        let map = |members: &[(&str, Value)]| {
            Value::map(members.iter().map(|(name, value)| ((*name).into(), value.clone())).collect())
        };
        let groups = contents.plan.groups();
        let machine = |group: &Group<'_>| {
            map(&[("stateMachineArn", text(&group.state_machine())), ("planned", count(group.count))])
        };
        let refused = tally.refused.iter().map(|((code, reason), number)| {
            map(&[("code", text(code)), ("reason", text(reason)), ("executions", count(*number))])
        });
        let ended: Vec<_> = tally.ended.iter().map(|(status, number)| (status.as_str(), count(*number))).collect();
        let part = contents.header.parts.first();
        let (first, last) = course.asked.unzip();
        let members = [
            ("journal", Some(text(&self.path))),
            ("begun", Some(text(&course.begun))),
            ("region", part.map(|part| text(&part.region))),
            ("endpoint", part.and_then(|part| part.endpoint.as_deref()).map(text)),
            ("stateMachines", Some(Value::list(groups.iter().map(machine).collect()))),
            ("planned", Some(count(contents.plan.len()))),
            ("redriven", Some(count(tally.redriven))),
            ("redrivenElsewhere", Some(count(tally.redriven_elsewhere))),
            ("refused", Some(Value::list(refused.collect()))),
            ("denied", Some(count(tally.denials))),
            ("undecided", Some(count(tally.undecided))),
            ("ended", Some(map(&ended))),
            ("left", Some(count(self.left()))),
            ("firstAsked", first.map(|first| records.date(first))),
            ("lastAsked", last.map(|last| records.date(last))),
            ("redrivesPerSecond", course.pace().map(|pace| Value::Float((pace * 10.0).round() / 10.0))),
            ("calls", (course.calls > 0).then(|| count(course.calls))),
            ("throttled", (course.calls > 0).then(|| count(course.throttled))),
            ("isRunning", Some(Value::Bool(self.is_running))),
            ("continueWith", self.command().map(|command| text(&command))),
        ];
        members.into_iter().filter_map(|(name, value)| Some((name.into(), value?))).collect()
    }

    /// What a person reads above the table.
    fn lines(&self, zone: &TimeZone) -> Vec<String> {
        let contents = &self.contents;
        let machine = |group: &Group<'_>| {
            let arn = group.state_machine();
            format!("{}: {}", Escaped(arn.rsplit(':').next().unwrap_or_default()), group.count)
        };
        let machines: Vec<String> = contents.plan.groups().iter().map(machine).collect();
        let place =
            contents.header.parts.first().map(|part| format!(", region {}", Escaped(&part.region))).unwrap_or_default();
        let mut lines =
            vec![format!("{} planned{place} ({})", executions(self.contents.plan.len()), machines.join(", "))];
        let state = match (self.is_running, self.contents.ready) {
            (true, _) => "it is still going",
            (false, false) => "its plan was never complete",
            (false, true) if self.left() > 0 => "it is not complete",
            (false, true) => "it is complete",
        };
        lines.push(format!("begun {}; {state}", Escaped(&self.course.begun)));
        if let Some((first, last)) = self.course.asked {
            let pace = self.course.pace().map(|pace| format!(", {pace:.0} redriven a second")).unwrap_or_default();
            lines.push(format!("calls from {} to {}{pace}", describe(first, zone), describe(last, zone)));
        }
        if self.course.calls > 0 {
            lines.push(format!("{} calls, {} of them throttled", self.course.calls, self.course.throttled));
        }
        lines
    }

    /// A row of the list of journals.
    fn row(&self) -> [String; 5] {
        let left = if self.is_running { format!("{} (still going)", self.left()) } else { self.left().to_string() };
        let (journal, begun) = (Escaped(&self.path).to_string(), Escaped(&self.course.begun).to_string());
        let (planned, redriven) = (self.contents.plan.len().to_string(), self.tally.redriven.to_string());
        [journal, begun, planned, redriven, left]
    }

    fn table(&self, columns: Option<u16>, zone: &TimeZone) -> String {
        let mut text = self.lines(zone).join("\n") + "\n" + &self.tally.table(columns);
        if let Some(command) = self.command() {
            text.push_str(&format!("continue with: {command}\n"));
        }
        text
    }

    /// For a page or a chat.
    fn markdown(&self, zone: &TimeZone) -> String {
        let mut text: String = self.lines(zone).iter().map(|line| format!("- {line}\n")).collect();
        text.push('\n');
        let rows = self.tally.rows().into_iter().map(|row| row.map(|cell| cell.replace('|', "\\|")));
        let mut table = fitting(None);
        table.load_style(presets::ASCII_MARKDOWN).set_header(HEADER).add_rows(rows);
        text.push_str(&format!("{table}\n"));
        if let Some(command) = self.command() {
            text.push_str(&format!("\nContinue with:\n\n```sh\n{command}\n```\n"));
        }
        text
    }
}

/// How a report is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// For a person, on a terminal that is so wide.
    Table(Option<u16>),
    /// For a page or a chat.
    Markdown,
    /// As `--output` and `--query` say.
    Record,
}

impl Form {
    /// Takes out of the options what only a report knows.
    pub(crate) fn of(globals: &mut Globals, host: &Host) -> Result<Self> {
        match (globals.output.as_deref(), &globals.query) {
            (Some("markdown"), Some(_)) => Err(wrong("--query does not go with --output markdown")),
            (Some("markdown"), None) => {
                globals.output = None;
                Ok(Self::Markdown)
            }
            (Some("table"), None) => Ok(Self::Table(stdout_columns())),
            (None, None) if host.stdout_is_terminal => Ok(Self::Table(stdout_columns())),
            _ => Ok(Self::Record),
        }
    }
}

/// `redrive-execution report`: of one journal; without one, a line for each of those in the state folder.
pub(crate) fn command(
    journal: Option<&str>,
    form: Form,
    host: &Host,
    mut records: Records,
    streams: &mut Streams<'_>,
) -> Result<u8> {
    let zone = records.zone.zone().clone();
    let mut text = String::new();
    let mut list = Vec::new();
    if let Some(path) = journal {
        let report = RunReport::read(path)?;
        match form {
            Form::Table(columns) => text = report.table(columns, &zone),
            Form::Markdown => text = report.markdown(&zone),
            Form::Record => records.print(report.record(&records), streams.stdout)?,
        }
    } else {
        let paths = journals(host)?;
        if paths.is_empty() {
            drop(writeln!(streams.stderr, "there are no journals in the state folder"));
        }
        for path in paths {
            match (RunReport::read(&path), form) {
                (Ok(report), Form::Record) => records.print(report.record(&records), streams.stdout)?,
                (Ok(report), _) => list.push(report.row()),
                // One that cannot be read keeps nobody from the others.
                (Err(error), _) => drop(writeln!(streams.stderr, "{error}")),
            }
        }
    }
    if !list.is_empty() {
        let (columns, preset) = match form {
            Form::Table(columns) => (columns, presets::UTF8_FULL_CONDENSED),
            _ => (None, presets::ASCII_MARKDOWN),
        };
        let mut table = fitting(columns);
        table.load_style(preset).set_header(["Journal", "Begun", "Planned", "Redriven", "Left"]).add_rows(list);
        text = format!("{table}\n");
    }
    if !text.is_empty() {
        stdio::write(text.as_bytes(), streams.stdout)?;
    }
    records.printed().map(|()| 0)
}

/// The journals of the state folder, in the order of their names, which is that of their age.
fn journals(host: &Host) -> Result<Vec<String>> {
    let folder =
        state_folder(host).map_err(|why| wrong(&format!("There is no place where journals are kept ({why})")))?;
    let files = std::fs::read_dir(&folder).map_err(|error| Error::General(errno::with_path(&error, &folder)))?;
    let paths = files.filter_map(|file| Some(file.ok()?.path().to_string_lossy().into_owned()));
    let is_journal =
        |path: &String| Path::new(path).file_name().is_some_and(|name| name.to_string_lossy().starts_with("redrive-"));
    let mut paths: Vec<String> = paths.filter(is_journal).collect();
    paths.sort_unstable();
    Ok(paths)
}
