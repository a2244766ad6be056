//! The prompt, driven by keys on a terminal.
#![expect(clippy::unwrap_used, reason = "a helper that fails fails the test")]

mod state;

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use tempfile::TempDir;

use crate::support::endpoint::Endpoint;
use crate::support::endpoint::script::{Reply, Script};
use crate::support::process::{Exit, Finished, Run, Streams, Terminal};

const ARN: &str = "arn:aws:states:us-east-1:123456789012:execution:orders:run-1";
const LINE: &str = "> aws stepfunctions redrive-execution";
const REDRIVEN: &str = r#"{"redriveDate": 1700000000.123}"#;

struct Setting {
    endpoint: Endpoint,
    home: TempDir,
}

impl Setting {
    /// An endpoint that gives these answers in turn, and an empty home.
    fn new(answers: &[&str]) -> Self {
        let replies = answers.iter().map(|text| Reply::text(200, text)).collect();
        let endpoint = Endpoint::start(Script::new(replies, Vec::new()), None).unwrap();
        Self { endpoint, home: tempfile::tempdir().unwrap() }
    }

    fn run(&self, words: &[&str], mode: &str, streams: Streams) -> Finished {
        let endpoint = format!("http://127.0.0.1:{}", self.endpoint.port());
        let environment = [
            ("HOME", self.home.path().to_str().unwrap()),
            ("PATH", "/usr/bin:/bin"),
            ("TERM", "xterm"),
            ("TZ", "UTC"),
            ("AWS_PAGER", ""),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ENDPOINT_URL_SFN", &endpoint),
            ("AWS_CLI_AUTO_PROMPT", mode),
        ];
        let environment: BTreeMap<String, String> =
            environment.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let words = [env!("CARGO_BIN_EXE_redrive-execution")].iter().chain(words).map(|&word| word.to_owned());
        let run = Run {
            words: words.collect(),
            environment,
            folder: self.home.path().to_owned(),
            stdin: Vec::new(),
            streams,
            signal: None,
            limit: Duration::from_secs(60),
        };
        run.finish().unwrap()
    }

    fn typed(&self, words: &[&str], keys: &[&str]) -> Finished {
        self.run(words, "on", terminal((80, 24), keys))
    }

    fn bodies(&self) -> Vec<serde_json::Value> {
        self.endpoint.requests().iter().map(|request| serde_json::from_str(&request.body).unwrap()).collect()
    }
}

fn terminal((columns, rows): (u16, u16), keys: &[&str]) -> Streams {
    let keys = keys.iter().map(|&key| key.to_owned()).collect();
    Streams::Terminal(Terminal { rows, columns, with_stderr: false, keys })
}

/// What was printed after the screen was given back.
fn afterwards(output: &str) -> &str {
    output.rsplit("\u{1b}[?1049l").next().unwrap_or_default().trim_start_matches("\u{1b}[?25h")
}

const DOWN: &str = "\u{1b}[B";

