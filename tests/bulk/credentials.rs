//! Runs that outlive their credentials, and callers who may not.

use std::time::Duration;

use redrive_execution::local::{Credentials, Endpoint, Settings};

use super::{Place, endpoint, failing, redrives, status};
use crate::support::process::Finished;

fn keys(id: &str) -> String {
    format!("[default]\naws_access_key_id = {id}\naws_secret_access_key = sfn-local-needs-no-secret\n")
}

/// What a program prints.
fn printed(id: &str, account: &str) -> String {
    format!(
        r#"{{"Version": 1, "AccessKeyId": "{id}", "SecretAccessKey": "sfn-local-needs-no-secret", "AccountId": "{account}"}}"#
    )
}

fn use_process(place: &mut Place, command: &str) {
    place.environment.remove("AWS_ACCESS_KEY_ID");
    place.write("config", &format!("[default]\ncredential_process = {command}\n"));
    place.environment.insert("AWS_CONFIG_FILE".to_owned(), place.path("config").display().to_string());
}

/// Runs a command line, and acts once 20 executions are redriven.
fn run_and(place: &Place, endpoint: &Endpoint, line: &str, act: impl FnOnce()) -> Finished {
    std::thread::scope(|scope| {
        let run = scope.spawn(|| place.run(line));
        while redrives(endpoint).get(&1).is_none_or(|done| *done < 20) {
            std::thread::yield_now();
        }
        act();
        run.join().unwrap()
    })
}

#[test]
fn expired_credentials_are_replaced_by_fresh_ones() {
    let endpoint = endpoint(&failing(200), Settings { latency: Duration::from_millis(1), ..Settings::default() });
    let mut place = Place::new(&endpoint);
    place.environment.remove("AWS_ACCESS_KEY_ID");
    place.environment.remove("AWS_SECRET_ACCESS_KEY");
    std::fs::create_dir(place.path(".aws")).unwrap();
    place.write(".aws/credentials", &keys("AKIDLOCAL"));
    place.write_arns(200);
    endpoint.accept(Credentials::new("AKIDNEXT", "sfn-local-needs-no-secret"));
    let finished = run_and(&place, &endpoint, "bulk --from arns --journal j --yes --rate 200", || {
        place.write(".aws/credentials", &keys("AKIDNEXT"));
        endpoint.expire("AKIDLOCAL");
    });
    assert_eq!(status(&finished), 0, "{}", finished.stderr);
    assert_eq!(redrives(&endpoint).into_iter().collect::<Vec<_>>(), [(1, 200)]);
}

#[test]
fn a_run_ended_by_expired_credentials_can_be_resumed() {
    let endpoint = endpoint(&failing(200), Settings::default());
    let place = Place::new(&endpoint);
    place.write_arns(200);
    let finished = run_and(&place, &endpoint, "bulk --from arns --journal j --yes --rate 200", || {
        endpoint.expire("AKIDLOCAL");
    });
    assert_eq!(status(&finished), 254, "{}", finished.stderr);
    assert!(finished.stderr.contains("(ExpiredTokenException) when calling the RedriveExecution operation: "));
    assert!(
        finished.stderr.contains("continue with: redrive-execution bulk --resume j --yes\n"),
        "{}",
        finished.stderr
    );
    endpoint.accept(Credentials::new("AKIDNEXT", "sfn-local-needs-no-secret"));
    let mut place = place;
    place.environment.insert("AWS_ACCESS_KEY_ID".to_owned(), "AKIDNEXT".to_owned());
    assert_eq!(status(&place.run("bulk --resume j --yes")), 0);
    assert_eq!(redrives(&endpoint).into_iter().collect::<Vec<_>>(), [(1, 200)]);
}

#[test]
fn without_credentials_it_ends_as_a_single_redrive_does() {
    let endpoint = endpoint(&failing(1), Settings::default());
    let mut place = Place::new(&endpoint);
    place.environment.remove("AWS_ACCESS_KEY_ID");
    place.environment.insert("AWS_EC2_METADATA_DISABLED".to_owned(), "true".to_owned());
    place.write_arns(1);
    let finished = place.run("bulk --from arns --yes");
    assert_eq!(status(&finished), 253);
    assert!(finished.stderr.contains("Unable to locate credentials."), "{}", finished.stderr);
}

#[test]
fn credentials_that_stay_expired_end_the_run() {
    let endpoint = endpoint(&failing(5), Settings::default());
    let mut place = Place::new(&endpoint);
    place.write_arns(5);
    // Others each time, and none of them is known.
    let keys = r#"{"Version": 1, "AccessKeyId": "AKID%s", "SecretAccessKey": "s"}"#;
    place.write("keys", &format!("echo >>calls; printf '{keys}' $(wc -l <calls)\n"));
    use_process(&mut place, "sh keys");
    let finished = place.run("bulk --from arns --journal j --yes");
    assert_eq!(status(&finished), 254, "{}", finished.stderr);
    assert!(finished.stderr.contains("(UnrecognizedClientException)"), "{}", finished.stderr);
    assert!(place.read("calls").len() < 8, "{}", place.read("calls").len());
}

#[test]
fn a_source_of_credentials_that_fails_for_a_while_is_waited_for() {
    let endpoint = endpoint(&failing(200), Settings { latency: Duration::from_millis(1), ..Settings::default() });
    let mut place = Place::new(&endpoint);
    use_process(&mut place, "cat keys");
    let keys = |id: &str| printed(id, "123456789012");
    place.write("keys", &keys("AKIDLOCAL"));
    place.write_arns(200);
    endpoint.accept(Credentials::new("AKIDNEXT", "sfn-local-needs-no-secret"));
    let finished = run_and(&place, &endpoint, "bulk --from arns --journal j --yes --rate 200", || {
        std::fs::remove_file(place.path("keys")).unwrap();
        endpoint.expire("AKIDLOCAL");
        std::thread::sleep(Duration::from_secs(1));
        place.write("keys", &keys("AKIDNEXT"));
    });
    assert_eq!(status(&finished), 0, "{}", finished.stderr);
    assert_eq!(redrives(&endpoint).into_iter().collect::<Vec<_>>(), [(1, 200)]);
}

#[test]
fn credentials_of_another_account_are_not_taken() {
    let endpoint = endpoint(&failing(100), Settings { latency: Duration::from_millis(1), ..Settings::default() });
    let mut place = Place::new(&endpoint);
    use_process(&mut place, "cat keys");
    place.write("keys", &printed("AKIDLOCAL", "123456789012"));
    place.write_arns(100);
    endpoint.accept(Credentials::new("AKIDNEXT", "sfn-local-needs-no-secret"));
    let finished = run_and(&place, &endpoint, "bulk --from arns --journal j --yes --rate 100 --patience 1s", || {
        place.write("keys", &printed("AKIDNEXT", "999999999999"));
        endpoint.expire("AKIDLOCAL");
    });
    assert_eq!(status(&finished), 255, "{}", finished.stderr);
    let error = "The credentials are of account 999999999999 now, and were of 123456789012";
    assert!(finished.stderr.contains(error), "{}", finished.stderr);
    place.write("keys", &printed("AKIDNEXT", "123456789012"));
    assert_eq!(status(&place.run("bulk --resume j --yes")), 0);
    assert_eq!(redrives(&endpoint).into_iter().collect::<Vec<_>>(), [(1, 100)]);
}
