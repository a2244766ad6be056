//! A whole outage on a virtual clock: what failed is seen, chosen and redriven, and the report says so.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::bulk::storm::{World, virtually};

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

fn records(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// What a summary shows of each group.
fn groups(text: &str) -> Vec<(String, Value, Value, u64)> {
    let group = |record: Value| {
        let machine = record["stateMachineArn"].as_str().unwrap().rsplit(':').next().unwrap().to_owned();
        let executions = record["executions"].as_u64().unwrap();
        (
            format!("{machine} {}", record["failedState"].as_str().unwrap()),
            record["error"].clone(),
            record["cause"].clone(),
            executions,
        )
    };
    records(text).into_iter().map(group).collect()
}

#[test]
fn an_outage_is_seen_chosen_redriven_and_reported() {
    virtually(async {
        let world = World::new(OUTAGE, 0);
        let described = || world.service.with(|service| service.counts.get(&("DescribeExecution", "OK")).copied());
        let summary = world.run("bulk --summary --state-machine *", None).await;
        assert_eq!(summary.status, Some(0), "{}", summary.stderr);
        let expected = [
            ("orders Charge", "Timeout", "no answer for order * within * s", 900),
            ("payments Work", "Declined", "Declined: card of * declined", 700),
            ("orders Ship", "Lambda.Unknown", "RequestId: * exited", 600),
            ("shipping Work", "", "", 400),
            ("payments Work", "States.Timeout", "", 300),
            ("shipping Check", "Invalid", "parcel * has no address", 100),
        ];
        let value = |text: &str| if text.is_empty() { Value::Null } else { text.into() };
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(place, error, cause, count)| (place.to_owned(), value(error), value(cause), count))
            .collect();
        assert_eq!(groups(&summary.stdout), expected);
        assert!(summary.stderr.contains("looking at 3000 executions (about 3 min"), "{}", summary.stderr);
        let declined = &records(&summary.stdout)[1];
        assert_eq!((&declined["redrivable"], &declined["redrivableForLessThanADay"]), (&700.into(), &700.into()));
        assert_eq!(described(), Some(3_000));

        let again = world.run("bulk --summary --state-machine *", None).await;
        assert_eq!((again.stdout, described()), (summary.stdout, Some(3_000)), "nothing is looked at twice");
        assert!(again.stderr.contains("3000 of which are known"), "{}", again.stderr);

        let line = "bulk --state-machine * --cause-match !PARCEL* --ignore-case --yes --wait --journal";
        let good = world.run(&format!("{line} {}", world.path("good")), None).await;
        assert_eq!(good.status, Some(0), "{}", good.stderr);
        let redriven = |name: &str| {
            let counts = world.service.redrives().into_iter().filter(|(arn, _)| arn.contains(name));
            counts.fold(BTreeMap::new(), |mut all: BTreeMap<usize, u64>, (_, count)| {
                *all.entry(count).or_default() += 1;
                all
            })
        };
        assert_eq!((redriven("shipping:b-"), redriven(":").get(&1)), (BTreeMap::from([(0, 100)]), Some(&2_900)));
        assert!(good.stderr.contains("left out: 100 executions by error, cause or failed state"), "{}", good.stderr);

        let bad =
            world.run(&format!("bulk --state-machine shipp* --yes --wait --journal {}", world.path("bad")), None).await;
        assert_eq!(bad.status, Some(1), "{}", bad.stderr);
        for (journal, count, ended) in [("good", 2_900, "SUCCEEDED"), ("bad", 100, "FAILED")] {
            let report = world.run(&format!("report {}", world.path(journal)), None).await;
            let report = &records(&report.stdout)[0];
            let count = Value::from(count);
            assert_eq!((&report["planned"], &report["redriven"], &report["ended"][ended]), (&count, &count, &count));
            assert_eq!(
                (&report["left"], &report["isRunning"], report.get("continueWith")),
                (&0.into(), &false.into(), None)
            );
        }
        let all: u64 = redriven(":").iter().map(|(times, count)| u64::try_from(*times).unwrap() * count).sum();
        assert_eq!(all, 3_000, "as the reports say");
    });
}

#[test]
fn a_canary_stops_on_what_fails_and_the_rest_goes_on_slowly() {
    virtually(async {
        let world = World::new(OUTAGE, 0);
        let redriven = || world.service.redrives().into_values().sum::<usize>();
        let report = async |journal: &str| {
            let report = world.run(&format!("report {}", world.path(journal)), None).await;
            records(&report.stdout).remove(0)
        };
        world.run("bulk --summary --state-machine *", None).await;
        let line = "bulk --state-machine * --yes --canary 20 --journal";
        let tried = world.run(&format!("{line} {}", world.path("tried")), None).await;
        assert_eq!((tried.status, redriven()), (Some(1), 20), "{}", tried.stderr);
        // Of six groups each is tried three times or four.
        let expected = ["canary: 17 of 20 succeeded, fewer than 90%", "│ shipping      ┆ FAILED: Invalid ┆ 3 "];
        assert!(expected.iter().all(|text| tried.stderr.contains(text)), "{}", tried.stderr);
        assert!(tried.stderr.contains("continue with: redrive-execution bulk --resume "), "{}", tried.stderr);
        let told = report("tried").await;
        assert_eq!((&told["redriven"], &told["left"]), (&20.into(), &2_980.into()));

        let rest = format!("{line} {} --cause-match !PARCEL* --ignore-case", world.path("rest"));
        let rest = world.run(&format!("{rest} --wait --max-running 50 --poll 1s"), None).await;
        assert_eq!((rest.status, redriven()), (Some(0), 2_903), "{}", rest.stderr);
        assert!(rest.stderr.contains("canary: 20 of 20 succeeded"), "{}", rest.stderr);
        assert!(rest.stderr.contains("for the quotas of the reads allow no more"), "{}", rest.stderr);
        assert_eq!(world.service.with(|service| service.store.most_running()), 50);
        let told = report("rest").await;
        assert_eq!((&told["redriven"], &told["ended"]["SUCCEEDED"]), (&2_883.into(), &2_883.into()));
    });
}

#[test]
fn too_many_failures_stop_a_run() {
    virtually(async {
        let world = World::new(OUTAGE, 0);
        let line = "bulk --state-machine ship* --yes --max-running 50 --stop-failing 10% --journal";
        let stopped = world.run(&format!("{line} {}", world.path("j")), None).await;
        assert_eq!(stopped.status, Some(1), "{}", stopped.stderr);
        assert!(stopped.stderr.contains("have failed again (--stop-failing)"), "{}", stopped.stderr);
        let redriven = world.service.redrives().into_values().sum::<usize>();
        assert!((20..400).contains(&redriven), "{redriven}");
        let told = world.run(&format!("report {}", world.path("j")), None).await;
        let told = &records(&told.stdout)[0];
        let left = (500 - redriven).into();
        assert_eq!((&told["redriven"], &told["left"]), (&redriven.into(), &left));
        assert!(told["continueWith"].is_string(), "{told}");
    });
}
