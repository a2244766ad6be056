//! Inputs beyond all measure: each ends in a clear error or a success, within a limit of memory that the system enforces, in seconds.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::faults::peer::{Act, Peer, Play};
use crate::support::process::{Exit, Finished, Run, Streams};

/// The most address space that a run gets, in kilobytes: what is beyond ends it.
const MEMORY: u32 = 384 * 1024;
/// The longest that a run may take; the program is not optimised, and the machine is shared.
const TIME: Duration = Duration::from_secs(30);

const ARN: &str = "arn:aws:states:us-east-1:123456789012:execution:OrderFlow:run-42";
const MEGABYTE: usize = 1024 * 1024;

/// Runs the program in a folder with these files, in little memory.
fn run(files: &[(&str, &[u8])], variables: &[(&str, &str)], words: &[&str]) -> Finished {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, content) in files {
        fs::write(folder.path().join(name), content).expect("a file is written");
    }
    run_in(folder.path(), variables, words)
}

fn run_in(folder: &Path, variables: &[(&str, &str)], words: &[&str]) -> Finished {
    let mut environment: BTreeMap<String, String> = [
        ("HOME", "/nonexistent"),
        ("LC_ALL", "C.UTF-8"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:1"),
        ("AWS_MAX_ATTEMPTS", "1"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    environment.extend(variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    // macOS knows no such limit; the time is limited there, too.
    let script = format!("ulimit -v {MEMORY} 2>/dev/null; exec \"$0\" \"$@\"");
    let start = ["/bin/sh", "-c", &script, env!("CARGO_BIN_EXE_redrive-execution")];
    let run = Run {
        words: start.iter().chain(words).map(|word| (*word).to_owned()).collect(),
        environment,
        folder: folder.to_owned(),
        stdin: Vec::new(),
        streams: Streams::Pipes,
        signal: None,
        limit: TIME,
    };
    run.finish().expect("a process is run")
}

#[track_caller]
fn ends(finished: &Finished, status: i32, message: &str) {
    let stderr: String = finished.stderr.chars().take(500).collect();
    assert_eq!(finished.exit, Exit::Status(status), "{stderr}");
    assert!(finished.stderr.contains(message), "{stderr}");
}

/// Port 1 has no listener: a program that gets so far has read everything.
const SENT: &str = "Could not connect to the endpoint URL";

#[test]
fn a_document_of_100_megabytes() {
    let object = format!("{{\"executionArn\": \"{ARN}\"}}");
    for text in [object.as_str(), "[1,", "- [", "? a\n", "\"a\": {\"b\":"] {
        let text = text.repeat(100 * MEGABYTE / text.len());
        for (option, prefix) in
            [("--cli-input-json", "file://"), ("--cli-input-yaml", "file://"), ("--cli-input-json", "fileb://")]
        {
            let finished = run(&[("document", text.as_bytes())], &[], &[option, &format!("{prefix}document")]);
            ends(&finished, 252, "larger than");
        }
    }
}

#[test]
fn a_file_without_end() {
    ends(&run(&[], &[], &["--execution-arn", "file:///dev/zero"]), 252, "larger than");
}

#[test]
fn credentials_without_end() {
    let config = b"[default]\ncredential_process = cat /dev/zero\n";
    let process = [("AWS_CONFIG_FILE", "config"), ("AWS_ACCESS_KEY_ID", ""), ("AWS_SECRET_ACCESS_KEY", "")];
    let call = ["--execution-arn", ARN];
    ends(&run(&[("config", config)], &process, &call), 255, "credential_process prints more than");
    let token = [
        ("AWS_ACCESS_KEY_ID", ""),
        ("AWS_SECRET_ACCESS_KEY", ""),
        ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/r"),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "/dev/zero"),
    ];
    ends(&run(&[], &token, &call), 255, "larger than");
}

#[test]
fn lists_and_journals_without_end() {
    for words in [&["bulk", "--from", "/dev/zero", "--yes"][..], &["wait", "--from", "/dev/zero"]] {
        ends(&run(&[], &[], words), 252, "line");
    }
    let journal = vec![0; 200 * MEGABYTE];
    let files = [("journal", journal.as_slice()), ("list", ARN.as_bytes())];
    ends(&run(&files, &[], &["bulk", "--resume", "journal"]), 252, "a line is longer than");
    let words = ["bulk", "--from", "list", "--journal", "journal", "--yes"];
    ends(&run(&files, &[], &words), 252, "is a file of something else");
}

#[test]
fn the_largest_and_costliest_document() {
    let largest = 16 * MEGABYTE;
    let numbers = format!("{{\"a\": [{}1]}}", "1,".repeat(largest / 2 - 10));
    let finished = run(&[("document", numbers.as_bytes())], &[], &["--cli-input-json", "file://document"]);
    ends(&finished, 252, "Unknown parameter in input: \"a\"");
    for (start, item) in
        [("a: [", "1,"), ("", "- \n"), ("a: [", "a: 1,"), ("? ", "[ "), ("a: '", "\n\n"), ("", "&a *a\n"), ("", "#\n")]
    {
        let text = format!("{start}{}", item.repeat((largest - 10) / item.len()));
        let finished = run(&[("document", text.as_bytes())], &[], &["--cli-input-yaml", "file://document"]);
        assert!(matches!(finished.exit, Exit::Status(252 | 255)), "{item:?} {:?} {}", finished.exit, finished.stderr);
    }
}

#[test]
fn ten_thousand_levels() {
    let deep = 10_000;
    let json = format!("{{\"a\": {}{}}}", "[".repeat(deep), "]".repeat(deep));
    ends(&run(&[], &[], &["--cli-input-json", &json]), 255, "recursion");
    ends(&run(&[], &[], &["--cli-input-yaml", &json]), 255, "recursion");
    let block: String = (0..1500).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
    ends(&run(&[("document", block.as_bytes())], &[], &["--cli-input-yaml", "file://document"]), 255, "recursion");
    for query in ["(", "[", "{a:", "!", "a.", "a[?", "a|", "&", "not_null(", "[[", "*["] {
        let finished = run(&[], &[], &["--execution-arn", ARN, "--query", &query.repeat(deep)]);
        assert!(matches!(finished.exit, Exit::Status(252 | 255)), "{query} {:?}", finished.exit);
        assert!(!finished.stderr.is_empty(), "{query}");
    }
}

#[test]
fn an_answer_of_ten_thousand_levels() {
    let body = format!("{{\"redriveDate\": {}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
    let finished = answered(vec![Act::Send(head.into_bytes()), Act::Send(body.into_bytes())]);
    assert!(matches!(finished.exit, Exit::Status(0 | 255)), "{:?} {}", finished.exit, finished.stderr);
}

#[test]
fn an_answer_without_end() {
    let head = "HTTP/1.1 200 OK\r\n\r\n".as_bytes().to_vec();
    let finished = answered(vec![Act::Send(head), Act::Flood(b"[1,2,[3,", 10_000 * MEGABYTE)]);
    ends(&finished, 255, "the response is larger than");
}

#[test]
fn interim_answers_without_end() {
    let begun = Instant::now();
    let finished = answered(vec![Act::Flood(b"HTTP/1.1 103 Early Hints\r\n\r\n", 20 * MEGABYTE)]);
    ends(&finished, 255, "Connection was closed before we received a valid response");
    assert!(begun.elapsed() < TIME);
}

#[test]
fn a_request_of_megabytes_that_is_not_read() {
    let peer = Peer::start(Play::Acts(vec![Act::Ignore]), None).expect("a peer");
    let endpoint = format!("http://127.0.0.1:{}", peer.port());
    let token = "t".repeat(12 * MEGABYTE);
    let config = b"[default]\nparameter_validation = false\n";
    let files = [("token", token.as_bytes()), ("config", config.as_slice())];
    let words = [
        "--execution-arn",
        ARN,
        "--client-token",
        "file://token",
        "--endpoint-url",
        &endpoint,
        "--cli-read-timeout",
        "1",
    ];
    let finished = run(&files, &[("AWS_CONFIG_FILE", "config")], &words);
    ends(&finished, 255, "on endpoint URL: \"http://127.0.0.1");
}

/// The program's end where the service does this once it has the request.
fn answered(acts: Vec<Act>) -> Finished {
    let acts = [vec![Act::ReadAll], acts].concat();
    let peer = Peer::start(Play::Acts(acts), None).expect("a peer");
    let endpoint = format!("http://127.0.0.1:{}", peer.port());
    run(&[], &[], &["--execution-arn", ARN, "--endpoint-url", &endpoint])
}

#[test]
fn a_config_file_of_50_megabytes() {
    for (line, numbered) in [
        ("k = v\n", false),
        ("[profile p]\na=b\n", true),
        ("k = v\n", true),
        ("[default]\n", false),
        ("  more\n", false),
    ] {
        let mut config = String::from("[default]\nregion = us-east-1\nx = y\n");
        let mut number = 0;
        while config.len() < 50 * MEGABYTE {
            let number_text = number.to_string();
            let line = if numbered { line.replacen(['k', 'p'], &number_text, 1) } else { line.to_owned() };
            config.push_str(&line);
            number += 1;
        }
        let finished =
            run(&[("config", config.as_bytes())], &[("AWS_CONFIG_FILE", "config")], &["--execution-arn", ARN]);
        ends(&finished, 255, "Unable to parse config file: config");
    }
}

#[test]
fn the_largest_and_costliest_config_file() {
    let mut config = String::from("[default]\nregion = us-east-1\n");
    let mut number = 0_u32;
    while config.len() < 8 * MEGABYTE - 20 {
        config.push_str(&format!("{number:x}=\n"));
        number += 1;
    }
    let finished = run(&[("config", config.as_bytes())], &[("AWS_CONFIG_FILE", "config")], &["--execution-arn", ARN]);
    ends(&finished, 255, SENT);
    let many: String = (0..2000).map(|number| format!("[profile {number}]\n")).collect();
    let defaults: String = (0..20_000).map(|number| format!("key{number} = some value\n")).collect();
    let config = format!("[DEFAULT]\n{defaults}{many}");
    let finished = run(&[("config", config.as_bytes())], &[("AWS_CONFIG_FILE", "config")], &["--execution-arn", ARN]);
    ends(&finished, 255, "Unable to parse config file: config");
}

#[test]
fn a_hundred_thousand_arguments() {
    for word in ["x", "--no-pag", "--cli", "--query=a", "-", "--e=a", "help"] {
        let words = vec![word; 100_000];
        let finished = run(&[], &[], &words);
        assert!(matches!(finished.exit, Exit::Status(0 | 252 | 255)), "{word}: {:?}", finished.exit);
    }
    let mut words = vec!["--query=a"; 100_000];
    words.extend(["--execution-arn", ARN]);
    ends(&run(&[], &[], &words), 255, SENT);
}
