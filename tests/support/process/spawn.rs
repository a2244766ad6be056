//! Starts a process as the leader of a session of its own: without a terminal, or with a new one that controls it.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};

use process_wrap::std::{ChildWrapper, CommandWrap, ProcessSession};
use rustix::process::Pid;
use rustix::termios::{LocalModes, OptionalActions, OutputModes, Winsize};

use super::{Run, Stream, Streams, Terminal, forking};

/// A process that has started, and our ends of its streams.
pub struct Spawned {
    pub child: Box<dyn ChildWrapper>,
    /// Its number, which is that of its session and of its group too.
    pub process: Pid,
    /// Where to write what it reads: a pipe to be closed after that, or the terminal.
    pub input: Option<OwnedFd>,
    /// Where to read what it prints: a pipe or the terminal.
    pub stdout: Option<OwnedFd>,
    pub stderr: Option<OwnedFd>,
}

/// Starts it. The inner error is the program's (not there, not executable), the outer one ours.
pub fn spawn<S: AsRef<OsStr>>(run: &Run<S>) -> io::Result<io::Result<Spawned>> {
    let (program, arguments) = run.words.split_first().ok_or(io::ErrorKind::InvalidInput)?;
    let mut command = match &run.streams {
        Streams::Each { stdin, stdout, stderr } => redirected(program.as_ref(), *stdin, *stdout, *stderr),
        _ => Command::new(program),
    };
    command.args(arguments).env_clear().envs(&run.environment).current_dir(&run.folder).stderr(Stdio::piped());
    let _turn = forking();
    match &run.streams {
        Streams::Pipes => Ok(with_pipes(command, Stdio::piped())),
        Streams::FullOutput => Ok(with_pipes(command, end(Stream::Full)?)),
        Streams::Each { stdout, stderr, .. } => {
            command.stderr(end(*stderr)?);
            Ok(with_pipes(command, end(*stdout)?))
        }
        Streams::Terminal(terminal) => on_terminal(command, terminal),
    }
}

/// The program behind a shell that closes what is to be closed: a process cannot be started without one of the three.
fn redirected(program: &OsStr, stdin: bool, stdout: Stream, stderr: Stream) -> Command {
    let change = |number: u8, stream| match stream {
        Stream::Closed => format!(" {number}>&-"),
        Stream::ReadOnly => format!(" {number}</dev/null"),
        Stream::Pipe | Stream::Full | Stream::Gone => String::new(),
    };
    let input = if stdin { "" } else { " <&-" };
    let mut command = Command::new("/bin/sh");
    command.arg("-c").arg(format!("exec \"$@\"{input}{}{}", change(1, stdout), change(2, stderr)));
    command.arg("sh").arg(program);
    command
}

/// The program's end of an output.
fn end(stream: Stream) -> io::Result<Stdio> {
    Ok(match stream {
        Stream::Pipe => Stdio::piped(),
        Stream::Full => File::options().write(true).open("/dev/full")?.into(),
        Stream::Gone => io::pipe()?.1.into(),
        Stream::Closed | Stream::ReadOnly => Stdio::null(),
    })
}

/// Without a controlling terminal, so that a prompt cannot reach the one the tests are run from.
fn with_pipes(mut command: Command, stdout: Stdio) -> io::Result<Spawned> {
    command.stdin(Stdio::piped()).stdout(stdout);
    // The inner child: the wrapper would wait for the entire group.
    let mut child = CommandWrap::from(command).wrap(ProcessSession).spawn()?.into_inner();
    Ok(Spawned {
        process: number(&*child)?,
        input: child.stdin().take().map(OwnedFd::from),
        stdout: child.stdout().take().map(OwnedFd::from),
        stderr: child.stderr().take().map(OwnedFd::from),
        child,
    })
}

fn on_terminal(command: Command, terminal: &Terminal) -> io::Result<io::Result<Spawned>> {
    let (ours, theirs) = pty_process::blocking::open().map_err(io::Error::other)?;
    let size = Winsize { ws_row: terminal.rows, ws_col: terminal.columns, ws_xpixel: 0, ws_ypixel: 0 };
    rustix::termios::tcsetwinsize(&theirs, size)?;
    let mut modes = rustix::termios::tcgetattr(&theirs)?;
    modes.output_modes.remove(OutputModes::OPOST);
    modes.local_modes.remove(LocalModes::ECHO);
    rustix::termios::tcsetattr(&theirs, OptionalActions::Now, &modes)?;

    let command = pty_process::blocking::Command::from(command);
    let command = if terminal.with_stderr { command } else { command.stderr(Stdio::piped()) };
    let mut child: Box<dyn ChildWrapper> = match command.spawn(theirs) {
        Ok(child) => Box::new(child),
        Err(pty_process::Error::Io(error)) => return Ok(Err(error)),
        Err(error) => return Err(io::Error::other(error)),
    };
    let ours = OwnedFd::from(ours);
    Ok(Ok(Spawned {
        process: number(&*child)?,
        input: Some(ours.try_clone()?),
        stdout: Some(ours),
        stderr: child.stderr().take().map(OwnedFd::from),
        child,
    }))
}

fn number(child: &dyn ChildWrapper) -> io::Result<Pid> {
    i32::try_from(child.id()).ok().and_then(Pid::from_raw).ok_or_else(|| io::Error::other("a process without a number"))
}
