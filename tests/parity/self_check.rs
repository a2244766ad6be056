//! The runner itself, tried on programs that behave and on programs that do not.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};

use super::case::{Case, load};
use super::compare::differences;
use super::options::Options;
use super::run::Bench;
use super::{Authority, run_all};

/// A bench whose program is a shell script; its words are the case's.
fn bench(script: &str) -> Bench {
    Bench {
        program: "/bin/bash".into(),
        prefix: vec!["-c".into(), script.into(), "script".into()],
        authority: Authority::create().expect("an authority"),
    }
}

fn case(case: Value) -> Case {
    Case::parse(&case.to_string()).expect("a case")
}

/// The fields that differ.
fn differ(bench: &Bench, told: Value) -> Vec<&'static str> {
    let case = case(told);
    let got = bench.run(&case).expect("surroundings that work");
    differences(&case, &got).expect("masks").into_iter().map(|difference| difference.field).collect()
}

/// Sends what a client of Step Functions sends, to the endpoint of the environment.
const REQUEST: &str = r#"
    exec 3<>/dev/tcp/127.0.0.1/${AWS_ENDPOINT_URL_SFN##*:}
    body="{\"clientToken\": \"$1\"}"
    printf 'POST / HTTP/1.1\r\nX-Amz-Target: AWSStepFunctions.RedriveExecution\r\nConnection: close\r\n' >&3
    printf 'Content-Length: %d\r\n\r\n%s' ${#body} "$body" >&3
    sed '1,/^\r$/d' <&3"#;

/// What a case expects of [`REQUEST`].
fn request(token: &str) -> Value {
    json!({
        "method": "POST", "path": "/", "target": "AWSStepFunctions.RedriveExecution",
        "body": {"clientToken": token}, "content_type": null, "signed_as": null, "session_token": null,
    })
}

#[test]
fn all_that_a_case_sets_up_is_there_and_all_that_happens_is_seen() {
    let script = r#"
        echo "$PWD $1 $2 $EXTRA ${AWS_REGION-none} $TZ"; cat "$HOME/.aws/config" ./note; cat
        cat raw | od -An -tx1 >&2; "$HOME/say.sh"; echo "{\"at\": \"$HOME\"}" >"$HOME/left.json"; exit 3"#;
    let told = json!({
        "id": "a/b", "argv": ["{HOME}", "b c"], "stdin": "typed\n", "look": ["*.json"],
        "env": {"EXTRA": "{DEAD}", "AWS_REGION": null},
        "files": {
            ".aws/config": "at {ENDPOINT}\n", "./note": "{CWD}\n", "./raw": {"hex": "00ff"},
            "say.sh": "#!/bin/sh\necho said\n",
        },
        "expect": {
            "exit": 3, "stdout": "{CWD} {HOME} b c {DEAD} none UTC\nat {ENDPOINT}\n{CWD}\ntyped\nsaid\n",
            "stderr": " 00 ff\n", "requests": [], "same_token_on_retry": true,
            "left": {"left.json": {"mode": "0o644", "json": {"at": "{HOME}"}}},
        },
    });
    // The mode of a new file depends on the mask of whoever runs the tests.
    let bench = bench(&format!("umask 022; {script}"));
    assert_eq!(differ(&bench, told.clone()), [""; 0]);
    for (field, wrong) in [
        ("exit", json!(0)),
        ("stdout", json!("")),
        ("stderr", json!("")),
        ("requests", json!([request("x")])),
        ("left", json!({"left.json": {"mode": "0o600", "json": {"at": "{HOME}"}}})),
        ("left", json!({})),
    ] {
        let mut told = told.clone();
        told["expect"][field] = wrong;
        assert_eq!(differ(&bench, told), [field]);
    }
}

#[test]
fn requests_arrive_and_are_answered_as_scripted() {
    let told = |token: &str, answer: &str| {
        json!({
            "id": "a/b", "argv": [token], "responses": [{"json": {"redriveDate": 1.5}}],
            "expect": {"exit": 0, "stdout": answer, "stderr": "", "requests": [request(token)]},
        })
    };
    let bench = bench(REQUEST);
    assert_eq!(differ(&bench, told("t", r#"{"redriveDate":1.5}"#)), [""; 0]);
    assert_eq!(differ(&bench, told("t", "")), ["stdout"]);
    let mut other = told("t", r#"{"redriveDate":1.5}"#);
    other["argv"] = json!(["other"]);
    assert_eq!(differ(&bench, other), ["requests"]);
}

#[test]
fn a_token_that_changes_between_two_calls_is_a_difference() {
    let twice = format!("send() {{ {REQUEST}\n}}; send \"$1\"; send \"$2\"");
    let told = |tokens: [&str; 2]| {
        json!({
            "id": "a/b", "argv": tokens, "responses": [{"text": "1"}, {"text": "2"}],
            "expect": {"exit": 0, "stdout": "12", "same_token_on_retry": true},
        })
    };
    let bench = bench(&twice);
    assert_eq!(differ(&bench, told(["t", "t"])), [""; 0]);
    assert_eq!(differ(&bench, told(["t", "u"])), ["same_token_on_retry"]);
}

#[test]
fn the_endpoint_s_variable_can_be_left_out_and_the_whole_command_given() {
    let bench = bench("echo ${AWS_ENDPOINT_URL_SFN-none} $#");
    let expect = |stdout: &str| json!({"exit": 0, "stdout": stdout});
    assert_eq!(differ(&bench, json!({"id": "a", "argv": [], "expect": expect("{ENDPOINT} 0\n")})), [""; 0]);
    let without = json!({"id": "a", "argv": ["x"], "endpoint_env": false, "expect": expect("none 1\n")});
    assert_eq!(differ(&bench, without), [""; 0]);
    let whole = json!({"id": "a", "whole": true, "argv": ["-c", "echo whole"], "expect": expect("whole\n")});
    assert_eq!(differ(&bench, whole), [""; 0]);
}

#[test]
fn a_case_may_want_a_terminal_and_keys() {
    let bench = bench("stty size; printf 'code: '; read -r code; echo; echo \"got $code\"; test -t 2 && echo all");
    let told = |tty: &str, stdout: &str, exit: i32| {
        json!({
            "id": "a", "argv": [], "tty": tty, "cols": 40, "keys": ["12\n"],
            "expect": {"exit": exit, "stdout": stdout},
        })
    };
    assert_eq!(differ(&bench, told("all", "24 40\ncode: \ngot 12\nall\n", 0)), [""; 0]);
    assert_eq!(differ(&bench, told("stdout", "24 40\ncode: \ngot 12\n", 1)), [""; 0]);
}

#[test]
fn only_the_chosen_cases_run_and_come_back_in_order() {
    let told = |id: &str, exit: i32, requests: Value| {
        case(json!({"id": id, "argv": [], "expect": {"exit": exit, "requests": requests}}))
    };
    let files = [
        ("a.jsonl".to_owned(), vec![told("a/one", 0, json!([])), told("a/two", 1, json!([]))]),
        ("b.jsonl".to_owned(), vec![told("b/one", 0, json!([1, 2, 3])), told("b/other", 0, json!([]))]),
    ];
    let options = |only: &str| Options::from(|name| (name == "PARITY_ONLY").then(|| only.to_owned())).unwrap();
    let run = |only: &str| -> Vec<(String, bool)> {
        let outcomes = run_all(&bench("exit 0"), &files, &options(only));
        outcomes.into_iter().map(|outcome| (format!("{} {}", outcome.file, outcome.id), outcome.passed())).collect()
    };
    let shown = |outcome: &str, passed: bool| (outcome.to_owned(), passed);
    assert_eq!(
        run(""),
        [
            shown("a.jsonl a/one", true),
            shown("a.jsonl a/two", false),
            shown("b.jsonl b/one", false),
            shown("b.jsonl b/other", true),
        ]
    );
    assert_eq!(run("/two"), [shown("a.jsonl a/two", false)]);
    assert_eq!(run("nothing"), []);
}

#[test]
fn the_recorded_cases_can_be_told_apart_and_bear_the_name_of_their_file() {
    let files = load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")).unwrap();
    let mut ids = BTreeSet::new();
    for (file, cases) in &files {
        assert!(!cases.is_empty(), "{file} holds no case");
        for case in cases {
            assert_eq!(case.id.split('/').next(), file.strip_suffix(".jsonl"), "{}", case.id);
            assert!(ids.insert(&case.id), "{} is there twice", case.id);
            assert!(case.expect.contains_key("exit"), "{} expects no exit status", case.id);
        }
    }
    assert!(!ids.is_empty());
}
