//! What people see: help and its pager, `--debug` without a secret.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use redrive_execution::local;
use regex_lite::Regex;

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
fn a_line_of_the_variable_alone_is_run_as_ever() {
    let done = piped(&["--generate-cli-skeleton"], &[("REDRIVE_EXECUTION_COMPLETE", "bash")]);
    assert!(done.stdout.contains("executionArn"), "{done:?}");
}

#[test]
fn the_manual_pages_are_sound() {
    for program in ["redrive-execution", "sfn-local"] {
        let script = "command -v man >/dev/null || { echo 'man is not installed' >&2; exit 0; }
            \"$0\" man \"$1\" | man --warnings -l - 2>&1 >/dev/null";
        let done = run(&["sh", "-c", script, PROGRAM, program], &[("LC_ALL", "C.UTF-8")], Streams::Pipes);
        assert_eq!((done.exit, done.stdout.as_str()), (Exit::Status(0), ""), "{program}");
        let page = piped(&["man", program], &[]).stdout;
        assert!(page.contains(".SH SYNOPSIS\n") && page.contains("\\-\\-region <"), "{page}");
        assert!(page.contains(".SH \"SEE ALSO\"\n"), "{page}");
    }
}

const SIZES: [(u16, u16); 3] = [(24, 80), (40, 120), (10, 40)];
const ORDERS: &str = "arn:aws:states:us-east-1:123456789012:stateMachine:orders";

/// What a person sees at a size, keys typed, on a machine whose calls go to `endpoint`.
fn seen(words: &[&str], keys: &[&str], (rows, columns): (u16, u16), home: &Path, endpoint: &str) -> String {
    let keys = keys.iter().map(|&key| key.to_owned()).collect();
    let terminal = Terminal { rows, columns, with_stderr: true, keys };
    let variables = [
        ("PAGER", ""),
        ("AWS_PAGER", ""),
        ("NO_COLOR", "1"),
        ("TERM", "xterm"),
        ("HOME", home.to_str().unwrap()),
        ("TZ", "UTC"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "AKIDLOCAL"),
        ("AWS_SECRET_ACCESS_KEY", "sfn-local-needs-no-secret"),
        ("AWS_ENDPOINT_URL_SFN", endpoint),
    ];
    run(&[&[PROGRAM], words].concat(), &variables, Streams::Terminal(terminal)).stdout
}

/// What stays on the screen, without what changes from run to run.
fn lasting(text: &str, home: &Path) -> String {
    let changing = r"127\.0\.0\.1:\d+|\d{4}-\d\d-\d\dT\d\d:\d\d:[\d.Z]+|\d{8}T\d+Z-\d+|\d+ at once, then \d+";
    let text = Regex::new(r"[^\n]*\x1b\[2K").unwrap().replace_all(text, "").replace(home.to_str().unwrap(), "~");
    Regex::new(changing).unwrap().replace_all(&text, "#").into_owned()
}

#[test]
fn screens_look_the_same_at_every_size() {
    let table = ["--execution-arn", "arn:aws:states:us-east-1:123456789012:execution:order-processing:order-1001"];
    let scenes: [(&str, &[&str], &[&str]); 5] = [
        ("help", &["--help"], &[]),
        ("bulk", &["bulk", "--help"], &[]),
        ("differences", &["help", "differences"], &[]),
        ("plan", &["bulk", "--state-machine-arn", ORDERS, "--since", "3d", "--limit", "3"], &["n\r"]),
        ("table", &[&table[..], &["--output", "table", "--query", "keys(@)"]].concat(), &[]),
    ];
    for (name, words, keys) in scenes {
        for (rows, columns) in SIZES {
            let endpoint = local::Endpoint::start(local::Settings::default()).unwrap();
            let home = tempfile::tempdir().unwrap();
            let shown = seen(words, keys, (rows, columns), home.path(), &endpoint.url());
            let lines = lasting(&shown, home.path());
            let first: String = lines.lines().take(rows.into()).map(|line| format!("{}\n", line.trim_end())).collect();
            let place = format!("{}/tests/help/{name}-{columns}x{rows}.txt", env!("CARGO_MANIFEST_DIR"));
            if crate::support::variable::variable("UPDATE_SCREENS").is_some() {
                std::fs::write(&place, &first).unwrap();
            }
            assert_eq!(first, std::fs::read_to_string(&place).unwrap(), "{place}; UPDATE_SCREENS=1 writes it anew");
        }
    }
}

