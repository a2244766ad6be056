//! Waiting for the ends of what was redriven.

use std::time::{Duration, Instant};

use redrive_execution::local::{Endpoint, Fault, Operation, Rule, Seed, Settings};

use super::{MACHINE, Place, Signal, arn, count, endpoint, names, records, status};
use crate::faults::peer::{Act, Peer, Play};
use crate::local::client::client;
use crate::support::process::{Run, Streams, Terminal};

fn seed(after: &str) -> String {
    format!(
        r#"{{"name": "run-{{n}}", "repeat": 70, "status": "FAILED", "afterRedrive": "{after}", "runSeconds": 0.3}}"#
    )
}

#[test]
fn many_are_listed_and_all_must_succeed() {
    let endpoint = endpoint(&seed("SUCCEEDED"), Settings::default());
    let place = Place::new(&endpoint);
    let finished = place.run(&format!("bulk --state-machine-arn {MACHINE} --yes --journal j --wait --poll 100ms"));
    assert_eq!(status(&finished), 0, "{}", finished.stderr);
    assert_eq!(records(&finished).iter().filter(|record| record["status"] == "SUCCEEDED").count(), 70);
    assert!(finished.stderr.contains("│ ended    ┆ SUCCEEDED ┆ 70"), "{}", finished.stderr);
    assert!(count(&endpoint, "DescribeExecution", "OK") <= 100, "lists, not descriptions");
}

#[test]
fn only_an_end_after_the_redrive_counts() {
    let endpoint = endpoint(&seed("FAILED"), Settings::default());
    let place = Place::new(&endpoint);
    let finished = place.run(&format!("bulk --state-machine-arn {MACHINE} --yes --journal j --wait --poll 50ms"));
    assert_eq!(status(&finished), 1, "{}", finished.stderr);
    assert_eq!(records(&finished).iter().filter(|record| record["status"] == "FAILED").count(), 70);
}

