//! No secret in what `--debug` of `bulk` and `wait` logs, nor in the plan.

use std::collections::BTreeMap;

use super::{Place, arn};
use crate::support::endpoint::Endpoint;
use crate::support::endpoint::script::{Reply, Script};

const TOKEN: &str = "pL4nTeD/session/token";
const KEY: &str = "pL4nTeD/secret/key";
const PASSWORD: &str = "pL4nTeD-password";

/// What is logged, without the refusal that ends the run: the AWS CLI shows that as the service words it.
fn log(stderr: &str) -> String {
    stderr.split("\naws: [ERROR]").next().unwrap_or_default().to_owned()
}

/// A place whose service quotes the session token in its refusals, and whose endpoint has a user and a password.
fn place(endpoint: &Endpoint, given: impl Fn(&Place, &mut BTreeMap<String, String>, &str)) -> Place {
    let url = format!("http://user:{PASSWORD}@127.0.0.1:{}", endpoint.port());
    let mut place = Place::at("");
    let mut environment = std::mem::take(&mut place.environment);
    environment.remove("AWS_ENDPOINT_URL_SFN");
    environment.remove("AWS_ACCESS_KEY_ID");
    environment.remove("AWS_SECRET_ACCESS_KEY");
    given(&place, &mut environment, &url);
    place.environment = environment;
    place.write("arns", &format!("{}\n", arn("run-1")));
    place
}

fn by_variables(_: &Place, environment: &mut BTreeMap<String, String>, url: &str) {
    for (name, value) in [
        ("AWS_ENDPOINT_URL_SFN", url),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", KEY),
        ("AWS_SESSION_TOKEN", TOKEN),
    ] {
        environment.insert(name.to_owned(), value.to_owned());
    }
}

fn by_files(place: &Place, _: &mut BTreeMap<String, String>, url: &str) {
    std::fs::create_dir(place.path(".aws")).unwrap();
    let keys = format!("aws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = {KEY}\naws_session_token = {TOKEN}\n");
    place
        .write(".aws/config", &format!("[default]\nservices = s\n{keys}[services s]\nsfn =\n  endpoint_url = {url}\n"));
}

fn by_proxy(place: &Place, environment: &mut BTreeMap<String, String>, url: &str) {
    by_variables(place, environment, "http://states.example.com");
    environment.insert("HTTP_PROXY".to_owned(), url.to_owned());
}

#[test]
fn debug_of_bulk_and_wait_logs_all_but_secrets() {
    let refusal = format!(r#"{{"__type": "AccessDeniedException", "message": "the token {TOKEN} by {PASSWORD}"}}"#);
    for given in [by_variables, by_files, by_proxy] {
        for line in [
            "bulk --from arns --yes --debug --journal j",
            "wait --from arns --debug",
            "bulk --state-machine-arn arn:aws:states:us-east-1:123456789012:stateMachine:orders --dry-run --debug",
        ] {
            let reply = Reply { raw: Some(refusal.clone().into()), status: Some(400), ..Reply::default() };
            let endpoint = Endpoint::start(Script::new(vec![reply], Vec::new()), None).unwrap();
            let finished = place(&endpoint, given).run(line);
            assert_eq!(super::status(&finished), 254, "{}", finished.stderr);
            let log = log(&finished.stderr);
            for secret in [TOKEN, KEY, PASSWORD] {
                assert!(!log.contains(secret), "{line} shows {secret}: {log}");
            }
            for logged in
                ["arguments: ", "setting: region = us-east-1, from AWS_REGION", "x-amz-target", "the token ***"]
            {
                assert!(log.contains(logged), "{line} does not log {logged}: {log}");
            }
        }
    }
}
