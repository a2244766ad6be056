//! Exactly once: what happens to calls whose answer nobody saw, however long ago, and whatever the clocks show.
//!
//! The executions fail again at once, so that a second redrive would be counted.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use redrive_execution::host::{Clock, Environment, Host, Network};
use redrive_execution::local::{Endpoint, Fault, Operation, Rule, Settings};

use super::{MACHINE, Place, Signal, arn, count, endpoint, failing, records, redrives, status};

const MINUTE: Duration = Duration::from_secs(60);

fn on_redrives(fault: Fault) -> Rule {
    Rule { operation: Some(Operation::RedriveExecution), ..Rule::always(fault) }
}

/// Makes the journal's lines older by this, and the endpoint with them.
pub(super) fn age(place: &Place, endpoint: &Endpoint, by: Duration) {
    let by_milliseconds = i64::try_from(by.as_millis()).unwrap();
    let older = |line: &str| -> String {
        let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
        if let Some(at) = line["at"].as_i64() {
            line["at"] = (at - by_milliseconds).into();
        }
        format!("{line}\n")
    };
    place.write("j", &place.read("j").lines().map(older).collect::<String>());
    endpoint.advance(by);
}

/// A clock that is this many times as fast as time.
fn fast_clock(scale: u32) -> Clock {
    #[expect(clippy::disallowed_methods, reason = "where the fast clock begins")]
    let began = SystemTime::now();
    Clock::Scaled { began, runtime: tokio::time::Instant::now(), scale }
}

/// Runs the program inside this process by this clock.
fn run_by(clock: Clock, place: &Place, line: &str) -> (u8, String) {
    let host = Host {
        environment: Environment::Fixed(place.environment.clone()),
        clock,
        network: Network::System,
        stdin_is_terminal: false,
        stdout_is_terminal: false,
        stderr_is_terminal: false,
    };
    let words = line.split_whitespace().map(str::to_owned).collect();
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let status = redrive_execution::run(words, &host, &mut stdout, &mut stderr);
    (status, String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap())
}

#[test]
fn a_token_that_grew_old_while_it_was_retried_is_not_trusted() {
    for source in ["--from arns", "--state-machine-arn arn:aws:states:us-east-1:123456789012:stateMachine:orders"] {
        let clock = fast_clock(2_000);
        let endpoint = endpoint(&failing(3), Settings { clock, ..Settings::default() });
        let place = Place::new(&endpoint);
        place.write_arns(3);
        // The answers are lost after the effect; then the service throttles until it has forgotten the tokens.
        endpoint.set_weather(vec![
            Rule { until: 3 * MINUTE, ..on_redrives(Fault::LoseAnswer) },
            Rule { until: 20 * MINUTE, ..on_redrives(Fault::Throttle) },
        ]);
        let journal = place.path("j");
        let line = format!("bulk {source} --journal {} --yes --rate unlimited", journal.display());
        let line = line.replace("--from arns", &format!("--from {}", place.path("arns").display()));
        let (status, output) = run_by(clock, &place, &line);
        assert_eq!(redrives(&endpoint), BTreeMap::from([(1, 3)]), "{output}");
        assert_eq!(status, 0, "{output}");
        assert_eq!(output.matches("\"REDRIVEN\"").count(), 3, "{output}");
    }
}

#[test]
fn a_token_is_as_old_as_its_first_use_over_two_kills() {
    let endpoint = endpoint(&failing(1), Settings { latency: Duration::from_millis(20), ..Settings::default() });
    let place = Place::new(&endpoint);
    place.write_arns(1);
    endpoint.set_weather(vec![on_redrives(Fault::LoseAnswer)]);
    let kill = |line: &str| place.run_and_signal(line, Signal::KILL, Duration::from_millis(600));
    assert_eq!(status(&kill("bulk --from arns --journal j --yes")), -9);
    assert_eq!(redrives(&endpoint), BTreeMap::from([(1, 1)]));
    age(&place, &endpoint, Duration::from_secs(510));
    assert_eq!(status(&kill("bulk --resume j --yes")), -9);
    age(&place, &endpoint, Duration::from_secs(420));
    endpoint.set_weather(Vec::new());
    let finished = place.run("bulk --resume j --yes");
    assert_eq!(status(&finished), 0, "{}", finished.stderr);
    assert_eq!(records(&finished)[0]["outcome"], "REDRIVEN");
    assert_eq!(redrives(&endpoint), BTreeMap::from([(1, 1)]));
}

