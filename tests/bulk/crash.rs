//! Machines that crash: what the journal lost is looked at before it is requested again.

use std::collections::BTreeMap;
use std::time::Duration;

use redrive_execution::local::{Endpoint, Fault, Operation, Rule, Settings};

use super::once::age;
use super::{Place, Signal, arn, endpoint, redrives, status};

const MINUTE: Duration = Duration::from_secs(60);

fn on_redrives(fault: Fault) -> Rule {
    Rule { operation: Some(Operation::RedriveExecution), ..Rule::always(fault) }
}

/// Executions with these names and so many of each, that fail again this many seconds after their redrive.
fn place(list: &[(&str, usize)], seconds: f64) -> (Endpoint, Place) {
    let of = |(name, repeat): &(&str, usize)| {
        let events = if *name == "big" { 24_999 } else { 6 };
        format!(
            r#"{{"name": "{name}-{{n}}", "repeat": {repeat}, "status": "FAILED", "events": {events}, "afterRedrive": "FAILED", "runSeconds": {seconds}}}"#
        )
    };
    let endpoint = endpoint(&list.iter().map(of).collect::<Vec<_>>().join(", "), Settings::default());
    let place = Place::new(&endpoint);
    let names = list.iter().flat_map(|(name, repeat)| (1..=*repeat).map(move |n| format!("{name}-{n}")));
    place.write("arns", &names.map(|name| arn(&name) + "\n").collect::<String>());
    (endpoint, place)
}

/// When the call of this line was made.
fn asked(line: &str) -> Option<i64> {
    serde_json::from_str::<serde_json::Value>(line).unwrap()["at"].as_i64()
}

/// Kills a run, takes the last second off its journal, and resumes it 20 minutes later: nothing is redriven twice.
fn crashed((endpoint, place): (Endpoint, Place), options: &str, kill_after: Duration, resume: &str) {
    endpoint.set_weather(vec![Rule { containing: Some(":deny-".to_owned()), ..on_redrives(Fault::Deny) }]);
    let line = format!("bulk --from arns --journal j --yes {options}");
    assert_eq!(status(&place.run_and_signal(&line, Signal::KILL, kill_after)), -9);
    let journal = place.read("j");
    let last = journal.lines().filter_map(asked).max().unwrap();
    let kept = journal.lines().take_while(|line| asked(line).is_none_or(|at| at <= last - 1_000));
    place.write("j", &kept.map(|line| format!("{line}\n")).collect::<String>());
    age(&place, &endpoint, 20 * MINUTE);
    endpoint.set_weather(Vec::new());
    let finished = place.run(&format!("bulk --resume j --yes --rate unlimited {resume}"));
    let twice = redrives(&endpoint).into_iter().filter(|(times, _)| *times > 1).collect::<BTreeMap<_, _>>();
    assert_eq!(twice, BTreeMap::new(), "{options}: {}", finished.stderr);
}

#[test]
fn a_burst_that_came_back_is_suspected() {
    let (endpoint, place) = place(&[("run", 390)], 0.001);
    let silence = Rule::always(Fault::Trouble(503));
    endpoint.set_weather(vec![Rule { from: Duration::from_secs(1), until: Duration::from_secs(3), ..silence }]);
    let line = "bulk --from arns --journal j --yes --rate 100 --burst 150 --concurrency 8";
    assert_eq!(status(&place.run(line)), 0);
    // The machine crashed right after the burst that followed the silence.
    let journal = place.read("j");
    let requests: Vec<i64> = journal.lines().filter(|line| line.contains("\"ask\"")).filter_map(asked).collect();
    let gap = requests.windows(2).max_by_key(|pair| pair[1] - pair[0]).unwrap();
    let (after, last) = (gap[1], requests.iter().max().unwrap());
    let lost = requests.iter().filter(|at| **at >= after).count();
    assert!(last - after < 2_000 && lost > 110, "{lost} within {} ms", last - after);
    let kept = journal.lines().take_while(|line| asked(line).is_none_or(|at| at < after));
    place.write("j", &kept.map(|line| format!("{line}\n")).collect::<String>());
    age(&place, &endpoint, 20 * MINUTE);
    assert_eq!(status(&place.run("bulk --resume j --yes --rate 1000")), 0);
    assert_eq!(redrives(&endpoint), BTreeMap::from([(1, 390)]));
}

#[test]
fn what_was_refused_hides_no_lost_call() {
    let options = "--rate 40 --concurrency 1";
    crashed(place(&[("big", 60), ("run", 60)], 0.001), options, Duration::from_millis(2_400), "--retry-refused");
}

#[test]
fn what_was_denied_hides_no_lost_call() {
    let options = "--rate 4 --concurrency 1";
    crashed(place(&[("deny", 2), ("run", 50)], 0.001), options, Duration::from_millis(2_700), "");
}
