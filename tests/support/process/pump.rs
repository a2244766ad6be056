//! Moves bytes to and from a process until it has ended, and does on time what is to be done on time.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::thread;
use std::time::{Duration, Instant};

use process_wrap::std::ChildWrapper;
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions};

use super::spawn::Spawned;
use super::typist::Typist;
use super::{Exit, Run, Streams};

/// How long a terminal must be silent to be taken for read once its program has ended, while others still hold it.
const AFTERWARDS: Duration = Duration::from_millis(50);
/// How long what is left in the pipes of a killed program is waited for.
const AFTER_KILL: Duration = Duration::from_secs(2);
/// What a pipe that can be written to takes at once.
const PIPE_ROOM: usize = 4096;

/// What a process printed.
#[derive(Default)]
pub struct Output {
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
}

/// Sees a process to its end.
pub fn pump<S>(run: &Run<S>, spawned: Spawned) -> io::Result<(Exit, Output)> {
    let mut pump = Pump::new(run, spawned)?;
    loop {
        let now = Instant::now();
        if pump.is_done(now) {
            return pump.finish();
        }
        pump.act(now);
        let ready = pump.wait(now)?;
        pump.transfer(&ready);
    }
}

/// A process on its way.
struct Pump<'a> {
    child: Box<dyn ChildWrapper>,
    process: Pid,
    start: Instant,
    /// Can be read once the process has ended; none from then on.
    running: Option<OwnedFd>,
    input: Option<OwnedFd>,
    stdout: Option<OwnedFd>,
    stderr: Option<OwnedFd>,
    on_terminal: bool,
    /// What is still to be written to a pipe, or typed on a terminal.
    unwritten: &'a [u8],
    typist: Typist,
    signal: Option<(Signal, Duration)>,
    deadline: Instant,
    killed: bool,
    output: Output,
    last_event: Instant,
}

impl<'a> Pump<'a> {
    fn new<S>(run: &'a Run<S>, spawned: Spawned) -> io::Result<Self> {
        let start = Instant::now();
        let (on_terminal, unwritten, keys) = match &run.streams {
            Streams::Terminal(terminal) => (true, &[][..], terminal.keys.as_slice()),
            Streams::Pipes | Streams::FullOutput | Streams::Each { .. } => (false, run.stdin.as_slice(), &[][..]),
        };
        Ok(Self {
            running: Some(end_of(spawned.process)?),
            child: spawned.child,
            process: spawned.process,
            start,
            // A pipe with nothing to be written is closed at once.
            input: spawned.input.filter(|_| on_terminal || !unwritten.is_empty()),
            stdout: spawned.stdout,
            stderr: spawned.stderr,
            on_terminal,
            unwritten,
            typist: Typist::new(keys, start),
            signal: run.signal,
            deadline: start + run.limit,
            killed: false,
            output: Output::default(),
            last_event: start,
        })
    }

    /// Whether the process has ended and all it printed is read, or it is not to be waited for any longer.
    fn is_done(&self, now: Instant) -> bool {
        let drained = self.stdout.is_none() && self.stderr.is_none();
        let silent = self.on_terminal && now >= self.last_event + AFTERWARDS;
        (self.running.is_none() && (drained || silent)) || (self.killed && now >= self.deadline)
    }

    /// Does what is due by now: kill, signal, type.
    fn act(&mut self, now: Instant) {
        if now >= self.deadline {
            self.killed = true;
            self.deadline = now + AFTER_KILL;
            self.kill();
        }
        if let Some((signal, after)) = self.signal
            && now >= self.start + after
        {
            self.signal = None;
            let _ = rustix::process::kill_process(self.process, signal);
        }
        if let (Some(key), Some(terminal)) = (self.typist.take(now), &self.input) {
            let _ = rustix::io::write(terminal, key.as_bytes());
        }
    }

    /// Kills all that belongs to the process. It is not reaped yet, so its number is still its own, and its group's.
    fn kill(&self) {
        let _ = rustix::process::kill_process_group(self.process, Signal::KILL);
    }

