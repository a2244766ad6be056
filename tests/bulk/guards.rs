//! A few first, no more than so many at a time, and no further where too many fail again.

use std::time::Duration;

use redrive_execution::local::{Endpoint, Seed, Settings};
use serde_json::Value;

use super::{MACHINE, Place, arn, endpoint, failing, names, records, status};

/// Three machines, 120 failures in six groups, of which one always fails again.
const OUTAGE: &str = r#"{"stateMachines": [
    {"name": "orders", "executions": [
        {"name": "a-{n}", "repeat": 36, "status": "FAILED", "spread": "2h", "error": "Timeout", "failedState": "Charge"},
        {"name": "b-{n}", "repeat": 24, "status": "FAILED", "spread": "2h", "error": "Lambda.Unknown"}]},
    {"name": "payments", "executions": [
        {"name": "a-{n}", "repeat": 28, "status": "FAILED", "spread": "4h", "error": "Declined"},
        {"name": "b-{n}", "repeat": 12, "status": "TIMED_OUT", "spread": "1h"}]},
    {"name": "shipping", "executions": [
        {"name": "a-{n}", "repeat": 16, "status": "ABORTED", "spread": "1h"},
        {"name": "b-{n}", "repeat": 4, "status": "FAILED", "error": "Invalid", "afterRedrive": "FAILED"}]}]}"#;

fn brief() -> Settings {
    Settings { run_time: Duration::from_millis(200), ..Settings::default() }
}

fn redriven(endpoint: &Endpoint) -> usize {
    endpoint.redrive_counts().into_values().sum()
}

fn report(place: &Place, journal: &str) -> Value {
    records(&place.run(&format!("report {journal}"))).remove(0)
}

#[test]
fn a_canary_stops_an_outage_and_the_rest_goes_on_slowly() {
    let endpoint = Endpoint::start(Settings { seed: Seed::parse(OUTAGE).unwrap(), ..brief() }).unwrap();
    let place = Place::new(&endpoint);
    place.run("bulk --summary --state-machine *");
    let line = "bulk --state-machine * --yes --poll 50ms --canary 12 --journal";
    let tried = place.run(&format!("{line} tried"));
    assert_eq!((status(&tried), redriven(&endpoint)), (1, 12), "{}", tried.stderr);
    for text in
        ["canary: 10 of 12 succeeded, fewer than 90%", "│ shipping      ┆ FAILED: Invalid ┆ 2 ", "continue with: "]
    {
        assert!(tried.stderr.contains(text), "{}", tried.stderr);
    }
    let told = report(&place, "tried");
    assert_eq!((&told["redriven"], &told["left"]), (&12.into(), &108.into()));
    // Of the same run others are tried, unless nobody wants that.
    let again = place.run("bulk --resume tried --yes --poll 50ms");
    assert_eq!((status(&again), redriven(&endpoint)), (1, 24), "{}", again.stderr);

    let rest = place.run(&format!("{line} rest --error-match !Invalid --wait --max-running 10"));
    assert_eq!((status(&rest), redriven(&endpoint)), (0, 120), "{}", rest.stderr);
    // Of the 24, 20 have succeeded.
    assert_eq!(names(&rest).len(), 2 * 96, "a record of each redrive and each end");
    let told = report(&place, "rest");
    assert_eq!((&told["redriven"], &told["ended"]["SUCCEEDED"]), (&96.into(), &96.into()));
}

#[test]
fn no_more_run_at_a_time_than_asked_for() {
    let executions = r#"{"name": "run-{n}", "repeat": 40, "status": "FAILED", "spread": "1h"}"#;
    let endpoint = endpoint(executions, brief());
    let place = Place::new(&endpoint);
    let finished = place.run(&format!("bulk --state-machine-arn {MACHINE} --yes --max-running 7 --poll 10ms"));
    assert_eq!((status(&finished), redriven(&endpoint), endpoint.most_running()), (0, 40, 7), "{}", finished.stderr);
    assert!(finished.stderr.contains("for the quotas of the reads allow no more"), "{}", finished.stderr);
    assert!(
        finished.stderr.contains("time: as executions end, for no more than 7 run at a time"),
        "{}",
        finished.stderr
    );
}

