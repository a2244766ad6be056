//! The signals that end `sfn-local`, and how they reach the command it runs.

use std::io;

use rustix::process::{Pid, Signal, getpgrp, kill_process};
use tokio::signal::unix::{Signal as Stream, SignalKind, signal};

/// The signals that end a program from outside.
pub struct Ending {
    interrupt: Stream,
    quit: Stream,
    terminate: Stream,
    hangup: Stream,
}

impl Ending {
    /// Takes them from now on. Inside a runtime only.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn listen() -> io::Result<Self> {
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            quit: signal(SignalKind::quit())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
        })
    }

    pub async fn next(mut self) -> Signal {
        self.wait().await
    }

    /// Passes those that come on to a process, for as long as this is polled.
    pub async fn forward(mut self, process: Pid) {
        loop {
            let signal = self.wait().await;
            if !(matches!(signal, Signal::INT | Signal::QUIT) && in_foreground()) {
                // It may be gone already, which the wait for it will tell.
                let _ = kill_process(process, signal);
            }
        }
    }

    async fn wait(&mut self) -> Signal {
        tokio::select! {
            _ = self.interrupt.recv() => Signal::INT,
            _ = self.quit.recv() => Signal::QUIT,
            _ = self.terminate.recv() => Signal::TERM,
            _ = self.hangup.recv() => Signal::HUP,
        }
    }
}

/// Whether a Ctrl-C on the terminal reaches our whole process group, and so the command, without our doing.
fn in_foreground() -> bool {
    let terminal = std::fs::File::open("/dev/tty");
    terminal.is_ok_and(|terminal| rustix::termios::tcgetpgrp(&terminal).is_ok_and(|group| group == getpgrp()))
}