#[test]
fn a_higher_redrive_count_is_a_redrive_whatever_the_clocks_show() {
    let endpoint = endpoint(&failing(2), Settings::default());
    let place = Place::new(&endpoint);
    let line = "bulk --state-machine-arn arn:aws:states:us-east-1:123456789012:stateMachine:orders --journal j --yes";
    assert_eq!(status(&place.run(line)), 0);
    // The answers were not noted, and this machine's clock was three minutes ahead of the service's when it asked.
    age(&place, &endpoint, 20 * MINUTE);
    let later = |line: &str| -> String {
        let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
        if let Some(at) = line["at"].as_i64() {
            line["at"] = (at + 180_000).into();
        }
        format!("{line}\n")
    };
    let journal = place.read("j");
    place.write("j", &journal.lines().filter(|line| !line.contains("\"redriven\"")).map(later).collect::<String>());
    let finished = place.run("bulk --resume j --yes");
    assert_eq!(status(&finished), 0, "{}", finished.stderr);
    assert_eq!(redrives(&endpoint), BTreeMap::from([(1, 2)]));
    assert_eq!(count(&endpoint, "RedriveExecution", "OK"), 2, "looked at, not requested again");
}

#[test]
fn without_a_count_the_services_own_clock_decides() {
    // An hour behind or ahead of this machine, so that this machine's clock would decide wrongly.
    for ahead in [3_600_000_i64, -3_600_000] {
        let endpoint = endpoint(&failing(1), Settings::default());
        let place = Place::new(&endpoint);
        place.write_arns(1);
        assert_eq!(status(&place.run("bulk --from arns --journal j --yes")), 0);
        let asked = |line: &str| -> String {
            let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
            if let Some(at) = line["at"].as_i64() {
                (line["at"], line["offset"]) = ((at - ahead - 1_200_000).into(), (ahead).into());
            }
            format!("{line}\n")
        };
        let journal = place.read("j");
        place.write("j", &journal.lines().filter(|line| !line.contains("\"redriven\"")).map(asked).collect::<String>());
        endpoint.advance(20 * MINUTE);
        let finished = place.run("bulk --resume j --yes");
        assert_eq!(status(&finished), 0, "{}", finished.stderr);
        assert_eq!(redrives(&endpoint), BTreeMap::from([(1, 1)]), "{ahead}");
    }
}

#[test]
fn a_success_without_a_redrive_date_is_not_a_redrive() {
    // A page from something in between, and nothing was done.
    let endpoint = endpoint(&failing(3), Settings::default());
    let place = Place::new(&endpoint);
    place.write_arns(3);
    endpoint.set_weather(vec![on_redrives(Fault::Page(200))]);
    let finished = place.run_and_signal("bulk --from arns --journal j --yes", Signal::INT, Duration::from_millis(500));
    assert_ne!(status(&finished), 0, "{}", finished.stderr);
    assert!(!finished.stdout.contains("\"REDRIVEN\""), "{}", finished.stdout);
    assert_eq!(redrives(&endpoint), BTreeMap::from([(0, 3)]));
    endpoint.set_weather(Vec::new());
    assert_eq!(status(&place.run("bulk --resume j --yes")), 0);
    assert_eq!(redrives(&endpoint), BTreeMap::from([(1, 3)]));
}

#[test]
fn an_answer_replaced_by_a_page_is_looked_up() {
    let endpoint = endpoint(&failing(3), Settings::default());
    let place = Place::new(&endpoint);
    place.write_arns(3);
    endpoint.set_weather(vec![on_redrives(Fault::PageInstead(200))]);
    let finished = place.run("bulk --from arns --journal j --yes");
    assert_eq!(status(&finished), 0, "{}", finished.stderr);
    assert_eq!(redrives(&endpoint), BTreeMap::from([(1, 3)]));
    let dates: Vec<_> = records(&finished).iter().map(|record| record["redriveDate"].to_string()).collect();
    assert!(dates.iter().all(|date| !date.contains("1970")), "{dates:?}");
}

#[test]
fn what_somebody_else_redrove_is_reported_as_that() {
    let runs_on = r#"{"name": "run-1", "status": "FAILED", "afterRedrive": "RUNNING"}"#;
    let endpoint = endpoint(runs_on, Settings::default());
    let place = Place::new(&endpoint);
    place.write("listed", &format!("{{\"executionArn\":\"{}\",\"redriveCount\":0}}\n", arn("run-1")));
    assert_eq!(status(&place.run(&format!("--execution-arn {}", arn("run-1")))), 0);
    let finished = place.run("bulk --from listed --journal j --yes");
    assert_eq!(status(&finished), 0, "{}", finished.stderr);
    assert_eq!(records(&finished)[0]["outcome"], "REDRIVEN_ELSEWHERE");
    assert_eq!(status(&place.run("bulk --resume j --yes")), 0, "it is not requested again");
    assert_eq!(count(&endpoint, "RedriveExecution", "ExecutionNotRedrivable"), 1);
}

