//! What is redriven, in which order, and what is said before.

use redrive_execution::local::Settings;

use crate::support::endpoint::Endpoint as Scripted;
use crate::support::endpoint::script::{Reply, Script};
use crate::support::process::Finished;

use super::{MACHINE, Place, arn, count, endpoint, names, records, status};

const MIXED: &str = r#"
    {"name": "late", "status": "FAILED", "stopped": "-1h", "error": "Payment.Declined", "failedState": "Charge"},
    {"name": "early", "status": "TIMED_OUT", "started": "-14d", "stopped": "-13d"},
    {"name": "middle", "status": "ABORTED", "started": "-4d", "stopped": "-3d"},
    {"name": "twice", "status": "FAILED", "started": "-3d", "stopped": "-2d", "redriveCount": 2, "error": "Other"},
    {"name": "gone", "status": "FAILED", "started": "-20d", "stopped": "-15d"},
    {"name": "fine", "status": "SUCCEEDED"},
    {"name": "busy", "status": "RUNNING"}"#;

fn planned(options: &str) -> Vec<String> {
    let endpoint = endpoint(MIXED, Settings::default());
    let place = Place::new(&endpoint);
    let finished = place.run(&format!("bulk --dry-run --state-machine-arn {MACHINE} {options}"));
    assert_eq!(status(&finished), 0, "{}", finished.stderr);
    assert_eq!(count(&endpoint, "RedriveExecution", "OK"), 0, "a dry run redrives nothing");
    names(&finished)
}

#[test]
fn the_closest_to_the_deadline_goes_first() {
    assert_eq!(planned(""), ["early", "middle", "twice", "late"]);
}

#[test]
fn filters_choose() {
    for (options, expected) in [
        ("--status FAILED", &["twice", "late"][..]),
        ("--status aborted,Timed_Out", &["early", "middle"]),
        ("--since 60h", &["twice", "late"]),
        ("--until 60h", &["early", "middle"]),
        ("--since 80h --until 2d12h", &["middle"]),
        ("--since 1w --until 60h", &["middle"]),
        ("--name-match *l*", &["early", "middle", "late"]),
        ("--max-redrives 1", &["early", "middle", "late"]),
        ("--limit 2", &["early", "middle"]),
        ("--error-match Payment.*", &["late"]),
        ("--failed-state Charge", &["late"]),
        ("--failed-state W*", &["early", "middle", "twice"]),
        ("--error-match Payment.* --failed-state Work", &[]),
    ] {
        assert_eq!(planned(options), expected, "{options}");
    }
}

#[test]
fn the_plan_says_what_where_and_how_long() {
    let endpoint = endpoint(MIXED, Settings::default());
    let place = Place::new(&endpoint);
    let finished =
        place.run(&format!("bulk --dry-run --state-machine-arn {MACHINE} --error-match P* --limit 9 --rate 2"));
    let expected = format!(
        "inspecting 4 executions (about 0 s)\n\
         1 execution to redrive in account 123456789012, region us-east-1, at {}\n  \
         orders: 1 (late), 1 FAILED, stopped 1 h ago\n\
         left out: 1 execution past 14 days since the end\n\
         left out: 3 executions by error, cause or failed state\n\
         time: about 0 s (1 at once, then 2 a second)\n",
        endpoint.url()
    );
    assert_eq!(finished.stderr, expected);
    let record = &records(&finished)[0];
    let keys: Vec<&String> = record.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["executionArn", "redriveCount", "status", "stopDate", "redrivableUntil"]);
}

#[test]
fn the_plan_breaks_down_by_machine_status_and_age() {
    let endpoint = endpoint(MIXED, Settings::default());
    let place = Place::new(&endpoint);
    let listed = place.run(&format!("bulk --dry-run --state-machine-arn {MACHINE}"));
    let groups = "  orders: 4 (early, middle, twice, …), 2 FAILED, 1 TIMED_OUT, 1 ABORTED, stopped 13 d to 1 h ago\n";
    assert!(listed.stderr.contains(groups), "{}", listed.stderr);
    // What was printed is as good as the list, and a bare ARN has no status.
    let again = place.run_with_stdin("bulk --dry-run --from -", &format!("{}{}\n", listed.stdout, arn("bare")));
    let groups = groups.replace("4 (", "5 (").replace("1 ABORTED", "1 ABORTED, 1 of unknown status");
    assert!(again.stderr.contains(&groups), "{}", again.stderr);
}

