//! The runner itself, tried on programs that behave and on programs that do not.

use std::path::Path;

use serde_json::{Value, json};

use super::case::Case;
use super::compare;
use super::options::Options;
use super::run::Bench;
use super::{record, run_all};

/// A bench whose program is a shell script; its words are the case's.
fn bench(script: &str) -> Bench {
    let prefix = vec!["-c".into(), script.into(), "script".into()];
    Bench::create("/bin/bash".into(), prefix, Path::new("/")).expect("certificates")
}

fn case(case: Value) -> Case {
    Case::parse(&case.to_string()).expect("a case")
}

/// The fields that differ.
fn differ(bench: &Bench, fields: Value) -> Vec<&'static str> {
    let case = case(fields);
    let got = bench.run(&case).expect("surroundings that work");
    compare::differences(&case, &got).expect("masks").into_iter().map(|difference| difference.field).collect()
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
fn a_case_is_set_up_and_observed_completely() {
    let script = r#"
        echo "$PWD $1 $2 $EXTRA ${AWS_REGION-none} $TZ"; cat "$HOME/.aws/config" ./note; cat
        cat raw | od -An -tx1 >&2; "$HOME/say.sh"; echo "{\"at\": \"$HOME\"}" >"$HOME/left.json"; exit 3"#;
    let fields = json!({
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
    // The mode of a new file depends on the umask of the run.
    let bench = bench(&format!("umask 022; {script}"));
    assert_eq!(differ(&bench, fields.clone()), [""; 0]);
    for (field, wrong) in [
        ("exit", json!(0)),
        ("stdout", json!("")),
        ("stderr", json!("")),
        ("requests", json!([request("x")])),
        ("left", json!({"left.json": {"mode": "0o600", "json": {"at": "{HOME}"}}})),
        ("left", json!({})),
    ] {
        let mut fields = fields.clone();
        fields["expect"][field] = wrong;
        assert_eq!(differ(&bench, fields), [field]);
    }
}

#[test]
fn requests_arrive_and_are_answered_as_scripted() {
    let fields = |token: &str, answer: &str| {
        json!({
            "id": "a/b", "argv": [token], "responses": [{"json": {"redriveDate": 1.5}}],
            "expect": {"exit": 0, "stdout": answer, "stderr": "", "requests": [request(token)]},
        })
    };
    let bench = bench(REQUEST);
    assert_eq!(differ(&bench, fields("t", r#"{"redriveDate":1.5}"#)), [""; 0]);
    assert_eq!(differ(&bench, fields("t", "")), ["stdout"]);
    let mut other = fields("t", r#"{"redriveDate":1.5}"#);
    other["argv"] = json!(["other"]);
    assert_eq!(differ(&bench, other), ["requests"]);
}

#[test]
fn a_token_that_changes_between_two_calls_is_a_difference() {
    let twice = format!("send() {{ {REQUEST}\n}}; send \"$1\"; send \"$2\"");
    let fields = |tokens: [&str; 2]| {
        json!({
            "id": "a/b", "argv": tokens, "responses": [{"text": "1"}, {"text": "2"}],
            "expect": {"exit": 0, "stdout": "12", "same_token_on_retry": true},
        })
    };
    let bench = bench(&twice);
    assert_eq!(differ(&bench, fields(["t", "t"])), [""; 0]);
    assert_eq!(differ(&bench, fields(["t", "u"])), ["same_token_on_retry"]);
}

#[test]
fn a_case_may_omit_the_endpoint_and_give_the_command() {
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
    let fields = |tty: &str, stdout: &str, exit: i32| {
        json!({
            "id": "a", "argv": [], "tty": tty, "cols": 40, "keys": ["12\n"],
            "expect": {"exit": exit, "stdout": stdout},
        })
    };
    assert_eq!(differ(&bench, fields("all", "24 40\ncode: \ngot 12\nall\n", 0)), [""; 0]);
    assert_eq!(differ(&bench, fields("stdout", "24 40\ncode: \ngot 12\n", 1)), [""; 0]);
}

#[test]
fn words_values_names_and_answers_can_be_any_bytes() {
    let bench = bench("cat \"$1\" | od -An -tx1; printf %s \"$VALUE$(cat)\" | od -An -tx1");
    let fields = json!({
        "id": "a", "argv": [{"hex": "2e2f66e9"}], "env": {"VALUE": {"hex": "ff"}}, "stdin": {"hex": "fe"},
        "files": {"hex:2e2f66e9": {"hex": "61e9"}},
        "expect": {"exit": 0, "stdout": " 61 e9\n ff fe\n"},
    });
    assert_eq!(differ(&bench, fields), [""; 0]);
    let bytes = json!({"responses": [{"raw": {"hex": "61e9ff"}, "headers": {"x-odd": {"hex": "e9"}}}]});
    let mut fields = json!({"id": "a", "argv": ["t"], "expect": {"exit": 0, "stdout": "a\\xe9\\xff"}});
    fields.as_object_mut().unwrap().extend(bytes.as_object().unwrap().clone());
    assert_eq!(differ(&self::bench(REQUEST), fields), [""; 0]);
}

#[test]
fn a_case_can_close_or_block_its_streams() {
    let bench = bench("cat 2>/dev/null || echo 'no input'; echo out && echo err >&2 || exit 4");
    let fields = |streams: Value, expect: Value| {
        let mut fields = json!({"id": "a", "argv": [], "expect": expect});
        fields.as_object_mut().unwrap().extend(streams.as_object().unwrap().clone());
        fields
    };
    let closed = fields(json!({"stdin": {"closed": true}}), json!({"exit": 0, "stdout": "no input\nout\n"}));
    assert_eq!(differ(&bench, closed), [""; 0]);
    for stream in ["closed", "full", "readonly"] {
        for name in ["stdout", "stderr"] {
            let fields = fields(json!({name: stream}), json!({"exit": 4}));
            assert_eq!(differ(&bench, fields), [""; 0], "{name} {stream}");
        }
    }
    let gone = fields(json!({"stdout": "gone"}), json!({"exit": -13}));
    assert_eq!(differ(&bench, gone), [""; 0]);
}

#[test]
fn a_proxy_s_requests_are_part_of_a_case() {
    let script = r#"
        exec 3<>/dev/tcp/${PROXY%%:*}/${PROXY##*:}
        printf 'GET http://a.test/ HTTP/1.1\r\nProxy-Authorization: Basic x\r\nConnection: close\r\n\r\n' >&3
        sed '1,/^\r$/d' <&3"#;
    let fields = json!({
        "id": "a", "argv": [], "env": {"PROXY": "{PROXY}"}, "proxy": {},
        "routes": [{"match": {"path": "http://a.test/"}, "respond": {"text": "seen"}}],
        "expect": {
            "exit": 0, "stdout": "seen", "requests": [{"method": "GET", "path": "http://a.test/"}],
            "proxied": [{"line": "GET http://a.test/", "authorization": "Basic x"}],
        },
    });
    let bench = bench(script);
    assert_eq!(differ(&bench, fields.clone()), [""; 0]);
    let mut refused = fields.clone();
    refused["proxy"] = json!({"refuse": {"status": 407, "text": "no"}});
    assert_eq!(differ(&bench, refused), ["stdout", "requests"]);
    let mut other = fields;
    other["expect"]["proxied"][0]["authorization"] = Value::Null;
    assert_eq!(differ(&bench, other), ["proxied"]);
}

#[test]
fn a_bundle_can_be_made_from_the_authority_s() {
    let fields = json!({
        "id": "a", "argv": [],
        "files": {
            "ca": "{CA_PEM}",
            "marked": {"content": "\u{feff}{CA_PEM}", "replace": [["BEGIN CERT", "BEGIN TRUSTED CERT"], ["\n", "\r\n"]]},
        },
        "expect": {"exit": 0, "stdout": "-----BEGIN CERTIFICATE-----\n\u{feff}-----BEGIN TRUSTED CERTIFICATE-----\r\n"},
    });
    assert_eq!(differ(&bench("head -qn1 ~/ca ~/marked"), fields), [""; 0]);
}

#[test]
fn a_second_process_runs_beside_the_first() {
    // Each waits for the other, so neither would end alone.
    let script =
        "touch \"$1\"; for turn in {1..500}; do [ -e \"$2\" ] && echo \"saw $2\" && exit 0; sleep 0.01; done; exit 1";
    let fields = json!({
        "id": "a", "argv": ["one", "two"], "beside": ["two", "one"],
        "expect": {
            "exit": 0, "stdout": "saw two\n", "beside": {"exit": 0, "stdout": "saw one\n", "stderr": ""},
        },
    });
    let bench = bench(script);
    assert_eq!(differ(&bench, fields.clone()), [""; 0]);
    let mut other = fields;
    other["expect"]["beside"]["exit"] = json!(1);
    assert_eq!(differ(&bench, other), ["beside"]);
}

#[test]
fn a_case_can_have_accounts_of_its_own() {
    let bench = bench("unset HOME; echo ~root ~other ~stranger; test $UID = 0");
    let fields = json!({
        "id": "a", "argv": [], "accounts": {"root": "{HOME}/account", "other": "/else"},
        "expect": {"exit": 0, "stdout": "{HOME}/account /else ~stranger\n"},
    });
    if bench.skips(&case(fields.clone())) {
        return;
    }
    assert_eq!(differ(&bench, fields), [""; 0]);
}

#[test]
fn only_cases_without_an_expectation_are_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("new.jsonl");
    let done = r#"{"id": "new/done", "argv": ["b"], "expect": {"exit": 0, "stdout": "b\n"}}"#;
    let stale = r#"{"id": "new/stale", "argv": ["c"], "expect": {"exit": 0, "stdout": "d\n"}}"#;
    let fresh = r#"{"id": "new/fresh", "argv": ["{HOME}"], "responses": [{"json": 1.50e400}]"#;
    std::fs::write(&file, format!("{done}\n{fresh}}}\n\n{stale}\n")).unwrap();
    let options = |again| {
        let given = move |name: &str| (name == "PARITY_AGAIN" && again).then(|| "1".to_owned());
        Options::from(given).unwrap()
    };
    let bench = bench("echo $1");

    let recorded = record::record(&bench, &file, &options(false)).unwrap();
    assert_eq!((recorded.new, recorded.same, recorded.changed.len()), (1, 0, 0));
    let text = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!([lines[0], lines[2], lines[3]], [done, "", stale], "what is there stays as it is");
    assert!(lines[1].starts_with(fresh), "{}", lines[1]);
    let expect = case(serde_json::from_str(&lines[1].replace("1.50e400", "1")).unwrap()).expect.unwrap();
    assert_eq!((&expect["exit"], &expect["stdout"]), (&json!(0), &json!("{HOME}\n")));

    let again = record::record(&bench, &file, &options(true)).unwrap();
    assert_eq!((again.new, again.same, again.changed.len()), (0, 2, 1));
    assert!(again.changed[0].contains("new/stale") && again.changed[0].contains("+c"), "{}", again.changed[0]);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn only_the_chosen_cases_run_and_come_back_in_order() {
    let fields = |id: &str, exit: i32, requests: Value| {
        case(json!({"id": id, "argv": [], "expect": {"exit": exit, "requests": requests}}))
    };
    let files = [
        ("a.jsonl".to_owned(), vec![fields("a/one", 0, json!([])), fields("a/two", 1, json!([]))]),
        ("b.jsonl".to_owned(), vec![fields("b/one", 0, json!([1, 2, 3])), fields("b/other", 0, json!([]))]),
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
