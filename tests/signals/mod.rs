//! Signals in every phase: they end the work in good order, give the terminal back, and show in the exit status.
#![expect(clippy::unwrap_used, reason = "a helper that fails fails the test")]

mod running;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;
use std::time::Duration;

use redrive_execution::local::{Endpoint, Seed, Settings};
use rustix::process::{Pid, Signal};

use running::{Setup, until};

const ARN: &str = "arn:aws:states:us-east-1:123456789012:execution:orders:run-1";
const MACHINE: &str = "arn:aws:states:us-east-1:123456789012:stateMachine:orders";
const CTRL_C: &str = "\u{3}";

/// Each signal with the status it leads to; below zero it is the signal itself.
const SIGNALS: [(Signal, i32); 3] = [(Signal::INT, 130), (Signal::TERM, -15), (Signal::HUP, -1)];

/// A server that takes connections and never responds.
fn silence() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

/// A connection on which a request has begun to arrive.
fn request(listener: &TcpListener) -> TcpStream {
    let mut connection = listener.accept().unwrap().0;
    assert!(connection.read(&mut [0; 1]).unwrap() > 0);
    connection
}

fn endpoint(count: usize, latency: Duration) -> Endpoint {
    let seed = format!(
        r#"{{"stateMachines": [{{"name": "orders", "executions": [
            {{"name": "run-{{n}}", "repeat": {count}, "status": "FAILED", "runSeconds": 1000}}]}}]}}"#
    );
    Endpoint::start(Settings { seed: Seed::parse(&seed).unwrap(), latency, ..Settings::default() }).unwrap()
}

fn port(endpoint: &Endpoint) -> u16 {
    endpoint.url().trim_end_matches('/').rsplit(':').next().unwrap().parse().unwrap()
}

#[test]
fn ctrl_c_during_credential_process_is_always_130() {
    // The child dies of the same Ctrl-C, by itself, as a shell's child, or with a status of its own.
    for script in ["exec sleep 60", "sleep 60; exit 1", "trap 'exit 3' INT; sleep 60"] {
        let setup = Setup::new(1).with_credential_process(&format!("echo started >/dev/tty\n{script}\n"));
        for round in 0..20 {
            let running = setup.on_terminal(&["--execution-arn", ARN]);
            running.hears("started").types(CTRL_C);
            let (status, printed) = running.ends();
            assert_eq!(status, 130, "{script}, round {round}: {printed}");
            assert!(!printed.contains("ERROR"), "{printed}");
        }
    }
}

#[test]
fn a_credential_process_does_not_outlive_us() {
    for (signal, expected) in SIGNALS {
        let setup = Setup::new(1).with_credential_process("echo $$ >number\nmv number process\nexec sleep 60\n");
        let running = setup.between_pipes(&["--execution-arn", ARN]);
        let file = setup.home.path().join("process");
        until("its start", || file.exists());
        let number: i32 = std::fs::read_to_string(&file).unwrap().trim().parse().unwrap();
        assert_eq!(running.signal(signal).ends().0, expected);
        let process = Pid::from_raw(number).unwrap();
        until("its end", || rustix::process::test_kill_process(process).is_err());
    }
}

#[test]
fn a_signal_at_the_mfa_prompt_restores_the_echo() {
    let (_listener, port) = silence();
    let setup = Setup::new(port);
    setup.write(
        ".aws/config",
        "[default]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = keys\nmfa_serial = arn:aws:iam::1:mfa/me\n\
         [profile keys]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = secret\n",
    );
    for (signal, expected) in SIGNALS {
        let running = setup.on_terminal(&["--execution-arn", ARN]);
        running.hears("Enter MFA code");
        assert!(!running.is_plain());
        assert_eq!(running.signal(signal).ends().0, expected);
    }
    let running = setup.on_terminal(&["--execution-arn", ARN]);
    running.hears("Enter MFA code").types(CTRL_C);
    assert_eq!(running.ends().0, 130);
    for (signal, expected) in SIGNALS {
        let running = setup.between_pipes(&["--execution-arn", ARN]);
        running.hears("Enter MFA code");
        assert_eq!(running.signal(signal).ends().0, expected, "without a terminal");
    }
}

