//! The journal that a run needs, open before anything is asked of the service: a new one, or that of a run to resume.

use std::collections::HashMap;
use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::rc::Rc;

use uuid::Uuid;

use super::journal::{Journal, Line, Part, Selection, VERSION};
use super::moment::rfc3339;
use super::pace::Pace;
use super::plan::{Plan, Planned};
use super::quotas::Quotas;
use super::resume::{self, Asked, Inspected, Refusals, State, Told};
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
    pub run: Uuid,
    pub(crate) pace: Pace,
    pub(crate) plan: Rc<Plan>,
    pub states: Vec<State>,
    pub(crate) refusals: Refusals,
    /// When the last call that is noted was made, in milliseconds since 1970; of a run that begins there is none.
    pub(crate) last_asked: Option<i64>,
}

#[derive(Debug)]
pub struct Draft {
    pub(crate) journal: Journal,
    run: Uuid,
    pace: Pace,
    /// What an earlier attempt at the same plan has inspected.
    pub(crate) inspected: Inspected,
}

#[derive(Clone, Debug)]
pub struct Header {
    pub parts: Vec<Part>,
    pub selection: Selection,
    pub pace: Pace,
}

impl Draft {
    /// Opens the journal of a run that begins. What is there already is left alone, unless it is a journal whose plan was never
    /// complete: what that has inspected for the same selection is not inspected again.
    ///
    /// # Errors
    /// A file that cannot be written, is in use, or holds something else.
    pub fn open(path: &str, header: &Header, now: i64) -> Result<Self> {
        let mut journal = Journal::open(path, true)?;
        let occupied = |what: &str| Err(Error::ParamValidation(format!("--journal: {} {what}", Escaped(path))));
        if let Some(mut file) = journal.readable() {
            let mut start = Vec::new();
            let read =
                file.take(START.len() as u64).read_to_end(&mut start).and_then(|_| file.seek(SeekFrom::Start(0)));
            if read.is_err() || !START.starts_with(&start) {
                return occupied("is a file of something else");
            }
            match resume::read(file) {
                Ok(Some(told)) if told.ready => return occupied("holds a run already; continue it with --resume"),
                Ok(Some(told)) if told.parts == header.parts && told.selection.inspects_like(&header.selection) => {
                    journal.cut(told.before_plan)?;
                    return Ok(Self { journal, run: told.run, pace: header.pace.clone(), inspected: told.inspected });
                }
                Ok(_) => journal.cut(0)?,
                Err(_) => return occupied("is a file of something else"),
            }
        }
        let run = Uuid::new_v4();
        journal.write(&Line::Run {
            version: VERSION,
            run: run.to_string(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            at: rfc3339(now),
            parts: header.parts.clone(),
            selection: Box::new(header.selection.clone()),
            pace: header.pace.clone(),
        })?;
        Ok(Self { journal, run, pace: header.pace.clone(), inspected: Inspected::new() })
    }

    /// Notes that an execution was inspected.
    pub(crate) fn note(&mut self, planned: &Planned, wanted: bool) -> Result<()> {
        let (execution_arn, redrive_count) = (planned.arn.clone(), planned.redrive_count);
        self.inspected.insert((planned.arn.as_str().into(), redrive_count), wanted);
        self.journal.write(&Line::Inspected { execution_arn, redrive_count, wanted })
    }

    /// Writes the plan down, after which the run can begin.
    ///
    /// # Errors
    /// A journal that cannot be written.
    pub fn begin(mut self, plan: Plan) -> Result<OpenJournal> {
        self.journal.plan(&plan)?;
        let states = vec![State::Waiting; plan.len()];
        let (plan, refusals) = (Rc::new(plan), Refusals::default());
        Ok(OpenJournal {
            journal: self.journal,
            run: self.run,
            pace: self.pace,
            plan,
            states,
            refusals,
            last_asked: None,
        })
    }

    /// Gives the run up before it began. What was inspected stays for another attempt; a journal without that goes.
    pub(crate) fn abandon(mut self) {
        if self.inspected.is_empty() && self.journal.cut(0).is_ok() {
            self.journal.discard();
        }
    }
}

impl OpenJournal {
    /// Opens the journal of a run to resume; cuts off a torn last line.
    ///
    /// # Errors
    /// A file that cannot be written, is in use, or is no journal; a plan that was never complete; another place.
    pub fn resume(path: &str, place: &Part) -> Result<Self> {
        let mut journal = Journal::open(path, false)?;
        let wrong = |what: &str| Error::ParamValidation(format!("--resume: {}: {what}", Escaped(path)));
        let told = match journal.readable() {
            Some(file) => resume::read(file).map_err(|what| wrong(&what))?,
            None => None,
        };
        let told: Told = told.ok_or_else(|| wrong("it is empty, nothing was asked for; start the run anew"))?;
        if !told.ready {
            return Err(wrong(
                "its plan was never complete, nothing was asked for; start the run anew with the same --journal",
            ));
        }
        for part in &told.parts {
            check_place(part, place).map_err(|what| wrong(&what))?;
        }
        journal.cut(told.length)?;
        Ok(Self {
            journal,
            run: told.run,
            pace: told.pace,
            plan: Rc::new(told.plan),
            states: told.states,
            refusals: told.refusals,
            last_asked: told.last_asked,
        })
    }
}

impl OpenJournal {
    /// What may have been asked for although it is not noted: where the machine stopped, the journal has lost up to a second of
    /// lines. While the service knows the tokens that makes no difference; later those executions have to be looked at first.
    pub(crate) fn suspect_lost_lines(&mut self, rates: &Quotas, concurrency: usize) -> Result<()> {
        let Some(since) = self.last_asked else { return Ok(()) };
        let asked = self.states.iter().filter(|state| **state != State::Waiting).count();
        let in_a_second = rates.redrive_execution.calls_within_a_second(asked);
        let perhaps_asked = in_a_second.saturating_add(concurrency);
        // Of each group, for a group that was denied is passed over.
        let mut groups = HashMap::<Option<u32>, usize>::new();
        for (n, state) in self.states.iter_mut().enumerate().filter(|(_, state)| **state == State::Waiting) {
            let suspected = groups.entry(self.plan.group(n)).or_default();
            if *suspected >= perhaps_asked {
                continue;
            }
            *suspected += 1;
            let redrive_count = self.plan.get(n).and_then(|planned| planned.redrive_count);
            self.journal.write(&Line::PerhapsAsked { n, at: since })?;
            *state = State::Asked(Asked { since, offset: None, redrive_count, noted: false });
        }
        self.journal.sync();
        Ok(())
    }
}

/// Refuses to resume a run anywhere else than where it was.
fn check_place(part: &Part, place: &Part) -> std::result::Result<(), String> {
    if part.region != place.region {
        return Err(format!("its run is in region {}, not {}", Escaped(&part.region), Escaped(&place.region)));
    }
    if part.endpoint != place.endpoint {
        let shown = |endpoint: &Option<String>| match endpoint {
            Some(url) => Escaped(url).to_string(),
            None => "the service's own endpoint".to_owned(),
        };
        return Err(format!("its run is at {}, not {}", shown(&part.endpoint), shown(&place.endpoint)));
    }
    match (&part.account, &place.account) {
        (Some(then), Some(now)) if then != now => {
            Err(format!("its run is in account {}, not {}", Escaped(then), Escaped(now)))
        }
        _ => Ok(()),
    }
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
    let state = match host.environment.get(env_vars::XDG_STATE_HOME).filter(|folder| folder.starts_with('/')) {
        Some(folder) => PathBuf::from(folder),
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
