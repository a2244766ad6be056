//! What comes out: records, the summary, exit statuses.

use redrive_execution::local::Settings;

use super::{Place, arn, endpoint, failing, records, status};
use crate::support::endpoint as support;
use crate::support::endpoint::script::{Reply, Script};
use crate::support::process::{Run, Streams, Terminal};

const TWO: &str = r#"{"name": "good", "status": "FAILED"}, {"name": "big", "status": "FAILED", "events": 24999}"#;

fn input() -> String {
    format!("{}\n{}\n{}\n", arn("good"), arn("big"), arn("none"))
}

#[test]
fn refusals_are_explained_and_do_not_end_the_run() {
    let endpoint = endpoint(TWO, Settings::default());
    let place = Place::new(&endpoint);
    let finished = place.run_with_stdin("bulk --from - --yes --concurrency 1", &input());
    assert_eq!(status(&finished), 1, "{}", finished.stderr);
    let records = records(&finished);
    assert_eq!(records[0]["outcome"], "REDRIVEN");
    assert!(records[0]["redriveDate"].as_str().unwrap().ends_with("+00:00"));
    assert_eq!(records[1]["code"], "ExecutionNotRedrivable");
    assert_eq!(records[1]["redriveStatusReason"], "Execution history event limit exceeded.");
    assert_eq!(records[2]["code"], "ExecutionDoesNotExist");
    for row in
        ["│ redriven ┆ ", "ExecutionNotRedrivable: Execution history event limit exceeded.", "ExecutionDoesNotExist"]
    {
        assert!(finished.stderr.contains(row), "{}", finished.stderr);
    }
}

#[test]
fn records_come_in_every_format_and_through_the_query() {
    for (options, expected) in [
        (
            "--output text --query [outcome,code]",
            "REDRIVEN\tNone\nREFUSED\tExecutionNotRedrivable\nREFUSED\tExecutionDoesNotExist\n",
        ),
        ("--output yaml --query {o:outcome}", "- o: REDRIVEN\n- o: REFUSED\n- o: REFUSED\n"),
        ("--query outcome", "\"REDRIVEN\"\n\"REFUSED\"\n\"REFUSED\"\n"),
        ("--output off", ""),
    ] {
        let endpoint = endpoint(TWO, Settings::default());
        let place = Place::new(&endpoint);
        let finished = place.run_with_stdin(&format!("bulk --from - --yes --concurrency 1 {options}"), &input());
        assert_eq!((status(&finished), finished.stdout.as_str()), (1, expected), "{}", finished.stderr);
    }
    let endpoint = endpoint(TWO, Settings::default());
    let place = Place::new(&endpoint);
    let finished = place.run_with_stdin("bulk --from - --yes --output table", &input());
    assert!(finished.stdout.contains("|  executionArn|"), "{}", finished.stdout);
    let finished = place.run_with_stdin("bulk --from - --yes --query [", &input());
    assert_eq!(status(&finished), 252);
    assert!(finished.stderr.contains("Bad value for --query [: "), "{}", finished.stderr);
}

#[test]
fn lost_output_shows_in_the_status_and_does_not_end_the_run() {
    let endpoint = endpoint(&failing(20), Settings::default());
    let place = Place::new(&endpoint);
    place.write_arns(20);
    let run = Run { streams: Streams::FullOutput, ..place.prepare("bulk --from arns --journal j --yes") };
    let finished = run.finish().unwrap();
    assert_eq!(status(&finished), 120, "{}", finished.stderr);
    assert_eq!(super::redrives(&endpoint).get(&1), Some(&20));
}

#[test]
fn a_failing_query_never_ends_the_redrives() {
    let endpoint = endpoint(&failing(20), Settings::default());
    let place = Place::new(&endpoint);
    place.write_arns(20);
    let finished = place.run("bulk --from arns --journal j --yes --query abs(executionArn)");
    assert_eq!((status(&finished), finished.stdout.as_str()), (255, ""), "{}", finished.stderr);
    assert_eq!(finished.stderr.matches("a record could not be printed").count(), 1, "{}", finished.stderr);
    assert_eq!(super::redrives(&endpoint).get(&1), Some(&20));
}

#[test]
fn plan_and_table_fit_eighty_columns() {
    let endpoint = endpoint(TWO, Settings::default());
    let place = Place::new(&endpoint);
    place.write("two", &input());
    let streams = Streams::Terminal(Terminal { rows: 60, columns: 80, with_stderr: true, keys: Vec::new() });
    let finished = Run { streams, ..place.prepare("bulk --from two --yes --journal j") }.finish().unwrap();
    let table: Vec<&str> = finished.stdout.lines().filter(|line| line.contains(['│', '─'])).collect();
    assert!(table.len() > 4, "{}", finished.stdout);
    assert!(table.iter().all(|line| line.trim_end().chars().count() <= 80), "{}", finished.stdout);
}

