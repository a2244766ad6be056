//! What `bulk` reads of its own and of its users: journals that were cut, mixed up or never were any, lists of executions.

use std::fs::{read, write};

use redrive_execution::bulk::arguments::{self, Selection};
use redrive_execution::bulk::arn::ExecutionArn;
use redrive_execution::bulk::journal::{self, FirstUse, Header, Line, OpenJournal, Part, State};
use redrive_execution::bulk::pace::Pace;
use redrive_execution::bulk::plan::{Plan, Planned};
use redrive_execution::bulk::{glob, list_file, times};

use super::shown;
use crate::fuzz::corpus::Corpus;
use crate::fuzz::mutate;
use crate::fuzz::random::Random;

const FILE: &str = "journal";
const REGION: &str = "us-east-1";

pub fn attempt(random: &mut Random, corpus: &Corpus) {
    let lines: Vec<String> = lines(random).iter().map(|line| serde_json::to_string(line).unwrap() + "\n").collect();
    let content = match random.below(5) {
        0 => lines.concat().into_bytes(),
        1 => {
            let complete = lines.concat();
            complete.as_bytes()[..random.below(complete.len() + 1)].to_vec()
        }
        2 => mutate::bytes(random, &lines),
        _ => (0..random.below(12)).flat_map(|_| mutate::bytes(random, &lines)).collect(),
    };
    contents(&content);
    resumed(&content);
    begun(&content);
    listed(random, &lines);
    words(random, corpus);
}

/// Only the complete lines of a journal are read.
fn contents(content: &[u8]) {
    let Ok(Some(contents)) = journal::read(content) else { return };
    let complete = &content[..usize::try_from(contents.length).unwrap()];
    assert!(complete.ends_with(b"\n"));
    assert!(!content[complete.len()..].contains(&b'\n'), "no complete line is left out");
    assert_eq!(contents.states.len(), if contents.ready { contents.plan.len() } else { 0 });
    let again = journal::read(complete).unwrap().unwrap();
    assert_eq!((again.header, again.states, again.length), (contents.header, contents.states, contents.length));
}

/// A run is resumed behind the last complete line, and what is written then is read the next time.
fn resumed(content: &[u8]) {
    write(FILE, content).unwrap();
    let mut open = match OpenJournal::resume(FILE, &part(), None) {
        Ok(open) => open,
        Err(error) => {
            assert_eq!(read(FILE).unwrap(), content, "what is refused is left alone");
            return shown(error);
        }
    };
    let Some((_, others)) = open.contents.states.split_last() else { return };
    let line = Line::Redriven { n: others.len(), redrive_date: 7 };
    open.journal.write(&line).unwrap();
    drop(open.journal);
    let contents = journal::read(&*read(FILE).unwrap()).unwrap().unwrap();
    assert_eq!(contents.states.split_last(), Some((&State::Redriven(7), others)));
}

/// A new run takes the place of nothing but a plan that was never complete.
fn begun(content: &[u8]) {
    write(FILE, content).unwrap();
    let mut plan = Plan::default();
    assert!(plan.push(&Planned { redrive_count: Some(1), ..Planned::from(&*arn(1)) }));
    let header = Header::new(vec![part()], Selection::default(), Pace::default(), 0);
    match OpenJournal::create(FILE, header).and_then(|open| open.begin(plan)) {
        Ok(open) => {
            assert!(!matches!(journal::read(content), Ok(Some(there)) if there.ready), "a run was overwritten");
            let contents = journal::read(&*read(FILE).unwrap()).unwrap().unwrap();
            assert_eq!((contents.header.run, contents.states), (open.contents.header.run, vec![State::Waiting]));
        }
        Err(error) => {
            assert_eq!(read(FILE).unwrap(), content, "what is refused is left alone");
            shown(error);
        }
    }
}

