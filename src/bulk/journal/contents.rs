//! What a journal holds: the plan, how far the run came, and where a torn last line begins.

use std::io::Read;
use std::rc::Rc;

use indexmap::IndexSet;

use super::line::{FirstUse, Header, Line, VERSION};
use crate::bulk::guards::Guards;
use crate::bulk::lines::Lines;
use crate::bulk::pace::Pace;
use crate::bulk::plan::Plan;
use crate::render::escape::Escaped;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Waiting,
    /// A call was made, and no answer was noted.
    Requested(FirstUse),
    /// Calls were made again and again without an answer, while others were answered.
    Undecided(FirstUse),
    Redriven(i64),
    RedrivenElsewhere,
    /// The service refused; holds the index of the reason among [`Refusals`].
    Refused(usize),
    /// It was redriven and has ended; whether it succeeded.
    Ended(bool),
}

impl State {
    /// Whether a resume has something to do for it.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self, Self::Waiting | Self::Requested(_) | Self::Undecided(_))
    }
}

/// Why executions were refused, code and reason: few of them for many executions.
#[derive(Debug, Default)]
pub(crate) struct Refusals(IndexSet<(String, String)>);

impl Refusals {
    pub(crate) fn get(&self, index: usize) -> (String, String) {
        self.0.get_index(index).cloned().unwrap_or_default()
    }
}

#[derive(Debug, Default)]
pub struct Contents {
    pub header: Header,
    pub plan: Rc<Plan>,
    pub states: Vec<State>,
    pub(crate) refusals: Refusals,
    /// The canary, as far as it was begun and not judged.
    pub(crate) canary: IndexSet<usize>,
    pub(crate) has_passed: bool,
    /// How fast and how careful the run was last: a resume keeps to both.
    pub(crate) pace: Pace,
    pub(crate) guards: Guards,
    /// When calls were made last, as far as that is noted; `None` where the run was closed in good order after it.
    pub(super) last_requested: Option<i64>,
    /// Whether the plan is complete; if not, no call was made.
    pub ready: bool,
    /// The size of all complete lines, in bytes.
    pub length: u64,
}

/// Reads a journal; returns `None` where it has no complete line. A last line without its line feed was torn when the run was cut
/// short, and is left out. The error names the line that is not of a journal.
pub fn read(source: impl Read) -> Result<Option<Contents>, String> {
    read_each(source, |_| {})
}

/// Reads as [`read`] does; passes each line to `each`.
pub(crate) fn read_each(source: impl Read, mut each: impl FnMut(&Line)) -> Result<Option<Contents>, String> {
    let mut lines = Lines::of(source);
    let mut contents: Option<Contents> = None;
    let mut length = 0;
    for number in 1.. {
        let text = lines.read().map_err(|error| error.to_string())?.unwrap_or_default();
        if !text.ends_with(b"\n") {
            break;
        }
        length += text.len() as u64;
        let wrong = |what: &str| format!("line {number} is not of a journal: {what}");
        if contents.is_none() {
            check_version(text)?;
        }
        let line: Line = serde_json::from_slice(text).map_err(|error| wrong(&error.to_string()))?;
        each(&line);
        match (&mut contents, line) {
            (None, Line::Run(header)) => {
                let (pace, guards) = (header.pace.clone(), header.guards.clone());
                contents = Some(Contents { header: *header, pace, guards, length, ..Contents::default() });
            }
            (None, _) => return Err(wrong("a journal begins with a run")),
            (Some(contents), line) => {
                contents.note(line).map_err(|what| wrong(&what))?;
                contents.length = length;
            }
        }
    }
    Ok(contents)
}

/// Refuses the journals of other versions, whose lines mean something else.
fn check_version(first_line: &[u8]) -> Result<(), String> {
    #[derive(serde::Deserialize)]
    struct Version {
        version: u32,
    }
    match serde_json::from_slice(first_line) {
        Ok(Version { version }) if version != VERSION => Err(format!(
            "it has version {version} of the format, and this program reads version {VERSION}; finish it with the program that began it"
        )),
        _ => Ok(()),
    }
}