#[test]
fn bar_and_tables_fit_every_terminal() {
    let bulk = ["bulk", "--state-machine-arn", ORDERS, "--limit", "20", "--rate", "50", "--yes", "--journal", "j"];
    for (rows, columns) in SIZES {
        let endpoint = local::Endpoint::start(local::Settings::default()).unwrap();
        let home = tempfile::tempdir().unwrap();
        let fits = |line: &&str| line.trim_end().chars().count() <= usize::from(columns);
        let journal = home.path().join("j");
        let bulk = [&bulk[..bulk.len() - 1], &[journal.to_str().unwrap()]].concat();
        let run = seen(&bulk, &[], (rows, columns), home.path(), &endpoint.url());
        // The cursor goes back to where the line began.
        let drawn = Regex::new(r"\x1b\[[0-9;?]*[A-Za-z]").unwrap().replace_all(&run, "\r").into_owned();
        let frames: Vec<_> = drawn.split(['\r', '\n']).filter(|frame| frame.contains(" of 20")).collect();
        assert!(!frames.is_empty() && frames.iter().all(fits), "{columns}: {run}");
        let tables = run + &seen(&["doctor"], &[], (rows, columns), home.path(), &endpoint.url());
        let lines: Vec<_> = tables.lines().filter(|line| line.starts_with(['┌', '│', '╞', '└'])).collect();
        assert!(lines.len() > 12 && lines.iter().all(fits), "{columns}: {tables}");
    }
}

