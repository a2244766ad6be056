//! Moves bytes to and from a process until it has ended, and does on time what is to be done on time.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::thread;
use std::time::{Duration, Instant};

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
pub fn pump(run: &Run, spawned: Spawned) -> io::Result<(Exit, Output)> {
    let Spawned { mut child, process, mut input, mut stdout, mut stderr } = spawned;
    let start = Instant::now();
    let keys = match &run.streams {
        Streams::Terminal(terminal) => Some(terminal.keys.as_slice()),
        Streams::Pipes | Streams::FullOutput => None,
    };
    let on_terminal = keys.is_some();
    let mut typist = Typist::new(keys.unwrap_or_default(), start);
    let mut unwritten = if on_terminal { &[][..] } else { run.stdin.as_slice() };
    let mut signal = run.signal;
    let mut deadline = start + run.limit;
    let mut killed = false;
    let mut output = Output::default();
    let mut running = Some(end_of(process)?);
    let mut last_read = start;

    loop {
        let now = Instant::now();
        if !on_terminal && unwritten.is_empty() {
            input = None;
        }
        let drained = stdout.is_none() && stderr.is_none();
        if running.is_none() && (drained || on_terminal && now >= last_read + AFTERWARDS) {
            break;
        }
        if now >= deadline {
            if killed {
                break;
            }
            killed = true;
            deadline = now + AFTER_KILL;
            // Its session leads a group of the same number; it is not reaped yet, so the number is still its own.
            let _ = rustix::process::kill_process_group(process, Signal::KILL);
        }
        if let Some((number, after)) = signal
            && now >= start + after
        {
            signal = None;
            let _ = rustix::process::kill_process(process, number);
        }
        if let (Some(key), Some(terminal)) = (typist.take(now), &input) {
            let _ = rustix::io::write(terminal, key.as_bytes());
        }

        let due = [
            Some(deadline),
            signal.map(|(_, after)| start + after),
            running.as_ref().and(typist.due()),
            (on_terminal && running.is_none()).then(|| last_read + AFTERWARDS),
        ];
        let ready = wait(
            [running.as_ref(), stdout.as_ref(), stderr.as_ref()],
            input.as_ref().filter(|_| !unwritten.is_empty()),
            due.into_iter().flatten().min().map(|due| due.saturating_duration_since(now)),
        )?;
        if ready.running {
            running = None;
            last_read = Instant::now();
        }
        if ready.stdout {
            if !read(&mut stdout, &mut output.stdout) {
                stdout = None;
            }
            last_read = Instant::now();
            typist.heard(last_read);
        }
        if ready.stderr {
            if !read(&mut stderr, &mut output.stderr) {
                stderr = None;
            }
            last_read = Instant::now();
        }
        if ready.input
            && let Some(pipe) = &input
        {
            match rustix::io::write(pipe, &unwritten[..unwritten.len().min(PIPE_ROOM)]) {
                Ok(count) => unwritten = &unwritten[count..],
                Err(_) => unwritten = &[],
            }
        }
    }
    // Whatever it has left behind goes with it.
    let _ = rustix::process::kill_process_group(process, Signal::KILL);
    let status = child.wait()?;
    Ok((if killed { Exit::TimedOut } else { Exit::Status(status_of(status)) }, output))
}

/// The status, or the signal below zero.
fn status_of(status: ExitStatus) -> i32 {
    status.code().unwrap_or_else(|| -status.signal().unwrap_or_default())
}

/// Something that can be read once the process has ended; it is left for the caller to reap.
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
#[derive(Default)]
struct Ready {
    running: bool,
    stdout: bool,
    stderr: bool,
    input: bool,
}

/// Waits until one of the first three can be read or has ended, the fourth can be written to, or the time is up.
fn wait(readable: [Option<&OwnedFd>; 3], writable: Option<&OwnedFd>, time: Option<Duration>) -> io::Result<Ready> {
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

/// Reads what there is; `false` at the end, which on a terminal is an error.
fn read(file: &mut Option<OwnedFd>, into: &mut Vec<u8>) -> bool {
    let mut buffer = [0; 65_536];
    let Some(file) = file else { return false };
    match rustix::io::read(file, &mut buffer) {
        Ok(0) => false,
        Ok(count) => {
            into.extend_from_slice(&buffer[..count]);
            true
        }
        Err(error) => error == Errno::INTR,
    }
}
