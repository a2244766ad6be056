//! What a journal holds: the plan, how far the run came, and where a torn last line begins.

use std::collections::HashMap;
use std::io::Read;

use super::line::{FirstUse, Header, Line, VERSION};
use crate::bulk::lines::Lines;
use crate::bulk::plan::Plan;
use crate::render::escape::Escaped;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Waiting,
    /// It was asked for, and no answer was noted.
    Asked(FirstUse),
    /// It was asked for again and again, and no answer came while others were answered.
    Undecided(FirstUse),
    /// It was redriven; holds the `redriveDate`.
    Redriven(i64),
    RedrivenElsewhere,
    /// The service refused; holds the place of the reason among [`Refusals`].
    Refused(u32),
    /// It was redriven and has ended; whether it succeeded.
    Ended(bool),
}

/// Why executions were refused: few reasons for many executions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Refusals(Vec<(String, String)>);

impl Refusals {
    pub(crate) fn place(&mut self, code: &str, reason: &str) -> u32 {
        let known = self.0.iter().position(|(known, why)| known == code && why == reason);
        let place = known.unwrap_or_else(|| {
            self.0.push((code.to_owned(), reason.to_owned()));
            self.0.len() - 1
        });
        u32::try_from(place).unwrap_or(u32::MAX)
    }

    pub(crate) fn get(&self, place: u32) -> (String, String) {
        self.0.get(place as usize).cloned().unwrap_or_default()
    }
}

/// Inspected executions: by ARN and `redriveCount`, whether they are as the filters want them.
pub(crate) type Inspected = HashMap<(Box<str>, Option<u16>), bool>;

#[derive(Debug)]
pub struct Contents {
    pub header: Header,
    pub(crate) inspected: Inspected,
    /// How many bytes there are before the first line of the plan.
    pub(super) before_plan: u64,
    pub plan: Plan,
    pub states: Vec<State>,
    pub(crate) refusals: Refusals,
    /// What is tried first, as far as it was begun and not judged.
    pub(crate) canary: Vec<usize>,
    /// Whether what was tried first has succeeded.
    pub(crate) has_passed: bool,
    /// When the last call that is noted was made; none where the run was closed in good order after it.
    pub(super) last_asked: Option<i64>,
    /// Whether the plan is complete; if not, nothing was asked for.
    pub ready: bool,
    /// How many bytes are whole lines.
    pub length: u64,
}

/// Reads a journal; none where it is empty, or has no whole line.
///
/// A last line without its line feed was torn when the run was cut short, and is left out.
///
/// # Errors
/// A line that no journal has, by its number; what the system says.
pub fn read(source: impl Read) -> Result<Option<Contents>, String> {
    read_each(source, |_| {})
}