#[test]
fn a_line_is_completed_and_run_at_both_sizes() {
    for size in [(80, 24), (200, 50)] {
        let setting = Setting::new(&[REDRIVEN]);
        let keys = ["--outp", DOWN, "\r", " tex", DOWN, "\r", "\r"];
        let finished = setting.run(&["--execution-arn", ARN, "--cli-auto-prompt"], "off", terminal(size, &keys));
        assert_eq!(finished.exit, Exit::Status(0), "{finished:?}");
        let line = format!("{LINE} --execution-arn {ARN} --output text\n");
        assert_eq!(afterwards(&finished.stdout), format!("{line}2023-11-14T22:13:20.123000+00:00\n"));
        assert!(finished.stdout.contains(" --client-token "), "the menu: {:?}", finished.stdout);
        assert_eq!(setting.bodies()[0]["executionArn"], ARN);
        let history = setting.home.path().join(".aws/cli/cache/prompt_history.json");
        let text = std::fs::read_to_string(&history).unwrap();
        assert!(
            text.contains(&format!("\"stepfunctions redrive-execution --execution-arn {ARN} --output text\"")),
            "{text}"
        );
        assert_eq!(std::fs::metadata(&history).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn a_terminal_sends_pastes_and_keys_with_ctrl() {
    let setting = Setting::new(&[REDRIVEN]);
    let pasted =
        format!("\u{1b}[200~aws stepfunctions redrive-execution \\\r  --execution-arn {ARN} \\\r  --debug\u{1b}[201~");
    // Ctrl-Left, Alt-d, Ctrl-y, Ctrl-_, Ctrl-_, and the word that goes there.
    let keys = [&pasted, "\u{1b}[1;5D", "\u{1b}d", "\u{19}", "\u{1f}", "no-color", "\u{17}--output text", "\r"];
    let finished = setting.typed(&[], &keys);
    assert_eq!(
        afterwards(&finished.stdout).lines().next(),
        Some(&*format!("{LINE} --execution-arn {ARN} --output text"))
    );
    assert_eq!(setting.bodies()[0]["executionArn"], ARN);
}

#[test]
fn the_line_that_stays_moves_no_cursor() {
    let setting = Setting::new(&[REDRIVEN]);
    let finished = setting.typed(&["--execution-arn", "a\u{1b}[1A\u{202e}b"], &["\u{3}"]);
    let line = afterwards(&finished.stdout).to_owned() + &finished.stderr;
    assert!(line.contains(r"a\x1b[1A\u202eb"), "{finished:?}");
}

#[test]
fn an_execution_is_found_by_way_of_its_state_machine() {
    let machines = r#"{"stateMachines": [
        {"stateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:fast", "name": "fast", "type": "EXPRESS", "creationDate": 1},
        {"stateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:orders", "name": "orders", "type": "STANDARD", "creationDate": 1}
    ]}"#;
    let execution = |name: &str, status: &str, started: u64| {
        let now = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
        let arn = ARN.replace("run-1", name);
        let machine = "arn:aws:states:us-east-1:123456789012:stateMachine:orders";
        format!(
            r#"{{"executionArn": "{arn}", "stateMachineArn": "{machine}", "name": "{name}", "status": "{status}",
            "startDate": {}, "stopDate": {}}}"#,
            now - started,
            now - 7200
        )
    };
    let failed = format!(r#"{{"executions": [{}]}}"#, execution("run-2", "FAILED", 20_000));
    let aborted = format!(r#"{{"executions": [{}]}}"#, execution("run-1", "ABORTED", 10_000));
    let setting = Setting::new(&[machines, &failed, r#"{"executions": []}"#, &aborted, REDRIVEN]);
    let finished = setting.typed(&["--execution-arn"], &["ord", DOWN, "\r", DOWN, "\r", "\r"]);
    assert_eq!(finished.exit, Exit::Status(0), "{finished:?}");
    assert!(afterwards(&finished.stdout).starts_with(&format!("{LINE} --execution-arn {ARN}\n")), "{finished:?}");
    assert!(finished.stdout.contains("ABORTED, stopped 2 h ago"), "{finished:?}");
    let bodies = setting.bodies();
    let filters: Vec<_> = bodies.iter().filter_map(|body| body["statusFilter"].as_str()).collect();
    assert_eq!(filters, ["FAILED", "TIMED_OUT", "ABORTED"]);
    assert_eq!(bodies[4]["executionArn"], ARN, "the last started comes first");
}

#[test]
fn without_permission_one_line_says_so_and_typing_goes_on() {
    let endpoint = vec![
        Reply::text(400, r#"{"__type": "AccessDeniedException", "message": "not you"}"#),
        Reply::text(200, REDRIVEN),
    ];
    let endpoint = Endpoint::start(Script::new(endpoint, Vec::new()), None).unwrap();
    let setting = Setting { endpoint, home: tempfile::tempdir().unwrap() };
    let finished = setting.typed(&["--execution-arn"], &["arn:x", ":y", "\r"]);
    assert!(finished.stdout.contains("AccessDeniedException: not you"), "{finished:?}");
    assert!(afterwards(&finished.stdout).starts_with(&format!("{LINE} --execution-arn arn:x:y\n")), "{finished:?}");
    assert_eq!((finished.exit, setting.bodies().len()), (Exit::Status(0), 2));
}

#[test]
fn neither_the_screen_nor_the_log_shows_a_secret() {
    let planted = "pL4nTeD-secret";
    let refusal = format!(r#"{{"__type": "AccessDeniedException", "message": "not by {planted}"}}"#);
    let endpoint = vec![Reply::text(400, &refusal), Reply::text(200, REDRIVEN)];
    let endpoint = Endpoint::start(Script::new(endpoint, Vec::new()), None).unwrap();
    let setting = Setting { endpoint, home: tempfile::tempdir().unwrap() };
    let keys = format!("aws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = {planted}\n");
    let folder = setting.home.path().join(".aws");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("config"), format!("[profile p]\naws_session_token = {planted}\n{keys}")).unwrap();
    let streams = Streams::Terminal(Terminal {
        rows: 24,
        columns: 200,
        with_stderr: true,
        keys: ["arn:x", ":y", "\r"].map(str::to_owned).to_vec(),
    });
    let finished = setting.run(&["--profile", "p", "--debug", "--execution-arn"], "on", streams);
    assert_eq!(finished.exit, Exit::Status(0), "{finished:?}");
    assert!(finished.stdout.contains("AccessDeniedException: not by ***"), "{finished:?}");
    assert!(finished.stdout.contains("x-amz-target"), "{finished:?}");
    assert!(!finished.stdout.contains(planted), "{finished:?}");
}

#[test]
fn leaving_keeps_the_line_and_runs_nothing() {
    for key in ["\u{3}", "\u{4}"] {
        let setting = Setting::new(&[REDRIVEN]);
        let finished = setting.typed(&["--region", "eu-west-1"], &["--que", key]);
        assert_eq!(finished.exit, Exit::Status(130));
        assert_eq!(finished.stderr, format!("{LINE} --region eu-west-1 --que\n"));
        assert_eq!(afterwards(&finished.stdout), "");
        assert_eq!(setting.bodies().len(), 0);
    }
}

#[test]
fn without_a_terminal_there_is_no_prompt() {
    let setting = Setting::new(&[REDRIVEN]);
    let finished = setting.run(&["--cli-auto-prompt"], "off", Streams::Pipes);
    assert_eq!(finished.exit, Exit::Status(255));
    assert_eq!(finished.stderr, "Warning: Input is not a terminal (fd=0).\n\naws: [ERROR]:\n");
    assert_eq!(finished.stdout, "");
}

#[test]
fn on_partial_asks_only_where_the_line_is_wrong() {
    let setting = Setting::new(&[REDRIVEN]);
    let partial = |words: &[&str], keys: &[&str]| setting.run(words, "on-partial", terminal((80, 24), keys));
    let right = partial(&["--execution-arn", ARN, "--output", "text"], &[]);
    assert_eq!((right.exit, right.stdout.as_str()), (Exit::Status(0), "2023-11-14T22:13:20.123000+00:00\n"));
    let wrong = partial(&["--execution-arn", ARN, "--output", "txt"], &["\u{7f}\u{7f}ext", "\r"]);
    assert_eq!((wrong.exit, wrong.stderr.as_str()), (Exit::Status(0), ""));
    assert!(afterwards(&wrong.stdout).starts_with(&format!("{LINE} --execution-arn {ARN} --output text\n")));
    let unknown = partial(&["--execution-arn", ARN, "--bogus"], &["\u{3}"]);
    assert_eq!(unknown.exit, Exit::Status(130));
    assert!(unknown.stderr.contains("Unknown options: --bogus"), "as there: {:?}", unknown.stderr);
    let refused = partial(&["--execution-arn", ARN, "--region", "a b"], &[]);
    assert_eq!(refused.exit, Exit::Status(255), "another failure is no reason to ask");
    assert_eq!(setting.bodies().len(), 2);
}

#[test]
fn words_that_end_the_prompt_before_it_opens() {
    let setting = Setting::new(&[REDRIVEN]);
    let finished = setting.run(&["--execution-arn", ARN, "--no-cli-auto-prompt"], "on", Streams::Pipes);
    assert_eq!((finished.exit, setting.bodies().len()), (Exit::Status(0), 1));
}
