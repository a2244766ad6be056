//! `--quiet`: nothing but records and what needs attention.

use redrive_execution::local::Settings;

use super::{MACHINE, Place, endpoint, names, status};

const GOOD: &str = r#"{"name": "good-{n}", "repeat": 3, "status": "FAILED", "runSeconds": 0.05}"#;
const REFUSED: &str = r#", {"name": "done", "status": "SUCCEEDED"}"#;

#[test]
fn a_good_run_prints_records_and_nothing_else() {
    let endpoint = endpoint(GOOD, Settings::default());
    let place = Place::new(&endpoint);
    let finished = place.run(&format!("bulk --state-machine-arn {MACHINE} --yes --quiet --wait --poll 20ms"));
    assert_eq!((status(&finished), finished.stderr.as_str()), (0, ""));
    assert_eq!(names(&finished).len(), 6, "a redrive and an end each: {}", finished.stdout);
    let finished = place.run_with_stdin("wait --from - --quiet --poll 20ms", &finished.stdout);
    assert_eq!((status(&finished), finished.stderr.as_str()), (0, ""));
    assert_eq!(names(&finished).len(), 3, "{}", finished.stdout);
}

#[test]
fn no_plan_and_no_bar_come_to_a_terminal() {
    let endpoint = endpoint(GOOD, Settings::default());
    let place = Place::new(&endpoint);
    for line in ["bulk --from arns --yes --journal j --quiet", "wait --from arns --quiet --poll 20ms"] {
        place.write("arns", &[1, 2, 3].map(|n| super::arn(&format!("good-{n}\n"))).concat());
        let finished = place.run_on_terminal(line, &[]);
        assert_eq!(status(&finished), 0, "{}", finished.stdout);
        assert_eq!(names(&finished).len(), 3, "nothing but records: {}", finished.stdout);
    }
}

#[test]
fn what_went_wrong_is_printed_all_the_same() {
    let endpoint = endpoint(&format!("{GOOD}{REFUSED}"), Settings::default());
    let place = Place::new(&endpoint);
    place.write("arns", &format!("{}\n{}\n", super::arn("good-1"), super::arn("done")));
    let finished = place.run("bulk --from arns --yes --journal j --quiet");
    assert_eq!(status(&finished), 1);
    assert!(finished.stderr.starts_with('┌') && finished.stderr.contains("refused"), "{}", finished.stderr);
    for (line, ended, error) in [
        ("bulk --from nofile --yes --quiet", 252, "No such file"),
        ("wait --from nofile --quiet", 252, "No such file"),
        ("bulk --from arns --quiet", 252, "Give --yes"),
    ] {
        let finished = place.run(line);
        assert_eq!((status(&finished), finished.stdout.as_str()), (ended, ""), "{line}");
        assert!(finished.stderr.contains(error), "{line}: {}", finished.stderr);
    }
}
