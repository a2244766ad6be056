//! Completions in real shells: README's lines in an empty home, then a terminal on which TAB is pressed.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use regex_lite::Regex;

use crate::support::endpoint::Endpoint;
use crate::support::endpoint::script::{Reply, Script};
use crate::support::process::{Exit, Finished, Run, Streams, Terminal};

const README: &str = include_str!("../README.md");

/// A line that is typed before TAB, what must then be seen, and what must not.
type Row = (&'static str, &'static [&'static str], &'static [&'static str]);

const ROWS: &[Row] = &[
    ("redrive-execution bulk --st", &["--state-machine-arn", "--status", "--stop-failing"], &["--canary", "--region"]),
    ("redrive-execution bulk --status T", &["--status TIMED_OUT"], &["ABORTED"]),
    ("redrive-execution bulk --region us-e", &["us-east-1", "us-east-2"], &["us-west-1"]),
    ("redrive-execution --region=us-w", &["us-west-1", "us-west-2"], &["us-east-1"]),
    ("redrive-execution rep", &["redrive-execution report "], &[]),
    ("redrive-execution help s", &["redrive-execution help settings "], &[]),
    ("redrive-execution wait --from f --red", &["--redrive-date "], &[]),
    ("redrive-execution --exec", &["redrive-execution --execution-arn "], &[]),
    ("redrive-execution --output ", &["json", "yaml-stream", "off"], &["legacy"]),
    ("redrive-execution --cli-error-format e", &["--cli-error-format enhanced "], &[]),
    ("redrive-execution completions z", &["completions zsh "], &[]),
    ("redrive-execution bulk --from arns-o", &["--from arns-of-today.txt"], &[]),
    ("redrive-execution --profile ", &["team-one", "other"], &["team-two", "secret"]),
    ("redrive-execution --profile other --region eu-h", &["eu-here-7"], &[]),
    // Typed and run: the files are others from now on.
    ("mv ~/.aws/next ~/.aws/config\r", &[], &[]),
    ("redrive-execution --profile ", &["team-two", "third"], &["team-one"]),
    ("sfn-local --c", &["--clock", "--clock-scale"], &["--seed"]),
    ("sfn-local --quotas us", &["--quotas us-east-1 "], &[]),
];

fn run(home: &Path, words: &[&str], variables: &[(&str, &str)], streams: Streams) -> Finished {
    let programs = Path::new(env!("CARGO_BIN_EXE_redrive-execution")).parent().unwrap();
    let path = format!("{}:/usr/bin:/bin", programs.display());
    let base = [("PATH", path.as_str()), ("HOME", home.to_str().unwrap()), ("TERM", "xterm"), ("LC_ALL", "C.UTF-8")];
    let environment: BTreeMap<String, String> =
        base.iter().chain(variables).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let words = words.iter().map(|&word| word.to_owned()).collect();
    let (folder, limit) = (home.to_owned(), Duration::from_secs(120));
    Run { words, environment, folder, stdin: Vec::new(), streams, signal: None, limit }.finish().unwrap()
}

/// Presses TAB in a shell, with nothing in its home but what README's lines and the AWS CLI put there.
fn tab_in(shell: &str) {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    if run(home, &["sh", "-c", "command -v \"$0\"", shell], &[], Streams::Pipes).exit != Exit::Status(0) {
        // Past the harness, which keeps what passing tests print to itself.
        let _ = writeln!(std::io::stdout(), "needs {shell}, which is not installed: its completions are not checked");
        return;
    }
    let lines = README.split("```").find(|block| block.contains("completions fish")).unwrap();
    let lines = lines.strip_prefix("sh\n").unwrap();
    let of_local = lines.replace(&format!("completions {shell}"), &format!("completions {shell} sfn-local"));
    let of_local =
        of_local.replace("_redrive-execution", "_sfn-local").replace("redrive-execution.fish", "sfn-local.fish");
    for lines in [lines, &of_local] {
        let done = run(home, &["sh", "-ec", lines], &[], Streams::Pipes);
        assert_eq!((done.exit, done.stderr.as_str()), (Exit::Status(0), ""), "{lines}");
    }
    let process = format!("credential_process = touch {}\n", home.join("called").display());
    let profile = |name: &str, rest: &str| format!("[profile {name}]\n{process}{rest}");
    std::fs::create_dir(home.join(".aws")).unwrap();
    std::fs::write(home.join("arns-of-today.txt"), "").unwrap();
    std::fs::write(home.join(".aws/config"), profile("team-one", "") + &profile("other", "region = eu-here-7\n"))
        .unwrap();
    std::fs::write(home.join(".aws/next"), profile("team-two", "") + &profile("third", "")).unwrap();

    let mut keys = vec!["printf '<%s>\\n' start\r".to_owned()];
    for (at, (line, ..)) in ROWS.iter().enumerate() {
        keys.push((*line).to_owned());
        // TAB completes, lists what is left to choose, and may choose the first; Ctrl-U takes the line away.
        keys.extend((!line.ends_with('\r')).then(|| "\t\t\t".to_owned()));
        keys.push(format!("\u{15}printf '<%s>\\n' {at}\r"));
    }
    keys.push("exit\r".to_owned());
    let endpoint = Endpoint::start(Script::new(vec![Reply::default()], Vec::new()), None).unwrap();
    let url = format!("http://127.0.0.1:{}", endpoint.port());
    let terminal = Terminal { rows: 50, columns: 160, with_stderr: true, keys };
    let variables = [("AWS_ENDPOINT_URL", url.as_str()), ("AWS_EC2_METADATA_SERVICE_ENDPOINT", &url)];
    // bash shows nothing of what is typed on a terminal without echo.
    let done = run(home, &["sh", "-c", "stty sane; exec \"$0\" -i", shell], &variables, Streams::Terminal(terminal));
    assert_eq!(done.exit, Exit::Status(0), "{shell}: {}", done.stdout);

    let escapes = Regex::new(r"\x1b(\[[0-9;?]*[A-Za-z]|\][^\x07]*\x07|[()].|[=>])|[\r\x07]").unwrap();
    let seen = escapes.replace_all(&done.stdout, "");
    let mut rest = seen.split_once("\n<start>").unwrap_or_else(|| panic!("{shell}: {seen}")).1;
    for (at, (line, shown, hidden)) in ROWS.iter().enumerate() {
        let (part, after) = rest.split_once(&format!("<{at}>\n")).unwrap_or_else(|| panic!("{shell}, {line}: {seen}"));
        for word in *shown {
            assert!(part.contains(word), "{shell}, {line}: no {word} in {part}");
        }
        for word in *hidden {
            assert!(!part.contains(word), "{shell}, {line}: {word} in {part}");
        }
        rest = after;
    }
    assert!(endpoint.requests().is_empty() && !home.join("called").exists(), "{shell}: TAB must not call anything");
}

#[test]
fn tab_completes_in_bash() {
    tab_in("bash");
}

#[test]
fn tab_completes_in_zsh() {
    tab_in("zsh");
}

#[test]
fn tab_completes_in_fish() {
    tab_in("fish");
}
