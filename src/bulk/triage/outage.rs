//! The scripted outage on a virtual clock: what failed is seen, tried, chosen and redriven, and the reports agree with the service.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::bulk::world::{World, virtually};

/// Three machines, 3,000 failures in six groups, of which one always fails again.
const OUTAGE: &str = r#"{"stateMachines": [
    {"name": "orders", "executions": [
        {"name": "a-{n}", "repeat": 900, "status": "FAILED", "spread": "2h", "error": "Timeout",
            "cause": "no answer for order {n} within 30.{n} s", "failedState": "Charge"},
        {"name": "b-{n}", "repeat": 600, "status": "FAILED", "spread": "2h", "error": "Lambda.Unknown",
            "cause": "RequestId: 0f2ae5a5-4f3c-4b5c-9f0e-{n} exited", "failedState": "Ship"}]},
    {"name": "payments", "executions": [
        {"name": "a-{n}", "repeat": 700, "status": "FAILED", "started": "-14d", "stopped": "-320h", "spread": "4h", "error": "Declined",
            "cause": "{\"errorType\": \"Declined\", \"errorMessage\": \"card of user{n}@example.com declined\"}"},
        {"name": "b-{n}", "repeat": 300, "status": "TIMED_OUT", "spread": "1h"}]},
    {"name": "shipping", "executions": [
        {"name": "a-{n}", "repeat": 400, "status": "ABORTED", "spread": "1h"},
        {"name": "b-{n}", "repeat": 100, "status": "FAILED", "spread": "1h", "error": "Invalid",
            "cause": "parcel {n} has no address", "failedState": "Check", "afterRedrive": "FAILED"}]}]}"#;

/// What a summary shows: state machine and state, error, cause, executions.
const GROUPS: [(&str, &str, &str, u64); 6] = [
    ("orders Charge", "Timeout", "no answer for order * within * s", 900),
    ("payments Work", "Declined", "Declined: card of * declined", 700),
    ("orders Ship", "Lambda.Unknown", "RequestId: * exited", 600),
    ("shipping Work", "", "", 400),
    ("payments Work", "States.Timeout", "", 300),
    ("shipping Check", "Invalid", "parcel * has no address", 100),
];

fn records(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn an_outage_is_seen_tried_redriven_and_reported() {
    virtually(async {
        let world = World::new(OUTAGE, 0);
        let redriven = || world.service.redrives().into_values().sum::<usize>();
        let summary = world.run("bulk --summary --state-machine *", None).await;
        assert_eq!(summary.status, Some(0), "{}", summary.stderr);
        let shown = records(&summary.stdout);
        let groups = shown.iter().map(|record| {
            let text = |name: &str| record[name].as_str().unwrap_or_default();
            let machine = text("stateMachineArn").rsplit(':').next().unwrap_or_default();
            let place = format!("{machine} {}", text("failedState"));
            (place, text("error"), text("cause"), record["executions"].as_u64().unwrap())
        });
        let expected = GROUPS.map(|(place, error, cause, count)| (place.to_owned(), error, cause, count));
        assert_eq!(groups.collect::<Vec<_>>(), expected);
        assert!(summary.stderr.contains("looking at 3000 executions (about 2 min 13 s"), "{}", summary.stderr);
        assert_eq!((&shown[1]["redrivable"], &shown[1]["redrivableForLessThanADay"]), (&700.into(), &700.into()));
        let answered = |name| world.service.with(|service| service.counts.get(&(name, "OK")).copied());
        let looks = || ["DescribeExecution", "GetExecutionHistory"].map(answered);
        assert_eq!(looks(), [None, Some(3_000)]);
        let again = world.run("bulk --summary --state-machine *", None).await;
        assert_eq!((again.stdout, looks()), (summary.stdout, [None, Some(3_000)]), "nothing is looked at twice");
        assert!(again.stderr.contains("3000 of which are known"), "{}", again.stderr);

        let line = "bulk --state-machine * --yes --canary 20 --journal";
        let tried = world.run(&format!("{line} {}", world.path("tried")), None).await;
        assert_eq!((tried.status, redriven()), (Some(1), 20), "{}", tried.stderr);
        // Of six groups each is tried three times or four.
        let expected = ["canary: 17 of 20 succeeded, fewer than 90%", "│ shipping      ┆ FAILED: Invalid ┆ 3 "];
        assert!(expected.iter().all(|text| tried.stderr.contains(text)), "{}", tried.stderr);
        assert!(tried.stderr.contains("continue with: redrive-execution bulk --resume "), "{}", tried.stderr);

        let stop = "bulk --state-machine ship* --yes --wait --max-running 50 --stop-failing 10% --journal";
        let stopped = world.run(&format!("{stop} {}", world.path("stopped")), None).await;
        assert_eq!(stopped.status, Some(1), "{}", stopped.stderr);
        assert!(stopped.stderr.contains("have failed again (--stop-failing)"), "{}", stopped.stderr);
        let by_then = redriven();
        assert!((40..420).contains(&by_then), "{by_then}");

        let rest = format!("{line} {} --cause-match !PARCEL* --ignore-case", world.path("rest"));
        let rest = world.run(&format!("{rest} --wait --max-running 50 --poll 10s"), None).await;
        assert_eq!(rest.status, Some(0), "{}", rest.stderr);
        assert!(rest.stderr.contains("canary: 20 of 20 succeeded"), "{}", rest.stderr);
        assert_eq!(world.service.with(|service| service.store.most_running), 50);
        let counts = world.service.redrives();
        let good = counts.iter().filter(|(arn, _)| !arn.contains("shipping:b-"));
        assert!(good.clone().all(|(_, count)| *count == 1) && good.count() == 2_900, "once, and all of them");

        let mut sum = 0;
        for (journal, planned, left) in
            [("tried", 3_000, true), ("stopped", 497, true), ("rest", 2_900 + 20 - by_then, false)]
        {
            let report = world.run(&format!("report {}", world.path(journal)), None).await;
            let report = &records(&report.stdout)[0];
            let count = |name: &str| usize::try_from(report[name].as_u64().unwrap()).unwrap();
            assert_eq!((count("redriven") + count("left"), count("left") > 0), (count("planned"), left), "{report}");
            assert_eq!(report["continueWith"].is_string(), left, "{report}");
            let ended: BTreeMap<String, usize> = serde_json::from_value(report["ended"].clone()).unwrap();
            assert_eq!(ended.values().sum::<usize>(), count("redriven"), "{report}");
            assert!(left || ended.contains_key("SUCCEEDED") && ended.len() == 1 && count("planned") <= planned);
            sum += count("redriven");
        }
        assert_eq!(sum, redriven(), "as the service counts");
    });
}
