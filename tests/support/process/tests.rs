//! Processes as they are run here: small shell scripts that print what they find.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::{Exit, Finished, Run, Signal, Stream, Streams, Terminal};

fn shell(script: &str) -> Run {
    Run {
        words: ["/bin/sh", "-c", script].map(str::to_owned).to_vec(),
        environment: BTreeMap::from([("PATH".to_owned(), "/usr/bin:/bin".to_owned())]),
        folder: "/".into(),
        stdin: Vec::new(),
        streams: Streams::Pipes,
        signal: None,
        limit: Duration::from_secs(30),
    }
}

fn on_terminal(script: &str, with_stderr: bool, keys: &[&str]) -> Run {
    let keys = keys.iter().map(|key| (*key).to_owned()).collect();
    Run { streams: Streams::Terminal(Terminal { rows: 30, columns: 101, with_stderr, keys }), ..shell(script) }
}

fn finish(run: Run) -> Finished {
    run.finish().expect("surroundings that work")
}

fn status(status: i32, stdout: &str, stderr: &str) -> Finished {
    Finished { exit: Exit::Status(status), stdout: stdout.into(), stderr: stderr.into() }
}

#[test]
fn streams_and_status_are_kept_apart() {
    let run = Run { stdin: b"in".to_vec(), ..shell("cat; echo out; echo err >&2; exit 3") };
    assert_eq!(finish(run), status(3, "inout\n", "err\n"));
}

#[test]
fn much_input_and_output_do_not_block_each_other() {
    let much = vec![b'x'; 1 << 20];
    let finished = finish(Run { stdin: much.clone(), ..shell("cat; cat /dev/null >&2") });
    assert_eq!((finished.exit, finished.stdout.len()), (Exit::Status(0), much.len()));
    let unread = finish(Run { stdin: much, ..shell("echo no thanks") });
    assert_eq!(unread, status(0, "no thanks\n", ""));
}

#[test]
fn the_environment_is_bare() {
    let run = Run { words: vec!["/usr/bin/env".into()], ..shell("") };
    assert_eq!(finish(run), status(0, "PATH=/usr/bin:/bin\n", ""));
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "needs /proc")]
fn without_a_terminal_there_is_a_session_without_one_too() {
    let finished = finish(shell("set -- $(cat /proc/$$/stat); test $1 = $6 && echo leads; echo terminal $7"));
    assert_eq!(finished, status(0, "leads\nterminal 0\n", ""));
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "needs /dev/full and /proc")]
fn a_full_device_is_full() {
    let finished = finish(Run { streams: Streams::FullOutput, ..shell("cat /proc/version") });
    assert_ne!(finished.exit, Exit::Status(0));
    assert!(finished.stderr.contains("No space left"), "{}", finished.stderr);
}

#[test]
fn a_signal_is_sent_on_time_and_in_the_status() {
    let start = Instant::now();
    let after = Duration::from_secs(1);
    let run = |script: &str| Run { signal: Some((Signal::TERM, after)), ..shell(script) };
    assert_eq!(finish(run("exec sleep 30")), status(-15, "", ""));
    assert!(start.elapsed() >= after);
    assert_eq!(
        finish(run("trap 'echo caught; exit 7' TERM; sleep 30 </dev/null >/dev/null 2>&1 & wait")),
        status(7, "caught\n", "")
    );
}

#[test]
fn what_takes_too_long_is_killed_with_all_it_has_started() {
    for run in [shell("echo begun; sleep 30 & wait"), on_terminal("echo begun; sleep 30 & wait", true, &[])] {
        let start = Instant::now();
        let finished = finish(Run { limit: Duration::from_millis(1500), ..run });
        assert_eq!((finished.exit, finished.stdout.as_str()), (Exit::TimedOut, "begun\n"));
        assert!(start.elapsed() < Duration::from_secs(10));
    }
}