/// Reads as [`read`] does; shows each line to `each`.
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
            (None, Line::Run(header)) => contents = Some(Contents::new(*header)),
            (None, _) => return Err(wrong("a journal begins with a run")),
            (Some(contents), line) => contents.note(line).map_err(|what| wrong(&what))?,
        }
        if let Some(contents) = &mut contents {
            contents.length = length;
            if contents.plan.is_empty() && !contents.ready {
                contents.before_plan = length;
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
    pub(super) fn new(header: Header) -> Self {
        Self {
            header,
            inspected: Inspected::new(),
            before_plan: 0,
            plan: Plan::default(),
            states: Vec::new(),
            refusals: Refusals::default(),
            canary: Vec::new(),
            has_passed: false,
            last_asked: None,
            ready: false,
            length: 0,
        }
    }

    pub(super) fn note(&mut self, line: Line) -> Result<(), String> {
        match line {
            Line::Run(_) => return Err("a second run".to_owned()),
            Line::Inspected { execution_arn, redrive_count, wanted } => {
                self.inspected.insert((execution_arn.into(), redrive_count), wanted);
            }
            Line::Planned(_) | Line::Ready { .. } if self.ready => return Err("the plan was complete".to_owned()),
            Line::Planned(planned) => {
                if !self.plan.push(&planned) {
                    return Err(format!("'{}' is not the ARN of an execution", Escaped(&planned.arn)));
                }
            }
            Line::Ready { executions } if executions == self.plan.len() => self.begin(),
            Line::Ready { executions } => {
                return Err(format!("{executions} executions were planned, {} are here", self.plan.len()));
            }
            Line::Canary { n } if n >= self.states.len() => return Err(format!("there is no execution {n}")),
            Line::Canary { n } => self.canary.push(n),
            Line::Tried { passed } => {
                self.canary.clear();
                self.has_passed = passed;
            }
            Line::Ask { n, execution_arn, first_use, looked, .. } => {
                if self.plan.get(n).is_none_or(|planned| planned.arn != execution_arn) {
                    return Err(format!("execution {n} is not '{}'", Escaped(&execution_arn)));
                }
                self.last_asked = self.last_asked.max(Some(first_use.at));
                // A token is as old as its first use, however often it was used since.
                match self.states.get_mut(n) {
                    Some(State::Asked(known) | State::Undecided(known)) if !looked => known.noted = true,
                    _ => return self.set(n, State::Asked(first_use)),
                }
            }
            Line::Denied { n, .. } => return self.set(n, State::Waiting),
            Line::Undecided { n, .. } => match self.states.get(n) {
                Some(State::Asked(first_use)) => return self.set(n, State::Undecided(*first_use)),
                _ => return Err(format!("execution {n} was not asked for")),
            },
            Line::PerhapsAsked { n, at } => {
                let redrive_count = self.plan.get(n).and_then(|planned| planned.redrive_count);
                return self.set(n, State::Asked(FirstUse { at, offset: None, redrive_count, noted: false }));
            }
            Line::Closed { .. } => self.last_asked = None,
            Line::RedrivenElsewhere { n } => return self.set(n, State::RedrivenElsewhere),
            Line::Redriven { n, redrive_date } => return self.set(n, State::Redriven(redrive_date)),
            Line::Refused { n, code, reason, .. } => {
                let place = self.refusals.place(&code, &reason);
                return self.set(n, State::Refused(place));
            }
            Line::Ended { n, status } => return self.set(n, State::Ended(status == "SUCCEEDED")),
        }
        Ok(())
    }

    /// The plan is complete.
    pub(super) fn begin(&mut self) {
        self.states = vec![State::Waiting; self.plan.len()];
        self.ready = true;
    }

    /// The places of what was not redriven yet, as far as the journal knows.
    pub(crate) fn left(&self) -> Vec<usize> {
        let is_open = |state: &State| matches!(state, State::Waiting | State::Asked(_) | State::Undecided(_));
        self.states.iter().enumerate().filter_map(|(n, state)| is_open(state).then_some(n)).collect()
    }

    fn set(&mut self, n: usize, state: State) -> Result<(), String> {
        let place = self.states.get_mut(n).ok_or_else(|| format!("there is no execution {n}"))?;
        *place = state;
        Ok(())
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
        assert_eq!(contents.states, [State::Redriven(9), State::Refused(0), State::Asked(FIRST), State::Waiting]);
    }

    #[test]
    fn a_token_ages_from_its_first_use_since_the_last_look() {
        for (looked, since) in [(false, 7), (true, 900)] {
            let mut lines = lines(1);
            lines.extend([ask(0, FIRST, false), ask(0, FirstUse { at: 900, ..FIRST }, looked)]);
            let contents = read(text(&lines).as_bytes()).unwrap().unwrap();
            assert!(matches!(contents.states[..], [State::Asked(FirstUse { at, .. })] if at == since));
        }
    }

    #[test]
    fn what_was_tried_is_known_until_it_is_judged() {
        let mut lines = [lines(3), vec![Line::Canary { n: 2 }, Line::Canary { n: 0 }]].concat();
        let known = |lines: &[Line]| {
            let contents = read(text(lines).as_bytes()).unwrap().unwrap();
            (contents.canary, contents.has_passed)
        };
        assert_eq!(known(&lines), (vec![2, 0], false));
        lines.push(Line::Tried { passed: true });
        assert_eq!(known(&lines), (vec![], true));
    }

    #[test]
    fn a_journal_of_another_version_is_refused_with_a_reason() {
        let error =
            read(&b"{\"event\":\"run\",\"version\":1,\"run\":\"x\",\"region\":\"r\",\"at\":\"\"}\n"[..]).unwrap_err();
        assert!(error.starts_with("it has version 1 of the format, and this program reads version 2"), "{error}");
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

        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(bytes.as_slice());
        }
    }
}
