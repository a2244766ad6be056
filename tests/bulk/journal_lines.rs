//! What the lines of a journal mean when they are read again.

use proptest::prelude::*;

use redrive_execution::bulk::arguments::Selection;
use redrive_execution::bulk::journal::{FirstUse, Header, Line, State, read};
use redrive_execution::bulk::pace::Pace;
use redrive_execution::bulk::plan::Planned;

const FIRST: FirstUse = FirstUse { at: 7, offset: None, redrive_count: Some(0), noted: true };

fn arn(n: usize) -> String {
    format!("arn:aws:states:us-east-1:123456789012:execution:M:run-{n}")
}

fn lines(executions: usize) -> Vec<Line> {
    let run = Line::Run(Box::new(Header::new(Vec::new(), Selection::default(), Pace::default(), 0)));
    let planned =
        (0..executions).map(|n| Line::Planned(Planned { arn: arn(n), redrive_count: Some(0), ..Planned::default() }));
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
    let inspected = format!(r#"{{"event":"inspected","executionArn":"{}","redriveCount":0,"wanted":true}}"#, arn(0));
    let contents = read(format!("{run}\n{inspected}\n{}", text(&lines(1)[1..])).as_bytes()).unwrap().unwrap();
    assert_eq!(contents.states, [State::Waiting]);
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
                let requests = cut[..whole].windows(8).filter(|bytes| bytes == b"\"ask\",\"n").count();
                let known = contents.states.iter().filter(|state| **state != State::Waiting).count();
                prop_assert_eq!(known, requests);
            }
        }
    }
}
