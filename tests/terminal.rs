//! What people see: help and its pager, completions in a real shell, `--debug` without a secret.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use crate::support::endpoint::Endpoint;
use crate::support::endpoint::script::{Reply, Script};
use crate::support::process::{Exit, Finished, Run, Streams, Terminal};

const PROGRAM: &str = env!("CARGO_BIN_EXE_redrive-execution");

fn run(words: &[&str], variables: &[(&str, &str)], streams: Streams) -> Finished {
    let base = [("PATH", "/usr/bin:/bin"), ("HOME", "/nonexistent"), ("AWS_EC2_METADATA_DISABLED", "true")];
    let environment: BTreeMap<String, String> =
        base.iter().chain(variables).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let words = words.iter().map(|&word| word.to_owned()).collect();
    let (folder, limit) = (PathBuf::from("/"), Duration::from_secs(20));
    Run { words, environment, folder, stdin: Vec::new(), streams, signal: None, limit }.finish().unwrap()
}

fn piped(words: &[&str], variables: &[(&str, &str)]) -> Finished {
    run(&[&[PROGRAM], words].concat(), variables, Streams::Pipes)
}

fn on_terminal(words: &[&str], variables: &[(&str, &str)], columns: u16) -> Finished {
    let terminal = Terminal { rows: 24, columns, with_stderr: false, keys: Vec::new() };
    run(&[&[PROGRAM], words].concat(), variables, Streams::Terminal(terminal))
}

#[test]
fn help_is_the_same_page_in_every_place_that_takes_it() {
    let page = piped(&["help"], &[]);
    assert_eq!((&page.exit, page.stderr.as_str()), (&Exit::Status(0), ""));
    assert!(page.stdout.starts_with("NAME\n    redrive-execution"), "{}", page.stdout);
    for words in [
        &["stepfunctions", "help"][..],
        &["stepfunctions", "redrive-execution", "help"],
        &["--execution-arn", "a", "help"],
        &["--region", "r", "help", "--output", "text"],
    ] {
        assert_eq!(piped(words, &[("PAGER", "sed s/^/X/")]), page, "{words:?}");
    }
}

#[test]
fn on_a_terminal_help_goes_through_the_manual_pager() {
    let (manual, other) = ("sed -n 1s/^/manual:/p", "sed -n 1s/^/other:/p");
    for (variables, start) in [
        (&[("MANPAGER", manual), ("PAGER", other)][..], "manual:"),
        (&[("PAGER", other), ("AWS_PAGER", manual)], "other:"),
        (&[("MANPAGER", ""), ("PAGER", other)], "\u{1b}[1mNAME"),
        (&[("MANPAGER", "/no/such/pager")], "\u{1b}[1mNAME"),
        (&[("PATH", "/nonexistent")], "\u{1b}[1mNAME"),
    ] {
        let page = on_terminal(&["help"], variables, 80);
        assert_eq!((page.exit, page.stderr.as_str()), (Exit::Status(0), ""));
        assert!(page.stdout.starts_with(start), "{variables:?}: {}", page.stdout);
    }
    let unpaged = on_terminal(&["help", "--no-cli-pager", "--color", "off"], &[("PAGER", other)], 200);
    assert!(unpaged.stdout.starts_with("NAME\n"), "{}", unpaged.stdout);
    assert!(unpaged.stdout.lines().any(|line| line.len() > 180));
    let unbalanced = on_terminal(&["help"], &[("PAGER", "less '")], 80);
    assert_eq!(unbalanced.exit, Exit::Status(255));
    assert_eq!(unbalanced.stderr, "\naws: [ERROR]: No closing quotation\n");
}

#[test]
fn bash_completes_options_choices_and_commands() {
    let complete = |line: &str| -> Vec<String> {
        let script = "source <(\"$0\" completions bash) || exit 9
            compopt() { :; } # refuses to work outside a completion
            COMP_WORDS=(redrive-execution $1); [[ $1 == *' ' || -z $1 ]] && COMP_WORDS+=('')
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_LINE=\"redrive-execution $1\"; COMP_POINT=${#COMP_LINE}
            handler=$(complete -p redrive-execution | sed 's/.* -F \\([^ ]*\\) .*/\\1/')
            \"$handler\" redrive-execution \"${COMP_WORDS[COMP_CWORD]}\" \"${COMP_WORDS[COMP_CWORD - 1]}\"
            printf '%s\\n' \"${COMPREPLY[@]}\"";
        let done = run(&["bash", "-c", script, PROGRAM, line], &[], Streams::Pipes);
        assert_eq!((&done.exit, done.stderr.as_str()), (&Exit::Status(0), ""), "{line}");
        done.stdout.lines().filter(|word| !word.is_empty()).map(str::to_owned).collect()
    };
    assert_eq!(complete("--exec"), ["--execution-arn"]);
    assert_eq!(complete("--execution-arn a --cli-r"), ["--cli-read-timeout"]);
    assert_eq!(complete("--output y"), ["yaml", "yaml-stream"]);
    assert_eq!(complete("--generate-cli-skeleton "), ["input", "output", "yaml-input"]);
    assert_eq!(complete("comp"), ["completions"]);
    assert_eq!(complete("completions z"), ["zsh"]);
    assert_eq!(complete("bulk --state"), ["--state-machine-arn"]);
    assert_eq!(complete("wait --from f --red"), ["--redrive-date"]);
    assert_eq!(complete("bulk --status T"), ["TIMED_OUT"]);
    assert!(complete("").contains(&"help".to_owned()));
    assert!(complete("--region x --").contains(&"--client-token".to_owned()));
}

