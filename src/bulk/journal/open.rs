//! The journal that a run needs, open before anything is asked of the service: a new one, or that of a run to resume.

use std::collections::{BTreeSet, HashMap};
use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;

use super::contents::{self, Contents, State};
use super::{Header, Journal, Line, Part};
use crate::bulk::plan::{Plan, Planned};
use crate::bulk::quotas::Quotas;
use crate::bulk::times::rfc3339;
use crate::env_vars;
use crate::error::{Error, Result};
use crate::host::Host;
use crate::python::errno;
use crate::render::escape::Escaped;

/// The folder of journals, below the state folder.
const FOLDER: &str = "redrive-execution";

/// How every journal begins.
const START: &[u8] = b"{\"event\":\"run\"";

#[derive(Debug)]
pub struct OpenJournal {
    pub journal: Journal,
    pub contents: Contents,
}

/// A journal whose plan is not complete.
#[derive(Debug)]
pub struct Draft(OpenJournal);

impl Draft {
    /// Opens the journal of a run that begins. What is there already is left alone, unless it is a journal whose plan was never
    /// complete: what that has inspected for the same selection is not inspected again.
    ///
    /// # Errors
    /// A file that cannot be written, is in use, or holds something else.
    pub fn open(path: &str, header: Header) -> Result<Self> {
        let mut journal = Journal::open(path, true)?;
        let occupied = |what: &str| Err(Error::ParamValidation(format!("--journal: {} {what}", Escaped(path))));
        if let Some(mut file) = journal.readable() {
            let mut start = Vec::new();
            let read =
                file.take(START.len() as u64).read_to_end(&mut start).and_then(|_| file.seek(SeekFrom::Start(0)));
            if read.is_err() || !START.starts_with(&start) {
                return occupied("is a file of something else");
            }
            match contents::read(file) {
                Ok(Some(there)) if there.ready => return occupied("holds a run already; continue it with --resume"),
                Ok(Some(there)) if there.header.inspects_like(&header) => {
                    journal.cut(there.before_plan)?;
                    let header = Header { pace: header.pace, ..there.header };
                    let contents = Contents { inspected: there.inspected, ..Contents::new(header) };
                    return Ok(Self(OpenJournal { journal, contents }));
                }
                Ok(_) => journal.cut(0)?,
                Err(_) => return occupied("is a file of something else"),
            }
        }
        journal.write(&Line::Run(Box::new(header.clone())))?;
        Ok(Self(OpenJournal { journal, contents: Contents::new(header) }))
    }

    pub(crate) fn path(&self) -> &str {
        self.0.journal.path()
    }

    /// Whether an earlier look has found an execution as wanted, if there was one.
    pub(crate) fn inspected(&self, planned: &Planned) -> Option<bool> {
        self.0.contents.inspected.get(&(planned.arn.as_str().into(), planned.redrive_count)).copied()
    }

    /// Notes that an execution was inspected.
    pub(crate) fn note(&mut self, planned: &Planned, wanted: bool) -> Result<()> {
        let (execution_arn, redrive_count) = (planned.arn.clone(), planned.redrive_count);
        self.0.contents.inspected.insert((planned.arn.as_str().into(), redrive_count), wanted);
        self.0.journal.write(&Line::Inspected { execution_arn, redrive_count, wanted })
    }

    /// Writes the plan down, after which the run can begin.
    ///
    /// # Errors
    /// A journal that cannot be written.
    pub fn begin(self, plan: Plan) -> Result<OpenJournal> {
        let Self(mut open) = self;
        open.journal.plan(&plan)?;
        open.contents.plan = plan;
        open.contents.begin();
        Ok(open)
    }

    /// Gives the run up before it began. What was inspected stays for another attempt; a journal without that goes.
    pub(crate) fn abandon(self) {
        let Self(mut open) = self;
        if open.contents.inspected.is_empty() && open.journal.cut(0).is_ok() {
            open.journal.discard();
        }
    }
}

impl OpenJournal {
    /// Opens the journal of a run to resume with calls to `here`; cuts off a torn last line. `profile` is the one whose account that
    /// is, for the message.
    ///
    /// # Errors
    /// A file that cannot be written, is in use, or is anything but a journal; a plan that was never complete; another account,
    /// region or endpoint.
    pub fn resume(path: &str, here: &Part, profile: Option<&str>) -> Result<Self> {
        let mut journal = Journal::open(path, false)?;
        let wrong = |what: &str| Error::ParamValidation(format!("--resume: {}: {what}", Escaped(path)));
        let contents = match journal.readable() {
            Some(file) => contents::read(file).map_err(|what| wrong(&what))?,
            None => None,
        };
        let contents = contents.ok_or_else(|| wrong("it is empty, nothing was asked for; start the run anew"))?;
        if !contents.ready {
            return Err(wrong(
                "its plan was never complete, nothing was asked for; start the run anew with the same --journal",
            ));
        }
        contents.header.parts.iter().try_for_each(|part| part.differs(here)).map_err(|what| wrong(&what))?;
        check_account(&contents, here, profile).map_err(|what| wrong(&what))?;
        journal.cut(contents.length)?;
        Ok(Self { journal, contents })
    }

    /// What may have been asked for although it is not noted: where the machine stopped, the journal has lost up to a second of
    /// lines. While the service knows the tokens that makes no difference; later those executions have to be looked at first.
    pub(crate) fn suspect_lost_lines(&mut self, rates: &Quotas, concurrency: usize) -> Result<()> {
        let Self { journal, contents } = self;
        let Some(at) = contents.last_asked else { return Ok(()) };
        let asked = contents.states.iter().filter(|state| **state != State::Waiting).count();
        let in_a_second = rates.redrive_execution.calls_within_a_second(asked);
        let perhaps_asked = in_a_second.saturating_add(concurrency);
        // Of each group, for a group that was denied is passed over.
        let mut groups = HashMap::<Option<u32>, usize>::new();
        let waiting = |(n, state): (usize, &State)| (*state == State::Waiting).then_some(n);
        for n in contents.states.iter().enumerate().filter_map(waiting).collect::<Vec<_>>() {
            let suspected = groups.entry(contents.plan.group(n)).or_default();
            if *suspected >= perhaps_asked {
                continue;
            }
            *suspected += 1;
            let line = Line::PerhapsAsked { n, at };
            journal.write(&line)?;
            // A line about an execution of the plan fits.
            let _ = contents.note(line);
        }
        journal.sync();
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