impl Contents {
    /// Takes in a line that was read, or that has just been written.
    pub(crate) fn note(&mut self, line: Line) -> Result<(), String> {
        match line {
            Line::Run(_) => return Err("a second run".to_owned()),
            Line::Inspected {} => {}
            Line::Planned(_) | Line::Ready { .. } if self.ready => return Err("the plan was complete".to_owned()),
            Line::Planned(planned) => {
                if !Rc::get_mut(&mut self.plan).is_some_and(|plan| plan.push(&planned)) {
                    return Err(format!("'{}' is not the ARN of an execution", Escaped(&planned.arn)));
                }
            }
            Line::Ready { executions } if executions != self.plan.len() => {
                return Err(format!("{executions} executions were planned, {} are here", self.plan.len()));
            }
            Line::Ready { executions } => (self.states, self.ready) = (vec![State::Waiting; executions], true),
            Line::Begun { at, pace, guards, retry_refused } => {
                (self.last_requested, self.pace, self.guards) = (Some(at), pace, guards);
                if retry_refused {
                    self.retry_refused();
                }
            }
            Line::Canary { n } => {
                self.state(n)?;
                self.canary.insert(n);
            }
            Line::Tried { passed } => {
                self.canary.clear();
                self.has_passed = passed;
            }
            Line::Closed { .. } => self.last_requested = None,
            Line::Ask { n, execution_arn, first_use, looked, .. } => {
                if self.plan.get(n).is_none_or(|planned| planned.arn != execution_arn) {
                    return Err(format!("execution {n} is not '{}'", Escaped(&execution_arn)));
                }
                // The clock may have been set back since.
                self.last_requested = Some(first_use.at);
                // A token is as old as its first use, however often it was used since.
                match self.state(n)? {
                    State::Requested(known) | State::Undecided(known) if !looked => known.noted = true,
                    state => *state = State::Requested(first_use),
                }
            }
            Line::Undecided { n, .. } => {
                let Some(State::Requested(first_use)) = self.states.get(n).copied() else {
                    return Err(format!("execution {n} was not requested"));
                };
                *self.state(n)? = State::Undecided(first_use);
            }
            Line::PerhapsAsked { n, at } => {
                let redrive_count = self.plan.get(n).and_then(|planned| planned.redrive_count);
                *self.state(n)? = State::Requested(FirstUse { at, offset: None, redrive_count, noted: false });
            }
            // The call that was not answered may have redriven it.
            Line::Denied { unanswered: true, .. } => {}
            Line::Denied { n, .. } => *self.state(n)? = State::Waiting,
            Line::RedrivenElsewhere { n } => *self.state(n)? = State::RedrivenElsewhere,
            Line::Redriven { n, redrive_date } => *self.state(n)? = State::Redriven(redrive_date),
            Line::Refused { n, code, reason, .. } => {
                let (reason, _) = self.refusals.0.insert_full((code, reason));
                *self.state(n)? = State::Refused(reason);
            }
            Line::Ended { n, status } => *self.state(n)? = State::Ended(status == "SUCCEEDED"),
        }
        Ok(())
    }

    /// Takes up again what was refused.
    pub(crate) fn retry_refused(&mut self) {
        let refused = self.states.iter_mut().filter(|state| matches!(state, State::Refused(_)));
        refused.for_each(|state| *state = State::Waiting);
    }

    fn state(&mut self, n: usize) -> Result<&mut State, String> {
        self.states.get_mut(n).ok_or_else(|| format!("there is no execution {n}"))
    }

    /// The indexes in the plan of what was not redriven yet, as far as the journal knows.
    pub(crate) fn left(&self) -> Vec<usize> {
        self.states.iter().enumerate().filter_map(|(n, state)| state.is_open().then_some(n)).collect()
    }
}
