//! What failed, how, and how often; choosing by it; and what a journal says afterwards.

use std::os::unix::fs::PermissionsExt;

use redrive_execution::local::{Operation, Settings};

use super::{MACHINE, Place, arn, count, endpoint, failing, names, records, status};
use crate::support::process::{Run, Signal, Streams, Terminal};

const GROUPS: &str = r#"
    {"name": "late-{n}", "repeat": 12, "status": "FAILED", "spread": "3h", "error": "Timeout", "cause": "order {n} is late", "failedState": "Charge"},
    {"name": "gone-{n}", "repeat": 3, "status": "ABORTED", "started": "-14d", "stopped": "-13d12h", "error": "\u001b[1A", "cause": "by\thand | 7"},
    {"name": "long", "status": "FAILED", "events": 24999}"#;

const LOOKS: &str = ".local/state/redrive-execution/looks.jsonl";

#[test]
fn a_summary_groups_what_failed_and_redrives_nothing() {
    let endpoint = endpoint(GROUPS, Settings::default());
    let place = Place::new(&endpoint);
    let line = format!("bulk --summary --state-machine-arn {MACHINE}");
    let finished = place.run(&line);
    assert_eq!(status(&finished), 0, "{}", finished.stderr);
    let records = records(&finished);
    assert_eq!(records.len(), 3);
    let first = &records[0];
    assert_eq!(
        (&first["error"], &first["cause"], &first["failedState"], &first["executions"], &first["redrivable"]),
        (&"Timeout".into(), &"order * is late".into(), &"Charge".into(), &12.into(), &12.into())
    );
    assert_eq!((first["exampleExecutionArn"].as_str(), first.get("lookedAt")), (Some(arn("late-1").as_str()), None));
    assert_eq!((&records[1]["redrivableForLessThanADay"], &records[2]["redrivable"]), (&3.into(), &0.into()));
    assert_eq!(count(&endpoint, "RedriveExecution", "OK"), 0);
    let kept: Vec<_> = std::fs::read_dir(place.path(LOOKS).parent().unwrap()).unwrap().flatten().collect();
    assert_eq!(kept.len(), 1, "no journal: {kept:?}");
    assert_eq!(std::fs::metadata(place.path(LOOKS)).unwrap().permissions().mode() & 0o777, 0o600);
    let text = place.run(&format!("{line} --output text --query [executions,error,cause]")).stdout;
    let expected =
        "12\tTimeout\torder * is late\n3\t\\x1b[1A\tby hand | *\n1\tStates.TaskFailed\tThe task did not succeed.\n";
    assert_eq!(text, expected);
}

#[test]
fn a_denied_look_is_named_and_ends_what_rests_on_it() {
    let endpoint = endpoint(GROUPS, Settings::default());
    let place = Place::new(&endpoint);
    endpoint.deny(&[Operation::GetExecutionHistory]);
    let line = format!("bulk --state-machine-arn {MACHINE}");
    let finished = place.run(&format!("{line} --summary"));
    assert_eq!((status(&finished), records(&finished).len()), (0, 3), "{}", finished.stderr);
    assert_eq!(records(&finished)[0]["error"], "Timeout");
    assert!(finished.stderr.contains("not everything could be seen: An error"), "{}", finished.stderr);
    let finished = place.run(&format!("{line} --failed-state Charge --yes"));
    assert_eq!((status(&finished), finished.stdout.as_str()), (254, ""), "{}", finished.stderr);
    assert!(finished.stderr.contains("(AccessDeniedException)"), "{}", finished.stderr);
    endpoint.deny(&[Operation::GetExecutionHistory, Operation::DescribeExecution]);
    let finished = Place::new(&endpoint).run(&format!("{line} --summary"));
    assert_eq!((status(&finished), finished.stdout.as_str()), (254, ""), "{}", finished.stderr);
}

#[test]
fn a_summary_on_a_terminal_is_a_table_that_fits() {
    let endpoint = endpoint(GROUPS, Settings::default());
    let place = Place::new(&endpoint);
    for columns in [80, 200] {
        let streams = Streams::Terminal(Terminal { rows: 60, columns, with_stderr: false, keys: Vec::new() });
        let line = format!("bulk --summary --state-machine-arn {MACHINE} --sample 4");
        let finished = Run { streams, ..place.prepare(&line) }.finish().unwrap();
        let table: Vec<&str> = finished.stdout.lines().filter(|line| line.contains(['│', '┌', '╞'])).collect();
        assert!(table.len() > 6, "{finished:?}");
        assert!(
            table.iter().all(|line| line.trim_end().chars().count() <= usize::from(columns)),
            "{}",
            finished.stdout
        );
        assert!(finished.stdout.contains("about ") && finished.stdout.contains(r"\x1b[1A"), "{}", finished.stdout);
        assert!(finished.stdout.contains(&format!("1: for example {}", arn("late-"))), "{}", finished.stdout);
        assert!(finished.stderr.contains("looking at a sample, 4 of 16 executions"), "{}", finished.stderr);
    }
}

