//! A running program, on a terminal or between pipes, that can be watched, typed to and sent signals.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use process_wrap::std::{ChildWrapper, CommandWrap, ProcessSession};
use rustix::process::{Pid, Signal};
use rustix::termios::LocalModes;
use tempfile::TempDir;

use crate::support::process::forking;

/// How long any step may take.
const LIMIT: Duration = Duration::from_secs(30);

/// Waits until the condition holds.
pub fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + LIMIT;
    while !holds() {
        assert!(Instant::now() < deadline, "{what}: not within {LIMIT:?}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// A run of `sh -c SCRIPT PROGRAM WORDS…` in a home of its own.
pub struct Setup {
    pub home: TempDir,
    port: u16,
}

impl Setup {
    /// With an endpoint on this port of the loopback device.
    pub fn new(port: u16) -> Self {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join(".aws")).unwrap();
        Self { home, port }
    }

    /// Credentials come from a program, which is this script.
    pub fn with_credential_process(self, script: &str) -> Self {
        self.write("keys.sh", script);
        let path = self.home.path().join("keys.sh");
        self.write(".aws/config", &format!("[default]\ncredential_process = sh {}\n", path.display()));
        self
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.home.path().join(name), text).unwrap();
    }

    fn command(&self, script: &str, words: &[&str]) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script, env!("CARGO_BIN_EXE_redrive-execution")]).args(words).current_dir(&self.home);
        command.env_clear().envs([
            ("HOME", self.home.path().to_str().unwrap()),
            ("PATH", "/usr/bin:/bin"),
            ("TERM", "xterm"),
            ("TZ", "UTC"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_ENDPOINT_URL", &format!("http://127.0.0.1:{}", self.port)),
        ]);
        if !self.home.path().join(".aws/config").exists() {
            command.env("AWS_ACCESS_KEY_ID", "AKIDLOCAL").env("AWS_SECRET_ACCESS_KEY", "sfn-local-needs-no-secret");
        }
        command
    }

    /// Runs on a terminal, which is also the controlling one.
    pub fn on_terminal(&self, words: &[&str]) -> Running {
        let (child, ours) = self.with_terminal("", words);
        let heard = Heard::default();
        heard.listen(File::from(ours.try_clone().unwrap()));
        Running { child, terminal: Some(ours), heard }
    }

    /// Runs on a terminal that is closed when this has been printed, after a script's commands.
    pub fn on_terminal_until(&self, before: &str, words: &[&str], last: &str) -> Running {
        let (child, ours) = self.with_terminal(before, words);
        let (mut ours, mut printed, mut buffer) = (File::from(ours), String::new(), [0; 4096]);
        while !printed.contains(last) {
            let count = ours.read(&mut buffer).unwrap();
            printed.push_str(&String::from_utf8_lossy(&buffer[..count]));
        }
        Running { child, terminal: None, heard: Heard::default() }
    }

    fn with_terminal(&self, before: &str, words: &[&str]) -> (Mutex<Box<dyn ChildWrapper>>, OwnedFd) {
        let command = self.command(&format!("{before}exec \"$0\" \"$@\""), words);
        let _turn = forking();
        let (ours, theirs) = pty_process::blocking::open().unwrap();
        ours.resize(pty_process::Size::new(24, 80)).unwrap();
        let child = pty_process::blocking::Command::from(command).spawn(theirs).unwrap();
        (Mutex::new(Box::new(child)), OwnedFd::from(ours))
    }

    /// Runs between pipes, without a terminal.
    pub fn between_pipes(&self, words: &[&str]) -> Running {
        self.script("exec \"$0\" \"$@\"", words, Stdio::piped())
    }

    /// Runs a script that runs the program as `$0` with the words, with this standard output.
    pub fn script(&self, script: &str, words: &[&str], stdout: Stdio) -> Running {
        let mut command = self.command(script, words);
        command.stdin(Stdio::piped()).stdout(stdout).stderr(Stdio::piped());
        let _turn = forking();
        let mut child = CommandWrap::from(command).wrap(ProcessSession).spawn().unwrap().into_inner();
        let heard = Heard::default();
        if let Some(stdout) = child.stdout().take() {
            heard.listen(stdout);
        }
        heard.listen(child.stderr().take().unwrap());
        Running { child: Mutex::new(child), terminal: None, heard }
    }
}

/// All that was printed.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<u8>>>);

impl Heard {
    fn listen(&self, mut stream: impl Read + Send + 'static) {
        let heard = self.clone();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = stream.read(&mut buffer) {
                heard.0.lock().unwrap().extend_from_slice(&buffer[..count]);
            }
        });
    }
}

/// The program on its way. Whatever is left of it is killed in the end.
pub struct Running {
    child: Mutex<Box<dyn ChildWrapper>>,
    terminal: Option<OwnedFd>,
    heard: Heard,
}

impl Running {
    pub fn printed(&self) -> String {
        String::from_utf8_lossy(&self.heard.0.lock().unwrap()).into_owned()
    }

    /// Waits until this was printed.
    pub fn hears(&self, text: &str) -> &Self {
        until(text, || self.printed().contains(text));
        self
    }

    /// Types on the terminal.
    pub fn types(&self, keys: &str) -> &Self {
        rustix::io::write(self.terminal.as_ref().unwrap(), keys.as_bytes()).unwrap();
        self
    }

    pub fn stdin(&mut self) -> &mut std::process::ChildStdin {
        self.child.get_mut().unwrap().stdin().as_mut().unwrap()
    }

    pub fn writes(&mut self, text: &str) {
        self.stdin().write_all(text.as_bytes()).unwrap();
    }

    fn process(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.child.lock().unwrap().id()).unwrap()).unwrap()
    }

    pub fn signal(&self, signal: Signal) -> &Self {
        rustix::process::kill_process(self.process(), signal).unwrap();
        self
    }

    /// Whether the terminal shows what is typed, and gives it line by line.
    pub fn is_plain(&self) -> bool {
        let modes = rustix::termios::tcgetattr(self.terminal.as_ref().unwrap()).unwrap().local_modes;
        modes.contains(LocalModes::ECHO | LocalModes::ICANON)
    }

    /// The exit status, or the signal below zero; everything printed.
    pub fn ends(&self) -> (i32, String) {
        let mut status = None;
        until("its end", || {
            status = self.child.lock().unwrap().try_wait().unwrap();
            status.is_some()
        });
        let status = status.unwrap();
        if self.terminal.is_some() {
            assert!(self.is_plain(), "the terminal is not as it was");
        }
        // What is on its way still arrives: both ends of a pipe are here, and a terminal hands on at once.
        let mut before = String::new();
        until("silence", || {
            std::thread::sleep(Duration::from_millis(10));
            std::mem::replace(&mut before, self.printed()) == self.printed()
        });
        (status.code().unwrap_or_else(|| -status.signal().unwrap()), self.printed())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = rustix::process::kill_process_group(self.process(), Signal::KILL);
        let _ = self.child.lock().unwrap().wait();
    }
}
