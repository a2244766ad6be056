//! Credentials from a program: `credential_process`, split into words and run without a shell.

use std::env::consts::EXE_SUFFIX;
use std::ffi::OsString;
use std::io::{Error as IoError, ErrorKind, Read, Result as IoResult};
use std::path::{Path, is_separator};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::sleep;

use crate::aws::credentials::document::{decode, has, member};
use crate::aws::credentials::fetched::{Expiry, Fetched};
use crate::aws::credentials::provider::{Fetching, Source};
use crate::env_vars;
use crate::error::{Error, Result};
use crate::host::Host;
use crate::platform::WINDOWS;
use crate::platform::files::executable;
use crate::platform::signals::Watch;
use crate::python::{errno, shlex};
use crate::value::Value;

pub(crate) const NAME: &str = "custom-process";

/// The most that a program may print to either stream, in bytes. The AWS CLI has no limit.
const LONGEST_OUTPUT: u64 = 16 * 1024 * 1024;

pub(crate) struct Process {
    command: String,
    /// The profile's account, where the program names none.
    account: Option<String>,
    /// `PATH`.
    path: Option<OsString>,
}

impl Source for Process {
    fn fetch(&self) -> Fetching<'_> {
        Box::pin(self.run())
    }

    /// The program alone: its words may hold a secret.
    fn detail(&self) -> String {
        let words = self.words().unwrap_or_default();
        format!("program {}", words.first().map_or("", String::as_str))
    }

    fn check(&self) -> Result<()> {
        let words = self.words()?;
        let program = words.first().map_or("", String::as_str);
        let mut folders = self.path.iter().flat_map(std::env::split_paths);
        let is_there = |path: &Path| {
            let with_suffix = format!("{}{EXE_SUFFIX}", path.to_string_lossy());
            executable(path).is_some() || executable(Path::new(&with_suffix)).is_some()
        };
        let found = match program.contains(is_separator) {
            true => is_there(Path::new(program)),
            false => folders.any(|folder| is_there(&folder.join(program))),
        };
        if found { Ok(()) } else { Err(Error::General(format!("credential_process: there is no program {program}"))) }
    }
}

impl Process {
    pub(crate) fn new(command: &str, account: Option<&str>, host: &Host) -> Self {
        let path = host.environment.get_os(env_vars::PATH);
        Self { command: command.to_owned(), account: account.map(str::to_owned), path }
    }

    fn words(&self) -> Result<Vec<String>> {
        let split = if WINDOWS { shlex::split_by_windows_rules } else { shlex::split };
        split(&self.command).map_err(Error::general)
    }

    /// Runs it. It has our environment and standard input; what it writes to standard error is shown only where it fails.
    async fn run(&self) -> Result<Fetched> {
        let words = self.words()?;
        let Some((program, arguments)) = words.split_first() else {
            return Err(Error::general("list index out of range"));
        };
        // From its start on: it may die of the Ctrl-C that ends us.
        let _watch = Watch::new();
        let running = Command::new(program)
            .args(arguments)
            .stdin(Stdio::inherit())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let output = match running {
            Ok(child) => Running(child).output().await,
            Err(error) => Err(error),
        };
        let output = output.map_err(|error| match program.as_str() {
            // Python takes the folders of `PATH` for it.
            "" => Error::general("[Errno 13] Permission denied: ''"),
            _ => Error::General(errno::with_path(&error, program)),
        })?;
        if !output.status.success() {
            return Err(refused(&decode(&output.stderr)?));
        }
        credentials(&decode(&output.stdout)?, self.account.as_deref())
    }
}

/// Dropped before its end, it is ended: so is one that prints without end.
struct Running(Child);

impl Running {
    async fn output(&mut self) -> IoResult<Output> {
        let (out, err) = (read(self.0.stdout.take())?, read(self.0.stderr.take())?);
        let lost = |_| Err(ErrorKind::BrokenPipe.into());
        let (stdout, stderr) =
            tokio::try_join!(async { out.await.unwrap_or_else(lost) }, async { err.await.unwrap_or_else(lost) })?;
        loop {
            // Once its streams are at their end, it is as good as gone.
            match self.0.try_wait()? {
                Some(status) => return Ok(Output { status, stdout, stderr }),
                None => sleep(Duration::from_millis(1)).await,
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // One that has ended cannot be ended, and one that cannot is left alone.
        let _ = self.0.kill();
        let _ = self.0.try_wait();
    }
}

/// Reads a stream to its end, in a thread of its own.
fn read(stream: Option<impl Read + Send + 'static>) -> IoResult<oneshot::Receiver<IoResult<Vec<u8>>>> {
    let (sender, receiver) = oneshot::channel();
    let read = move || {
        let mut bytes = Vec::new();
        if let Some(stream) = stream {
            let read = stream.take(LONGEST_OUTPUT + 1).read_to_end(&mut bytes)?;
            if read as u64 > LONGEST_OUTPUT {
                let message = format!("credential_process prints more than {LONGEST_OUTPUT} bytes");
                return Err(IoError::new(ErrorKind::FileTooLarge, message));
            }
        }
        Ok(bytes)
    };
    // Where nobody waits for it any more, it is not missed.
    thread::Builder::new().name("credential_process".to_owned()).spawn(move || drop(sender.send(read())))?;
    Ok(receiver)
}

fn refused(message: &str) -> Error {
    Error::General(format!("Error when retrieving credentials from {NAME}: {message}"))
}

fn credentials(output: &str, account_of_profile: Option<&str>) -> Result<Fetched> {
    let answer = Value::from_json(output).map_err(Error::general)?;
    if !matches!(answer, Value::Map(_)) {
        return Err(Error::General(format!("'{}' object has no attribute 'get'", answer.python_type_name())));
    }
    let version = member(&answer, "Version").cloned().unwrap_or_else(|_| Value::string("<Version key not provided>"));
    if !version.python_eq(&Value::integer(1)) {
        return Err(refused(&format!(
            "Unsupported version '{}' for credential process provider, supported versions: 1",
            version.python_str()
        )));
    }
    if let Some(missing) = ["AccessKeyId", "SecretAccessKey"].into_iter().find(|name| !has(&answer, name)) {
        return Err(refused(&format!("Missing required key in response: '{missing}'")));
    }
    let expiry = match member(&answer, "Expiration") {
        Ok(Value::Null) | Err(_) => None,
        Ok(_) => Some(Expiry::of(&answer, "Expiration")?),
    };
    let token = member(&answer, "SessionToken").unwrap_or(&Value::Null);
    Fetched::from_document(&answer, token, expiry, account_of_profile, NAME)
}