#[test]
fn what_was_looked_at_is_not_paid_for_again() {
    let endpoint = endpoint(GROUPS, Settings::default());
    let place = Place::new(&endpoint);
    let line = format!("bulk --state-machine-arn {MACHINE}");
    place.run(&format!("{line} --summary"));
    let looks = || (count(&endpoint, "DescribeExecution", "OK"), count(&endpoint, "GetExecutionHistory", "OK"));
    assert_eq!(looks(), (0, 16), "a history shows what a description would");
    let finished = place.run(&format!("{line} --yes --cause-match *is?late --failed-state Ch* --limit 2"));
    assert_eq!((status(&finished), names(&finished).len(), looks()), (0, 2, (0, 16)), "{}", finished.stderr);
    // A digit is not in the normal form.
    place.run(&format!("{line} --dry-run --cause-match *order?7*"));
    assert!(looks().0 > 0);
    std::fs::write(place.path(LOOKS), "no cache\n").unwrap();
    let finished = place.run(&format!("{line} --dry-run --error-match Timeout"));
    assert_eq!((status(&finished), names(&finished).len()), (0, 10));
    assert!(finished.stderr.contains("what was looked at before is not used: "), "{}", finished.stderr);
}

#[test]
fn executions_are_chosen_by_what_was_seen() {
    for (options, expected) in [
        ("--cause-match order*late --name-match *-1", &["late-1"][..]),
        ("--cause-match !order*", &["gone-3", "gone-2", "gone-1"]),
        ("--cause-match ORDER* --ignore-case --name-match LATE-12", &["late-12"]),
        ("--cause-match ORDER*", &[]),
        ("--cause-match *order?12*", &["late-12"]),
        ("--error-match timeout --failed-state charge --ignore-case --name-match !*-1*", &["late-9", "late-8"]),
        ("--started-until 10d", &["gone-3", "gone-2", "gone-1"]),
        ("--started-since 10d --status ABORTED", &[]),
    ] {
        let endpoint = endpoint(GROUPS, Settings::default());
        let place = Place::new(&endpoint);
        let finished = place.run(&format!("bulk --dry-run --state-machine-arn {MACHINE} {options}"));
        assert_eq!(status(&finished), 0, "{}", finished.stderr);
        let names = names(&finished);
        assert_eq!(
            names.get(..expected.len()),
            Some(expected.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>().as_slice()),
            "{options}: {names:?}"
        );
    }
}

#[test]
fn state_machines_are_found_by_their_names() {
    let endpoint = endpoint(GROUPS, Settings::default());
    let place = Place::new(&endpoint);
    for glob in ["ord*", "ORDERS", "!x"] {
        let finished = place.run(&format!("bulk --dry-run --state-machine {glob} --ignore-case"));
        assert_eq!((status(&finished), names(&finished).len()), (0, 16), "{glob}: {}", finished.stderr);
    }
    let finished =
        place.run(&format!("bulk --dry-run --state-machine ord* --state-machine other* --state-machine {MACHINE}"));
    assert_eq!((status(&finished), names(&finished).len()), (0, 16), "{}", finished.stderr);
    let finished = place.run("bulk --dry-run --state-machine a* --state-machine other*");
    assert_eq!(status(&finished), 252);
    assert!(
        finished.stderr.contains("--state-machine: no state machine is like 'a*' or 'other*'"),
        "{}",
        finished.stderr
    );
    let finished = place.run_with_stdin("bulk --dry-run --from - --started-since 1d", &arn("late-1"));
    assert_eq!(status(&finished), 252);
    assert!(finished.stderr.contains("which --from does not say (startDate)"), "{}", finished.stderr);
}

