//! What a call costs: the published program in turn with `curl --aws-sigv4`, a program that only prints hello, the program as it was
//! before and, where there is one, the AWS CLI, all against one endpoint on loopback, over http and https.
//!
//! `tests/bench/run` makes the table. `BENCH_BIN` measures another build, `BENCH_BEFORE` one beside it, `BENCH_RUNS` makes more or
//! fewer rounds, `BENCH_AWS` names the AWS CLI.

mod observe;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::certificates::Authority;
use crate::support::endpoint::Endpoint;
use crate::support::endpoint::script::{Reply, Script};
use crate::support::process::forking;
use crate::support::variable::variable;

const ARN: &str = "arn:aws:states:us-east-1:123456789012:execution:OrderFlow:run-42";
const ANSWER: &str = r#"{"redriveDate": 1700000000.123}"#;

/// A program that is measured.
struct Contender {
    name: &'static str,
    program: PathBuf,
    /// Words before those that it is given.
    prefix: Vec<String>,
    /// A slow one is run less often.
    rounds: usize,
}

#[test]
#[ignore = "measures a release build: tests/bench/run"]
fn table() {
    let ours = variable("BENCH_BIN")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target/dist/redrive-execution"), PathBuf::from);
    let rounds = variable("BENCH_RUNS").and_then(|text| text.parse().ok()).unwrap_or(101);
    let folder = tempfile::tempdir().expect("a folder");
    let authority = Authority::create().expect("certificates");
    let ours = Contender { name: "redrive-execution", program: ours, prefix: Vec::new(), rounds };
    assert!(ours.program.is_file(), "{} is not built", ours.program.display());
    println!(
        "{} ({rounds} rounds in turn against one endpoint on loopback, medians)\n",
        variable("BENCH_TITLE").unwrap_or_default()
    );
    println!("| program | | ms | ÷ curl | M instructions | page faults | peak MB | threads |");
    println!("| --- | --- | --- | --- | --- | --- | --- | --- |");
    let mut files = String::new();
    for tls in [false, true] {
        let scheme = if tls { "https" } else { "http" };
        let others = [hello(folder.path(), rounds), curl(rounds), aws(), before(rounds)];
        let endpoint = endpoint(tls, &authority, 0.0);
        let call = |contender: &Contender| {
            command(contender, &format!("{scheme}://127.0.0.1:{}", endpoint.port()), &authority)
        };
        // What bears the name of a neighbour but does not do the call is no neighbour.
        let works = |contender: &&Contender| {
            call(contender).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
        };
        let contenders: Vec<&Contender> = others.iter().flatten().filter(works).chain([&ours]).collect();
        let mut times: Vec<Vec<Duration>> = contenders.iter().map(|_| Vec::new()).collect();
        // In turn, so that whatever else the machine does hits all alike.
        for round in 0..rounds {
            for (contender, times) in contenders.iter().zip(&mut times) {
                if round < contender.rounds {
                    times.push(timed(call(contender)));
                }
            }
        }
        let reference = contenders.iter().position(|contender| contender.name == "curl");
        for (contender, own) in contenders.iter().zip(&times) {
            let ratio = reference.and_then(|at| times.get(at)).map(|reference| {
                let mut ratios: Vec<f64> =
                    own.iter().zip(reference).map(|(own, curl)| own.as_secs_f64() / curl.as_secs_f64()).collect();
                median(&mut ratios)
            });
            let mut own: Vec<f64> = own.iter().map(|time| time.as_secs_f64() * 1000.0).collect();
            let slow = self::endpoint(tls, &authority, 0.2);
            let watched = command(contender, &format!("{scheme}://127.0.0.1:{}", slow.port()), &authority);
            let seen = observe::watch(watched);
            let instructions = if contender.name == "aws" { None } else { observe::instructions(call(contender)) };
            println!(
                "| {} | {scheme} | {:.2} | {} | {} | {} | {} | {} |",
                contender.name,
                median(&mut own),
                ratio.map_or_else(String::new, |ratio| format!("{ratio:.3}")),
                instructions.map_or_else(String::new, |count| format!("{count:.2}")),
                seen.faults,
                // A program that is gone before it is looked at shows none.
                if seen.megabytes > 0.0 { format!("{:.1}", seen.megabytes) } else { String::new() },
                seen.threads,
            );
            if contender.name == ours.name {
                let opened = observe::opened(call(contender)).unwrap_or_default();
                files = format!("Mapped: {}. Opened: {}.", seen.mapped.join(", "), opened.join(", "));
            }
        }
    }
    println!("\n{files}\n");
    for contender in before(rounds).iter().chain([&ours]) {
        let size = fs::metadata(&contender.program).expect("it is there").len();
        println!("{}: a file of {:.2} MB", contender.name, size as f64 / 1e6);
    }
}