#[test]
fn a_refusal_of_this_runs_own_redrive_is_not_a_refusal() {
    // The effect took place, the answer was lost, and the service has forgotten the token when it is asked again: it refuses,
    // for the execution runs.
    let runs_on = r#"{"name": "run-1", "status": "FAILED", "afterRedrive": "RUNNING"}"#;
    let endpoint = endpoint(runs_on, Settings::default());
    let place = Place::new(&endpoint);
    place.write("listed", &format!("{{\"executionArn\":\"{}\",\"redriveCount\":0}}\n", arn("run-1")));
    endpoint.set_weather(vec![on_redrives(Fault::LoseAnswer)]);
    let line = "bulk --from listed --journal j --yes";
    assert_eq!(status(&place.run_and_signal(line, Signal::KILL, Duration::from_millis(300))), -9);
    endpoint.set_weather(Vec::new());
    endpoint.advance(16 * MINUTE);
    let finished = place.run("bulk --resume j --yes");
    assert_eq!(status(&finished), 0, "{}", finished.stderr);
    assert_eq!(records(&finished)[0]["outcome"], "REDRIVEN");
}

#[test]
fn what_cannot_be_looked_at_is_not_asked_for_again() {
    let endpoint = endpoint(&failing(1), Settings { latency: Duration::from_millis(20), ..Settings::default() });
    let place = Place::new(&endpoint);
    place.write_arns(1);
    endpoint.set_weather(vec![on_redrives(Fault::LoseAnswer)]);
    let line = "bulk --from arns --journal j --yes";
    assert_eq!(status(&place.run_and_signal(line, Signal::KILL, Duration::from_millis(600))), -9);
    age(&place, &endpoint, 16 * MINUTE);
    endpoint.set_weather(Vec::new());
    endpoint.deny(&[Operation::DescribeExecution]);
    let finished = place.run("bulk --resume j --yes");
    assert_eq!(status(&finished), 1, "{}", finished.stderr);
    assert_eq!(records(&finished)[0]["outcome"], "UNDECIDED");
    assert_eq!(redrives(&endpoint), BTreeMap::from([(1, 1)]));
    endpoint.deny(&[]);
    assert_eq!(status(&place.run("bulk --resume j --yes")), 0);
    assert_eq!(redrives(&endpoint), BTreeMap::from([(1, 1)]));
}

#[test]
fn a_resume_asks_as_a_first_run_does_and_keeps_its_pace() {
    let endpoint = endpoint(&failing(40), Settings::default());
    let place = Place::new(&endpoint);
    place.write_arns(40);
    let line = "bulk --from arns --journal j --yes --rate 20";
    assert_eq!(status(&place.run_and_signal(line, Signal::INT, Duration::from_millis(600))), 130);
    let before = redrives(&endpoint).get(&1).copied().unwrap_or(0);
    assert!((1..39).contains(&before), "{before}");
    // Nobody is there to ask.
    let finished = place.run("bulk --resume j");
    assert_eq!(status(&finished), 252, "{}", finished.stderr);
    assert!(finished.stderr.contains("There is no terminal for the question."), "{}", finished.stderr);
    assert_eq!(redrives(&endpoint).get(&1).copied().unwrap_or(0), before);
    // Somebody declines.
    let finished = place.run_on_terminal("bulk --resume j", &["n\r"]);
    assert!(
        finished.stdout.contains("of 40 executions left to redrive in account 123456789012"),
        "{}",
        finished.stdout
    );
    assert_eq!(redrives(&endpoint).get(&1).copied().unwrap_or(0), before);
    let began = std::time::Instant::now();
    assert_eq!(status(&place.run("bulk --resume j --yes")), 0);
    let (left, taken) = (40 - before, began.elapsed().as_secs_f64());
    assert!(taken > (left as f64 - 2.0) / 20.0, "{left} in {taken} s is faster than 20 a second");
    assert_eq!(redrives(&endpoint), BTreeMap::from([(1, 40)]));
}

#[test]
fn a_list_cannot_rewrite_what_is_asked() {
    let endpoint = endpoint(&failing(1), Settings::default());
    let place = Place::new(&endpoint);
    for name in ["a\u{1b}[1A", "a\u{9b}1A", "a\u{202e}b", "a b", "a\u{2028}b"] {
        let line = format!("{}\n", arn(name));
        for command in ["bulk --from - --yes --journal j", "wait --from -"] {
            let finished = place.run_with_stdin(command, &line);
            assert_eq!(status(&finished), 252, "{name:?}: {}", finished.stderr);
            let harmless = |c: char| c == '\n' || !c.is_control() && c != '\u{202e}' && c != '\u{2028}';
            assert!(finished.stderr.chars().all(harmless), "{:?}", finished.stderr);
        }
    }
    assert_eq!(count(&endpoint, "RedriveExecution", "OK"), 0);
}