#[test]
fn a_missing_program_is_an_error() {
    for mut run in [shell(""), on_terminal("", false, &[])] {
        run.words = vec!["/no/such/program".into()];
        let Exit::NotStarted(cause) = finish(run).exit else { panic!("it was started") };
        assert!(cause.contains("No such file"), "{cause}");
    }
}

#[test]
fn a_terminal_has_its_size_and_controls_the_program() {
    let script = "stty size; test -t 0 && test -t 1 && echo both; test -t 2 || echo piped; echo error >&2; \
                  echo controlled >/dev/tty";
    assert_eq!(finish(on_terminal(script, false, &[])), status(0, "30 101\nboth\npiped\ncontrolled\n", "error\n"));
    assert_eq!(finish(on_terminal(script, true, &[])), status(0, "30 101\nboth\nerror\ncontrolled\n", ""));
}

#[test]
fn keys_are_typed_once_the_program_rests_and_are_not_echoed() {
    let script = "stty -icanon; printf 'a? '; a=$(head -c 1); sleep 0.1; printf 'b? '; b=$(head -c 1); echo $a-$b";
    let start = Instant::now();
    assert_eq!(finish(on_terminal(script, true, &["1", "2"])), status(0, "a? b? 1-2\n", ""));
    assert!(start.elapsed() < Duration::from_secs(3), "waited as for a program that prints nothing");
}

#[test]
fn an_interrupt_typed_on_the_terminal_reaches_the_program() {
    let finished = finish(on_terminal("printf ready; exec sleep 30", true, &["\x03"]));
    assert_eq!(finished, status(-2, "ready", ""));
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "needs /proc")]
fn a_program_has_ended_even_if_its_children_keep_the_terminal() {
    let start = Instant::now();
    let finished = finish(on_terminal("trap '' HUP; sleep 30 & echo $!", true, &[]));
    assert!(start.elapsed() < Duration::from_secs(10), "did not wait for the one left behind");
    assert_eq!(finished.exit, Exit::Status(0));
    let left = finished.stdout.trim().parse().ok().and_then(rustix::process::Pid::from_raw).expect("a process id");
    // It is killed, and the process that inherits it may take a moment to reap it.
    let state = || std::fs::read_to_string(format!("/proc/{}/stat", left.as_raw_nonzero())).unwrap_or_default();
    while start.elapsed() < Duration::from_secs(20) && !(state().is_empty() || state().contains(") Z")) {
        std::thread::yield_now();
    }
    assert!(state().is_empty() || state().contains(") Z"), "{}", state());
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "needs /dev/full")]
fn each_stream_can_be_one_that_takes_nothing() {
    let each = |stdin, stdout, stderr, script: &str| {
        let run = Run { streams: Streams::Each { stdin, stdout, stderr }, stdin: b"typed".to_vec(), ..shell(script) };
        finish(run)
    };
    let pipes = (Stream::Pipe, Stream::Pipe);
    assert_eq!(each(true, pipes.0, pipes.1, "cat; echo error >&2"), status(0, "typed", "error\n"));
    assert_eq!(each(false, pipes.0, pipes.1, "cat 2>/dev/null || echo none"), status(0, "none\n", ""));
    for (stream, cause) in [
        (Stream::Closed, "Bad file descriptor"),
        (Stream::Full, "No space left"),
        (Stream::ReadOnly, "Bad file descriptor"),
    ] {
        let finished = each(true, stream, Stream::Pipe, "exec /usr/bin/printf x");
        assert!(finished.stderr.contains(cause), "{stream:?}: {finished:?}");
        let unheard = each(true, Stream::Pipe, stream, "/usr/bin/printf x >&2 || echo failed");
        assert_eq!(unheard, status(0, "failed\n", ""), "{stream:?}");
    }
    assert_eq!(each(true, Stream::Gone, Stream::Pipe, "exec /usr/bin/printf x"), status(-13, "", ""));
}