#[test]
fn a_signal_in_the_prompt_restores_the_screen() {
    for (signal, expected) in SIGNALS {
        let running = Setup::new(1).on_terminal(&["--cli-auto-prompt"]);
        running.hears("redrive-execution");
        until("raw mode", || !running.is_plain());
        let (status, printed) = running.signal(signal).ends();
        assert_eq!(status, expected);
        assert!(printed.contains("\u{1b}[?1049l"), "the other screen stays: {printed:?}");
    }
}

#[test]
fn a_prompt_whose_terminal_is_gone_ends() {
    // With SIGHUP, and where it is ignored: then only the terminal itself shows that it is gone.
    for before in ["", "trap '' HUP; "] {
        let running = Setup::new(1).on_terminal_until(before, &["--cli-auto-prompt"], "redrive-execution");
        // By the signal, or because it was just drawing; then its error is not read either.
        let ended = running.ends();
        assert!(matches!(ended.0, -1 | 120 | 255), "{before}: {ended:?}");
    }
}

#[test]
fn a_signal_ends_the_wait_for_an_answer() {
    for (signal, expected) in SIGNALS {
        for words in [
            &["--execution-arn", ARN][..],
            &["bulk", "--state-machine-arn", MACHINE, "--yes"],
            &["wait", "--execution-arn", ARN],
        ] {
            // Of its own for each: a program that ends may leave a connection behind that was not accepted.
            let (listener, port) = silence();
            let setup = Setup::new(port);
            let running = setup.between_pipes(words);
            let _connection = request(&listener);
            let (status, printed) = running.signal(signal).ends();
            assert_eq!(status, expected, "{words:?}: {printed}");
        }
    }
}

#[test]
fn a_signal_ends_the_reading_of_a_list_that_does_not_end() {
    // A source of credentials that waits, for only a wait installs handlers.
    let keys = r#"sleep 0.05; echo '{"Version": 1, "AccessKeyId": "AKIDLOCAL", "SecretAccessKey": "s"}'"#;
    let setup = Setup::new(1).with_credential_process(keys);
    for (signal, expected) in SIGNALS {
        for words in [&["bulk", "--from", "-", "--yes"][..], &["wait", "--from", "-"]] {
            let mut running = setup.between_pipes(words);
            running.writes(&format!("{ARN}\n"));
            until("its reading", || rustix::io::ioctl_fionread(running.stdin()).unwrap() == 0);
            let (status, printed) = running.signal(signal).ends();
            // The end by SIGINT's default action is one too, where nothing was waited for yet.
            assert!(status == expected || (status, signal) == (-2, Signal::INT), "{words:?}: {status} {printed}");
        }
    }
}

#[test]
fn a_signal_ends_a_write_that_is_not_read() {
    let endpoint = endpoint(20, Duration::ZERO);
    let setup = Setup::new(port(&endpoint));
    let query = format!("'{}'", "x".repeat(100_000));
    for (n, (signal, expected)) in SIGNALS.into_iter().enumerate() {
        let (reader, writer) = std::io::pipe().unwrap();
        let arn = ARN.replace("run-1", &format!("run-{}", n + 1));
        let words = ["--execution-arn", &arn, "--query", &query];
        let running = setup.script("exec \"$0\" \"$@\"", &words, Stdio::from(writer));
        until("a full pipe", || rustix::io::ioctl_fionread(&reader).unwrap() >= 60_000);
        assert_eq!(running.signal(signal).ends().0, expected);
    }
}

#[test]
fn a_signal_answers_the_question_of_bulk() {
    let endpoint = endpoint(3, Duration::ZERO);
    let setup = Setup::new(port(&endpoint));
    for (signal, expected) in SIGNALS {
        let running = setup.on_terminal(&["bulk", "--state-machine-arn", MACHINE]);
        running.hears("[y/N]");
        assert_eq!(running.signal(signal).ends().0, expected);
    }
    let running = setup.on_terminal(&["bulk", "--state-machine-arn", MACHINE]);
    running.hears("[y/N]").types(CTRL_C);
    assert_eq!(running.ends().0, 130);
    assert!(endpoint.redrive_counts().into_values().all(|count| count == 0));
}

