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
    /// How many calls are noted since the run was begun or resumed.
    pub(super) requested: usize,
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
                (self.last_requested, self.requested) = (Some(at), 0);
                (self.pace, self.guards) = (pace, guards);
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
                self.last_requested = self.last_requested.max(Some(first_use.at));
                self.requested += 1;
                // A token is as old as its first use, however often it was used since.
                match self.state(n)? {
                    State::Requested(known) | State::Undecided(known) if !looked => known.noted = true,
                    state => *state = State::Requested(first_use),
                }
            }
            Line::Undecided { n, .. } => {
                let Some(State::Requested(first_use)) = self.states.get(n).copied() else {
                    return Err(format!("execution {n} was not asked for"));
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{FirstUse, Header, Line, State, read};
    use crate::bulk::arguments::Selection;
    use crate::bulk::pace::Pace;
    use crate::bulk::plan::Planned;

    const FIRST: FirstUse = FirstUse { at: 7, offset: None, redrive_count: Some(0), noted: true };

    fn arn(n: usize) -> String {
        format!("arn:aws:states:us-east-1:123456789012:execution:M:run-{n}")
    }

    fn lines(executions: usize) -> Vec<Line> {
        let run = Line::Run(Box::new(Header::new(Vec::new(), Selection::default(), Pace::default(), 0)));
        let planned = (0..executions)
            .map(|n| Line::Planned(Planned { arn: arn(n), redrive_count: Some(0), ..Planned::default() }));
        std::iter::once(run).chain(planned).chain([Line::Ready { executions }]).collect()
    }

    fn ask(n: usize, first_use: FirstUse, looked: bool) -> Line {
        Line::Ask { n, execution_arn: arn(n), client_token: "t".to_owned(), first_use, looked }
    }

    fn text(lines: &[Line]) -> String {
        lines.iter().map(|line| serde_json::to_string(line).unwrap() + "\n").collect()
    }

    #[test]
    fn the_last_word_on_an_execution_counts() {
        let mut lines = lines(4);
        lines.extend([
            ask(0, FIRST, false),
            ask(1, FIRST, false),
            ask(2, FIRST, false),
            Line::Redriven { n: 0, redrive_date: 9 },
            Line::Refused { n: 1, code: "C".to_owned(), message: "m".to_owned(), reason: "r".to_owned() },
        ]);
        let contents = read(text(&lines).as_bytes()).unwrap().unwrap();
        assert!(contents.ready);
        assert_eq!(contents.states, [State::Redriven(9), State::Refused(0), State::Requested(FIRST), State::Waiting]);
    }

    #[test]
    fn a_journal_of_another_version_is_refused_with_a_reason() {
        let error =
            read(&b"{\"event\":\"run\",\"version\":1,\"run\":\"x\",\"region\":\"r\",\"at\":\"\"}\n"[..]).unwrap_err();
        assert!(error.starts_with("it has version 1 of the format, and this program reads version 2"), "{error}");
    }

    #[test]
    fn a_journal_of_an_earlier_program_is_read() {
        let run = r#"{"event":"run","version":2,"run":"6c5fc2f2-9d3c-4a44-8f3c-6c1f86f5a8f1","program":"0.1.0","at":"2026-11-25T08:00:00.000Z","parts":[{"region":"us-east-1"}],"selection":{},"pace":{}}"#;
        let inspected =
            format!(r#"{{"event":"inspected","executionArn":"{}","redriveCount":0,"wanted":true}}"#, arn(0));
        let contents = read(format!("{run}\n{inspected}\n{}", text(&lines(1)[1..])).as_bytes()).unwrap().unwrap();
        assert_eq!((contents.states, contents.header.profile), (vec![State::Waiting], None));
    }

    #[test]
    fn lines_in_the_wrong_place_are_refused_by_number() {
        for (extra, start) in [
            (ask(9, FIRST, false), "line 5 is not of a journal: execution 9"),
            (Line::Redriven { n: 2, redrive_date: 0 }, "line 5 is not of a journal: there is no execution 2"),
            (Line::Ready { executions: 2 }, "line 5 is not of a journal: the plan was complete"),
        ] {
            let mut lines = lines(2);
            lines.push(extra);
            let error = read(text(&lines).as_bytes()).unwrap_err();
            assert!(error.starts_with(start), "{error}");
        }
        assert!(read(text(&[lines(2), vec![Line::Canary { n: 2 }]].concat()).as_bytes()).is_err());
        assert!(read(&b"{\"event\": \"ready\", \"executions\": 0}\n"[..]).is_err());
        assert!(read(&b"redriveDate\n"[..]).is_err());
        assert!(read(&b""[..]).unwrap().is_none());
    }

    proptest! {
        /// Wherever a run is cut short, its journal can be read, and what is left of it is whole lines.
        #[test]
        fn a_journal_may_be_cut_anywhere(at in 0_usize..2_000) {
            let mut all = lines(5);
            all.extend((0..5).flat_map(|n| [ask(n, FIRST, false), Line::Redriven { n, redrive_date: 1 }]));
            let text = text(&all);
            let cut = &text.as_bytes()[..at.min(text.len())];
            let whole = cut.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
            match read(cut).unwrap() {
                None => prop_assert_eq!(whole, 0),
                Some(contents) => {
                    prop_assert_eq!(contents.length, whole as u64);
                    let asked = cut[..whole].windows(8).filter(|bytes| bytes == b"\"ask\",\"n").count();
                    let known = contents.states.iter().filter(|state| **state != State::Waiting).count();
                    prop_assert_eq!(known, asked);
                }
            }
        }
    }
}
