//! The run of one case: fresh folders, the endpoint, the program, and the observations.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use serde_json::{Map, Value, json};
use tempfile::TempDir;

use super::accounts::{self, Accounts};
use super::case::{Case, Content, SignalName, Stdin, Tty};
use super::names::Names;
use super::observed;
use crate::support::certificates::{Authority, Failure};
use crate::support::endpoint::script::{Reply, Script};
use crate::support::endpoint::{DeadPort, Endpoint};
use crate::support::process::{Run, Signal, Stream, Streams, Terminal, forking};
use crate::support::raw::{Raw, unhex};

/// How long a case may take.
const LIMIT: Duration = Duration::from_secs(60);
/// The answer where a case gives none.
const USUAL_ANSWER: &str = r#"{"json": {"redriveDate": 1700000000.123}}"#;

/// The program under test, and what all cases share.
pub struct Bench {
    /// The program.
    pub program: PathBuf,
    /// Words before a case's own, except where it gives the complete command.
    pub prefix: Vec<String>,
    /// Who signs the endpoint's certificate.
    authority: Authority,
    /// How a case gets accounts of its own, where that is possible.
    accounts: Option<Accounts>,
}

impl Bench {
    /// A bench for this program, which runs in the root folder `root`.
    pub fn create(program: PathBuf, prefix: Vec<String>, root: &Path) -> Result<Self, Failure> {
        Ok(Self { program, prefix, authority: Authority::create()?, accounts: Accounts::find(root) })
    }

    /// Whether a case needs what this machine does not allow.
    pub fn skips(&self, case: &Case) -> bool {
        let full = [case.stdout, case.stderr].contains(&Stream::Full) && !Path::new("/dev/full").exists();
        full || !case.accounts.is_empty() && self.accounts.is_none()
    }

    /// Runs a case; what it did, by the fields that are compared. An error is a failure of the surroundings.
    pub fn run(&self, case: &Case) -> io::Result<Map<String, Value>> {
        let folders = Folders::create()?;
        let responses = if case.responses.is_empty() { vec![usual_answer()?] } else { case.responses.clone() };
        let tls = case.tls.then(|| self.authority.server());
        let endpoint = Endpoint::start(Script::new(responses, case.routes.clone()), tls)?;
        let proxy = case.proxy.as_ref().map(|proxy| endpoint.proxy(proxy.refuse.clone())).transpose()?;
        let dead = DeadPort::take()?;
        let scheme = if case.tls { "https" } else { "http" };
        let names = Names {
            endpoint: format!("{scheme}://127.0.0.1:{}", endpoint.port()),
            port: endpoint.port(),
            dead_port: dead.number(),
            proxy_port: proxy.as_ref().map(Endpoint::port),
            authority_pem: fs::read_to_string(self.authority.certificate_file())?,
            home: folders.home.display().to_string(),
            cwd: folders.work.display().to_string(),
            authority: if case.tls { self.authority.certificate_file().display().to_string() } else { String::new() },
        };
        for (name, content) in &case.files {
            folders.write(name, content, &names)?;
        }

        let passwd = accounts::passwd(&case.accounts);
        folders.write("../passwd", &Content::Plain(passwd.into()), &names)?;
        let run = |words: &[Raw]| self.invocation(case, words, &names, &folders).finish();
        let (finished, beside) = thread::scope(|scope| {
            let beside = case.beside.as_ref().map(|words| scope.spawn(|| run(words)));
            (run(&case.argv), beside.map(|beside| beside.join().expect("a run does not panic")))
        });
        let finished = finished?;
        thread::sleep(Duration::from_secs_f64(case.settle));

        let requests = endpoint.requests();
        let mut got = observed::of_process(&finished, &names);
        got.insert("requests".into(), observed::of_requests(&requests, &names));
        got.insert("same_token_on_retry".into(), observed::same_token(&requests).into());
        if let Some(proxy) = &proxy {
            got.insert("proxied".into(), observed::of_proxy(&proxy.proxied(), &names));
        }
        if let Some(beside) = beside {
            got.insert("beside".into(), json!(observed::of_process(&beside?, &names)));
        }
        if !case.look.is_empty() {
            got.insert("left".into(), observed::of_files(&folders.home, &case.look, &names)?);
        }
        Ok(got)
    }

    fn invocation(&self, case: &Case, words: &[Raw], names: &Names, folders: &Folders) -> Run<OsString> {
        let prefix = if case.whole { &[][..] } else { &self.prefix };
        let accounts = self.accounts.as_ref().filter(|_| !case.accounts.is_empty());
        let words = accounts
            .map(|accounts| accounts.words(&folders.home.with_file_name("passwd")))
            .unwrap_or_default()
            .into_iter()
            .chain([self.program.clone().into_os_string()])
            .chain(prefix.iter().map(OsString::from))
            .chain(words.iter().map(|word| names.fill_raw(word).into_os()));
        let (stdin, has_stdin) = match &case.stdin {
            Stdin::Holds(content) => (content.0.clone(), true),
            Stdin::Closed { closed } => (Vec::new(), !closed),
        };
        let plain = has_stdin && (case.stdout, case.stderr) == Default::default();
        let streams = match case.tty {
            Some(tty) => Streams::Terminal(Terminal {
                rows: case.rows.unwrap_or(24),
                columns: case.cols.unwrap_or(80),
                with_stderr: tty == Tty::All,
                keys: case.keys.clone(),
            }),
            None if plain => Streams::Pipes,
            None => Streams::Each { stdin: has_stdin, stdout: case.stdout, stderr: case.stderr },
        };
        Run {
            words: words.collect(),
            environment: environment(case, names),
            folder: folders.work.clone(),
            stdin,
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
fn environment(case: &Case, names: &Names) -> BTreeMap<String, OsString> {
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
    let mut environment: BTreeMap<String, OsString> =
        bare.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
    if case.endpoint_env {
        environment.insert("AWS_ENDPOINT_URL_SFN".into(), names.endpoint.clone().into());
    }
    for (name, value) in &case.env {
        match value {
            Some(value) => environment.insert(name.clone(), names.fill_raw(value).into_os()),
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

    /// Writes a case's file: into the working directory where its name starts with `./`, else under the home. A name that
    /// starts with `hex:` is given in hexadecimal.
    fn write(&self, name: &str, content: &Content, names: &Names) -> io::Result<()> {
        let bytes = match name.strip_prefix("hex:") {
            Some(hex) => unhex(hex).ok_or_else(|| io::Error::other(format!("{name}: not hexadecimal")))?,
            None => name.as_bytes().to_vec(),
        };
        let path = match bytes.strip_prefix(b"./") {
            Some(name) => self.work.join(Raw(name.to_vec()).into_os()),
            None => self.home.join(Raw(bytes).into_os()),
        };
        let bytes = match content {
            Content::Plain(raw) => names.fill_raw(raw).0,
            Content::Changed { content, replace } => {
                let change =
                    |text: &str| replace.iter().fold(text.to_owned(), |text, (old, new)| text.replace(old, new));
                names.fill_raw(content).map_text(change).0
            }
        };
        let is_script = path.extension().is_some_and(|extension| extension == "sh");
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let _turn = forking();
        let mut file = fs::File::create(&path)?;
        file.write_all(&bytes)?;
        file.set_permissions(fs::Permissions::from_mode(if is_script { 0o755 } else { 0o600 }))
    }
}