#[test]
fn a_run_stops_where_too_many_fail_again() {
    let endpoint = endpoint(&failing(100), Settings::default());
    let place = Place::new(&endpoint);
    place.write_arns(100);
    let finished = place.run("bulk --from arns --yes --journal j --max-running 10 --stop-failing 20% --poll 50ms");
    assert_eq!(status(&finished), 1);
    assert!(finished.stderr.contains("have failed again (--stop-failing); nothing else"), "{}", finished.stderr);
    let redriven = redriven(&endpoint);
    assert!((20..50).contains(&redriven), "{redriven}: {}", finished.stderr);
    let told = report(&place, "j");
    assert_eq!((&told["redriven"], &told["left"]), (&redriven.into(), &(100 - redriven).into()));
}

#[test]
fn on_a_terminal_it_asks_before_it_goes_on() {
    for (answer, count) in [("n\n", 3), ("y\n", 20)] {
        let executions = r#"{"name": "run-{n}", "repeat": 20, "status": "FAILED"}"#;
        let endpoint = endpoint(executions, brief());
        let place = Place::new(&endpoint);
        place.write_arns(20);
        let finished = place.run_on_terminal("bulk --from arns --canary 3 --poll 50ms", &["y\n", answer]);
        assert_eq!((status(&finished), redriven(&endpoint)), (i32::from(count == 3), count), "{finished:?}");
    }
}

#[test]
fn a_canary_that_does_not_end_stops_and_is_waited_for_again() {
    let executions = r#"{"name": "run-{n}", "repeat": 9, "status": "FAILED", "runSeconds": 3}"#;
    let endpoint = endpoint(executions, Settings::default());
    let place = Place::new(&endpoint);
    // One that is refused is replaced.
    place.write("arns", &format!("{}\n{}\n{}\n", arn("gone"), arn("run-1"), arn("run-2")));
    let finished = place.run("bulk --from arns --yes --canary 2 --journal j --poll 50ms --timeout 200ms");
    assert_eq!((status(&finished), redriven(&endpoint)), (1, 2), "{}", finished.stderr);
    assert!(finished.stderr.contains("canary: 2 executions are still running"), "{}", finished.stderr);
    let page = place.run("report j --output markdown").stdout;
    assert!(page.contains("it is not complete") && page.contains("| still running |"), "{page}");
    let finished = place.run("bulk --resume j --yes --poll 50ms");
    assert!(finished.stderr.contains("canary: 2 of 2 succeeded"), "{}", finished.stderr);
    assert_eq!(redriven(&endpoint), 2);
    // The command that goes on has the options for the canary's ends, which do no harm without one.
    let without = place.run("bulk --resume j --yes --canary 0 --poll 50ms");
    assert_eq!(status(&without), 1, "{}", without.stderr);
}

#[test]
fn every_option_of_care_is_in_help_man_page_and_completions() {
    let mut place = Place::at("http://127.0.0.1:9");
    let mut texts: Vec<String> = ["help bulk", "bulk --help", "man"].map(|line| place.run(line).stdout).into();
    for (name, value) in [("_CLAP_COMPLETE_INDEX", "2"), ("_CLAP_IFS", "\n"), ("_CLAP_COMPLETE_COMP_TYPE", "9")] {
        place.environment.insert(name.to_owned(), value.to_owned());
    }
    for shell in ["bash", "zsh", "fish"] {
        place.environment.insert("REDRIVE_EXECUTION_COMPLETE".to_owned(), shell.to_owned());
        texts.push(place.run("-- redrive-execution bulk --").stdout);
    }
    for text in texts.iter().map(|text| text.replace("\\-", "-")) {
        for option in "summary sample show-left-out canary canary-success stop-failing max-running".split(' ') {
            assert!(text.contains(&format!("--{option}")), "{option}: {text}");
        }
    }
    place.environment.remove("REDRIVE_EXECUTION_COMPLETE");
    let steps = place.run("help outage").stdout;
    for command in
        ["bulk --summary", "--canary 20", "--max-running 50", "--stop-failing 20%", "bulk --resume", "report"]
    {
        assert!(steps.contains(command), "{steps}");
    }
}
