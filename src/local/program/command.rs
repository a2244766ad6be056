//! A command that runs while the endpoint serves.

use std::ffi::OsString;
use std::io::ErrorKind;

use tokio::process::Command;

use super::environment::Change;
use crate::platform::Signal;
use crate::platform::children::{pass_on, shell_status};
use crate::platform::signals::Streams;
use crate::render::escape::Escaped;

/// Runs a command with these changes to the environment and answers its exit status as a shell would: 127 when it is not found,
/// 126 when it cannot be run, 128 and the signal's number when a signal ended it.
pub(crate) async fn run(words: &[OsString], changes: &[Change]) -> Result<u8, String> {
    let Some((program, arguments)) = words.split_first() else { return Err("there is no command".to_owned()) };
    // Before the command is there, so that none is missed.
    let mut signals = Streams::of(&Signal::ALL);
    let mut command = Command::new(program);
    command.args(arguments);
    for (name, value) in changes {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => {
            let status = if error.kind() == ErrorKind::NotFound { 127 } else { 126 };
            return Ok(super::complain(
                &format!("cannot run {}: {error}", Escaped(&program.to_string_lossy())),
                status,
            ));
        }
    };
    loop {
        tokio::select! {
            status = child.wait() => return status.map(shell_status).map_err(|error| error.to_string()),
            signal = signals.next() => child.id().into_iter().for_each(|id| pass_on(signal, id)),
        }
    }
}