#[test]
fn the_time_is_up_and_a_resumed_run_waits_on() {
    let endpoint = endpoint(r#"{"name": "slow", "status": "FAILED", "runSeconds": 1000}"#, Settings::default());
    let place = Place::new(&endpoint);
    let line = format!("bulk --state-machine-arn {MACHINE} --yes --journal j --wait --poll 20ms --timeout 100ms");
    let finished = place.run(&line);
    assert_eq!(status(&finished), 1);
    assert!(finished.stderr.contains("\n1 execution is still running: slow\n"), "{}", finished.stderr);
    assert!(finished.stderr.contains("continue with: redrive-execution bulk --resume j"), "{}", finished.stderr);
    endpoint.advance(std::time::Duration::from_secs(1_001));
    let finished = place.run("bulk --resume j --yes --wait --poll 20ms");
    assert_eq!((status(&finished), finished.stdout.lines().count()), (0, 1), "{}", finished.stderr);
    assert_eq!(status(&place.run("bulk --resume j --yes --wait")), 0, "an end is noted");
}

#[test]
fn wait_takes_what_a_redrive_or_a_run_printed() {
    let endpoint = endpoint(
        r#"{"name": "good", "status": "FAILED", "runSeconds": 0.2},
           {"name": "bad", "status": "FAILED", "runSeconds": 0.2, "afterRedrive": "TIMED_OUT"}"#,
        Settings::default(),
    );
    let place = Place::new(&endpoint);
    let one = arn("good");
    let redriven = place.run(&format!("--execution-arn {one} --query redriveDate --output text"));
    let date = redriven.stdout.trim();
    let finished = place.run(&format!("wait --execution-arn {one} --redrive-date {date} --poll 50ms"));
    assert_eq!(status(&finished), 0, "{}", finished.stderr);
    assert_eq!(records(&finished)[0]["status"], "SUCCEEDED");
    let bulk = place.run_with_stdin("bulk --from - --yes", &arn("bad"));
    let finished = place.run_with_stdin("wait --from - --poll 50ms", &bulk.stdout);
    assert_eq!(status(&finished), 1, "{}", finished.stderr);
    assert_eq!(records(&finished)[0]["status"], "TIMED_OUT");
    let finished = place.run(&format!("wait --execution-arn {}", arn("none")));
    assert_eq!(status(&finished), 254);
    assert!(finished.stderr.contains("(ExecutionDoesNotExist) when calling the DescribeExecution operation"));
}

fn running(count: usize) -> String {
    format!(r#"{{"name": "run-{{n}}", "repeat": {count}, "status": "RUNNING", "runSeconds": 1000}}"#)
}

#[test]
fn the_timeout_holds_whatever_the_server_does() {
    let page = r#"{"executions": [], "nextToken": "same"}"#;
    let page = format!("HTTP/1.1 200 OK\r\nx-amzn-RequestId: 1\r\nContent-Length: {}\r\n\r\n{page}", page.len());
    for (acts, what) in [
        (vec![Act::ReadAll, Act::Stall], "never answers"),
        (vec![Act::ReadAll, Act::Send(page.clone().into_bytes())], "repeats its token"),
        (vec![Act::ReadAll, Act::Drip(page.into_bytes())], "is slow"),
        (vec![Act::ReadAll, Act::Reset], "resets"),
    ] {
        let peer = Peer::start(Play::Acts(acts), None).unwrap();
        let mut place = Place::new(&endpoint("", Settings::default()));
        place.environment.insert("AWS_ENDPOINT_URL_SFN".to_owned(), format!("http://127.0.0.1:{}", peer.port()));
        place.write_arns(60);
        for line in [
            "wait --from arns --timeout 1s",
            "wait --execution-arn arn:aws:states:us-east-1:123456789012:execution:orders:a --timeout 1s",
        ] {
            let began = Instant::now();
            let finished = place.run(line);
            assert_eq!(status(&finished), 1, "{what}: {}", finished.stderr);
            assert!(began.elapsed() < Duration::from_secs(2), "{what}: {:?}", began.elapsed());
            assert!(finished.stderr.contains(" still running: "), "{what}: {}", finished.stderr);
        }
    }
}

#[test]
fn one_that_is_gone_is_reported_and_the_others_awaited() {
    let endpoint = endpoint(&seed("SUCCEEDED"), Settings::default());
    let place = Place::new(&endpoint);
    place.write_arns(70);
    assert_eq!(status(&place.run("bulk --from arns --yes --journal j")), 0);
    // The first is described among few, the second is missing from the lists of many.
    for count in [2, 70] {
        let mut arns: String = (1..=count).map(|n| arn(&format!("run-{n}")) + "\n").collect();
        arns += &arn("gone");
        let finished = place.run_with_stdin("wait --from - --poll 50ms", &arns);
        assert_eq!(status(&finished), 1, "{}", finished.stderr);
        let records = records(&finished);
        assert_eq!(records.iter().filter(|record| record["status"] == "SUCCEEDED").count(), count);
        let gone = records.iter().find(|record| record["outcome"] == "GONE").unwrap();
        assert_eq!((&gone["executionArn"], &gone["code"]), (&arn("gone").into(), &"ExecutionDoesNotExist".into()));
        assert!(gone["message"].as_str().unwrap().contains("gone"), "{gone}");
    }
}

#[test]
fn one_that_cannot_be_looked_at_is_reported_too() {
    let judge = |fault, code: Option<&str>| {
        let endpoint = endpoint(&seed("SUCCEEDED"), Settings::default());
        let place = Place::new(&endpoint);
        place.write_arns(4);
        assert_eq!(status(&place.run("bulk --from arns --yes --journal j")), 0);
        let operation = Some(Operation::DescribeExecution);
        endpoint.set_weather(vec![Rule { operation, containing: Some("run-3\"".to_owned()), ..Rule::always(fault) }]);
        let finished = place.run("wait --from arns --poll 50ms");
        assert_eq!(status(&finished), 1, "{fault:?}: {}", finished.stderr);
        let records = records(&finished);
        assert_eq!(records.len(), 4, "{fault:?}");
        let unknown = records.iter().find(|record| record["outcome"] == "UNKNOWN").unwrap();
        assert_eq!(unknown["executionArn"], arn("run-3"), "{fault:?}");
        assert!(code.is_none_or(|code| unknown["code"] == code), "{unknown}");
    };
    let faults = [
        (Fault::Trouble(500), None),
        (Fault::Throttle, Some("ThrottlingException")),
        (Fault::Deny, Some("AccessDeniedException")),
        (Fault::Page(502), None),
    ];
    std::thread::scope(|scope| {
        for (fault, code) in faults {
            scope.spawn(move || judge(fault, code));
        }
    });
}

#[test]
fn a_run_waits_on_for_what_it_could_not_look_at() {
    let endpoint = endpoint(&seed("SUCCEEDED"), Settings::default());
    let place = Place::new(&endpoint);
    place.write_arns(3);
    let operation = Some(Operation::DescribeExecution);
    endpoint.set_weather(vec![Rule { operation, containing: Some("run-2\"".to_owned()), ..Rule::always(Fault::Deny) }]);
    let finished = place.run("bulk --from arns --yes --journal j --wait --poll 50ms");
    assert_eq!(status(&finished), 1, "{}", finished.stderr);
    assert!(finished.stderr.contains("│ ended    ┆ UNKNOWN   ┆ 1"), "{}", finished.stderr);
    assert!(finished.stderr.contains("bulk --resume j --poll 50ms --wait"), "{}", finished.stderr);
    endpoint.set_weather(Vec::new());
    let finished = place.run("bulk --resume j --yes --wait --poll 50ms");
    assert_eq!((status(&finished), names(&finished)), (0, vec!["run-2".to_owned()]), "{}", finished.stderr);
}

#[tokio::test]
async fn children_of_map_runs_end_after_the_redrive_of_their_parent() {
    let endpoint = crate::local::client::endpoint();
    let parent = crate::local::execution_arn("nightly-import");
    let client = client(&endpoint);
    let runs = client.list_map_runs().execution_arn(&parent).send().await.unwrap().map_runs;
    let children = client.list_executions().map_run_arn(&runs[0].map_run_arn).send().await.unwrap().executions;
    let child = children.iter().find(|child| child.status.as_str() == "FAILED").unwrap();
    let place = Place::new(&endpoint);
    let redriven = place.run(&format!("--execution-arn {parent} --query redriveDate --output text"));
    let date = redriven.stdout.trim();
    let line = format!("wait --execution-arn {} --redrive-date {date} --poll 50ms --timeout", child.execution_arn);
    let finished = place.run(&format!("{line} 200ms"));
    assert_eq!((status(&finished), finished.stdout.as_str()), (1, ""), "the end before the redrive does not count");
    endpoint.advance(Duration::from_secs(6));
    let finished = place.run(&format!("{line} 20s"));
    assert_eq!(status(&finished), 0, "{}", finished.stderr);
    assert_eq!(records(&finished)[0]["status"], "SUCCEEDED");
}

#[test]
fn what_ends_a_wait_says_what_still_runs_and_how_to_go_on() {
    let endpoint = endpoint(&running(60), Settings::default());
    let place = Place::new(&endpoint);
    for (count, says) in [
        (1, "1 execution is still running: run-1\n"),
        (
            10,
            "10 executions are still running: run-1, run-10, run-2, run-3, run-4, run-5, run-6, run-7, run-8, run-9\n",
        ),
        (
            60,
            "60 executions are still running: run-1, run-10, run-11, run-12, run-13, run-14, run-15, run-16, run-17, run-18 and 50 more\n",
        ),
    ] {
        place.write_arns(count);
        let line = "wait --from arns --poll 50ms --color off";
        let mut runs = vec![(1, format!("{line} --timeout 300ms"), place.run(&format!("{line} --timeout 300ms")))];
        for signal in [Signal::INT, Signal::TERM] {
            let status = if signal == Signal::INT { 130 } else { -15 };
            runs.push((status, line.to_owned(), place.run_and_signal(line, signal, Duration::from_millis(900))));
        }
        for (expected, line, finished) in runs {
            assert_eq!(status(&finished), expected, "{}", finished.stderr);
            let stderr = format!("{says}continue with: redrive-execution {line}\n");
            assert_eq!(finished.stderr.trim_start(), stderr);
        }
    }
}

#[test]
fn the_command_that_goes_on_is_quoted_and_keeps_no_password() {
    let endpoint = endpoint(&running(1), Settings::default());
    let place = Place::new(&endpoint);
    endpoint.set_weather(vec![Rule::always(Fault::Cut)]);
    let url = endpoint.url().replace("http://", "http://me:secret@");
    let mut run =
        place.prepare(&format!("wait --execution-arn {} --timeout 100ms --endpoint-url {url} --query", arn("run-1")));
    run.words.push("a || 'b'".to_owned());
    let finished = run.finish().unwrap();
    assert!(
        finished.stderr.ends_with(&format!("--endpoint-url {} --query 'a || '\\''b'\\'''\n", endpoint.url())),
        "{}",
        finished.stderr
    );
}

#[test]
fn an_interrupted_run_says_what_still_runs() {
    for signal in [Signal::INT, Signal::TERM] {
        let endpoint = endpoint(
            r#"{"name": "run-{n}", "repeat": 3, "status": "FAILED", "runSeconds": 1000}"#,
            Settings::default(),
        );
        let place = Place::new(&endpoint);
        place.write_arns(3);
        let line = "bulk --from arns --yes --journal j --wait --poll 50ms";
        let finished = place.run_and_signal(line, signal, Duration::from_millis(1_500));
        assert_eq!(status(&finished), if signal == Signal::INT { 130 } else { -15 }, "{}", finished.stderr);
        assert!(
            finished.stderr.contains("\n3 executions are still running: run-1, run-2, run-3\n"),
            "{}",
            finished.stderr
        );
        assert!(finished.stderr.contains("│ still running ┆"), "{}", finished.stderr);
        assert!(
            finished.stderr.ends_with("continue with: redrive-execution bulk --resume j --poll 50ms --wait --yes\n"),
            "{}",
            finished.stderr
        );
    }
}

#[test]
fn on_a_terminal_a_bar_stands_for_the_records() {
    let endpoint = endpoint(&seed("SUCCEEDED"), Settings::default());
    let mut place = Place::new(&endpoint);
    place.environment.insert("TERM".to_owned(), "xterm".to_owned());
    place.write_arns(70);
    let line = "bulk --from arns --yes --journal j --wait --poll 50ms";
    let finished = place.run_on_terminal(line, &[]);
    assert_eq!(status(&finished), 0, "{}", finished.stdout);
    assert!(!finished.stdout.contains("REDRIVEN") && !finished.stdout.contains("ENDED"), "{}", finished.stdout);
    assert!(finished.stdout.contains(" of 70 ended"), "{}", finished.stdout);
    let table = finished.stdout.split("waiting: ").last().unwrap();
    assert!(table.contains("\u{1b}[2K"), "the bar is taken away: {table}");
    let _ = std::fs::remove_file(place.path("j"));
    let finished = place.run_on_terminal(&format!("{line} --output json"), &[]);
    assert!(finished.stdout.contains("executionArn"), "{}", finished.stdout);
}

#[test]
fn an_interrupted_wait_leaves_no_bar_behind() {
    let endpoint = endpoint(&running(3), Settings::default());
    let mut place = Place::new(&endpoint);
    place.environment.insert("TERM".to_owned(), "xterm".to_owned());
    place.write_arns(3);
    let streams = Streams::Terminal(Terminal { rows: 24, columns: 80, with_stderr: true, keys: Vec::new() });
    let signal = Some((Signal::INT, Duration::from_millis(1_200)));
    let finished = Run { streams, signal, ..place.prepare("wait --from arns --poll 50ms") }.finish().unwrap();
    assert_eq!(status(&finished), 130, "{}", finished.stdout);
    let (before, after) = finished.stdout.rsplit_once("3 executions are still running").unwrap();
    let bar = before.rsplit_once("waiting: 0 of 3 ended").unwrap().1;
    assert!(bar.contains("\u{1b}[2K") && !after.contains("waiting: "), "{:?}", finished.stdout);
    assert!(!finished.stdout.contains("0/3"), "one kind of bar: {:?}", finished.stdout);
}

#[test]
#[ignore = "takes minutes: a million executions, and the peak of the memory they take"]
fn a_million_long_names_take_little_memory() {
    let machine = "m".repeat(80);
    let executions = r#"[{"name": "run-{n}", "repeat": 3000, "status": "RUNNING", "runSeconds": 1000}]"#;
    let seed = format!(r#"{{"stateMachines": [{{"name": "{machine}", "executions": {executions}}}]}}"#);
    let endpoint = Endpoint::start(Settings { seed: Seed::parse(&seed).unwrap(), ..Settings::default() }).unwrap();
    let place = Place::new(&endpoint);
    let prefix = format!("arn:aws:states:us-east-1:123456789012:execution:{machine}:");
    let lines: String = (0..1_000_000).map(|n| format!("{prefix}{n:080}\n")).collect();
    place.write("arns", &lines);
    let program = env!("CARGO_BIN_EXE_redrive-execution");
    let script = format!(
        "{program} wait --from arns --timeout 90s & p=$!
         while grep VmHWM /proc/$p/status >next; do mv next peak; sleep 0.1; done; wait $p"
    );
    let mut run = place.prepare("");
    run.words = ["/bin/sh", "-c", &script].map(str::to_owned).into();
    run.limit = Duration::from_secs(200);
    let finished = run.finish().unwrap();
    assert!(finished.stderr.contains("are still running: "), "{finished:?}");
    let peak: u64 = place.read("peak").split_whitespace().nth(1).unwrap().parse().unwrap();
    println!("{} MB", peak / 1_024);
    assert!(peak < 200 * 1_024, "{peak} kB");
}

#[test]
fn a_run_cut_short_counts_what_it_was_to_wait_for() {
    let endpoint = endpoint(&seed("RUNNING"), Settings::default());
    let place = Place::new(&endpoint);
    place.write_arns(70);
    let line = "bulk --from arns --yes --journal j --wait --rate 20";
    let finished = place.run_and_signal(line, Signal::INT, Duration::from_millis(800));
    assert_eq!(status(&finished), 130, "{}", finished.stderr);
    assert!(finished.stderr.contains("│ still running"), "{}", finished.stderr);
}
