//! What people have in their environment, with something wrong in it: a call that works, but for one to three variables.

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};

use redrive_execution::env_vars;
use redrive_execution::host::{Environment, Host};

use crate::fuzz::corpus::Corpus;
use crate::fuzz::mutate;
use crate::fuzz::random::Random;
use crate::support::endpoint::Endpoint;
use crate::support::endpoint::script::{Match, Reply, Route, Script};
use crate::support::variable::variable;

/// How many cases `cargo test` tries where nothing else is said.
const CASES: u64 = 2_000;

/// A part of every secret, often enough for one of them to outlive a change.
const SECRET: &str = "tops3cret";

const ARN: &str = "arn:aws:states:us-east-1:123456789012:execution:OrderFlow:run-42";

/// What stays as it is: without them a call would leave this machine.
const KEPT: [&str; 1] = [env_vars::IGNORE_CONFIGURED_ENDPOINT_URLS];

pub fn attempt(random: &mut Random, corpus: &Corpus) {
    signed(random, corpus);
}

/// Tries one environment; returns whether a signed request was sent.
fn signed(random: &mut Random, corpus: &Corpus) -> bool {
    let home = tempfile::tempdir().expect("a folder");
    let aws = home.path().join(".aws");
    fs::create_dir(&aws).expect("a folder to write to");
    let keys = format!("aws_access_key_id = AKIDFILE\naws_secret_access_key = {SECRET}/{SECRET}\n");
    fs::write(aws.join("credentials"), format!("[default]\n{keys}[other]\n{keys}")).expect("a folder to write to");
    fs::write(aws.join("config"), "[default]\nregion = us-west-2\n[profile other]\noutput = text\n").expect("the same");
    let answer = Route { matching: Match::default(), respond: Reply::text(200, r#"{"redriveDate": 1.7e9}"#) };
    let endpoint = Endpoint::start(Script::new(Vec::new(), vec![answer]), None).expect("a port to listen on");
    let url = format!("http://127.0.0.1:{}", endpoint.port());

    let mut variables = valid(home.path().to_str().expect("a path that is text"), &url);
    for _ in 0..=random.below(3) {
        change(random, corpus, &mut variables, &url);
    }
    let shown = format!("{variables:?}");
    let host = Host { environment: Environment::Fixed(variables), ..Host::fixed(&[]) };
    let mut argv = vec!["--execution-arn".to_owned(), ARN.to_owned()];
    if random.once_in(2) {
        argv.extend(["--endpoint-url".to_owned(), url]);
    }
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let status = redrive_execution::run(argv, &host, &mut stdout, &mut stderr);
    let (stdout, stderr) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert!([0, 252, 253, 254, 255].contains(&status), "{status}: {shown}\n{stderr}");
    assert_eq!(status == 0, stderr.is_empty(), "{status}: {shown}\n{stderr}");
    assert!(!stdout.contains(SECRET) && !stderr.contains(SECRET), "a secret is shown: {shown}\n{stderr}");
    endpoint.requests().iter().any(|request| request.header("authorization").is_some())
}

/// An environment in which a call works. Whatever would go elsewhere goes through a proxy that is the endpoint again.
fn valid(home: &str, url: &str) -> BTreeMap<String, String> {
    let secret = format!("{SECRET}/{SECRET}/{SECRET}");
    let variables = [
        (env_vars::HOME, home),
        (env_vars::ACCESS_KEY_ID, "AKIDEXAMPLE"),
        (env_vars::SECRET_ACCESS_KEY, &secret),
        (env_vars::SESSION_TOKEN, &secret),
        (env_vars::REGION, "us-east-1"),
        (env_vars::ENDPOINT_URL, url),
        (env_vars::ENDPOINT_URL_SFN, url),
        (env_vars::EC2_METADATA_SERVICE_ENDPOINT, url),
        (env_vars::HTTP_PROXY_LOWER, url),
        (env_vars::HTTPS_PROXY_LOWER, url),
        (env_vars::NO_PROXY_LOWER, "127.0.0.1,::1,localhost"),
        (env_vars::MAX_ATTEMPTS, "1"),
        (env_vars::METADATA_SERVICE_TIMEOUT, "1"),
        (env_vars::TZ, "EST5EDT,M3.2.0,M11.1.0"),
    ];
    variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// Sets, changes or takes away one variable.
fn change(random: &mut Random, corpus: &Corpus, variables: &mut BTreeMap<String, String>, url: &str) {
    let (name, _) = *random.pick(env_vars::ALL);
    if KEPT.contains(&name) {
        return;
    }
    let urls = [
        url,
        "http://127.0.0.1:1",
        "http://[::1]:1",
        "http://[::1",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:x",
        "ftp://127.0.0.1:1",
        "127.0.0.1:1",
        "http://",
        "://",
        " http://127.0.0.1:1 ",
        "http://u:p@127.0.0.1:1/a b?c#d",
        "http://127.0.0.1:1\r\nX: y",
        "http://127.0.0.1:1/\u{10dce9}",
        "\u{1}http://127.0.0.1:1",
        "HTTP://127.0.0.1:1//",
        "http://127.0.0.1:1%",
    ];
    // A random address might be in use, and every further attempt waits.
    let goes_somewhere = ["ENDPOINT", "PROXY", "proxy", "URI"].iter().any(|part| name.contains(part));
    if goes_somewhere {
        variables.insert(name.to_owned(), (*random.pick(&urls)).to_owned());
        return;
    }
    if name == env_vars::MAX_ATTEMPTS {
        variables
            .insert(name.to_owned(), (*random.pick(&["0", "-1", "x", "1.0", " 1", "\u{ff11}", "1\u{1}"])).to_owned());
        return;
    }
    let words = [
        "true",
        "false",
        "off",
        "auto",
        "on",
        "on-partial",
        "json",
        "text",
        "standard",
        "adaptive",
        "legacy",
        "other",
        "utf-8",
        "latin-1",
        "iso8601",
        "wire",
        "us-east-1",
        "aws-global",
        "",
        "0",
        "-1",
        "1.5",
        "1e9",
        "nan",
        "0x10",
        "٣",
        "99999999999999999999",
        "/nonexistent",
        "/",
        "~",
        "~nobody/x",
        "~/x",
        "$HOME",
        "/dev/null",
        "/proc/self/mem",
        "a\u{10dce9}/b",
    ];
    let value = match random.below(6) {
        0 => {
            variables.remove(name);
            return;
        }
        1 => mutate::text(random, &corpus.words),
        2 => (*random.pick(&urls)).to_owned(),
        3 => (*random.pick(&words)).to_owned(),
        _ => {
            let mut value: Vec<char> = variables.get(name).map_or("x", String::as_str).chars().collect();
            let at = random.below(value.len() + 1);
            value.insert(
                at,
                *random.pick(&['\n', '\r', '\t', '\u{1}', '\u{7f}', '\u{1c}', '\u{10dce9}', 'é', ' ', '\u{feff}', '€']),
            );
            value.into_iter().collect()
        }
    };
    // The system has none with a NUL.
    variables.insert(name.to_owned(), value.replace('\0', ""));
}

#[test]
fn no_environment_breaks_the_program_and_most_reach_signing() {
    let number = |name: &str| variable(name).and_then(|text| text.parse::<u64>().ok());
    let (cases, seed) = (number("FUZZ_ENVIRONMENTS").unwrap_or(CASES), number("FUZZ_SEED").unwrap_or(1));
    let corpus = Corpus::load();
    let mut reached = 0;
    for case in 0..cases {
        let tried = catch_unwind(AssertUnwindSafe(|| signed(&mut Random::of_case(seed, case), &corpus)));
        match tried {
            Ok(was_signed) => reached += u64::from(was_signed),
            Err(_) => panic!("make it again with FUZZ_TARGET=environment FUZZ_SEED={seed} FUZZ_CASE={case}"),
        }
    }
    assert!(reached * 2 >= cases, "only {reached} of {cases} reached signing");
}
