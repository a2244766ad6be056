//! The program `sfn-local`.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::support::process::{Exit, Run, Streams, Terminal};

fn sfn_local(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sfn-local"));
    // Its own process group: no terminal sends it signals.
    command.args(arguments).env_clear().env("PATH", "/usr/bin:/bin").process_group(0).stdin(Stdio::null());
    command
}

fn output(arguments: &[&str]) -> Output {
    sfn_local(arguments).output().unwrap()
}

fn texts(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

fn signal(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).unwrap();
}

/// The first line of a child's stdout that starts so.
fn line(child: &mut Child, start: &str) -> String {
    let lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
    lines.map_while(Result::ok).find(|line| line.starts_with(start)).unwrap()
}

#[test]
fn a_command_gets_the_environment_and_its_status_is_ours() {
    let script = "echo $AWS_ENDPOINT_URL_SFN $AWS_ACCESS_KEY_ID $AWS_REGION ${AWS_PROFILE-none}; exit 7";
    let output =
        sfn_local(&["--region", "eu-west-1", "--", "sh", "-c", script]).env("AWS_PROFILE", "x").output().unwrap();
    let (status, stdout, stderr) = texts(&output);
    assert_eq!((status, stderr.as_str()), (Some(7), ""));
    let words: Vec<&str> = stdout.split_whitespace().collect();
    assert!(
        matches!(words.as_slice(), [url, "AKIDLOCAL", "eu-west-1", "none"] if url.starts_with("http://127.0.0.1:"))
    );
}

#[test]
fn commands_that_cannot_run_or_are_killed_end_as_in_a_shell() {
    let (status, stdout, stderr) = texts(&output(&["--", "no-such-command-here"]));
    assert_eq!((status, stdout.as_str()), (Some(127), ""));
    assert!(stderr.starts_with("sfn-local: cannot run no-such-command-here: "), "{stderr}");
    assert_eq!(output(&["--", "/"]).status.code(), Some(126));
    assert_eq!(output(&["--", "sh", "-c", "kill -TERM $$"]).status.code(), Some(143));
    assert_eq!(output(&["--", "sh", "-c", "kill -KILL $$"]).status.code(), Some(137));
}

