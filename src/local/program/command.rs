//! A command that runs while the endpoint serves.

use std::ffi::OsString;
use std::io::ErrorKind;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use rustix::process::Pid;
use tokio::process::Command;

use super::environment::Change;
use super::signals::Ending;
use crate::render::escape::Escaped;

/// Runs a command with these changes to the environment and answers its exit status as a shell would: 127 when it is not found,
/// 126 when it cannot be run, 128 and the signal's number when a signal ended it.
///
/// # Errors
/// When it cannot be waited for.
pub async fn run(words: &[OsString], changes: &[Change]) -> Result<u8, String> {
    let Some((program, arguments)) = words.split_first() else { return Err("there is no command".to_owned()) };
    // Before the command is there, so that none is missed.
    let signals = Ending::listen().map_err(|error| error.to_string())?;
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
    let process = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    let forwarded = async {
        match process {
            Some(process) => signals.forward(process).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        status = child.wait() => status.map(as_shell).map_err(|error| error.to_string()),
        () = forwarded => Err("the signals ended".to_owned()),
    }
}

fn as_shell(status: ExitStatus) -> u8 {
    let number = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    number.and_then(|number| u8::try_from(number).ok()).unwrap_or(u8::MAX)
}
