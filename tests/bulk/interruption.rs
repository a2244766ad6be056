//! Runs that are cut short: whatever ends them, what comes after neither loses nor repeats a redrive.

use std::collections::BTreeMap;
use std::time::Duration;

use redrive_execution::local::{Fault, Rule, Settings};

use super::{Place, Signal, endpoint, failing, redrives, status};

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

fn killed_until_done(settings: Settings, seed: u64) {
    const EXECUTIONS: usize = 120;
    let endpoint = endpoint(&failing(EXECUTIONS), settings);
    let place = Place::new(&endpoint);
    place.write_arns(EXECUTIONS);
    let options = "--rate 250 --concurrency 6";
    let mut dice = Dice(seed);
    let (mut kills, mut resumed) = (0, 0);
    let last = loop {
        let text = std::fs::read_to_string(place.path("journal")).unwrap_or_default();
        let line = if text.contains("\"event\":\"ready\"") {
            resumed += 1;
            format!("bulk --resume journal --yes {options}")
        } else {
            format!("bulk --from arns --journal journal --yes {options}")
        };
        // Some end before the first call, some in the middle; all get somewhere in the end.
        let after = Duration::from_millis(10 + dice.below(140));
        let finished = place.run_and_signal(&line, Signal::KILL, after);
        match status(&finished) {
            -9 => kills += 1,
            _ => break finished,
        }
        assert!(kills < 200, "it never ends");
    };
    assert_eq!(status(&last), 0, "{}", last.stderr);
    assert!(kills >= 3 && resumed >= 2, "{kills} kills, {resumed} resumptions: too few to show anything");
    assert_eq!(redrives(&endpoint), BTreeMap::from([(1, EXECUTIONS)]));
}

#[test]
fn killed_at_any_moment_each_execution_is_redriven_once() {
    killed_until_done(Settings { latency: Duration::from_millis(3), ..Settings::default() }, 1);
}

#[test]
fn killed_with_answers_lost_each_execution_is_redriven_once() {
    let lose_answers = vec![Rule { share: 0.11, ..Rule::always(Fault::LoseAnswer) }];
    killed_until_done(Settings { latency: Duration::from_millis(3), lose_answers, ..Settings::default() }, 2);
}

#[test]
fn ctrl_c_ends_with_130_and_says_how_to_go_on() {
    let endpoint = endpoint(&failing(500), Settings::default());
    let place = Place::new(&endpoint);
    place.write_arns(500);
    let line = "bulk --from arns --journal j --yes --rate 100";
    let finished = place.run_and_signal(line, Signal::INT, Duration::from_millis(700));
    assert_eq!(status(&finished), 130, "{}", finished.stderr);
    assert!(
        finished.stderr.contains("continue with: redrive-execution bulk --resume j --yes\n"),
        "{}",
        finished.stderr
    );
    let done = finished.stdout.lines().filter(|line| line.contains("REDRIVEN")).count();
    assert_eq!(redrives(&endpoint).get(&1).copied().unwrap_or(0), done, "what was asked for was answered and told");
    assert!((1..500).contains(&done));
    assert_eq!(status(&place.run("bulk --resume j --yes --rate unlimited")), 0);
    assert_eq!(redrives(&endpoint), BTreeMap::from([(1, 500)]));
}

#[test]
fn an_unanswered_call_is_looked_up_once_its_token_is_forgotten() {
    let endpoint = endpoint(&failing(3), Settings::default());
    let place = Place::new(&endpoint);
    place.write_arns(3);
    assert_eq!(status(&place.run("bulk --from arns --journal j --yes")), 0);
    // As if the machine had died before the answers were noted, an hour ago by the journal's clock.
    let hour_ago = |line: &str| -> String {
        let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
        if let Some(at) = line["at"].as_i64() {
            line["at"] = (at - 3_600_000).into();
        }
        format!("{line}\n")
    };
    let journal: String = place.read("j").lines().filter(|line| !line.contains("\"redriven\"")).map(hour_ago).collect();
    place.write("j", &journal);
    endpoint.advance(Duration::from_secs(3_600));
    let finished = place.run("bulk --resume j --yes");
    assert_eq!(status(&finished), 0, "{}", finished.stderr);
    assert_eq!(redrives(&endpoint), BTreeMap::from([(1, 3)]));
    assert_eq!(finished.stdout.lines().count(), 3);
}

#[test]
fn lines_lost_in_a_power_failure_are_looked_up() {
    let endpoint = endpoint(&failing(5), Settings::default());
    let place = Place::new(&endpoint);
    place.write_arns(5);
    assert_eq!(status(&place.run("bulk --from arns --journal j --yes --concurrency 1")), 0);
    // Of the last second nothing reached the disk, twenty minutes ago.
    let journal = place.read("j");
    let kept = journal.split_inclusive('\n').take_while(|line| !line.contains("\"ask\",\"n\":1"));
    place.write("j", &kept.collect::<String>());
    super::once::age(&place, &endpoint, Duration::from_secs(1_200));
    let finished = place.run("bulk --resume j --yes");
    assert_eq!(status(&finished), 0, "{}", finished.stderr);
    assert_eq!(redrives(&endpoint), BTreeMap::from([(1, 5)]), "{}", place.read("j"));
}

#[test]
fn ctrl_c_ends_a_run_whose_list_does_not_come() {
    let endpoint = endpoint(&failing(1), Settings::default());
    let place = Place::new(&endpoint);
    assert!(std::process::Command::new("mkfifo").arg(place.path("pipe")).status().unwrap().success());
    let line = "bulk --from pipe --journal j --yes";
    let finished = place.run_and_signal(line, Signal::INT, Duration::from_millis(700));
    assert_eq!(status(&finished), 130, "{}", finished.stderr);
    assert!(!place.path("j").exists());
}
