//! Nothing is left of secrets in the program's memory once the call is made, while the pager still runs.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use crate::support::endpoint::Endpoint;
use crate::support::endpoint::script::{Match, Reply, Route, Script};
use crate::support::process::{Exit, Run, Streams, Terminal};

const ARN: &str = "arn:aws:states:us-east-1:123456789012:execution:OrderFlow:run-42";
const LIMIT: Duration = Duration::from_secs(20);

const PROCESS: &str = "[default]\ncredential_process = cat keys\n";
const ROLE: &str = "[default]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = base\n\
    [profile base]\ncredential_process = cat keys\n";
/// What the program prints that both ask.
const KEYS: &str = r#"{"Version": 1, "AccessKeyId": "AKIDEXAMPLE", "SecretAccessKey": "printed-secret-access-key",
    "SessionToken": "printed-session-token"}"#;
const ROLES_KEYS: &str = "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>AKIDROLE</AccessKeyId>\
    <SecretAccessKey>answered-secret-access-key</SecretAccessKey><SessionToken>answered-session-token</SessionToken>\
    <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>";

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "needs /proc")]
fn nothing_secret_is_left_in_memory_after_the_call() {
    let secrets =
        ["printed-secret-access-key", "printed-session-token", "answered-secret-access-key", "answered-session-token"];
    for config in [PROCESS, ROLE] {
        let folder = tempfile::tempdir().unwrap();
        let memory = after_the_call(folder.path(), config);
        // What the program was given on its command line is there for as long as it lives.
        assert!(count(&memory, ARN) > 0, "the memory is read");
        for secret in secrets {
            assert_eq!(count(&memory, secret), 0, "{secret} is left in memory with {config}");
        }
    }
}

/// What the program may write to in its memory while its output is in the pager.
fn after_the_call(folder: &Path, config: &str) -> Vec<Vec<u8>> {
    let pager = "echo $PPID > pid.new; mv pid.new pid; until [ -e go ]; do sleep 0.05; done; cat";
    for (name, content) in [("config", config), ("keys", KEYS), ("pager", pager)] {
        fs::write(folder.join(name), content).unwrap();
    }
    let route = Route { matching: Match::default(), respond: Reply::text(200, ROLES_KEYS) };
    let answer = Reply { raw: Some(r#"{"redriveDate": 1700000000.123}"#.into()), ..Reply::default() };
    let endpoint = Endpoint::start(Script::new(vec![answer], vec![route]), None).unwrap();
    let url = format!("http://127.0.0.1:{}", endpoint.port());
    let home = folder.to_str().unwrap();
    let environment: BTreeMap<String, String> = [
        ("PATH", "/usr/bin:/bin"),
        ("HOME", home),
        ("AWS_CONFIG_FILE", "config"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ENDPOINT_URL", &url),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_PAGER", "sh pager"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    let terminal = Terminal { rows: 24, columns: 80, with_stderr: false, keys: Vec::new() };
    let run = Run {
        words: [env!("CARGO_BIN_EXE_redrive-execution"), "--execution-arn", ARN].map(str::to_owned).to_vec(),
        environment,
        folder: folder.to_owned(),
        stdin: Vec::new(),
        streams: Streams::Terminal(terminal),
        signal: None,
        limit: LIMIT,
    };
    let running = thread::spawn(move || run.finish().unwrap());
    let begun = Instant::now();
    while !folder.join("pid").exists() && begun.elapsed() < LIMIT && !running.is_finished() {
        thread::sleep(Duration::from_millis(10));
    }
    let memory = fs::read_to_string(folder.join("pid")).map(|process| memory_of(process.trim()));
    fs::write(folder.join("go"), "").unwrap();
    let finished = running.join().unwrap();
    assert_eq!(finished.exit, Exit::Status(0), "{}{}", finished.stdout, finished.stderr);
    memory.unwrap()
}

/// Every part of a process's memory that it may write to.
fn memory_of(process: &str) -> Vec<Vec<u8>> {
    let memory = File::open(format!("/proc/{process}/mem")).unwrap();
    let maps = fs::read_to_string(format!("/proc/{process}/maps")).unwrap();
    let writable = maps.lines().filter_map(|line| {
        let mut columns = line.split_whitespace();
        let (range, rights) = (columns.next()?, columns.next()?);
        let (from, to) = range.split_once('-').filter(|_| rights.starts_with("rw"))?;
        Some((u64::from_str_radix(from, 16).ok()?, u64::from_str_radix(to, 16).ok()?))
    });
    let read = writable.filter_map(|(from, to)| {
        let mut bytes = vec![0; usize::try_from(to - from).ok()?];
        memory.read_exact_at(&mut bytes, from).ok().map(|()| bytes)
    });
    read.collect()
}

fn count(memory: &[Vec<u8>], text: &str) -> usize {
    memory.iter().map(|part| String::from_utf8_lossy(part).matches(text).count()).sum()
}
