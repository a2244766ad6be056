//! Completions in real shells: README's lines in an empty home, then a terminal on which TAB is pressed.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::path::Path;
use std::process::Child;
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use regex_lite::Regex;

use crate::support::endpoint::Endpoint;
use crate::support::endpoint::script::{Reply, Script};
use crate::support::process::{Exit, Finished, Run, Streams, forking};

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

fn environment(home: &Path) -> BTreeMap<String, String> {
    let programs = Path::new(env!("CARGO_BIN_EXE_redrive-execution")).parent().unwrap();
    let path = format!("{}:/usr/bin:/bin", programs.display());
    let variables =
        [("PATH", path.as_str()), ("HOME", home.to_str().unwrap()), ("TERM", "xterm"), ("LC_ALL", "C.UTF-8")];
    variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn run(home: &Path, words: &[&str]) -> Finished {
    let words = words.iter().map(|&word| word.to_owned()).collect();
    let (folder, limit) = (home.to_owned(), Duration::from_secs(60));
    let environment = environment(home);
    let run = Run { words, environment, folder, stdin: Vec::new(), streams: Streams::Pipes, signal: None, limit };
    run.finish().unwrap()
}

/// A shell on a terminal.
struct Session {
    terminal: pty_process::blocking::Pty,
    output: Receiver<Vec<u8>>,
    /// What it printed since the last command ended.
    seen: Vec<u8>,
    shell: Child,
    escapes: Regex,
}

impl Session {
    fn start(shell: &str, home: &Path, url: &str) -> Self {
        let (terminal, theirs) = pty_process::blocking::open().unwrap();
        terminal.resize(pty_process::Size::new(50, 160)).unwrap();
        let variables = [("AWS_ENDPOINT_URL", url), ("AWS_EC2_METADATA_SERVICE_ENDPOINT", url)];
        let _turn = forking();
        let command = pty_process::blocking::Command::new(shell).arg("-i").current_dir(home).env_clear();
        let shell = command.envs(environment(home)).envs(variables).spawn(theirs).unwrap();
        let mut reader = File::from(terminal.as_fd().try_clone_to_owned().unwrap());
        let (sender, output) = mpsc::channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut bytes) {
                let _ = sender.send(bytes[..count].to_vec());
            }
        });
        let escapes = Regex::new(r"\x1b(\[[0-9;?]*[A-Za-z]|\][^\x07]*\x07|[()].|[=>])|[\r\x07]").unwrap();
        Self { terminal, output, seen: Vec::new(), shell, escapes }
    }

    fn send(&mut self, keys: &str) {
        self.terminal.write_all(keys.as_bytes()).unwrap();
    }

    fn text(&self) -> String {
        self.escapes.replace_all(&String::from_utf8_lossy(&self.seen), "").into_owned()
    }

    /// Whether it shows something in time.
    fn shows(&mut self, time: Duration, is_it: impl Fn(&str) -> bool) -> bool {
        let end = Instant::now() + time;
        while !is_it(&self.text()) {
            match self.output.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.seen.extend(bytes),
                Err(_) => return false,
            }
        }
        true
    }

    /// Runs a command, which prints `end` when it has ended.
    fn run(&mut self, command: &str, end: &str) {
        self.send(&format!("{command}\r"));
        assert!(self.shows(Duration::from_secs(60), |text| text.contains(end)), "{command}: {}", self.text());
        self.seen.clear();
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.shell.kill();
        let _ = self.shell.wait();
    }
}

/// Presses TAB in a shell, with nothing in its home but what README's lines and the AWS CLI put there.
fn tab_in(shell: &str) {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path();
    if run(home, &["sh", "-c", "command -v \"$0\"", shell]).exit != Exit::Status(0) {
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
        let done = run(home, &["sh", "-ec", lines]);
        assert_eq!((done.exit, done.stderr.as_str()), (Exit::Status(0), ""), "{lines}");
    }
    let process = format!("credential_process = touch {}\n", home.join("called").display());
    let profile = |name: &str, rest: &str| format!("[profile {name}]\n{process}{rest}");
    std::fs::create_dir(home.join(".aws")).unwrap();
    std::fs::write(home.join("arns-of-today.txt"), "").unwrap();
    std::fs::write(home.join(".aws/config"), profile("team-one", "") + &profile("other", "region = eu-here-7\n"))
        .unwrap();
    std::fs::write(home.join(".aws/next"), profile("team-two", "") + &profile("third", "")).unwrap();

    let endpoint = Endpoint::start(Script::new(vec![Reply::default()], Vec::new()), None).unwrap();
    let url = format!("http://127.0.0.1:{}", endpoint.port());
    let mut session = Session::start(shell, home, &url);
    session.run("printf '<%s>\\n' start", "\n<start>\n");
    for (at, (line, shown, hidden)) in ROWS.iter().enumerate() {
        if let Some(command) = line.strip_suffix('\r') {
            session.run(&format!("{command}; printf '<%s>\\n' {at}"), &format!("<{at}>\n"));
            continue;
        }
        session.send(line);
        // One TAB completes what is certain, the next one lists what is left to choose.
        let is_shown = |text: &str| shown.iter().all(|word| text.contains(word));
        let found = (0..20).any(|_| {
            session.send("\t");
            session.shows(Duration::from_millis(500), is_shown)
        });
        let text = session.text();
        assert!(found, "{shell}, {line}: not {shown:?} in {text}");
        assert!(!hidden.iter().any(|word| text.contains(word)), "{shell}, {line}: {hidden:?} in {text}");
        // Ctrl-U takes the line away.
        session.run(&format!("\u{15}printf '<%s>\\n' {at}"), &format!("<{at}>\n"));
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