#[test]
fn what_is_left_out_can_be_seen_and_is_not_taken_in_again() {
    let endpoint = endpoint(GROUPS, Settings::default());
    let place = Place::new(&endpoint);
    let line = format!(
        "bulk --dry-run --state-machine-arn {MACHINE} --show-left-out --error-match !Timeout --limit 2 --since 14d"
    );
    let finished = place.run(&line);
    let reason = |name: &str| {
        let records = records(&finished);
        let found = records.iter().find(|record| record["executionArn"] == arn(name).as_str()).unwrap();
        assert_eq!(found["outcome"], "LEFT_OUT");
        found["reason"].as_str().unwrap().to_owned()
    };
    assert_eq!(reason("gone-1"), "beyond --limit");
    let line = format!("bulk --dry-run --state-machine-arn {MACHINE} --show-left-out --error-match !Timeout");
    let finished = place.run(&line);
    let reasons: Vec<_> =
        records(&finished).iter().map(|record| record["reason"].as_str().unwrap_or_default().to_owned()).collect();
    assert!(reasons.contains(&"not redrivable: Execution history event limit exceeded.".to_owned()), "{reasons:?}");
    assert_eq!(reasons.iter().filter(|reason| *reason == "by error, cause or failed state").count(), 12);
    let again = place.run_with_stdin("bulk --dry-run --from -", &finished.stdout);
    assert_eq!(names(&again), ["gone-3", "gone-2", "gone-1"]);
}

#[test]
fn a_report_says_what_became_of_a_run_and_what_is_left() {
    let endpoint = endpoint(&failing(40), Settings::default());
    let mut place = Place::new(&endpoint);
    let keys = "aws_access_key_id = AKIDLOCAL\naws_secret_access_key = sfn-local-needs-no-secret\n";
    place.write("config", &format!("[profile team]\n{keys}"));
    place.environment.insert("AWS_CONFIG_FILE".to_owned(), place.path("config").display().to_string());
    let line = format!("bulk --state-machine-arn {MACHINE} --yes --rate 20 --burst 1 --profile team");
    let finished = place.run_and_signal(&line, Signal::INT, std::time::Duration::from_millis(900));
    assert_eq!(status(&finished), 130);
    let list = place.run("report");
    let report = &records(&list)[0];
    let (redriven, left) = (report["redriven"].as_u64().unwrap(), report["left"].as_u64().unwrap());
    assert_eq!((redriven, redriven + left), (count(&endpoint, "RedriveExecution", "OK"), 40), "{}", list.stdout);
    let (command, journal) = (report["continueWith"].as_str().unwrap(), report["journal"].as_str().unwrap());
    assert!(
        command.starts_with(&format!("redrive-execution bulk --resume {journal} --profile team --region us-east-1")),
        "{command}"
    );
    let table = place.run("report --output table").stdout;
    assert!(table.ends_with(&format!("\n1: {journal}\n")), "{table}");
    let page = place.run(&format!("report {journal} --output markdown")).stdout;
    assert!(page.starts_with("- 40 executions planned, region us-east-1 (orders: 40)\n- begun "), "{page}");
    assert!(page.contains("\n| redriven ") && page.contains(&format!("```sh\n{command}\n```\n")), "{page}");
    let rest = command.strip_prefix("redrive-execution ").unwrap();
    assert_eq!(status(&place.run(&format!("{rest} --yes --wait --poll 10ms"))), 1);
    let report = &records(&place.run(&format!("report {journal}")))[0];
    assert_eq!((&report["redriven"], &report["left"], &report["ended"]["FAILED"]), (&40.into(), &0.into(), &40.into()));
    assert_eq!(report["calls"].as_u64(), Some(40));
    let table = place.run(&format!("report {journal} --output table")).stdout;
    assert!(table.contains("it is complete") && table.contains("│ ended"), "{table}");
    assert_eq!(status(&place.run("report nowhere")), 255);
    assert_eq!(status(&place.run(&format!("report {journal} --output markdown --query x"))), 252);
}

