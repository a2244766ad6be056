//! Waiting for the ends of what was redriven.

use redrive_execution::local::Settings;

use super::{MACHINE, Place, arn, count, endpoint, records, status};

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
fn an_end_from_before_the_redrive_does_not_count_and_another_failure_does() {
    let endpoint = endpoint(&seed("FAILED"), Settings::default());
    let place = Place::new(&endpoint);
    let finished = place.run(&format!("bulk --state-machine-arn {MACHINE} --yes --journal j --wait --poll 50ms"));
    assert_eq!(status(&finished), 1, "{}", finished.stderr);
    assert_eq!(records(&finished).iter().filter(|record| record["status"] == "FAILED").count(), 70);
}

#[test]
fn patience_ends_and_a_resumed_run_waits_on() {
    let endpoint = endpoint(r#"{"name": "slow", "status": "FAILED", "runSeconds": 1000}"#, Settings::default());
    let place = Place::new(&endpoint);
    let line = format!("bulk --state-machine-arn {MACHINE} --yes --journal j --wait --poll 20ms --timeout 100ms");
    let finished = place.run(&line);
    assert_eq!(status(&finished), 1);
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
