//! Outages on a virtual clock: hours of bad weather in milliseconds, with kills, crashes of the machine and clocks apart.
//!
//! Whatever happens, every execution that can be redriven is redriven once, and every other is accounted for by name.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use tokio::time::Instant;

use super::world::{Ran, World, virtually};
use crate::local::{Fault, Operation, Rule};

const MINUTE: Duration = Duration::from_secs(60);

/// Numbers that look random and are the same for a seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

fn machines(names: &[&str], each: usize) -> String {
    let of = |name: &&str| {
        format!(
            r#"{{"name": "{name}", "executions": [{{"name": "run-{{n}}", "repeat": {each}, "status": "FAILED", "spread": "1h", "afterRedrive": "FAILED", "runSeconds": 0.001}}]}}"#
        )
    };
    format!(r#"{{"stateMachines": [{}]}}"#, names.iter().map(of).collect::<Vec<_>>().join(", "))
}

fn arn(machine: &str) -> String {
    format!("arn:aws:states:us-east-1:123456789012:stateMachine:{machine}")
}

fn on_redrives(fault: Fault) -> Rule {
    Rule { operation: Some(Operation::RedriveExecution), ..Rule::always(fault) }
}

fn between(from: u64, until: u64, rule: Rule) -> Rule {
    Rule { from: MINUTE * u32::try_from(from).unwrap(), until: MINUTE * u32::try_from(until).unwrap(), ..rule }
}

/// Two hours of what an outage brings.
fn storm() -> Vec<Rule> {
    vec![
        Rule { containing: Some(":denied:".to_owned()), ..on_redrives(Fault::Deny) },
        Rule { containing: Some("orders:run-7\"".to_owned()), ..on_redrives(Fault::Trouble(500)) },
        between(0, 2, Rule { share: 0.2, ..on_redrives(Fault::LoseAnswer) }),
        between(2, 22, Rule::always(Fault::Throttle)),
        between(22, 24, Rule { share: 0.3, ..on_redrives(Fault::PageInstead(502)) }),
        between(24, 39, Rule { share: 0.5, ..Rule::always(Fault::Trouble(503)) }),
        between(24, 54, Rule::always(Fault::Page(503))),
        between(54, 56, Rule { share: 0.2, ..Rule::always(Fault::Page(200)) }),
        between(56, 66, Rule::always(Fault::Cut)),
        between(66, 70, Rule { share: 0.1, ..on_redrives(Fault::LoseAnswer) }),
        Rule { share: 0.05, ..Rule::always(Fault::Trouble(500)) },
    ]
}

/// The outcomes in the records, by execution; the last one counts.
fn outcomes(ran: &[Ran]) -> HashMap<String, String> {
    let records = ran.iter().flat_map(|ran| ran.stdout.lines());
    let record = |line: &str| -> Option<(String, String)> {
        let record: serde_json::Value = serde_json::from_str(line).ok()?;
        Some((record["executionArn"].as_str()?.to_owned(), record["outcome"].as_str()?.to_owned()))
    };
    records.filter_map(record).collect()
}

/// The lines of a journal about an execution.
fn history(journal: &str, arn: &str) -> String {
    let text = std::fs::read_to_string(journal).unwrap();
    let planned = |line: &&str| line.contains("\"event\":\"planned\"");
    let n = text.lines().filter(planned).position(|line| line.contains(&format!("{arn}\""))).unwrap();
    let of_it = |line: &&str| line.contains(&format!("\"n\":{n},")) || line.contains(&format!("\"n\":{n}}}"));
    text.lines().filter(of_it).collect::<Vec<_>>().join("\n")
}

/// A run with kills and crashes through the storm, to its end.
async fn weathered(seed: u64, patience: &str, kills: usize) {
    let mut dice = Dice(seed);
    let ahead = [0, 290_000, -290_000][usize::try_from(seed % 3).unwrap()];
    let world = World::new(&machines(&["orders", "payments", "denied"], 120), ahead);
    world.service.set_weather(storm());
    let journal = world.path("journal");
    let sources = ["orders", "payments", "denied"].map(|name| format!("--state-machine-arn {}", arn(name))).join(" ");
    // Slow enough that the storm finds it at work.
    let pace = format!("--rate 0.2 --concurrency {} --patience {patience}", 4 + dice.below(30));
    let first = format!("bulk {sources} --journal {journal} --yes {pace}");
    let resume = format!("bulk --resume {journal} --yes --patience {patience}");
    let (mut ran, mut killed, mut gave_up) = (Vec::new(), 0, 0);
    loop {
        let begun = std::fs::read_to_string(&journal).is_ok_and(|text| text.contains("\"event\":\"ready\""));
        let line = if begun { &resume } else { &first };
        let kill_after =
            (killed < kills).then(|| Duration::from_millis(500 + dice.below(if begun { 240_000 } else { 60_000 })));
        let run = world.run(line, kill_after).await;
        match run.status {
            None => {
                killed += 1;
                if begun && dice.below(3) == 0 {
                    world.lose_last_second(&journal);
                }
                // Sometimes somebody takes a while to notice.
                tokio::time::sleep(Duration::from_secs([0, 5, 1_200][usize::try_from(dice.below(3)).unwrap()])).await;
            }
            Some(255) => gave_up += 1,
            Some(status) => {
                assert_eq!(status, 1, "seed {seed}: {}", run.stderr);
                ran.push(run);
                break;
            }
        }
        assert!(killed + gave_up < 500, "seed {seed}: it never ends: {}", run.stderr);
        ran.push(run);
    }
    assert!(killed >= kills / 4, "seed {seed}: {killed} kills are too few to show anything");
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for (arn, count) in world.service.redrives() {
        let expected = usize::from(!arn.contains(":denied:") && !arn.ends_with(":orders:run-7"));
        assert_eq!(count, expected, "seed {seed}: {arn}\n{}", history(&journal, &arn));
        *counts.entry(count).or_default() += 1;
    }
    let last = ran.last().unwrap();
    let named = outcomes(std::slice::from_ref(last));
    assert_eq!(
        named.get("arn:aws:states:us-east-1:123456789012:execution:orders:run-7").map(String::as_str),
        Some("UNDECIDED"),
        "seed {seed}: {}",
        last.stderr
    );
    let denied = named.iter().filter(|(arn, _)| arn.contains(":denied:"));
    assert_eq!(denied.count(), 120, "seed {seed}: {}", last.stdout);
}

/// A careful run with 50 kills through bad weather, half of them crashes of the machine, to its end. Where redrives fail again it
/// stops, and is continued.
async fn guarded(seed: u64, outcome: &str, guards: &str, waiting: &str) {
    let mut dice = Dice(seed);
    let seeded = machines(&["orders", "payments"], 200).replace(r#""FAILED", "runSeconds": 0.001"#, outcome);
    let world = World::new(&seeded, 0);
    world.service.set_weather(vec![
        between(0, 3, Rule { share: 0.2, ..on_redrives(Fault::LoseAnswer) }),
        between(4, 6, Rule::always(Fault::Throttle)),
        between(8, 10, Rule::always(Fault::Page(503))),
        Rule { share: 0.05, ..Rule::always(Fault::Trouble(500)) },
    ]);
    let journal = world.path("journal");
    let sources = ["orders", "payments"].map(|name| format!("--state-machine-arn {}", arn(name))).join(" ");
    let first = format!("bulk {sources} --journal {journal} --yes --patience forever {guards} {waiting}");
    let mut resume = format!("bulk --resume {journal} --yes --patience forever {waiting}");
    let (mut killed, mut stopped) = (0, 0);
    let last = loop {
        let begun = std::fs::read_to_string(&journal).is_ok_and(|text| text.contains("\"event\":\"ready\""));
        let kill_after = (killed < 50).then(|| Duration::from_millis(500 + dice.below(12_000)));
        let run = world.run(if begun { &resume } else { &first }, kill_after).await;
        match run.status {
            None => {
                killed += 1;
                if begun && killed % 2 == 0 {
                    world.lose_last_second(&journal);
                }
                // Once it takes so long that the service has forgotten the tokens.
                tokio::time::sleep(Duration::from_secs(if killed == 25 { 1_200 } else { dice.below(5) })).await;
            }
            Some(1) if run.stderr.contains("(--stop-failing)") => {
                assert!(world.service.redrives().into_values().any(|count| count == 0), "{}", run.stderr);
                stopped += 1;
                resume.push_str(" --stop-failing 100%");
            }
            _ => break run,
        }
    };
    assert_eq!(killed, 50, "seed {seed}: fewer kills show little");
    let fails = outcome.contains("FAILED");
    assert_eq!((last.status, stopped), (Some(u8::from(fails)), usize::from(fails)), "seed {seed}: {}", last.stderr);
    for (arn, count) in world.service.redrives() {
        assert_eq!(count, 1, "seed {seed}: {arn}\n{}", history(&journal, &arn));
    }
    let lines = std::fs::read_to_string(&journal).unwrap();
    let lines: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let judged = lines.iter().position(|line| line["event"] == "tried");
    if guards.contains("--max-running") {
        let most = world.service.with(|service| service.store.most_running);
        assert!(most <= 25, "seed {seed}: {most} ran at a time");
    }
    assert_eq!(judged.is_some(), guards.contains("--canary"));
    if let Some(judged) = judged {
        let places = |event: &str| -> std::collections::BTreeSet<u64> {
            lines[..judged].iter().filter(|line| line["event"] == event).filter_map(|line| line["n"].as_u64()).collect()
        };
        let canary = places("canary");
        assert_eq!((canary.len(), &places("redriven")), (60, &canary), "seed {seed}: a resume tries the same");
    }
}

#[test]
fn careful_runs_lose_nothing_when_they_are_killed() {
    virtually(guarded(1, r#""SUCCEEDED", "runSeconds": 2400"#, "--canary 60", "--poll 30s"));
    virtually(guarded(2, r#""SUCCEEDED", "runSeconds": 30"#, "--max-running 25", "--wait --poll 8s"));
    virtually(guarded(3, r#""FAILED", "runSeconds": 30"#, "--max-running 25 --stop-failing 30%", "--wait --poll 8s"));
}

#[test]
fn a_storm_is_weathered_with_patience_for_ever() {
    for seed in 1..=2 {
        virtually(weathered(seed, "forever", 50));
    }
}

#[test]
fn a_storm_that_ends_patience_is_weathered_by_resuming() {
    virtually(weathered(3, "15m", 10));
}

#[test]
#[ignore = "a minute on two cores"]
fn twenty_storms_are_weathered() {
    std::thread::scope(|scope| {
        for first in [10, 20] {
            scope.spawn(move || {
                for seed in first..first + 10 {
                    virtually(weathered(seed, if seed % 4 == 0 { "15m" } else { "forever" }, 50));
                }
            });
        }
    });
}

#[test]
fn hours_of_throttling_lose_nothing() {
    virtually(async {
        let world = World::new(&machines(&["orders"], 50), 0);
        world.service.set_weather(vec![between(0, 6 * 60, on_redrives(Fault::Throttle))]);
        let line = format!("bulk --state-machine-arn {} --journal {} --yes", arn("orders"), world.path("j"));
        let ran = world.run(&line, None).await;
        assert_eq!(ran.status, Some(0), "{}", ran.stderr);
        assert!(world.service.redrives().values().all(|count| *count == 1));
    });
}

#[test]
fn an_outage_of_redrives_alone_is_waited_for() {
    virtually(async {
        let world = World::new(&machines(&["orders"], 8), 0);
        world.service.set_weather(vec![between(0, 10, on_redrives(Fault::Trouble(500)))]);
        let line = format!("bulk --state-machine-arn {} --journal {} --yes", arn("orders"), world.path("j"));
        let ran = world.run(&line, None).await;
        assert_eq!(ran.status, Some(0), "{}", ran.stderr);
        assert!(world.service.redrives().values().all(|count| *count == 1));
    });
}

#[test]
fn a_poisoned_execution_ends_undecided_even_unseen() {
    for (concurrency, operation) in [(1, None), (1, Some(Operation::RedriveExecution)), (8, None)] {
        virtually(async {
            let world = World::new(&machines(&["orders"], 20), 0);
            let poison = Rule { operation, ..Rule::always(Fault::Trouble(500)) };
            world.service.set_weather(vec![Rule { containing: Some(":run-7\"".to_owned()), ..poison }]);
            let (machine, journal, began) = (arn("orders"), world.path("j"), Instant::now());
            let line =
                format!("bulk --state-machine-arn {machine} --journal {journal} --yes --concurrency {concurrency}");
            for line in [line.as_str(), &format!("bulk --resume {journal} --yes")] {
                let ran = world.run(line, None).await;
                assert_eq!(ran.status, Some(1), "{line}: {}", ran.stderr);
                assert_eq!(outcomes(&[ran]).values().filter(|outcome| *outcome == "UNDECIDED").count(), 1, "{line}");
            }
            assert_eq!(world.service.redrives().values().sum::<usize>(), 19);
            assert!(began.elapsed() < 3 * MINUTE, "{:?}: patience is for the service", began.elapsed());
        });
    }
}

/// Redrives 2,500 executions where the documented quotas hold. Returns the seconds it took, those that the quota allows at best,
/// and how many calls were throttled.
fn at_the_quota(weather: Vec<Rule>) -> (f64, f64, u64) {
    virtually(async {
        let world = World::new(&machines(&["orders"], 2_500), 0);
        world.service.with(|service| {
            let now = service.clock.now();
            service.quotas.set(Operation::RedriveExecution, 1_300, 300, now);
        });
        world.service.set_weather(weather);
        let began = Instant::now();
        let line = format!("bulk --state-machine-arn {} --journal {} --yes", arn("orders"), world.path("j"));
        let ran = world.run(&line, None).await;
        assert_eq!(ran.status, Some(0), "{}", ran.stderr);
        let throttled =
            world.service.with(|service| service.counts.get(&("RedriveExecution", "ThrottlingException")).copied());
        (began.elapsed().as_secs_f64(), (2_500.0 - 1_300.0) / 300.0, throttled.unwrap_or(0))
    })
}

#[test]
fn throttling_leaves_no_lasting_slowdown() {
    let storm = Rule { until: Duration::from_secs(12), ..on_redrives(Fault::Throttle) };
    let (taken, ideal, throttled) = at_the_quota(vec![storm]);
    assert!(taken < 12.0 + ideal + 3.0, "{taken} s instead of {} s", 12.0 + ideal);
    assert!(throttled < 2_500, "{throttled}");
}

#[test]
fn the_quota_is_used_up_and_hardly_exceeded() {
    let (taken, ideal, throttled) = at_the_quota(Vec::new());
    assert!(taken < ideal * 1.05 + 0.5, "{taken} s instead of {ideal} s");
    assert!(throttled <= 40, "{throttled:?}");
}