#[test]
fn fish_completes_choices_of_every_command() {
    for (line, word) in [
        ("--output y", "yaml"),
        ("bulk --status T", "TIMED_OUT"),
        ("bulk --output y", "yaml"),
        ("wait --red", "--redrive-date"),
        ("completions z", "zsh"),
    ] {
        let script = "command -v fish >/dev/null || { echo \"$2\"; exit 0; }
            \"$0\" completions fish | HOME=/tmp fish -c \"source; complete -C 'redrive-execution $1'\"";
        let done = run(&["sh", "-c", script, PROGRAM, line, word], &[], Streams::Pipes);
        let first = done.stdout.split(['\t', '\n']).next();
        assert_eq!((&done.exit, first), (&Exit::Status(0), Some(word)), "{line}: {}", done.stderr);
    }
}

#[test]
fn scripts_of_other_shells_are_sound_where_those_are_installed() {
    for (shell, check) in [("bash", "-n"), ("zsh", "-n"), ("fish", "--no-execute")] {
        let script = "command -v \"$1\" >/dev/null || exit 0; \"$0\" completions \"$1\" | \"$1\" \"$2\"";
        let done = run(&["sh", "-c", script, PROGRAM, shell, check], &[], Streams::Pipes);
        assert_eq!((done.exit, done.stderr.as_str()), (Exit::Status(0), ""), "{shell}");
    }
}

#[test]
fn wrong_words_after_a_command_of_ours_are_refused() {
    let done = piped(&["completions", "tcsh"], &[]);
    assert_eq!((done.exit, done.stdout.as_str()), (Exit::Status(252), ""));
    assert!(done.stderr.contains("bash, elvish, fish, powershell, zsh"), "{}", done.stderr);
}

const SECRETS: &[&str] = &[
    "AKIDPLANTEDONE",
    "secret/key+PLANTED",
    "session//TOKEN==PLANTED",
    "proxy-pass-planted",
    "endpoint-pass-planted",
    "cookie-planted",
];

#[test]
fn debug_tells_everything_but_the_secrets() {
    // The service's own refusals quote what was sent.
    let refusal =
        format!("{{\"__type\": \"ThrottlingException\", \"quoted\": \"{}\", \"at\": \"{}\"}}", SECRETS[2], SECRETS[0]);
    let headers = BTreeMap::from([("Set-Cookie".to_owned(), format!("a={}", SECRETS[5]).into())]);
    let refused = Reply { status: Some(400), raw: Some(refusal.into()), headers, ..Reply::default() };
    let granted = Reply { raw: Some("{\"redriveDate\": 1.5}".into()), ..Reply::default() };
    let endpoint = Endpoint::start(Script::new(vec![refused, granted], Vec::new()), None).unwrap();
    let proxy = format!("http://someone:{}@127.0.0.1:{}", SECRETS[3], endpoint.port());
    let url = format!("http://else:{}@sfn.test/", SECRETS[4]);
    let words = ["--execution-arn", "arn:a", "--debug", "--endpoint-url", &url, "--output", "text"];
    let done = piped(
        &words,
        &[
            ("AWS_ACCESS_KEY_ID", SECRETS[0]),
            ("AWS_SECRET_ACCESS_KEY", SECRETS[1]),
            ("AWS_SESSION_TOKEN", SECRETS[2]),
            ("AWS_DEFAULT_REGION", "eu-north-1"),
            ("http_proxy", &proxy),
            ("TZ", "UTC0"),
        ],
    );
    assert_eq!(
        (&done.exit, done.stdout.as_str()),
        (&Exit::Status(0), "1970-01-01T00:00:01.500000+00:00\n"),
        "{}",
        done.stderr
    );
    assert!(endpoint.requests().iter().all(|request| request.header("x-amz-security-token") == Some(SECRETS[2])));
    for secret in SECRETS {
        assert!(!done.stderr.contains(secret), "{secret}: {}", done.stderr);
    }
    for told in [
        "arguments: [\"--execution-arn\", \"arn:a\"",
        "setting: region = eu-north-1, from AWS_DEFAULT_REGION",
        "setting: profile = default, from the default",
        "\"--endpoint-url\", \"http://***@sfn.test/\", \"--output\", \"text\"]",
        "provider_name: \"env\"",
        "attempt: 1 of 3",
        "request: POST http://***@sfn.test/",
        "request header: authorization: ***",
        "request body: {\"executionArn\":\"arn:a\",\"clientToken\":\"",
        "through the proxy http://***",
        "response: 400 ",
        "response header: set-cookie: ***",
        "response body: {\"__type\": \"ThrottlingException\", \"quoted\": \"***\"",
        "retry: waiting ",
        "attempt: 2 of 3",
        "response: 200 ",
        "response body: {\"redriveDate\": 1.5}",
    ] {
        assert!(done.stderr.contains(told), "{told}: {}", done.stderr);
    }
    let timed = |line: &str| line.as_bytes().get(23) == Some(&b'Z');
    assert!(done.stderr.lines().all(timed), "{}", done.stderr);
}