fn endpoint(tls: bool, authority: &Authority, delay: f64) -> Endpoint {
    let reply = Reply { raw: Some(ANSWER.into()), delay: Some(delay), ..Reply::default() };
    Endpoint::start(Script::new(vec![reply], Vec::new()), tls.then(|| authority.server())).expect("an endpoint")
}

/// A program that does nothing else, of the same compiler: what starting a process costs here.
fn hello(folder: &Path, rounds: usize) -> Option<Contender> {
    let (source, program) = (folder.join("hello.rs"), folder.join("hello"));
    fs::write(&source, "fn main() { println!(\"hello\"); }").ok()?;
    let built = Command::new("rustc")
        .args(["-O", "-o"])
        .arg(&program)
        .arg(&source)
        .status()
        .is_ok_and(|status| status.success());
    built.then(|| Contender { name: "hello", program, prefix: Vec::new(), rounds })
}

fn curl(rounds: usize) -> Option<Contender> {
    installed("curl").map(|program| Contender { name: "curl", program, prefix: Vec::new(), rounds })
}

fn before(rounds: usize) -> Option<Contender> {
    let program = variable("BENCH_BEFORE").map(PathBuf::from)?;
    Some(Contender { name: "before", program, prefix: Vec::new(), rounds })
}

fn aws() -> Option<Contender> {
    let program = variable("BENCH_AWS").map(PathBuf::from).or_else(|| installed("aws"))?;
    let prefix = vec!["stepfunctions".to_owned(), "redrive-execution".to_owned()];
    Some(Contender { name: "aws", program, prefix, rounds: 3 })
}

fn installed(name: &str) -> Option<PathBuf> {
    let path = variable("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file())
}

/// The call of a contender: the same redrive for all, signed with the same keys.
fn command(contender: &Contender, url: &str, authority: &Authority) -> Command {
    let authority = authority.certificate_file();
    let mut command = Command::new(&contender.program);
    command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("HOME", "/nonexistent").env("TZ", "UTC");
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).args(&contender.prefix);
    match contender.name {
        "hello" => {}
        "curl" => {
            let body = format!(r#"{{"executionArn":"{ARN}","clientToken":"0c6d1d4e-7e0b-4f2e-9a3e-1f0b8f6f2d11"}}"#);
            command.args([
                "-sS",
                "--aws-sigv4",
                "aws:amz:us-east-1:states",
                "--user",
                "AKIDEXAMPLE:secret",
                "--cacert",
            ]);
            command.arg(&authority).args(["-H", "Content-Type: application/x-amz-json-1.0"]);
            command.args(["-H", "X-Amz-Target: AWSStepFunctions.RedriveExecution", "-d", &body, url]);
        }
        _ => {
            command
                .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
                .env("AWS_SECRET_ACCESS_KEY", "secret")
                .env("AWS_REGION", "us-east-1");
            command.args(["--execution-arn", ARN, "--endpoint-url", url, "--ca-bundle"]).arg(&authority);
        }
    }
    command
}

fn timed(mut command: Command) -> Duration {
    let _turn = forking();
    let begun = Instant::now();
    let status = command.status().expect("it starts");
    let taken = begun.elapsed();
    assert!(status.success(), "{command:?}: {status}");
    taken
}

fn median(numbers: &mut [f64]) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}
