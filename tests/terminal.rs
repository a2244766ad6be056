//! What people see: help and its pager, completions in a real shell, `--debug` without a secret.

use std::collections::BTreeMap;
use std::io::Write;
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

/// How each shell shows what can follow the words of `$1`, with the completion script.
const SHELLS: &[(&str, &str)] = &[
    (
        "bash",
        "source <(redrive-execution completions bash) || exit 9
        compopt() { :; } # refuses to work outside a completion
        read -ra COMP_WORDS <<<\"redrive-execution $1\"; [[ $1 == *' ' || -z $1 ]] && COMP_WORDS+=('')
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_TYPE=9
        _clap_complete_redrive_execution redrive-execution \"${COMP_WORDS[COMP_CWORD]}\" x
        printf '%s\\n' \"${COMPREPLY[@]}\"",
    ),
    (
        "zsh",
        "compdef() { :; }; _describe() { print -rl -- \"${(P@)3}\"; }
        source <(redrive-execution completions zsh) || exit 9
        words=(redrive-execution ${=1}); [[ $1 == *' ' || -z $1 ]] && words+=('')
        CURRENT=${#words}; _clap_dynamic_completer_redrive_execution | sed 's/:.*//'",
    ),
    (
        "fish",
        "redrive-execution completions fish | source; complete -C \"redrive-execution $argv[-1]\" | string replace -r '\\t.*' ''; true",
    ),
];

/// What can follow `line`; `None` where that shell is not installed.
fn completed(shell: &str, script: &str, line: &str, variables: &[(&str, &str)]) -> Option<Vec<String>> {
    let path = format!("{}:/usr/bin:/bin", PathBuf::from(PROGRAM).parent().unwrap().display());
    let installed = run(&["sh", "-c", "command -v \"$0\"", shell], &[], Streams::Pipes).exit == Exit::Status(0);
    if !installed {
        // Past the harness, which keeps what passing tests print to itself.
        let _ = writeln!(std::io::stdout(), "{shell} is not installed: its completions are not checked");
        return None;
    }
    let words: &[&str] = match shell {
        "fish" => &["fish", "--no-config", "-c", script, "--", line],
        "zsh" => &["zsh", "-f", "-c", script, "zsh", line],
        _ => &["bash", "--norc", "-c", script, "bash", line],
    };
    let done = run(words, &[variables, &[("PATH", path.as_str()), ("HOME", "/tmp")]].concat(), Streams::Pipes);
    assert_eq!((&done.exit, done.stderr.as_str()), (&Exit::Status(0), ""), "{shell}: {line}");
    Some(done.stdout.lines().filter(|word| !word.is_empty()).map(str::to_owned).collect())
}

#[test]
fn every_shell_completes_commands_options_and_values() {
    for (shell, script) in SHELLS {
        for (line, expected) in [
            ("--exec", &["--execution-arn"][..]),
            ("--execution-arn a --cli-r", &["--cli-read-timeout"]),
            ("--output y", &["yaml", "yaml-stream"]),
            ("--generate-cli-skeleton i", &["input"]),
            ("comp", &["completions"]),
            ("completions z", &["zsh"]),
            ("completions zsh r", &["redrive-execution"]),
            ("help s", &["settings"]),
            ("bulk --map", &["--map-run-arn"]),
            ("wait --from f --red", &["--redrive-date"]),
            ("bulk --status T", &["TIMED_OUT"]),
            ("bulk --output y", &["yaml", "yaml-stream"]),
        ] {
            let Some(found) = completed(shell, script, line, &[]) else { break };
            assert_eq!(found, expected, "{shell}: {line}");
        }
    }
}

#[test]
fn profiles_and_regions_are_read_at_the_moment_of_the_tab() {
    let folder = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::start(Script::new(vec![Reply::default()], Vec::new()), None).unwrap();
    let url = format!("http://127.0.0.1:{}", endpoint.port());
    let (config, called) = (folder.path().join("config"), folder.path().join("called"));
    let variables = [("AWS_CONFIG_FILE", config.to_str().unwrap()), ("AWS_ENDPOINT_URL", &url)];
    for (shell, script) in SHELLS {
        for name in ["before", "after"] {
            let process = format!("credential_process = touch {}", called.display());
            std::fs::write(&config, format!("[profile team-{name}]\nregion = us-{name}-1\n{process}\n")).unwrap();
            let Some(found) = completed(shell, script, "bulk --profile team", &variables) else { break };
            assert_eq!(found, [format!("team-{name}")], "{shell}");
            let region = format!("--profile team-{name} --region us-{name}");
            assert_eq!(completed(shell, script, &region, &variables).unwrap(), [format!("us-{name}-1")], "{shell}");
        }
    }
    assert!(endpoint.requests().is_empty() && !called.exists(), "a TAB must not call anything");
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

#[test]
fn help_looks_the_same_at_every_size() {
    for (rows, columns) in [(24, 80), (40, 120), (10, 40)] {
        for (name, words) in [("help", &["--help"][..]), ("bulk", &["bulk", "--help"])] {
            let terminal = Terminal { rows, columns, with_stderr: false, keys: Vec::new() };
            let variables = [("PAGER", ""), ("NO_COLOR", "1")];
            let done = run(&[&[PROGRAM], words].concat(), &variables, Streams::Terminal(terminal));
            let first: String =
                done.stdout.lines().take(usize::from(rows)).map(|line| format!("{}\n", line.trim_end())).collect();
            let place = format!("{}/tests/help/{name}-{columns}x{rows}.txt", env!("CARGO_MANIFEST_DIR"));
            if crate::support::variable::variable("UPDATE_SCREENS").is_some() {
                std::fs::write(&place, &first).unwrap();
            }
            assert_eq!(first, std::fs::read_to_string(&place).unwrap(), "{place}; UPDATE_SCREENS=1 writes it anew");
        }
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

/// Mistakes in our own commands, and a part of the message: what happened, and what to do.
const MISTAKES: &[(&str, &str)] = &[
    ("bluk --state-machine-arn M", "there is no command 'bluk'; did you mean 'bulk'?"),
    ("wiat", "did you mean 'wait'?"),
    ("complete bash", "did you mean 'completions'?"),
    ("bulk", "nothing says what to redrive: give --state-machine-arn, "),
    ("bulk orders", "unexpected argument 'orders' found; each value stands behind its option"),
    ("bulk --since yesterday", "nothing says what to redrive"),
    ("bulk --from nofile", "--from: [Errno 2] No such file or directory: 'nofile'"),
    ("bulk --from /tmp --yes", "Is a directory: '/tmp'"),
    ("bulk --state-machine-arn M", "Give --yes to redrive without being asked, or --dry-run to see the plan."),
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
    ("help bluk", "did you mean 'bulk'?"),
    ("help statuses", "did you mean 'exit-statuses'?"),
];

#[test]
fn a_mistake_is_answered_with_what_to_do() {
    let keys = [("AWS_REGION", "eu-north-1"), ("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b")];
    for (line, message) in MISTAKES {
        let words: Vec<&str> = line.split_whitespace().collect();
        let done = piped(&words, &keys);
        assert!(matches!(done.exit, Exit::Status(252 | 255)) && done.stdout.is_empty(), "{line}: {done:?}");
        assert!(done.stderr.contains(message), "{line}: {}", done.stderr);
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
fn debug_logs_everything_but_the_secrets() {
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
    for logged in [
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
        assert!(done.stderr.contains(logged), "{logged}: {}", done.stderr);
    }
    let timed = |line: &str| line.as_bytes().get(23) == Some(&b'Z');
    assert!(done.stderr.lines().all(timed), "{}", done.stderr);
}