#[test]
fn bulk_finishes_its_calls_and_reports_at_the_first_signal() {
    for (signal, expected) in SIGNALS {
        let endpoint = endpoint(200, Duration::from_millis(20));
        let setup = Setup::new(port(&endpoint));
        let running = setup.between_pipes(&["bulk", "--state-machine-arn", MACHINE, "--yes", "--rate", "100"]);
        running.hears("\"REDRIVEN\"");
        let (status, printed) = running.signal(signal).ends();
        assert_eq!(status, expected, "{printed}");
        assert!(printed.contains("continue with: redrive-execution bulk --resume"), "{printed}");
        let shown = printed.matches("\"REDRIVEN\"").count();
        let redriven = endpoint.redrive_counts().into_values().filter(|count| *count > 0).count();
        assert_eq!(shown, redriven, "what was sent was answered and shown");
        assert!(shown < 200);
    }
}

#[test]
fn a_second_signal_ends_bulk_without_the_answers() {
    let (listener, port) = silence();
    let setup = Setup::new(port);
    setup.write("arns", ARN);
    for (signal, expected) in SIGNALS {
        let running = setup.between_pipes(&["bulk", "--from", "arns", "--yes"]);
        let _connection = request(&listener);
        running.signal(signal).hears("press Ctrl-C again to stop now");
        let (status, printed) = running.signal(signal).ends();
        assert_eq!(status, expected, "{printed}");
    }
}

#[test]
fn bulk_that_waits_for_ends_reports_at_a_signal() {
    for (signal, expected) in SIGNALS {
        let endpoint = endpoint(1, Duration::ZERO);
        let setup = Setup::new(port(&endpoint));
        setup.write("arns", ARN);
        let running = setup.between_pipes(&["bulk", "--from", "arns", "--yes", "--wait"]);
        running.hears("waiting for 1 execution");
        let (status, printed) = running.signal(signal).ends();
        assert_eq!(status, expected, "{printed}");
        assert!(printed.contains("redriven in"), "{printed}");
    }
}

#[test]
fn signals_that_were_ignored_at_the_start_stay_ignored() {
    for (signal, name) in [(Signal::INT, "INT"), (Signal::HUP, "HUP"), (Signal::TERM, "TERM")] {
        let (listener, port) = silence();
        let setup = Setup::new(port);
        let script = format!("trap '' {name}; exec \"$0\" \"$@\"");
        let running = setup.script(&script, &["--execution-arn", ARN], Stdio::piped());
        let mut connection = request(&listener);
        running.signal(signal);
        answer(&mut connection);
        let (status, printed) = running.ends();
        assert_eq!(status, 0, "{name}: {printed}");
    }
}

fn answer(connection: &mut TcpStream) {
    let body = r#"{"redriveDate": 1700000000}"#;
    write!(connection, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()).unwrap();
}

#[test]
fn while_a_pager_runs_ctrl_c_is_the_pagers() {
    let endpoint = endpoint(1, Duration::ZERO);
    let setup = Setup::new(port(&endpoint));
    setup.write("pager.sh", "trap 'echo mine' INT\necho paging\nuntil read line </dev/tty; do :; done\necho over\n");
    setup.write(".aws/config", "[default]\ncli_pager = sh pager.sh\naws_access_key_id = AKIDLOCAL\naws_secret_access_key = sfn-local-needs-no-secret\n");
    let running = setup.on_terminal(&["--execution-arn", ARN]);
    running.hears("paging").types(CTRL_C).hears("mine").types(CTRL_C);
    until("both", || running.printed().matches("mine").count() == 2);
    running.types("\n");
    let (status, printed) = running.ends();
    assert_eq!(status, 0, "{printed}");
    assert!(printed.contains("over"));
}