#[test]
fn a_report_of_a_run_that_is_going_leaves_it_alone() {
    let endpoint = endpoint(&failing(200), Settings::default());
    endpoint.set_quota(Operation::RedriveExecution, 1_000, 1_000);
    let place = Place::new(&endpoint);
    let line = format!("bulk --state-machine-arn {MACHINE} --yes --journal j --rate 50 --burst 1");
    std::thread::scope(|scope| {
        let run = scope.spawn(|| place.run(&line));
        while count(&endpoint, "RedriveExecution", "OK") < 20 {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        let report = &records(&place.run("report j"))[0];
        assert_eq!(
            (&report["isRunning"], &report["planned"], report.get("continueWith")),
            (&true.into(), &200.into(), None)
        );
        assert!(report["redriven"].as_u64().unwrap() >= 19);
        assert_eq!(status(&run.join().unwrap()), 0);
    });
}

/// Causes, and what a summary shows of them.
const CAUSES: [(&str, &str); 24] = [
    ("no answer for order 17 after 3.00 seconds", "no answer for order * after * seconds"),
    ("Item order-4711 of batch 3/17 is late.", "Item order-* of batch * is late."),
    ("RequestId: 0f2ae5a5-4f3c-4b5c-9f0e-3a1f0a4c2b11 Error: Task timed out", "RequestId: * Error: Task timed out"),
    ("at 2026-11-25T08:00:00.123Z: gone", "at *: gone"),
    ("at 2026-11-25 08:00:00,123: gone", "at *: gone"),
    ("on Wed, 25 Nov 2026 08:00:00 GMT: gone", "on * GMT: gone"),
    ("The function arn:aws:lambda:us-east-1:123456789012:function:f:7 is gone", "The function * is gone"),
    ("(arn:aws:states:eu-west-1:1:execution:M:run-1)", "(*)"),
    ("object 0x7fabc at Foo@1a2b3c4d", "object * at Foo@*"),
    ("connect ECONNREFUSED 10.0.3.17:5432", "connect ECONNREFUSED *"),
    ("trace 1-581cf771-a006649127e371903a2de979 lost", "trace * lost"),
    ("Host id: s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6UkFVdtjf5mKR3", "Host id: *"),
    ("ids [1, 22, 333] of ann.lee@example.com", "ids [*] of *"),
    ("batch AB12CD34 i-0abcd1234ef567890 x", "batch * i-* x"),
    ("a\n\tb\u{1b}[1A  c", "a b [* c"),
    ("Cannot read properties of undefined (reading 'id')", "Cannot read properties of undefined (reading 'id')"),
    (
        "Rate exceeded (Service: AmazonS3; Status Code: 429; Request ID: X1Y2Z3)",
        "Rate exceeded (Service: AmazonS*; Status Code: 429; Request ID: *)",
    ),
    ("HTTP 503 from https://x.example.com/v1/orders/17", "HTTP 503 from https://x.example.com/v*/orders/*"),
    ("exited with exit code 137 after 20 attempts", "exited with exit code 137 after * attempts"),
    (
        r#"{"errorMessage": "'id'", "errorType": "KeyError", "requestId": "x", "stackTrace": ["a, line 3"]}"#,
        "KeyError: 'id'",
    ),
    (
        r#"{"Cause": "{\"errorMessage\": \"late\", \"errorType\": \"T\"}", "Error": "E", "Input": "{\"card\": 1}"}"#,
        "E: T: late",
    ),
    (
        r#"{"StoppedReason": "Essential container exited", "Containers": [{"ExitCode": 0}, {"ExitCode": 137}]}"#,
        "Essential container exited (exit code 137)",
    ),
    (r#"{"customer": "Ann", "card": "4111"}"#, "{customer, card}"),
    (r#"{"Error": "E", "ExecutionArn": "a", "Input": "{\"card\": \"Ann"#, "E"),
];

#[test]
fn causes_are_shown_without_what_differs_and_without_inputs() {
    let execution = |(n, (cause, _)): (usize, &(&str, &str))| {
        serde_json::json!({"name": format!("run-{n}"), "status": "FAILED", "error": n.to_string(), "cause": cause})
            .to_string()
    };
    let executions: Vec<_> = CAUSES.iter().enumerate().map(execution).collect();
    let endpoint = endpoint(&executions.join(","), Settings::default());
    let place = Place::new(&endpoint);
    let finished = place.run(&format!("bulk --summary --state-machine-arn {MACHINE}"));
    let records = records(&finished);
    for (n, (cause, shown)) in CAUSES.iter().enumerate() {
        let error = n.to_string();
        let record = records.iter().find(|record| record["error"] == error.as_str()).unwrap();
        assert_eq!(&record["cause"], shown, "{cause}");
    }
    assert!(!place.read(LOOKS).contains("4111"));
}

#[test]
fn where_nothing_can_be_kept_looks_are_made_all_the_same() {
    let endpoint = endpoint(GROUPS, Settings::default());
    let mut place = Place::new(&endpoint);
    place.write("file", "");
    let state = place.path("file").to_str().unwrap().to_owned();
    place.environment.insert("XDG_STATE_HOME".to_owned(), state);
    let finished = place.run(&format!("bulk --summary --state-machine-arn {MACHINE}"));
    assert_eq!((status(&finished), records(&finished).len()), (0, 3));
    assert!(finished.stderr.contains("what is looked at is not kept: [Errno "), "{}", finished.stderr);
    // What is there but cannot be read is said, too.
    place.environment.remove("XDG_STATE_HOME");
    std::fs::create_dir_all(place.path(LOOKS)).unwrap();
    let finished = place.run(&format!("bulk --summary --state-machine-arn {MACHINE}"));
    assert_eq!((status(&finished), records(&finished).len()), (0, 3));
    assert!(finished.stderr.contains("what was looked at before is not used: it is not a file"), "{}", finished.stderr);
}
