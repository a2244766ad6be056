//! One case run: fresh folders, the endpoint, the program, and what came of it.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use serde_json::{Map, Value};
use tempfile::TempDir;

use super::case::{Case, Content, SignalName, Tty};
use super::names::Names;
use super::observed;
use crate::support::certificates::Authority;
use crate::support::endpoint::script::{Reply, Script};
use crate::support::endpoint::{DeadPort, Endpoint};
use crate::support::process::{Run, Signal, Streams, Terminal, forking};

/// How long a case may take.
const LIMIT: Duration = Duration::from_secs(60);
/// The answer where a case gives none.
const USUAL_ANSWER: &str = r#"{"json": {"redriveDate": 1700000000.123}}"#;

/// The program under test, and what all cases share.
pub struct Bench {
    /// The program.
    pub program: PathBuf,
    /// Words before a case's own, except where it gives the whole command.
    pub prefix: Vec<String>,
    /// Who signs the endpoint's certificate.
    pub authority: Authority,
}

impl Bench {
    /// Runs a case; what it did, by the fields that are compared. An error is a failure of the surroundings.
    pub fn run(&self, case: &Case) -> io::Result<Map<String, Value>> {
        let folders = Folders::create()?;
        let responses = if case.responses.is_empty() { vec![usual_answer()?] } else { case.responses.clone() };
        let tls = case.tls.then(|| self.authority.server());
        let endpoint = Endpoint::start(Script::new(responses, case.routes.clone()), tls)?;
        let dead = DeadPort::take()?;
        let scheme = if case.tls { "https" } else { "http" };
        let names = Names {
            endpoint: format!("{scheme}://127.0.0.1:{}", endpoint.port()),
            port: endpoint.port(),
            dead_port: dead.number(),
            home: folders.home.display().to_string(),
            cwd: folders.work.display().to_string(),
            authority: if case.tls { self.authority.certificate_file().display().to_string() } else { String::new() },
        };
        for (name, content) in &case.files {
            folders.write(name, content, &names)?;
        }

        let finished = self.invocation(case, &names, &folders.work).finish()?;
        thread::sleep(Duration::from_secs_f64(case.settle));

        let requests = endpoint.requests();
        let mut got = observed::of_process(&finished, &names);
        got.insert("requests".into(), observed::of_requests(&requests, &names));
        got.insert("same_token_on_retry".into(), observed::same_token(&requests).into());
        if !case.look.is_empty() {
            got.insert("left".into(), observed::of_files(&folders.home, &case.look, &names)?);
        }
        Ok(got)
    }

    fn invocation(&self, case: &Case, names: &Names, folder: &Path) -> Run {
        let prefix = if case.whole { &[][..] } else { &self.prefix };
        let words = [self.program.display().to_string()]
            .into_iter()
            .chain(prefix.iter().cloned())
            .chain(case.argv.iter().map(|word| names.fill(word)));
        let streams = match (case.tty, case.stdout) {
            (Some(tty), _) => Streams::Terminal(Terminal {
                rows: case.rows.unwrap_or(24),
                columns: case.cols.unwrap_or(80),
                with_stderr: tty == Tty::All,
                keys: case.keys.clone(),
            }),
            (None, Some(_)) => Streams::FullOutput,
            (None, None) => Streams::Pipes,
        };
        Run {
            words: words.collect(),
            environment: environment(case, names),
            folder: folder.to_owned(),
            stdin: case.stdin.clone().unwrap_or_default().into_bytes(),
            streams,
            signal: case.signal.map(|signal| (number(signal.name), Duration::from_secs_f64(signal.after))),
            limit: LIMIT,
        }
    }
}

fn usual_answer() -> io::Result<Reply> {
    Ok(serde_json::from_str(USUAL_ANSWER)?)
}

/// A bare environment with credentials and a region, then what the case changes.
fn environment(case: &Case, names: &Names) -> BTreeMap<String, String> {
    let bare = [
        ("HOME", names.home.as_str()),
        ("PATH", "/usr/local/bin:/usr/bin:/bin"),
        ("LANG", "C.UTF-8"),
        ("LC_ALL", "C.UTF-8"),
        ("TERM", "xterm"),
        ("TZ", "UTC"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        ("AWS_REGION", "us-east-1"),
    ];
    let mut environment: BTreeMap<String, String> =
        bare.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    if case.endpoint_env {
        environment.insert("AWS_ENDPOINT_URL_SFN".into(), names.endpoint.clone());
    }
    for (name, value) in &case.env {
        match value {
            Some(value) => environment.insert(name.clone(), names.fill(value)),
            None => environment.remove(name),
        };
    }
    environment
}

fn number(name: SignalName) -> Signal {
    match name {
        SignalName::Interrupt => Signal::INT,
        SignalName::Terminate => Signal::TERM,
        SignalName::HangUp => Signal::HUP,
        SignalName::Quit => Signal::QUIT,
        SignalName::BrokenPipe => Signal::PIPE,
    }
}

/// A home and a working directory of a run's own, gone with it.
struct Folders {
    _root: TempDir,
    home: PathBuf,
    work: PathBuf,
}

impl Folders {
    fn create() -> io::Result<Self> {
        let root = tempfile::Builder::new().prefix("parity-").tempdir()?;
        let (home, work) = (root.path().join("home"), root.path().join("cwd"));
        fs::create_dir(&home)?;
        fs::create_dir(&work)?;
        Ok(Self { _root: root, home, work })
    }

    /// Writes a case's file: into the working directory where its name starts with `./`, else under the home.
    fn write(&self, name: &str, content: &Content, names: &Names) -> io::Result<()> {
        let path = match name.strip_prefix("./") {
            Some(name) => self.work.join(name),
            None => self.home.join(name),
        };
        let bytes = match content {
            Content::Text(text) => names.fill(text).into_bytes(),
            Content::Bytes { hex } => unhex(hex).ok_or_else(|| io::Error::other(format!("{name}: not hexadecimal")))?,
        };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let _turn = forking();
        let mut file = fs::File::create(&path)?;
        file.write_all(&bytes)?;
        file.set_permissions(fs::Permissions::from_mode(if name.ends_with(".sh") { 0o755 } else { 0o600 }))
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.chars().map(|digit| digit.to_digit(16)).collect::<Option<Vec<_>>>()?;
    digits
        .chunks(2)
        .map(|pair| <[u32; 2]>::try_from(pair).ok().and_then(|[h, l]| u8::try_from(h * 16 + l).ok()))
        .collect()
}
