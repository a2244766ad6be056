//! The pace: within the quota without being throttled, and slower where others use it too.

use std::time::Instant;

use redrive_execution::local::{Fault, Operation, QuotaTable, Rule, Settings};

use super::{Place, count, endpoint, failing, redrives, status};

#[test]
fn the_quota_is_used_up_and_hardly_ever_exceeded() {
    // Ten times as fast as the clock on the wall: 1,500 a second after 800 at once.
    let settings = Settings { quotas: Some(QuotaTable::Other), clock_scale: 10.0, ..Settings::default() };
    let endpoint = endpoint(&failing(2_000), settings);
    let place = Place::new(&endpoint);
    place.write_arns(2_000);
    let finished = place.run("bulk --from arns --journal j --yes --rate 600 --burst 700");
    assert_eq!(status(&finished), 0, "{}", finished.stderr);
    assert_eq!(redrives(&endpoint).into_iter().collect::<Vec<_>>(), [(1, 2_000)]);
    let throttled = count(&endpoint, "RedriveExecution", "ThrottlingException");
    assert!(throttled <= 20, "{throttled} throttled");
}

#[test]
fn a_rate_is_kept() {
    let endpoint = endpoint(&failing(60), Settings::default());
    let place = Place::new(&endpoint);
    place.write_arns(60);
    let began = Instant::now();
    assert_eq!(status(&place.run("bulk --from arns --journal j --yes --rate 50")), 0);
    assert!(began.elapsed().as_secs_f64() >= 59.0 / 50.0, "{:?}", began.elapsed());
}

#[test]
fn a_storm_of_throttling_is_weathered() {
    let endpoint = endpoint(&failing(150), Settings::default());
    endpoint.set_quota(Operation::RedriveExecution, 20, 60);
    let place = Place::new(&endpoint);
    place.write_arns(150);
    let finished = place.run("bulk --from arns --journal j --yes --rate unlimited --concurrency 32");
    assert_eq!(status(&finished), 0, "{}", finished.stderr);
    assert_eq!(redrives(&endpoint).into_iter().collect::<Vec<_>>(), [(1, 150)]);
    assert!(count(&endpoint, "RedriveExecution", "ThrottlingException") > 0);
}

#[test]
fn lost_answers_are_retried_with_the_same_token() {
    let lose_answers = vec![Rule { share: 0.33, ..Rule::always(Fault::LoseAnswer) }];
    let endpoint = endpoint(&failing(100), Settings { lose_answers, ..Settings::default() });
    let place = Place::new(&endpoint);
    place.write_arns(100);
    let finished = place.run("bulk --from arns --journal j --yes");
    assert_eq!((status(&finished), finished.stdout.lines().count()), (0, 100), "{}", finished.stderr);
    assert_eq!(redrives(&endpoint).into_iter().collect::<Vec<_>>(), [(1, 100)]);
}