#[test]
fn colours_of_our_own_follow_the_variables() {
    let bold = |variables: &[(&str, &str)]| piped(&["bulk", "--help"], variables).stdout.contains('\u{1b}');
    assert!(!bold(&[]) && !bold(&[("CLICOLOR_FORCE", "0")]) && bold(&[("CLICOLOR_FORCE", "1")]));
    assert!(!bold(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    let page = on_terminal(&["help"], &[("PAGER", ""), ("NO_COLOR", "1")], 80);
    assert!(page.stdout.starts_with("NAME"), "{}", page.stdout);
}

#[test]
fn a_bare_call_names_help_on_a_terminal_only() {
    let environment = [("AWS_REGION", "eu-north-1")];
    let terminal = Terminal { rows: 24, columns: 80, with_stderr: true, keys: Vec::new() };
    let shown = run(&[PROGRAM], &environment, Streams::Terminal(terminal));
    let piped = piped(&[], &environment);
    assert_eq!((&shown.exit, &piped.exit), (&Exit::Status(252), &Exit::Status(252)));
    let text = format!("{}{}", shown.stdout, shown.stderr);
    assert!(text.contains("redrive-execution help") && !piped.stderr.contains("redrive-execution help"), "{text}");
}

/// Mistakes in our own commands, and what the message must say: what happened, and what to do.
const MISTAKES: &[(&str, &str)] = &[
    ("bluk --state-machine-arn M", "there is no command 'bluk'; did you mean 'bulk'?"),
    ("wiat", "did you mean 'wait'?"),
    ("complete bash", "did you mean 'completions'?"),
    ("bulk", "nothing says what to redrive: give --state-machine-arn, "),
    (
        "bulk orders",
        "unexpected argument 'orders' found; a value stands behind its option, as in --state-machine-arn ARN",
    ),
    ("bulk --since yesterday", "nothing says what to redrive"),
    ("bulk --from nofile", "--from: [Errno 2] No such file or directory: 'nofile'"),
    ("bulk --from /tmp --yes", "Is a directory: '/tmp'"),
    ("bulk --state-machine-arn orders", "'orders' is not an ARN, such as "),
    ("bulk --state-machine-arn M", "Give --yes to redrive without it, or --dry-run to see the plan."),
    ("bulk --state-machine-arn M --rate 0", "'0' is neither a number above 0 (redrives a second) nor 'unlimited'"),
    ("bulk --state-machine-arn M --rate fast", "nor 'unlimited'"),
    ("bulk --state-machine-arn M --since tomorow", "'tomorow' is neither a date, such as"),
    ("bulk --state-machine-arn M --since 2026-13-01", "such as 2h or 3d"),
    ("bulk --state-machine-arn M --since today --until yesterday", "--since is later than --until"),
    ("bulk --state-machine-arn M --status FALED", "a similar value exists: 'FAILED'"),
    ("bulk --state-machine-arn M --status RUNNING", "[possible values: FAILED, TIMED_OUT, ABORTED]"),
    ("bulk --state-machine-arn M --limit -1", "it must be a whole number from 0 to 1000000000"),
    ("bulk --state-machine-arn M --limit many", "it must be a whole number from 0 to 1000000000"),
    ("bulk --state-machine-arn M --share 2", "it must be above 0 and at most 1"),
    ("bulk --state-machine-arn M --concurrency 0", "it must be a whole number from 1 to 65535"),
    ("bulk --state-machine-arn M --patience never", "such as 90s, 5m, 1h30m or 3d, or 'forever'"),
    ("bulk --state-machine-arn M --output jsn", "a similar value exists: 'json'"),
    ("bulk --state-machine-arn M --timeout 5m", "--timeout goes with --wait"),
    ("bulk --stat FAILED", "--stat could match --state-machine-arn, "),
    ("bulk --p x", "--p could match --patience, --poll, --profile"),
    ("bulk --state-machine-arn --yes", "a value is required for '--state-machine-arn <ARN>'"),
    ("bulk --dryrun --from -", "a similar argument exists: '--dry-run'"),
    ("bulk --from - --yes=true", "unexpected value 'true' for '--yes'"),
    ("bulk --resume nofile", "No such file or directory: 'nofile'"),
    ("bulk --resume x --from y", "--resume continues the plan of its journal; leave out --from"),
    ("wait", "the following arguments are required: --execution-arn or --from"),
    ("wait --execution-arn orders", "'orders' is not the ARN of an execution"),
    ("wait --from nofile", "No such file or directory: 'nofile'"),
    ("wait --form x", "a similar argument exists: '--from'"),
    ("completions", "<SHELL>"),
    ("completions tcsh", "[possible values: bash, elvish, fish, powershell, zsh]"),
    ("completions bash sfnlocal", "'sfn-local'"),
    ("man bulk", "[possible values: redrive-execution"),
    ("doctor x", "a value stands behind its option, as in --"),
    ("help bluk", "did you mean 'bulk'?"),
    ("help statuses", "did you mean 'exit-statuses'?"),
];

#[test]
fn a_mistake_is_answered_with_what_to_do() {
    let keys = [("AWS_REGION", "eu-north-1"), ("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b")];
    for (line, says) in MISTAKES {
        let line = line.replace("-arn M", "-arn arn:aws:states:eu-north-1:123456789012:stateMachine:orders");
        let words: Vec<&str> = line.split_whitespace().collect();
        let done = piped(&words, &keys);
        assert!(matches!(done.exit, Exit::Status(252 | 255)) && done.stdout.is_empty(), "{line}: {done:?}");
        assert!(done.stderr.contains(says), "{line}: {}", done.stderr);
    }
    let version = piped(&["bluk", "--version"], &[]);
    assert!(version.exit == Exit::Status(0) && version.stdout.starts_with("redrive-execution/"), "{version:?}");
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