#[test]
fn error_messages_move_no_cursor() {
    let seed = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(seed.path(), r#"{"stateMachines": [{"name": "a\u001b[1A\r\nb"}]}"#).unwrap();
    let (status, _, stderr) = texts(&output(&["--seed", seed.path().to_str().unwrap()]));
    assert_eq!(status, Some(1));
    assert!(stderr.contains(r"a\x1b[1A\x0d\x0ab") && stderr.lines().count() == 1, "{stderr:?}");
    let (status, _, stderr) = texts(&output(&["\u{1b}[2K"]));
    assert_eq!(status, Some(2));
    assert!(stderr.starts_with("error: unexpected argument '\\x1b[2K' found\n"), "{stderr:?}");
}

#[test]
fn signals_reach_the_command() {
    for (sent, name, status) in [(Signal::TERM, "TERM", 3), (Signal::INT, "INT", 4), (Signal::HUP, "HUP", 5)] {
        let script = format!("trap 'exit {status}' {name}; echo ready; while read line; do :; done");
        let mut command = sfn_local(&["--", "sh", "-c", &script]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        // Waiting for the child would close its stdin, on which the command waits.
        let _stdin = child.stdin.take();
        line(&mut child, "ready");
        signal(&child, sent);
        assert_eq!(child.wait().unwrap().code(), Some(status), "{name}");
    }
}

#[test]
fn it_serves_until_it_is_ended_and_ends_cleanly() {
    for sent in [Signal::TERM, Signal::INT] {
        let mut child = sfn_local(&[]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let export = line(&mut child, "export AWS_ENDPOINT_URL_SFN=http://127.0.0.1:");
        let address = export.split("//").nth(1).unwrap();
        assert!(std::net::TcpStream::connect(address).is_ok());
        signal(&child, sent);
        let mut stderr = String::new();
        child.stderr.as_mut().unwrap().read_to_string(&mut stderr).unwrap();
        assert_eq!((child.wait().unwrap().code(), stderr.as_str()), (Some(0), ""));
    }
}

#[test]
fn a_failed_start_is_reported() {
    let directory = std::env::temp_dir().join(format!("sfn-local-test-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let seed = directory.join("seed.json");
    std::fs::write(&seed, r#"{"stateMachines": [{"name": "a b"}]}"#).unwrap();
    let seed = seed.to_str().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let in_use = format!("sfn-local: cannot serve on 127.0.0.1:{port}: Address already in use");
    for (arguments, status, start) in [
        (
            vec!["--prot"],
            2,
            "error: unexpected argument '--prot' found\n\n  tip: a similar argument exists: '--port'\n",
        ),
        (vec!["--region", "\u{1b}[1A"], 2, "error: invalid value '\\x1b[1A' for '--region <REGION>'"),
        (vec!["--"], 2, "error: there is no COMMAND after --\n"),
        (vec!["--seed", "/dev/zero", "--", "true"], 1, "sfn-local: /dev/zero: larger than 67108864 bytes\n"),
        (vec!["--seed", "/no/such/file", "--", "true"], 1, "sfn-local: /no/such/file: "),
        (
            vec!["--seed", seed, "--", "true"],
            1,
            "sfn-local: the seed is not usable: state machine 'a b': the name 'a b'",
        ),
        (vec!["--port", &port, "--", "true"], 1, &in_use),
    ] {
        let (code, stdout, stderr) = texts(&output(&arguments));
        assert_eq!((code, stdout.as_str()), (Some(status), ""), "{arguments:?}");
        assert!(stderr.starts_with(start), "{stderr}");
    }
    std::fs::remove_dir_all(&directory).unwrap();
}

#[test]
fn help_and_version_go_to_stdout() {
    for (argument, start) in [
        ("--help", "A small Step Functions endpoint"),
        ("--version", "sfn-local "),
        ("--print-seed", "{\n  \"stateMachines\": ["),
    ] {
        let (status, stdout, stderr) = texts(&output(&[argument]));
        assert_eq!((status, stderr.as_str()), (Some(0), ""));
        assert!(stdout.starts_with(start), "{stdout}");
    }
}

#[test]
fn faults_come_by_option_and_are_logged() {
    let script =
        r#"exec 3<>/dev/tcp/127.0.0.1/${AWS_ENDPOINT_URL_SFN##*:}; printf 'POST / HTTP/1.0\r\n\r\n' >&3; cat <&3"#;
    let (status, stdout, stderr) = texts(&output(&["--log", "--fail", "page:502:100%", "--", "bash", "-c", script]));
    assert_eq!(status, Some(0), "{stderr}");
    assert!(stdout.starts_with("HTTP/1.0 502 Bad Gateway\r\n") && stdout.ends_with("</html>\n"), "{stdout}");
    assert!(!stdout.to_ascii_lowercase().contains("x-amzn"), "{stdout}");
    assert!(stderr.lines().next().is_some_and(|line| line.contains("Z - 502 page ")), "{stderr}");
}

#[test]
fn the_pasted_lines_unset_another_session_token() {
    let mut child = sfn_local(&[]).stdout(Stdio::piped()).spawn().unwrap();
    line(&mut child, "unset AWS_SESSION_TOKEN");
    signal(&child, Signal::TERM);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn its_tables_fit_the_terminal() {
    let ctrl_c = vec!["\u{3}".to_owned()];
    let terminal = Terminal { rows: 24, columns: 80, with_stderr: false, keys: ctrl_c };
    let run = Run {
        words: vec![env!("CARGO_BIN_EXE_sfn-local").to_owned()],
        environment: BTreeMap::new(),
        folder: "/".into(),
        stdin: Vec::new(),
        streams: Streams::Terminal(terminal),
        signal: None,
        limit: Duration::from_secs(20),
    };
    let finished = run.finish().unwrap();
    let table = |line: &&str| line.starts_with(['│', '┌', '╞', '└']);
    let widths: Vec<usize> =
        finished.stdout.lines().filter(table).map(|line| line.trim_end().chars().count()).collect();
    assert_eq!(finished.exit, Exit::Status(0));
    assert!(widths.len() > 20 && widths.iter().all(|width| *width <= 80), "{widths:?}: {}", finished.stdout);
}

#[test]
fn the_log_has_a_line_for_each_request_and_a_summary() {
    let mut child = sfn_local(&["--log"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let export = line(&mut child, "export AWS_ENDPOINT_URL_SFN=http://127.0.0.1:");
    let mut stream = std::net::TcpStream::connect(export.split("//").nth(1).unwrap()).unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").unwrap();
    stream.read_to_string(&mut String::new()).unwrap();
    signal(&child, Signal::TERM);
    let (status, _, stderr) = texts(&child.wait_with_output().unwrap());
    assert_eq!(status, Some(0));
    assert!(stderr.lines().next().is_some_and(|line| line.contains("Z - 404 UnknownOperationException ")), "{stderr}");
    let summary: Vec<&str> = stderr.lines().filter(|line| line.contains("UnknownOperationException ┆ 1")).collect();
    assert_eq!(summary.len(), 1, "{stderr}");
}