#[test]
fn nothing_to_do_is_no_failure() {
    let endpoint = endpoint(TWO, Settings::default());
    let place = Place::new(&endpoint);
    let finished = place.run(&format!("bulk --state-machine-arn {} --status ABORTED --yes", super::MACHINE));
    assert_eq!((status(&finished), finished.stderr.as_str()), (0, "0 executions to redrive\n"));
}

#[test]
fn wrong_words_and_help() {
    let endpoint = endpoint(TWO, Settings::default());
    let place = Place::new(&endpoint);
    let finished = place.run("bulk");
    assert_eq!(status(&finished), 252);
    assert!(finished.stderr.contains("nothing says what to redrive"), "{}", finished.stderr);
    for (line, start) in [("bulk --help", "Redrive many executions"), ("wait --help", "Wait until")] {
        let finished = place.run(line);
        assert_eq!(status(&finished), 0);
        assert!(finished.stdout.starts_with(start), "{}", finished.stdout);
    }
}

#[test]
fn a_refusal_after_a_call_without_an_answer_is_looked_at() {
    let answer = |status, body: String| Reply { raw: Some(body.into()), status: Some(status), ..Reply::default() };
    let refused = r#"{"__type": "KmsInvalidStateException", "message": "The key is disabled"}"#;
    let described = format!(
        r#"{{"executionArn": "{}", "status": "RUNNING", "startDate": 1, "redriveCount": 1, "redriveDate": 1900000000.5}}"#,
        arn("run-1")
    );
    let replies = vec![answer(500, "{}".to_owned()), answer(400, refused.to_owned()), answer(200, described)];
    let endpoint = support::Endpoint::start(Script::new(replies, Vec::new()), None).unwrap();
    let place = Place::at(&format!("http://127.0.0.1:{}", endpoint.port()));
    place.write("listed", &format!("{{\"executionArn\":\"{}\",\"redriveCount\":0}}\n", arn("run-1")));
    let finished = place.run("bulk --from listed --yes --journal j");
    assert_eq!(status(&finished), 0, "{}", finished.stderr);
    assert_eq!(records(&finished)[0]["outcome"], "REDRIVEN");
}

#[test]
fn a_description_that_lags_behind_explains_no_refusal() {
    let answer = |status, body: String| Reply { raw: Some(body.into()), status: Some(status), ..Reply::default() };
    let message = format!("Execution is RUNNING and cannot be redriven: '{}'", arn("run-1"));
    let refused = format!(r#"{{"__type": "ExecutionNotRedrivable", "message": "{message}"}}"#);
    let described = format!(
        r#"{{"executionArn": "{}", "status": "FAILED", "startDate": 1, "redriveStatus": "REDRIVABLE"}}"#,
        arn("run-1")
    );
    let replies = vec![answer(400, refused), answer(200, described)];
    let endpoint = support::Endpoint::start(Script::new(replies, Vec::new()), None).unwrap();
    let place = Place::at(&format!("http://127.0.0.1:{}", endpoint.port()));
    place.write_arns(1);
    let finished = place.run("bulk --from arns --yes --journal j");
    assert_eq!(status(&finished), 1, "{}", finished.stderr);
    assert!(finished.stderr.contains("ExecutionNotRedrivable: reason not looked up"), "{}", finished.stderr);
}

#[test]
fn what_others_say_cannot_reach_the_terminal() {
    let evil = r"no\u001b[31m\u202e\r\nevil";
    let denial = format!(r#"{{"__type": "AccessDeniedException", "message": "{evil}"}}"#);
    let described = format!(
        r#"{{"executionArn": "{}", "status": "FAILED", "startDate": 1, "redriveCount": 1, "stopDate": 2, "error": "{evil}"}}"#,
        arn("run-1")
    );
    let history = r#"{"events": []}"#.to_owned();
    let page = format!("<html>\u{1b}[31m{}</html>", "no\n".repeat(10_000));
    for (status, replies, line, shown) in [
        (400, vec![denial], "bulk --from arns --yes --journal j", r"operation: no\x1b[31m\u202e\x0d\x0aevil"),
        (403, vec![page], "bulk --from arns --yes --journal j --patience 0", r"operation: <html>\x1b[31mno\x0ano"),
        (200, vec![history, described], "bulk --from arns --summary --output table", r"no\x1b[31m\u202e\x0d\x0aevil"),
    ] {
        let reply = |body: String| Reply { raw: Some(body.into()), status: Some(status), ..Reply::default() };
        let replies = replies.into_iter().map(reply).collect();
        let endpoint = support::Endpoint::start(Script::new(replies, Vec::new()), None).unwrap();
        let place = Place::at(&format!("http://127.0.0.1:{}", endpoint.port()));
        place.write_arns(1);
        let finished = place.run(line);
        let output = finished.stdout + &finished.stderr;
        assert!(output.contains(shown) && output.len() < 3_000, "{output}");
        assert!(output.chars().all(|c| c == '\n' || !c.is_control() && c != '\u{202e}'), "{output:?}");
    }
}
