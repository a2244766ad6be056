//! Opens the journal that a run needs: a new one, or that of a run to go on with.

use std::io::{Read, Seek, SeekFrom};
use std::rc::Rc;

use uuid::Uuid;

use super::journal::{Journal, Line, VERSION};
use super::moment::rfc3339;
use super::pace::Pace;
use super::plan::Plan;
use super::resume::{self, State, Told};
use crate::error::{Error, Result};
use crate::render::escape::Escaped;

/// A journal with what it holds.
#[derive(Debug)]
pub struct Book {
    /// The journal, open for writing.
    pub journal: Journal,
    /// The run's id.
    pub run: Uuid,
    /// How fast it goes.
    pub pace: Pace,
    /// The plan.
    pub plan: Rc<Plan>,
    /// How far each execution has come.
    pub states: Vec<State>,
}

/// How every journal begins.
const START: &[u8] = b"{\"event\":\"run\"";

/// Begins a journal for a plan. What is there already is left alone, unless it is a journal whose plan was never complete.
///
/// # Errors
/// A file that cannot be written, is in use, or holds something else.
pub fn begin(path: &str, region: &str, pace: &Pace, plan: Plan, now: i64) -> Result<Book> {
    let mut journal = Journal::open(path, true)?;
    let occupied = |what: &str| Err(Error::ParamValidation(format!("--journal: {} {what}", Escaped(path))));
    if let Some(mut file) = journal.readable() {
        let mut start = Vec::new();
        let read = file.take(START.len() as u64).read_to_end(&mut start).and_then(|_| file.seek(SeekFrom::Start(0)));
        if read.is_err() || !START.starts_with(&start) {
            return occupied("is a file of something else");
        }
        match resume::read(file) {
            Ok(Some(told)) if told.ready => return occupied("holds a run already; go on with it by --resume"),
            Ok(_) => journal.cut(0)?,
            Err(_) => return occupied("is a file of something else"),
        }
    }
    let run = Uuid::new_v4();
    let first = Line::Run {
        version: VERSION,
        run: run.to_string(),
        region: region.to_owned(),
        at: rfc3339(now),
        pace: pace.clone(),
    };
    journal.begin(&first, &plan)?;
    let states = vec![State::Waiting; plan.len()];
    Ok(Book { journal, run, pace: pace.clone(), plan: Rc::new(plan), states })
}

/// Goes on with a journal; cuts off a torn last line.
///
/// # Errors
/// A file that cannot be written, is in use, or is no journal; a plan that was never complete; another region.
pub fn resume(path: &str, region: &str) -> Result<Book> {
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
    if told.region != region {
        return Err(wrong(&format!("its run is in region {}, not {}", Escaped(&told.region), Escaped(region))));
    }
    journal.cut(told.length)?;
    Ok(Book { journal, run: told.run, pace: told.pace, plan: Rc::new(told.plan), states: told.states })
}

/// A name for a journal where none was given.
#[must_use]
pub fn default_name(now: i64) -> String {
    let moment = rfc3339(now);
    let digits: String = moment.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    format!("redrive-{digits}-{}.jsonl", std::process::id())
}
