//! The journal that a run needs, open before the first request: a new one, or that of a run to resume.

use std::collections::{BTreeSet, HashMap};
use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::rc::Rc;

use super::contents::{self, Contents, State};
use super::{Header, Journal, LOST_LINES, Line, Part, SYNC_EVERY};
use crate::bulk::guards::DENIALS;
use crate::bulk::plan::Plan;
use crate::bulk::times::rfc3339;
use crate::env_vars;
use crate::error::{Error, Result};
use crate::host::Host;
use crate::python::errno;
use crate::render::escape::Escaped;

const FOLDER: &str = "redrive-execution";

const START: &[u8] = b"{\"event\":\"run\"";

#[derive(Debug)]
pub struct OpenJournal {
    pub journal: Journal,
    pub contents: Contents,
}

impl OpenJournal {
    /// Opens the journal of a run that begins, whose plan is still to come. What is there already is left alone, unless it is a
    /// journal whose plan was never complete.
    pub fn create(path: &str, header: Header) -> Result<Self> {
        let mut journal = Journal::open(path, true)?;
        if let Some(mut file) = journal.readable() {
            let occupied = |what: &str| Err(Error::ParamValidation(format!("--journal: {} {what}", Escaped(path))));
            let mut start = Vec::new();
            let read =
                file.take(START.len() as u64).read_to_end(&mut start).and_then(|_| file.seek(SeekFrom::Start(0)));
            let is_journal = read.is_ok() && START.starts_with(&start);
            match if is_journal { contents::read(file) } else { Err(String::new()) } {
                Ok(Some(there)) if there.ready => return occupied("holds a run already; continue it with --resume"),
                Ok(_) => journal.cut(0)?,
                Err(_) => return occupied("is a file of something else"),
            }
        }
        journal.write(&Line::Run(Box::new(header.clone())))?;
        Ok(Self { journal, contents: Contents { header, ..Contents::default() } })
    }

    /// Writes the plan down, after which the run can begin.
    pub fn begin(mut self, plan: Plan) -> Result<Self> {
        self.journal.plan(&plan)?;
        let (states, plan) = (vec![State::Waiting; plan.len()], Rc::new(plan));
        self.contents = Contents { plan, states, ready: true, ..self.contents };
        Ok(self)
    }

    pub(crate) fn abandon(self) {
        self.journal.discard();
    }

    /// Opens the journal of a run to resume with calls to `here`; cuts off a torn last line. `profile` is the one whose account that
    /// is, for the message.
    pub fn resume(path: &str, here: &Part, profile: Option<&str>) -> Result<Self> {
        let mut journal = Journal::open(path, false)?;
        let wrong = |what: &str| Error::ParamValidation(format!("--resume: {}: {what}", Escaped(path)));
        let contents = journal.readable().map_or(Ok(None), contents::read).map_err(|what| wrong(&what))?;
        let contents = contents.ok_or_else(|| wrong("it is empty, nothing was requested; start the run anew"))?;
        if !contents.ready {
            return Err(wrong(
                "its plan was never complete, nothing was requested; start the run anew with the same --journal",
            ));
        }
        let parts = contents.header.parts.iter().try_for_each(|part| part.check(here));
        parts.and_then(|()| check_account(&contents, here, profile)).map_err(|what| wrong(&what))?;
        journal.cut(contents.length)?;
        Ok(Self { journal, contents })
    }

    /// Notes calls that may have been made without a line: where the machine stopped, the journal has lost up to two seconds of lines.
    /// While the service knows the tokens that makes no difference; later those executions have to be described first.
    pub(crate) fn suspect_lost_lines(&mut self, region: &str) -> Result<()> {
        let Self { journal, contents } = self;
        let Some(at) = contents.last_requested else { return Ok(()) };
        // Those before them in the plan, which were taken and not yet requested, or were denied, are no more than the others.
        let rate = contents.pace.rates(region)?.redrive_execution;
        let lost = rate.calls_within(SYNC_EVERY * 2).min(LOST_LINES);
        let perhaps_requested = lost + 3 * contents.pace.concurrency() + DENIALS;
        // Of each group, for a group that was denied is passed over.
        let mut groups = HashMap::<Option<u32>, usize>::new();
        let is_waiting = |n: &usize| contents.states.get(*n) == Some(&State::Waiting);
        for n in (0..contents.states.len()).filter(is_waiting).collect::<Vec<_>>() {
            let suspected = groups.entry(contents.plan.group(n)).or_default();
            // What is tried first is on the disk, and its place says nothing of when it was requested.
            if *suspected >= perhaps_requested && !contents.canary.contains(&n) {
                continue;
            }
            *suspected += 1;
            let line = Line::PerhapsAsked { n, at };
            journal.write(&line)?;
            // A line about an execution of the plan fits.
            let _ = contents.note(line);
        }
        Ok(())
    }
}

/// Refuses credentials of an account that the run has nothing in, where both are known.
fn check_account(contents: &Contents, here: &Part, profile: Option<&str>) -> std::result::Result<(), String> {
    let parts = contents.header.parts.iter();
    let accounts = match parts.map(|part| part.account.as_deref()).collect::<Option<BTreeSet<&str>>>() {
        Some(accounts) => accounts,
        None => contents.plan.groups().iter().filter_map(|group| group.prefix.split(':').nth(4)).collect(),
    };
    let Some(caller) = here.account.as_deref().filter(|caller| !accounts.contains(caller)) else { return Ok(()) };
    let whose = match profile {
        Some(profile) => format!("of profile '{}'", Escaped(profile)),
        None => "in use".to_owned(),
    };
    let accounts: Vec<String> = accounts.into_iter().map(|account| Escaped(account).to_string()).collect();
    let (then, now) = (accounts.join(", "), Escaped(caller));
    Err(format!("its run is in account {then}, but the credentials {whose} are of account {now}"))
}

/// Where a journal is kept where no place was given: a name of its own in the state folder.
pub(crate) fn default_path(host: &Host, now: i64) -> Result<String> {
    let none = |why: String| {
        Error::ParamValidation(format!("There is no place to keep a journal ({why}). Give one with --journal FILE."))
    };
    let folder = state_folder(host).map_err(none)?;
    let digits: String = rfc3339(now).chars().filter(char::is_ascii_alphanumeric).collect();
    let name = format!("redrive-{digits}-{}.jsonl", std::process::id());
    Ok(folder.join(name).to_string_lossy().into_owned())
}

/// The program's folder of the user's state, which is made.
pub(crate) fn state_folder(host: &Host) -> std::result::Result<PathBuf, String> {
    let state = match host.environment.get(env_vars::XDG_STATE_HOME).map(PathBuf::from).filter(|at| at.is_absolute()) {
        Some(folder) => folder,
        None => match host.expand_home("~").filter(|home| home.is_absolute()) {
            Some(home) => home.join(".local/state"),
            None => return Err("no XDG_STATE_HOME, no home".to_owned()),
        },
    };
    let folder = state.join(FOLDER);
    std::fs::create_dir_all(&folder)
        .map_err(|error| errno::with_path(&error, Escaped(&folder.to_string_lossy()).to_string()))?;
    Ok(folder)
}
