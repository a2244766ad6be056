//! The journal on disks that do not behave, and between runs that do not know of each other.

use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use redrive_execution::local::Settings;

use super::{Place, Signal, count, endpoint, failing, redrives, status};

#[test]
fn it_is_for_its_owner_and_tells_of_every_call() {
    let endpoint = endpoint(&failing(2), Settings::default());
    let place = Place::new(&endpoint);
    place.write_arns(2);
    assert_eq!(status(&place.run("bulk --from arns --journal j --yes --concurrency 1")), 0);
    assert_eq!(std::fs::metadata(place.path("j")).unwrap().permissions().mode() & 0o777, 0o600);
    let journal = place.read("j");
    let events: Vec<&str> = journal.lines().map(|line| line.split('"').nth(3).unwrap()).collect();
    assert_eq!(events, ["run", "planned", "planned", "ready", "begun", "ask", "redriven", "ask", "redriven", "closed"]);
}

#[test]
fn a_journal_without_a_place_is_kept_in_the_state_folder() {
    let endpoint = endpoint(&failing(1), Settings::default());
    let mut place = Place::new(&endpoint);
    place.write_arns(1);
    let arns = place.path("arns").display().to_string();
    for (state, folder) in [(None, ".local/state/redrive-execution"), (Some("state"), "state/redrive-execution")] {
        if let Some(state) = state {
            place.environment.insert("XDG_STATE_HOME".to_owned(), place.path(state).display().to_string());
        }
        let finished = place.run(&format!("bulk --from {arns} --yes"));
        let path = finished.stderr.lines().rev().find_map(|line| line.strip_prefix("journal: ")).unwrap();
        assert!(path.starts_with(place.path(folder).to_str().unwrap()), "{path}");
        assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    // Nothing is listed for a run that could not be journaled.
    place.write("occupied", "");
    place.environment.insert("XDG_STATE_HOME".to_owned(), place.path("occupied").display().to_string());
    let listed = count(&endpoint, "ListExecutions", "OK");
    let finished = place.run(&format!("bulk --state-machine-arn {} --yes", super::MACHINE));
    assert_eq!(status(&finished), 252, "{}", finished.stderr);
    assert!(finished.stderr.contains("Give one with --journal FILE."), "{}", finished.stderr);
    assert_eq!(count(&endpoint, "ListExecutions", "OK"), listed);
}

#[test]
fn a_run_is_resumed_at_its_own_place_only() {
    let endpoint = endpoint(&failing(30), Settings::default());
    let other = super::endpoint(&failing(30), Settings::default());
    let mut place = Place::new(&endpoint);
    place.write_arns(30);
    let line = "bulk --from arns --journal j --yes --rate 20";
    assert_eq!(status(&place.run_and_signal(line, Signal::INT, Duration::from_millis(500))), 130);
    place.environment.insert("AWS_ENDPOINT_URL_SFN".to_owned(), other.url());
    let finished = place.run("bulk --resume j --yes");
    assert_eq!(status(&finished), 252, "{}", finished.stderr);
    assert!(
        finished.stderr.contains(&format!("its run is at {}, not {}", endpoint.url(), other.url())),
        "{}",
        finished.stderr
    );
    place.environment.insert("AWS_ENDPOINT_URL_SFN".to_owned(), endpoint.url());
    assert_eq!(status(&place.run("bulk --resume j --yes --rate unlimited")), 0);
    let finished = place.run("bulk --resume j --yes");
    assert_eq!(status(&finished), 0);
    assert!(finished.stderr.contains("0 of 30 executions left to redrive"), "{}", finished.stderr);
}

#[test]
fn a_run_is_resumed_by_its_own_account_only() {
    let endpoint = endpoint(&failing(30), Settings::default());
    let mut place = Place::new(&endpoint);
    place.write_arns(30);
    let as_account = |place: &mut Place, account: &str| {
        place.environment.insert("AWS_ACCOUNT_ID".to_owned(), account.to_owned());
    };
    // The plan shows the account where the run did not know it.
    for (began_as, journal) in [("123456789012", "known"), ("", "unknown")] {
        as_account(&mut place, began_as);
        let line = format!("bulk --from arns --journal {journal} --yes --rate 20");
        assert_eq!(status(&place.run_and_signal(&line, Signal::INT, Duration::from_millis(300))), 130);
        assert_eq!(place.read(journal).contains(r#""parts":[{"account":"123456789012""#), !began_as.is_empty());
        place.write("config", "[profile other]\ncredential_process = cat keys\naws_account_id = 210987654321\n");
        place.write(
            "keys",
            r#"{"Version": 1, "AccessKeyId": "AKIDLOCAL", "SecretAccessKey": "sfn-local-needs-no-secret"}"#,
        );
        place.environment.insert("AWS_CONFIG_FILE".to_owned(), place.path("config").display().to_string());
        let finished = place.run(&format!("bulk --resume {journal} --yes --profile other"));
        assert_eq!(status(&finished), 252, "{}", finished.stderr);
        let sentence = format!(
            "--resume: {journal}: its run is in account 123456789012, but the credentials of profile 'other' are of \
             account 210987654321\n"
        );
        assert!(finished.stderr.ends_with(&sentence), "{}", finished.stderr);
    }
    as_account(&mut place, "not an account");
    assert_eq!(status(&place.run("bulk --resume known --yes --rate unlimited")), 0);
}

#[test]
fn a_journal_that_vanishes_ends_the_run() {
    let endpoint = endpoint(&failing(200), Settings::default());
    let place = Place::new(&endpoint);
    place.write_arns(200);
    let finished = std::thread::scope(|scope| {
        let run = scope.spawn(|| place.run("bulk --from arns --journal j --yes --rate 50"));
        while !redrives(&endpoint).contains_key(&1) {
            std::thread::yield_now();
        }
        std::fs::remove_file(place.path("j")).unwrap();
        run.join().unwrap()
    });
    assert_eq!(status(&finished), 255, "{}", finished.stderr);
    assert!(finished.stderr.contains("it was removed or replaced while the run used it"), "{}", finished.stderr);
    assert!(redrives(&endpoint)[&1] < 150);
}

#[test]
fn what_was_inspected_is_not_inspected_again() {
    let endpoint = endpoint(&failing(40), Settings { latency: Duration::from_millis(100), ..Settings::default() });
    let place = Place::new(&endpoint);
    let line = format!("bulk --state-machine-arn {} --error-match States.* --journal j --yes", super::MACHINE);
    assert_eq!(status(&place.run_and_signal(&line, Signal::KILL, Duration::from_millis(350))), -9);
    let before = place.read(".local/state/redrive-execution/looks.jsonl").lines().count();
    assert!((1..40).contains(&before), "{before}");
    assert_eq!(status(&place.run(&line)), 0);
    let looks = count(&endpoint, "DescribeExecution", "OK");
    assert!(looks <= 48, "{looks}: at most the eight in flight are paid for twice");
    assert_eq!(redrives(&endpoint).into_iter().collect::<Vec<_>>(), [(1, 40)]);
}

#[test]
fn inspection_stops_at_the_limit() {
    let endpoint = endpoint(&failing(40), Settings::default());
    let place = Place::new(&endpoint);
    let line = format!("bulk --state-machine-arn {} --error-match * --limit 2 --journal j --yes", super::MACHINE);
    assert_eq!(status(&place.run(&line)), 0);
    let looks = count(&endpoint, "DescribeExecution", "OK");
    assert!(looks <= 10, "{looks}: two, and those in flight");
    assert_eq!(redrives(&endpoint)[&1], 2);
}

#[test]
fn refusals_keep_their_reasons_and_can_be_retried() {
    let two = r#"{"name": "good", "status": "FAILED"}, {"name": "big", "status": "FAILED", "events": 24999}"#;
    let endpoint = super::endpoint(two, Settings::default());
    let place = Place::new(&endpoint);
    place.write("two", &format!("{}\n{}\n", super::arn("good"), super::arn("big")));
    let why = "ExecutionNotRedrivable: Execution history event limit exceeded.";
    for line in ["bulk --from two --journal j --yes", "bulk --resume j --yes", "bulk --resume j --yes --retry-refused"]
    {
        let finished = place.run(line);
        assert_eq!(status(&finished), 1, "{}", finished.stderr);
        assert!(finished.stderr.contains(why), "{line}: {}", finished.stderr);
    }
    assert_eq!(count(&endpoint, "RedriveExecution", "ExecutionNotRedrivable"), 2);
}

#[test]
fn two_runs_on_one_journal_are_refused() {
    let endpoint = endpoint(&failing(300), Settings::default());
    let place = Place::new(&endpoint);
    place.write_arns(300);
    std::thread::scope(|scope| {
        let first = scope.spawn(|| place.run("bulk --from arns --journal j --yes --rate 200"));
        while !std::fs::read_to_string(place.path("j")).is_ok_and(|text| text.contains("\"ask\"")) {
            std::thread::yield_now();
        }
        for line in ["bulk --resume j --yes", "bulk --from arns --journal j --yes"] {
            let second = place.run(line);
            assert_eq!(status(&second), 255);
            assert!(second.stderr.contains("is in use by another run; nothing was done"), "{}", second.stderr);
        }
        assert_eq!(status(&first.join().unwrap()), 0);
    });
    assert_eq!(redrives(&endpoint).into_iter().collect::<Vec<_>>(), [(1, 300)]);
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "needs /dev/full and /proc")]
fn without_a_journal_nothing_is_asked_for() {
    let endpoint = endpoint(&failing(2), Settings::default());
    let place = Place::new(&endpoint);
    place.write_arns(2);
    for (journal, message) in [
        ("/dev/full", "The journal cannot be written: [Errno 28] No space left on device: '/dev/full'"),
        ("/no/such/folder/j", "The journal: [Errno 2] No such file or directory: '/no/such/folder/j'"),
        // Read-only to everybody, the superuser too.
        ("/proc/version", "/proc/version"),
    ] {
        let finished = place.run(&format!("bulk --from arns --journal {journal} --yes"));
        assert!(matches!(status(&finished), 252 | 255), "{journal}: {}", finished.stderr);
        assert!(finished.stderr.contains(message), "{journal}: {}", finished.stderr);
    }
    assert_eq!(count(&endpoint, "RedriveExecution", "OK"), 0);
}

#[test]
fn a_full_disk_ends_the_run_and_the_rest_can_be_done_later() {
    let endpoint = endpoint(&failing(200), Settings { latency: Duration::from_millis(1), ..Settings::default() });
    let place = Place::new(&endpoint);
    place.write_arns(200);
    // A limit on the size of files is met like a full disk, in the middle of a line.
    let program = env!("CARGO_BIN_EXE_redrive-execution");
    place.write("limited", &format!("ulimit -f 50\nexec {program} bulk --from arns --journal j --yes\n"));
    let mut run = place.prepare("");
    run.words = ["/bin/bash", "limited"].map(str::to_owned).to_vec();
    let finished = run.finish().unwrap();
    assert_eq!(status(&finished), 255, "{}", finished.stderr);
    assert!(finished.stderr.contains("The journal cannot be written: [Errno 27]"), "{}", finished.stderr);
    let journal = place.read("j");
    assert!(!journal.ends_with('\n'), "the last line is torn");
    let before = redrives(&endpoint).get(&1).copied().unwrap_or(0);
    assert!((1..200).contains(&before), "{before}");
    assert_eq!(status(&place.run("bulk --resume j --yes")), 0);
    assert_eq!(redrives(&endpoint).into_iter().collect::<Vec<_>>(), [(1, 200)]);
}

#[test]
fn only_the_last_line_of_a_journal_may_be_torn() {
    let endpoint = endpoint(&failing(5), Settings::default());
    let place = Place::new(&endpoint);
    place.write_arns(5);
    assert_eq!(status(&place.run("bulk --from arns --journal j --yes --concurrency 1")), 0);
    let whole = place.read("j");
    let (unclosed, _) = whole.split_once("{\"event\":\"closed\"").unwrap();
    place.write("torn", unclosed.trim_end().trim_end_matches("}").trim_end_matches(|c: char| c != '{'));
    let finished = place.run("bulk --resume torn --yes");
    assert_eq!((status(&finished), finished.stdout.lines().count()), (0, 1), "{}", finished.stderr);
    assert_eq!(redrives(&endpoint).into_iter().collect::<Vec<_>>(), [(1, 5)]);
    place.write("broken", &whole.replacen("\"ready\"", "\"raedy\"", 1));
    let finished = place.run("bulk --resume broken --yes");
    assert_eq!(status(&finished), 252);
    assert!(
        finished.stderr.contains("broken: line 7 is not of a journal: unknown variant `raedy`"),
        "{}",
        finished.stderr
    );
}

#[test]
fn files_of_something_else_and_finished_plans_are_left_alone() {
    let endpoint = endpoint(&failing(1), Settings::default());
    let place = Place::new(&endpoint);
    place.write_arns(1);
    let finished = place.run("bulk --from arns --journal arns --yes");
    assert_eq!(status(&finished), 252);
    assert!(finished.stderr.contains("arns is a file of something else"), "{}", finished.stderr);
    assert!(place.read("arns").starts_with("arn:"));
    // A plan that was cut short may be begun anew.
    place.write("j", "{\"event\":\"run\",\"vers");
    assert_eq!(status(&place.run("bulk --from arns --journal j --yes")), 0);
    let finished = place.run("bulk --from arns --journal j --yes");
    assert!(finished.stderr.contains("j holds a run already; continue it with --resume"), "{}", finished.stderr);
    assert_eq!(redrives(&endpoint).into_iter().collect::<Vec<_>>(), [(1, 1)]);
    let finished = place.run("bulk --resume arns --yes");
    assert_eq!(status(&finished), 252);
    place.write("empty", "");
    let finished = place.run("bulk --resume empty --yes");
    assert!(finished.stderr.contains("it is empty, nothing was requested"), "{}", finished.stderr);
}

#[test]
fn a_signal_while_the_plan_is_written_leaves_the_command() {
    let endpoint = endpoint(&failing(2_000), Settings::default());
    let place = Place::new(&endpoint);
    place.write_arns(2_000);
    let made = std::process::Command::new("mkfifo").arg(place.path("j")).status().unwrap();
    assert!(made.success());
    // A slow disk.
    let finished = std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_secs(2));
            std::fs::read(place.path("j")).unwrap()
        });
        place.run_and_signal("bulk --from arns --journal j --yes --rate 1", Signal::INT, Duration::from_secs(1))
    });
    assert_eq!(status(&finished), 130, "{}", finished.stderr);
    assert!(finished.stderr.contains("continue with: redrive-execution bulk --resume j"), "{}", finished.stderr);
}

#[test]
fn what_was_to_be_retried_is_left_when_that_is_cut_short() {
    let endpoint =
        endpoint(r#"{"name": "run-{n}", "repeat": 40, "status": "FAILED", "events": 24999}"#, Settings::default());
    let place = Place::new(&endpoint);
    place.write_arns(40);
    assert_eq!(status(&place.run("bulk --from arns --journal j --yes")), 1);
    let line = "bulk --resume j --yes --retry-refused --rate 20";
    let finished = place.run_and_signal(line, Signal::INT, Duration::from_millis(500));
    assert_eq!(status(&finished), 130, "{}", finished.stderr);
    let asked = count(&endpoint, "RedriveExecution", "ExecutionNotRedrivable");
    assert!((41..79).contains(&asked), "{asked}");
    assert_eq!(status(&place.run("bulk --resume j --yes --rate unlimited")), 1);
    assert_eq!(count(&endpoint, "RedriveExecution", "ExecutionNotRedrivable"), 80);
}