/// A list of executions, from this program or from elsewhere.
fn listed(random: &mut Random, lines: &[String]) {
    let mut texts = lines.to_vec();
    texts.extend([
        arn(random.below(3)),
        format!("{{\"executionArn\": \"{}\", \"redriveCount\": 1, \"stopDate\": 1700000000.5}}", arn(1)),
        format!("{{\"executions\": [\n\"{}\",\n\"{}\"]}}", arn(1), arn(2)),
        format!("EXECUTIONS\t{}\trun-1\t0\t17.5\tarn\tFAILED\t18.5", arn(1)),
        format!("name,executionArn\n\"a\nb\",{}", arn(1)),
        format!("{{\"executionArn\": \"{}\", \"redriveDate\": \"2023-11-14T22:13:20Z\"}}", arn(2)),
    ]);
    let list: Vec<u8> =
        (0..random.below(6)).flat_map(|_| [mutate::bytes(random, &texts), vec![b'\n']].concat()).collect();
    write("list", list).unwrap();
    let mut plan = Plan::default();
    let outcome = list_file::read("list", |listed| {
        let parsed = ExecutionArn::parse(&listed.execution.arn).expect("only executions are listed");
        assert!(parsed.state_machine().ends_with(parsed.machine));
        assert!(plan.push(&listed.execution));
    });
    let length = plan.len();
    let twice = plan.settle();
    assert_eq!(plan.len() + twice, length, "what is listed twice is counted");
    outcome.unwrap_or_else(shown);
}

/// The words of `bulk` and `wait`, and the notations in them.
fn words(random: &mut Random, corpus: &Corpus) {
    let texts = ["30m", "2026-11-22T08:00:00Z", "1h30m", "yesterday", "2026-11-20", "run-*-?", "*a*b*", "a-b-c"]
        .map(str::to_owned);
    let [one, other] = [0, 1].map(|_| mutate::text(random, &texts));
    let _ = (
        times::span(&one),
        times::moment(&one, jiff::Timestamp::UNIX_EPOCH, &jiff::tz::TimeZone::UTC),
        times::date(&one),
    );
    assert!(glob::matches("*", &one) && (one.contains(['*', '?']) || glob::matches(&one, &one)));
    let _ = glob::matches(&one, &other);
    let mut argv = vec![(*random.pick(&["bulk", "wait"])).to_owned()];
    let options =
        ["--from", "--state-machine-arn", "--since", "--name", "--rate", "--limit", "--journal", "--resume", "--yes"];
    for _ in 0..random.below(6) {
        argv.push(match random.below(4) {
            0 | 1 => (*random.pick(&options)).to_owned(),
            2 => mutate::text(random, &texts),
            _ => random.pick(&corpus.words).clone(),
        });
    }
    match arguments::parse(&argv) {
        Ok(_) => {}
        Err(error) => shown(error),
    }
}

fn part() -> Part {
    Part { account: None, region: REGION.to_owned(), endpoint: None }
}

fn arn(n: usize) -> String {
    format!("arn:aws:states:us-east-1:123456789012:execution:M:run-{n}")
}

/// The lines of a run, nearly always in their order.
fn lines(random: &mut Random) -> Vec<Line> {
    let executions = random.below(5);
    let region = (*random.pick(&[REGION, REGION, REGION, "eu-west-1"])).to_owned();
    let mut header = Header::new(vec![Part { region, ..part() }], Selection::default(), Pace::default(), 0);
    header.version += u32::from(random.once_in(20));
    let mut lines = vec![Line::Run(Box::new(header))];
    lines.extend((0..executions).map(|n| {
        let stopped = (n > 2).then_some(7);
        Line::Planned(Planned { redrive_count: Some(0), stopped, ..Planned::from(&*arn(n)) })
    }));
    let more = usize::from(random.once_in(20));
    lines.push(Line::Ready { executions: executions + more });
    for _ in 0..random.below(8) {
        let beyond = usize::from(random.once_in(10));
        let n = random.below(executions + beyond);
        lines.push(match random.below(4) {
            0 => Line::Ask {
                n,
                execution_arn: arn(n),
                client_token: "t".to_owned(),
                first_use: FirstUse { at: 1, offset: None, redrive_count: None, noted: true },
                looked: false,
            },
            1 => Line::Redriven { n, redrive_date: 2 },
            2 => Line::Refused { n, code: "C".to_owned(), message: "m".to_owned(), reason: String::new() },
            _ => Line::Ended { n, status: "SUCCEEDED".to_owned() },
        });
    }
    if random.once_in(8) {
        let (one, other) = (random.below(lines.len()), random.below(lines.len()));
        lines.swap(one, other);
    }
    lines
}