/// What `bulk` lists where a list is answered like this, request by request.
fn listed(answers: &[&str]) -> Finished {
    let page = format!(
        r#""executions": [{{"executionArn": "{}", "stateMachineArn": "{MACHINE}", "name": "a", "status": "FAILED", "startDate": 1, "stopDate": 4e9}}]"#,
        arn("a")
    );
    let reply = |answer: &&str| Reply { raw: Some(answer.replace("PAGE", &page).into()), ..Reply::default() };
    let scripted = Scripted::start(Script::new(answers.iter().map(reply).collect(), Vec::new()), None).unwrap();
    let place = Place::at(&format!("http://127.0.0.1:{}", scripted.port()));
    place.run(&format!("bulk --state-machine-arn {MACHINE} --status FAILED --dry-run"))
}

#[test]
fn an_empty_answer_is_not_an_empty_list() {
    let finished = listed(&["{}", "", r#"{"executions": null}"#, "<html></html>", "{PAGE}"]);
    assert_eq!((status(&finished), names(&finished)), (0, vec!["a".to_owned()]), "{}", finished.stderr);
}

#[test]
fn a_list_that_goes_in_circles_is_refused() {
    let token = |token: &str| format!(r#"{{PAGE, "nextToken": "{token}"}}"#);
    let finished = listed(&[&token("1"), &token("2"), &token("1")]);
    assert_eq!(status(&finished), 255);
    assert!(
        finished.stderr.contains("The same next token was received twice: {'nextToken': '1'}"),
        "{}",
        finished.stderr
    );
}

#[test]
fn a_list_has_many_pages() {
    let endpoint = endpoint(&super::failing(2_300), Settings::default());
    let place = Place::new(&endpoint);
    let finished =
        place.run(&format!("bulk --dry-run --state-machine-arn {MACHINE} --status FAILED --query executionArn"));
    assert_eq!(finished.stdout.lines().count(), 2_300);
    assert_eq!(count(&endpoint, "ListExecutions", "OK"), 3);
}

#[test]
fn a_list_is_read_no_further_than_the_window() {
    let old = r#"{"name": "new-{n}", "repeat": 10, "status": "FAILED", "spread": "1h"},
        {"name": "day-{n}", "repeat": 2500, "status": "FAILED", "started": "-3d", "stopped": "-2d"},
        {"name": "old-{n}", "repeat": 3500, "status": "FAILED", "started": "-30d", "stopped": "-20d"}"#;
    for (options, calls, found, left_out) in [
        ("", 4, 2_510, "490 executions past 14 days since the end (older ones were not listed)"),
        ("--since 26h", 2, 10, "1990 executions by the filters (older ones were not listed)"),
        ("--until 26h", 4, 2_500, "10 executions by the filters\n"),
    ] {
        let endpoint = endpoint(old, Settings::default());
        let place = Place::new(&endpoint);
        let line = format!("bulk --dry-run --state-machine-arn {MACHINE} --status FAILED {options}");
        let finished = place.run(&line);
        assert_eq!(finished.stdout.lines().count(), found, "{options}: {}", finished.stderr);
        assert_eq!(count(&endpoint, "ListExecutions", "OK"), calls, "{options}");
        assert!(finished.stderr.contains(left_out), "{options}: {}", finished.stderr);
    }
}

#[test]
fn a_list_that_never_ends_is_refused_as_by_the_aws_cli() {
    let finished = listed(&[r#"{PAGE, "nextToken": "T'é"}"#]);
    assert_eq!(status(&finished), 255, "{}", finished.stderr);
    let sentence = r#"The same next token was received twice: {'nextToken': "T'é"}"#;
    assert_eq!(finished.stderr, format!("\naws: [ERROR]: Error during pagination: {sentence}\n"));
}

#[test]
fn the_plan_shows_the_window_in_the_local_zone() {
    let endpoint = endpoint(MIXED, Settings::default());
    let mut place = Place::new(&endpoint);
    place.environment.insert("TZ".to_owned(), "CET-1CEST,M3.5.0,M10.5.0/3".to_owned());
    let line = format!("bulk --dry-run --state-machine-arn {MACHINE}");
    let finished = place.run(&format!("{line} --since 2024-01-31 --until 2044-07-01T12:00"));
    let expected = "\nstopped from 2024-01-31T00:00:00+01:00 to 2044-07-01T12:00:00+02:00\n";
    assert!(finished.stderr.contains(expected), "{}", finished.stderr);
    let finished = place.run(&format!("{line} --until today"));
    assert!(finished.stderr.contains("T00:00:00+0"), "{}", finished.stderr);
    for (options, sentence) in [
        ("--since 90", "argument --since: '90' is neither a date"),
        ("--until 20261120", "argument --until: '20261120' is neither a date"),
        ("--since 1h --until 2h", "--since is later than --until"),
    ] {
        let finished = place.run(&format!("{line} {options}"));
        assert_eq!(status(&finished), 252);
        assert!(finished.stderr.contains(sentence), "{}", finished.stderr);
    }
}

#[test]
fn a_file_comes_in_the_forms_that_people_have() {
    let (late, early) = (arn("late"), arn("early"));
    for text in [
        format!("\u{feff}# failed\r\n{late}\r\n\r\n\"{early}\" # again\r\n"),
        format!("EXECUTIONS\t{late}\tlate\t0\t1.5\t{MACHINE}\tFAILED\n{early}\t{early}\nNEXTTOKEN\tx\n"),
        format!(
            "{{\n \"executions\": [\n {{\"executionArn\": \"{late}\"}}, {{\"executionArn\": \"{early}\"}}\n]\n}}\n"
        ),
        format!("[\"{late}\", \"{early}\"]"),
        format!("name,Execution ARN,cause\na,{late},\"x,\ny\"\nb,\"{early}\",\n"),
    ] {
        let endpoint = endpoint(MIXED, Settings::default());
        let place = Place::new(&endpoint);
        let finished = place.run_with_stdin("bulk --from - --concurrency 1 --yes", &text);
        assert_eq!((status(&finished), names(&finished)), (0, vec!["late".to_owned(), "early".to_owned()]), "{text}");
    }
}

#[test]
fn a_file_without_executions_is_an_error() {
    let place = Place::new(&endpoint(MIXED, Settings::default()));
    for text in ["", "\n# nothing\n", "{\n \"executions\": []\n}", "[]", "executionArn,status\n", "None\n"] {
        for line in ["bulk --from - --yes", "wait --from -"] {
            let finished = place.run_with_stdin(line, text);
            assert_eq!(status(&finished), 252, "{text}");
            assert!(finished.stderr.contains("--from -: there are no executions in it"), "{}", finished.stderr);
        }
    }
}

#[test]
fn an_arn_of_a_file_takes_what_the_list_knows() {
    let endpoint = endpoint(MIXED, Settings::default());
    let place = Place::new(&endpoint);
    let line = format!("bulk --dry-run --from - --state-machine-arn {MACHINE} --since 60h --max-redrives 1");
    let finished = place.run_with_stdin(&line, &format!("{}\n{}\n", arn("late"), arn("early")));
    assert_eq!((status(&finished), names(&finished)), (0, vec!["late".to_owned()]), "{}", finished.stderr);
}

#[test]
fn a_file_names_executions_in_either_form_and_each_counts_once() {
    let endpoint = endpoint(MIXED, Settings::default());
    let place = Place::new(&endpoint);
    let input = format!("{}\n\n{{\"executionArn\": \"{}\", \"x\": 1}}\n{}\n", arn("late"), arn("early"), arn("late"));
    let finished = place.run_with_stdin("bulk --from - --yes --concurrency 1", &input);
    assert_eq!(status(&finished), 0, "{}", finished.stderr);
    assert_eq!(names(&finished), ["late", "early"]);
    assert!(finished.stderr.contains("left out: 1 execution named more than once"), "{}", finished.stderr);
    let finished = place.run_with_stdin("bulk --from - --yes", &format!("{}\nlate\n", arn("late")));
    assert_eq!(status(&finished), 252);
    assert!(finished.stderr.contains("--from -, line 2: 'late' is not the ARN of an execution"), "{}", finished.stderr);
    let finished = place.run("bulk --from nowhere");
    assert_eq!(status(&finished), 252);
    assert!(finished.stderr.contains("[Errno 2] No such file or directory: 'nowhere'"), "{}", finished.stderr);
}

#[test]
fn a_plan_that_was_printed_can_be_redriven() {
    let endpoint = endpoint(MIXED, Settings::default());
    let place = Place::new(&endpoint);
    let plan = place.run(&format!("bulk --dry-run --state-machine-arn {MACHINE}")).stdout;
    let finished = place.run_with_stdin("bulk --from - --yes --since 60h --max-redrives 1 --concurrency 1", &plan);
    assert_eq!((status(&finished), names(&finished)), (0, vec!["late".to_owned()]), "{}", finished.stderr);
    let finished = place.run_with_stdin("bulk --from - --yes --since 60h", &arn("late"));
    assert_eq!(status(&finished), 252);
    assert!(finished.stderr.contains("--since and --until need to know when each execution stopped"));
}

#[test]
fn executions_of_another_region_are_refused() {
    let endpoint = endpoint(MIXED, Settings::default());
    let place = Place::new(&endpoint);
    let finished = place.run_with_stdin("bulk --from - --yes", &arn("late").replace("us-east-1", "eu-west-1"));
    assert_eq!(status(&finished), 252);
    assert!(finished.stderr.contains("is in region eu-west-1, but the calls go to us-east-1"), "{}", finished.stderr);
}

#[test]
fn map_runs_and_their_children_lead_to_the_parent() {
    let endpoint = endpoint(
        r#"{"name": "parent", "status": "FAILED",
            "mapRun": {"label": "Rows", "children": {"failed": 3, "succeeded": 2}}}"#,
        Settings::default(),
    );
    let place = Place::new(&endpoint);
    let all = endpoint.redrive_counts();
    let children: Vec<&String> = all.keys().filter(|arn| arn.contains("orders/Rows:")).collect();
    assert!(children.len() >= 3);
    let mut input: String = children.iter().map(|arn| format!("{arn}\n")).collect();
    input.push_str(&arn("gone").replace(":orders:", ":orders/Rows:"));
    let finished = place.run_with_stdin("bulk --from - --yes", &input);
    assert_eq!((status(&finished), names(&finished)), (0, vec!["parent".to_owned()]), "{}", finished.stderr);
    assert!(finished.stderr.contains("left out: 1 execution of map runs not found\n"), "{}", finished.stderr);
    assert_eq!(count(&endpoint, "RedriveExecution", "OK"), 1, "once for all of them");
}

#[test]
fn a_run_is_confirmed_on_a_terminal_and_refused_without_one() {
    let endpoint = endpoint(MIXED, Settings::default());
    let place = Place::new(&endpoint);
    let line = format!("bulk --state-machine-arn {MACHINE} --journal j");
    let finished = place.run(&line);
    assert_eq!(status(&finished), 252);
    assert!(finished.stderr.contains("There is no terminal for the question. Give --yes"), "{}", finished.stderr);
    assert_eq!(count(&endpoint, "ListExecutions", "OK"), 0, "not even looked up");
    let refused = place.run_on_terminal(&line, &["n\n"]);
    assert!(
        refused.stdout.contains("4 executions to redrive in account 123456789012, region us-east-1"),
        "{refused:?}"
    );
    assert!(refused.stdout.contains("Redrive them? [y/N] ") && refused.stdout.contains("nothing was redriven"));
    assert_eq!(count(&endpoint, "RedriveExecution", "OK"), 0);
    assert!(!place.path("j").exists());
    let confirmed = place.run_on_terminal(&line, &["y\n"]);
    assert_eq!(status(&confirmed), 0, "{}", confirmed.stdout);
    assert_eq!(count(&endpoint, "RedriveExecution", "OK"), 4);
}