#[test]
fn calls_whose_lines_a_crash_took_are_looked_at() {
    // A run that has just begun; one that was resumed after it had ended in good order; and what is tried first, which comes in an
    // order of its own.
    let canary = "--canary 5 --canary-success 100% --poll 50ms";
    for (options, stops, rest) in [("", 0, ""), (canary, 1, "--canary 0"), (canary, 1, canary)] {
        let endpoint = endpoint(&failing(60), Settings::default());
        let place = Place::new(&endpoint);
        let pace = "--yes --rate 4 --concurrency 1";
        let mut line = format!("bulk --state-machine-arn {MACHINE} --journal j {pace} {options}");
        for _ in 0..stops {
            assert_eq!(status(&place.run(&line)), 1);
            line = format!("bulk --resume j --yes {rest}");
        }
        let before = endpoint.redrive_counts().into_values().sum::<usize>();
        assert_eq!(status(&place.run_and_signal(&line, Signal::KILL, Duration::from_millis(700))), -9);
        // The machine stopped: what was not brought to the disk is gone.
        let journal = place.read("j");
        let begun = journal.rfind("\"event\":\"begun\"").unwrap();
        let end = begun + journal[begun..].find('\n').unwrap() + 1;
        place.write("j", &journal[..end]);
        // What is tried first is there before it is called.
        let tried = [options, rest].iter().filter(|options| **options == canary).count();
        assert_eq!(journal[..end].matches("\"event\":\"canary\"").count(), 5 * tried, "{options} {rest}");
        assert!(endpoint.redrive_counts().into_values().sum::<usize>() > before, "{options} {rest}");
        age(&place, &endpoint, 20 * MINUTE);
        let finished = place.run("bulk --resume j --yes --canary 0 --rate unlimited");
        assert_eq!(status(&finished), 0, "{}", finished.stderr);
        assert_eq!(redrives(&endpoint), BTreeMap::from([(1, 60)]), "{options} {rest}");
    }
}

#[test]
fn a_clock_set_back_while_a_run_goes_makes_no_token_younger() {
    let endpoint = endpoint(&failing(2), Settings::default());
    let place = Place::new(&endpoint);
    place.write_arns(2);
    assert_eq!(status(&place.run("bulk --from arns --journal j --yes --rate 10 --concurrency 1")), 0);
    age(&place, &endpoint, 20 * MINUTE);
    // The run began 15 minutes later by a clock that was then set back, and the machine crashed after the second call.
    let journal = place.read("j");
    let kept = journal.lines().filter(|line| !line.contains("\"n\":1") && !line.contains("\"closed\""));
    let later = |line: &str| -> String {
        let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
        if line["event"] == "begun" {
            line["at"] = (line["at"].as_i64().unwrap() + 900_000).into();
        }
        format!("{line}\n")
    };
    place.write("j", &kept.map(later).collect::<String>());
    assert_eq!(status(&place.run("bulk --resume j --yes")), 0);
    assert_eq!(redrives(&endpoint), BTreeMap::from([(1, 2)]));
}

#[test]
fn a_denial_does_not_forget_a_call_that_was_not_answered() {
    let endpoint = endpoint(&failing(1), Settings::default());
    let place = Place::new(&endpoint);
    place.write_arns(1);
    endpoint.set_weather(vec![
        Rule { until: Duration::from_millis(300), ..on_redrives(Fault::LoseAnswer) },
        on_redrives(Fault::Deny),
    ]);
    assert_eq!(status(&place.run("bulk --from arns --journal j --yes")), 254);
    assert_eq!(redrives(&endpoint), BTreeMap::from([(1, 1)]));
    age(&place, &endpoint, 20 * MINUTE);
    endpoint.set_weather(Vec::new());
    let finished = place.run("bulk --resume j --yes");
    assert_eq!(status(&finished), 0, "{}", finished.stderr);
    assert_eq!(redrives(&endpoint), BTreeMap::from([(1, 1)]));
}

#[test]
fn a_resume_keeps_what_an_earlier_one_changed() {
    let endpoint = endpoint(&failing(60), Settings::default());
    let place = Place::new(&endpoint);
    place.write_arns(60);
    for line in [
        "bulk --from arns --journal j --yes --rate 5",
        "bulk --resume j --yes --rate 1 --max-running 20",
        "bulk --resume j --yes",
    ] {
        assert_eq!(status(&place.run_and_signal(line, Signal::KILL, Duration::from_millis(600))), -9, "{line}");
    }
    let lines: Vec<serde_json::Value> =
        place.read("j").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let begun = lines.iter().filter(|line| line["event"] == "begun");
    let kept: Vec<_> =
        begun.map(|line| (line["pace"]["rate"].as_str().unwrap(), line["guards"]["maxRunning"].as_u64())).collect();
    assert_eq!(kept, [("5", None), ("1", Some(20)), ("1", Some(20))]);
}