    /// Waits until something can be transferred or is due.
    fn wait(&self, now: Instant) -> io::Result<Ready> {
        let due = [
            Some(self.deadline),
            self.signal.map(|(_, after)| self.start + after),
            self.running.as_ref().and(self.typist.due()),
            (self.on_terminal && self.running.is_none()).then(|| self.last_event + AFTERWARDS),
        ];
        poll(
            [self.running.as_ref(), self.stdout.as_ref(), self.stderr.as_ref()],
            self.input.as_ref().filter(|_| !self.unwritten.is_empty()),
            due.into_iter().flatten().min().map(|due| due.saturating_duration_since(now)),
        )
    }

    fn transfer(&mut self, ready: &Ready) {
        let now = Instant::now();
        if ready.running || ready.stdout || ready.stderr {
            self.last_event = now;
        }
        if ready.running {
            self.running = None;
        }
        if ready.stdout {
            read(&mut self.stdout, &mut self.output.stdout);
            self.typist.heard(now);
        }
        if ready.stderr {
            read(&mut self.stderr, &mut self.output.stderr);
        }
        if ready.input
            && let Some(pipe) = &self.input
        {
            let part = &self.unwritten[..self.unwritten.len().min(PIPE_ROOM)];
            // A program that does not read its input is free not to.
            let written = rustix::io::write(pipe, part).unwrap_or(self.unwritten.len());
            self.unwritten = &self.unwritten[written..];
            if self.unwritten.is_empty() {
                self.input = None;
            }
        }
    }

    /// Kills whatever the process has left behind, and reaps it.
    fn finish(mut self) -> io::Result<(Exit, Output)> {
        self.kill();
        let status = self.child.wait()?;
        let exit = if self.killed { Exit::TimedOut } else { Exit::Status(status_of(status)) };
        Ok((exit, self.output))
    }
}

/// The status, or the signal below zero.
fn status_of(status: ExitStatus) -> i32 {
    status.code().unwrap_or_else(|| -status.signal().unwrap_or_default())
}

/// Something that can be read once the process has ended; the process is left for the caller to reap.
fn end_of(process: Pid) -> io::Result<OwnedFd> {
    let (reader, writer) = io::pipe()?;
    thread::spawn(move || {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        while matches!(rustix::process::waitid(WaitId::Pid(process), options), Err(Errno::INTR)) {}
        drop(writer);
    });
    Ok(reader.into())
}

/// What can be done without waiting.
struct Ready {
    running: bool,
    stdout: bool,
    stderr: bool,
    input: bool,
}

/// Waits until one of the first three can be read or has ended, the fourth can be written to, or the time is up.
fn poll(readable: [Option<&OwnedFd>; 3], writable: Option<&OwnedFd>, time: Option<Duration>) -> io::Result<Ready> {
    let watched: Vec<(usize, BorrowedFd<'_>)> = readable
        .into_iter()
        .chain([writable])
        .enumerate()
        .filter_map(|(place, file)| file.map(|file| (place, file.as_fd())))
        .collect();
    let mut polled: Vec<PollFd<'_>> = watched
        .iter()
        .map(|(place, file)| PollFd::from_borrowed_fd(*file, if *place == 3 { PollFlags::OUT } else { PollFlags::IN }))
        .collect();
    let time = time.and_then(|time| Timespec::try_from(time).ok());
    match rustix::event::poll(&mut polled, time.as_ref()) {
        Ok(_) | Err(Errno::INTR) => {}
        Err(error) => return Err(error.into()),
    }
    let mut ready = [false; 4];
    for ((place, _), polled) in watched.iter().zip(&polled) {
        ready[*place] = !polled.revents().is_empty();
    }
    let [running, stdout, stderr, input] = ready;
    Ok(Ready { running, stdout, stderr, input })
}

/// Reads what there is, and lets go of the file at its end, which on a terminal is an error.
fn read(file: &mut Option<OwnedFd>, into: &mut Vec<u8>) {
    let mut buffer = [0; 65_536];
    let Some(open) = file else { return };
    match rustix::io::read(open, &mut buffer) {
        Err(Errno::INTR) => {}
        Ok(0) | Err(_) => *file = None,
        Ok(count) => into.extend_from_slice(&buffer[..count]),
    }
}
