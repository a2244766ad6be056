//! What an outage brings: silence, pages of something in between, denied machines, poisoned executions, a full account.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use redrive_execution::local::{Endpoint, Fault, Operation, Rule, Seed, Settings};
use serde_json::Value;

use super::{Place, Signal, arn, count, endpoint, failing, records, redrives, status};

fn on_redrives(fault: Fault) -> Rule {
    Rule { operation: Some(Operation::RedriveExecution), ..Rule::always(fault) }
}

fn outcome_of(records: &[Value], name: &str) -> String {
    let named = |record: &&Value| record["executionArn"].as_str().unwrap().ends_with(name);
    records.iter().filter(named).map(|record| record["outcome"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

#[test]
fn seconds_of_silence_and_pages_are_survived() {
    for fault in
        [Fault::Cut, Fault::Trouble(503), Fault::Page(502), Fault::Page(403), Fault::Page(404), Fault::Page(429)]
    {
        let endpoint = endpoint(&failing(100), Settings { clock_scale: 5.0, ..Settings::default() });
        let place = Place::new(&endpoint);
        place.write_arns(100);
        // Four seconds by the wall.
        endpoint.set_weather(vec![Rule { until: Duration::from_secs(20), ..Rule::always(fault) }]);
        let began = Instant::now();
        let finished = place.run("bulk --from arns --journal j --yes");
        assert_eq!(status(&finished), 0, "{fault:?}: {}", finished.stderr);
        assert_eq!(redrives(&endpoint), BTreeMap::from([(1, 100)]), "{fault:?}");
        assert!(finished.stderr.contains("the service does not answer ("), "{}", finished.stderr);
        assert!(finished.stderr.contains("the service answers again, after "), "{}", finished.stderr);
        assert!(began.elapsed() < Duration::from_secs(7), "{fault:?}: full pace at once, not {:?}", began.elapsed());
        let asked: u64 =
            endpoint.counts().iter().filter(|((name, _), _)| *name == "RedriveExecution").map(|(_, n)| n).sum();
        assert!(asked < 300, "{fault:?}: {asked} calls: single attempts while nobody answers");
    }
}

#[test]
fn patience_ends_a_silence_and_the_run_can_be_resumed() {
    let endpoint = endpoint(&failing(20), Settings::default());
    let place = Place::new(&endpoint);
    place.write_arns(20);
    for rule in [Rule::always(Fault::Page(502)), on_redrives(Fault::Trouble(500))] {
        endpoint.set_weather(vec![rule]);
        let _ = std::fs::remove_file(place.path("j"));
        let finished = place.run("bulk --from arns --journal j --yes --patience 1s");
        assert_eq!(status(&finished), 255, "{}", finished.stderr);
        assert!(finished.stderr.contains("The service has not answered for"), "{}", finished.stderr);
        assert!(finished.stderr.contains("redrive-execution bulk --resume j"), "{}", finished.stderr);
    }
    endpoint.set_weather(Vec::new());
    assert_eq!(status(&place.run("bulk --resume j --yes")), 0);
    assert_eq!(redrives(&endpoint), BTreeMap::from([(1, 20)]));
}

#[test]
fn a_silence_while_listing_is_survived_too() {
    let endpoint = endpoint(&failing(5), Settings { clock_scale: 5.0, ..Settings::default() });
    let place = Place::new(&endpoint);
    endpoint.set_weather(vec![Rule { until: Duration::from_secs(15), ..Rule::always(Fault::Page(503)) }]);
    let machine = super::MACHINE;
    let finished = place.run(&format!("bulk --state-machine-arn {machine} --journal j --yes --error-match *"));
    assert_eq!(status(&finished), 0, "{}", finished.stderr);
    assert_eq!(redrives(&endpoint), BTreeMap::from([(1, 5)]));
}

#[test]
fn a_proxys_pages_are_never_refusals() {
    for status in [403, 404, 407, 429, 502] {
        let endpoint = endpoint(&failing(30), Settings::default());
        let place = Place::new(&endpoint);
        place.write_arns(30);
        endpoint.set_weather(vec![Rule { share: 0.3, ..on_redrives(Fault::Page(status)) }]);
        let finished = place.run("bulk --from arns --journal j --yes");
        assert_eq!(super::status(&finished), 0, "{status}: {}", finished.stderr);
        assert!(!finished.stdout.contains("REFUSED"), "{}", finished.stdout);
        assert_eq!(redrives(&endpoint), BTreeMap::from([(1, 30)]), "{status}");
    }
}

#[test]
fn a_poisoned_execution_is_set_aside_and_ends_undecided() {
    let fault = Fault::Trouble(500);
    let endpoint = endpoint(&failing(200), Settings { latency: Duration::from_millis(1), ..Settings::default() });
    let place = Place::new(&endpoint);
    place.write_arns(200);
    endpoint.set_weather(vec![Rule { containing: Some("run-7\"".to_owned()), ..on_redrives(fault) }]);
    let finished = place.run("bulk --from arns --journal j --yes --rate 400");
    assert_eq!(status(&finished), 1, "{fault:?}: {}", finished.stderr);
    assert_eq!(redrives(&endpoint), BTreeMap::from([(0, 1), (1, 199)]), "{fault:?}");
    assert_eq!(outcome_of(&records(&finished), ":run-7"), "UNDECIDED", "{fault:?}");
    assert!(finished.stderr.contains("undecided"), "{}", finished.stderr);
    let finished = place.run("bulk --resume j --yes");
    assert_eq!(status(&finished), 1, "a resume ends, too: {}", finished.stderr);
    endpoint.set_weather(Vec::new());
    assert_eq!(status(&place.run("bulk --resume j --yes")), 0);
    assert_eq!(redrives(&endpoint), BTreeMap::from([(1, 200)]));
}

fn two_machines() -> Endpoint {
    let executions = |name: &str| {
        format!(
            r#"{{"name": "{name}", "executions": [{{"name": "run-{{n}}", "repeat": 30, "status": "FAILED", "afterRedrive": "FAILED", "runSeconds": 0.001}}]}}"#
        )
    };
    let seed = format!(r#"{{"stateMachines": [{}, {}]}}"#, executions("orders"), executions("payments"));
    Endpoint::start(Settings { seed: Seed::parse(&seed).unwrap(), ..Settings::default() }).unwrap()
}

#[test]
fn a_denied_state_machine_does_not_stop_the_others() {
    let endpoint = two_machines();
    let place = Place::new(&endpoint);
    let payments = |n: usize| arn(&format!("run-{n}")).replace(":orders:", ":payments:");
    let lines: String = (1..=30).flat_map(|n| [arn(&format!("run-{n}")), payments(n)]).map(|arn| arn + "\n").collect();
    place.write("both", &lines);
    endpoint.set_weather(vec![Rule { containing: Some(":payments:".to_owned()), ..on_redrives(Fault::Deny) }]);
    let finished = place.run("bulk --from both --journal j --yes --concurrency 2");
    assert_eq!(status(&finished), 1, "{}", finished.stderr);
    assert_eq!(redrives(&endpoint), BTreeMap::from([(0, 30), (1, 30)]));
    let shown = records(&finished);
    assert_eq!(shown.len(), 60, "each is named once");
    let denied = shown.iter().filter(|record| record["code"] == "AccessDeniedException").count();
    assert!((3..=4).contains(&denied), "{denied}");
    assert_eq!(shown.iter().filter(|record| record["outcome"] == "NOT_REQUESTED").count(), 30 - denied);
    endpoint.set_weather(Vec::new());
    assert_eq!(status(&place.run("bulk --resume j --yes")), 0, "the journal has them as not requested");
    assert_eq!(redrives(&endpoint), BTreeMap::from([(1, 60)]));
}

#[test]
fn a_machine_that_may_not_be_listed_is_left_out_and_reported() {
    let endpoint = two_machines();
    let place = Place::new(&endpoint);
    let machine = |name: &str| format!("--state-machine-arn {}", super::MACHINE.replace("orders", name));
    let denied = Rule { operation: Some(Operation::ListExecutions), ..Rule::always(Fault::Deny) };
    endpoint.set_weather(vec![Rule { containing: Some(":payments".to_owned()), ..denied }]);
    let both = format!("bulk {} {} --yes", machine("orders"), machine("payments"));
    for (line, redriven) in [(format!("{both} --dry-run"), 0), (format!("{both} --journal j"), 30)] {
        let finished = place.run(&line);
        assert_eq!(status(&finished), 1, "{}", finished.stderr);
        assert!(
            finished.stderr.contains("stateMachine:payments is left out: An error occurred"),
            "{}",
            finished.stderr
        );
        assert_eq!(redrives(&endpoint).get(&1).copied().unwrap_or(0), redriven);
    }
    // One that is gone, or of another type, is left out, too.
    let finished = place.run(&format!("bulk {} {} --dry-run", machine("orders"), machine("nowhere")));
    assert_eq!(status(&finished), 1, "{}", finished.stderr);
    let sentence = "stateMachine:nowhere is left out: An error occurred (StateMachineDoesNotExist)";
    assert!(finished.stderr.contains(sentence), "{}", finished.stderr);
    let finished = place.run(&format!("bulk {} --yes", machine("payments")));
    assert_eq!(status(&finished), 254, "{}", finished.stderr);
    assert!(!finished.stderr.contains("is left out"), "{}", finished.stderr);
}

#[test]
fn a_run_denied_everything_ends_as_a_single_redrive_does() {
    let endpoint = endpoint(&failing(100), Settings::default());
    let place = Place::new(&endpoint);
    place.write_arns(100);
    endpoint.deny(&[Operation::RedriveExecution]);
    let finished = place.run("bulk --from arns --journal j --yes --concurrency 4");
    assert_eq!(status(&finished), 254);
    assert!(finished.stderr.contains("AccessDeniedException"), "{}", finished.stderr);
    let denied = count(&endpoint, "RedriveExecution", "AccessDeniedException");
    assert!(denied <= 6, "{denied} calls");
    endpoint.deny(&[]);
    assert_eq!(status(&place.run("bulk --resume j --yes")), 0);
    assert_eq!(redrives(&endpoint), BTreeMap::from([(1, 100)]));
}

#[test]
fn a_full_account_is_waited_for() {
    let endpoint = endpoint(&failing(20), Settings::default());
    let place = Place::new(&endpoint);
    place.write_arns(20);
    endpoint.set_open_limit(0);
    let finished = std::thread::scope(|scope| {
        let run = scope.spawn(|| place.run("bulk --from arns --journal j --yes"));
        while count(&endpoint, "RedriveExecution", "ExecutionLimitExceeded") == 0 {
            std::thread::yield_now();
        }
        endpoint.set_open_limit(1_000);
        run.join().unwrap()
    });
    assert_eq!(status(&finished), 0, "{}", finished.stderr);
    assert!(finished.stderr.contains("going on as executions end"), "{}", finished.stderr);
    assert_eq!(redrives(&endpoint), BTreeMap::from([(1, 20)]));
}

#[test]
fn ctrl_c_ends_a_run_that_nobody_answers() {
    let endpoint = endpoint(&failing(20), Settings::default());
    let place = Place::new(&endpoint);
    place.write_arns(20);
    endpoint.set_weather(vec![Rule::always(Fault::Cut)]);
    let began = Instant::now();
    let line = "bulk --from arns --journal j --yes --patience forever";
    let finished = place.run_and_signal(line, Signal::INT, Duration::from_millis(1_500));
    assert_eq!(status(&finished), 130, "{}", finished.stderr);
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}
