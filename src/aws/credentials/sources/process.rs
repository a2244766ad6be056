//! Credentials from a program: `credential_process`, split into words and run without a shell.

use std::io::{Error as IoError, ErrorKind, Result as IoResult};
use std::process::{Output, Stdio};

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, Command};

use crate::aws::credentials::document::{date, has, member};
use crate::aws::credentials::expiry::Expiry;
use crate::aws::credentials::fetched::Fetched;
use crate::aws::credentials::plain_text::decode;
use crate::aws::credentials::provider::{Fetching, Source};
use crate::error::{Error, Result};
use crate::platform::signals::Watch;
use crate::python::{errno, shlex};
use crate::settings::ini::IniValue;
use crate::value::{Integer, Value};

const NAME: &str = "custom-process";

/// The most that a program may print to either stream, in bytes. The AWS CLI has no limit.
const LONGEST_OUTPUT: u64 = 16 * 1024 * 1024;

pub(crate) struct Process {
    command: String,
    /// The profile's account, where the program names none.
    account: Option<IniValue>,
}

impl Source for Process {
    fn name(&self) -> &'static str {
        NAME
    }

    fn fetch(&self) -> Fetching<'_> {
        Box::pin(self.run())
    }
}

impl Process {
    pub(crate) fn new(command: &str, account: Option<&IniValue>) -> Self {
        Self { command: command.to_owned(), account: account.cloned() }
    }

    /// Runs it. It has our environment and standard input; what it writes to standard error is shown only where it fails.
    async fn run(&self) -> Result<Fetched> {
        let words = shlex::split(&self.command).map_err(|error| Error::General(error.to_string()))?;
        let Some((program, arguments)) = words.split_first() else {
            return Err(Error::General("list index out of range".to_owned()));
        };
        // From its start on: it may die of the Ctrl-C that ends us.
        let _watch = Watch::new();
        let running = Command::new(program)
            .args(arguments)
            .stdin(Stdio::inherit())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn();
        let output = match running {
            Ok(child) => output(child).await,
            Err(error) => Err(error),
        };
        let output = output.map_err(|error| Error::General(errno::with_path(&error, program)))?;
        if !output.status.success() {
            return Err(refused(&decode(&output.stderr)?));
        }
        credentials(&decode(&output.stdout)?, self.account.as_ref())
    }
}

/// What a program prints until it ends; one that prints without end is ended.
async fn output(mut child: Child) -> IoResult<Output> {
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let (status, stdout, stderr) = tokio::try_join!(child.wait(), read(out), read(err))?;
    Ok(Output { status, stdout, stderr })
}

async fn read(stream: Option<impl AsyncRead + Unpin>) -> IoResult<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(stream) = stream {
        let read = stream.take(LONGEST_OUTPUT + 1).read_to_end(&mut bytes).await?;
        if read as u64 > LONGEST_OUTPUT {
            let message = format!("credential_process prints more than {LONGEST_OUTPUT} bytes");
            return Err(IoError::new(ErrorKind::FileTooLarge, message));
        }
    }
    Ok(bytes)
}

fn refused(message: &str) -> Error {
    Error::General(format!("Error when retrieving credentials from {NAME}: {message}"))
}

fn credentials(answer: &str, account_of_profile: Option<&IniValue>) -> Result<Fetched> {
    let answer = Value::from_json(answer).map_err(|error| Error::General(error.to_string()))?;
    if !matches!(answer, Value::Map(_)) {
        return Err(Error::General(format!("'{}' object has no attribute 'get'", answer.python_type_name())));
    }
    let version = member(&answer, "Version").cloned().unwrap_or_else(|_| Value::string("<Version key not provided>"));
    let is_one = match &version {
        Value::Integer(number) => *number == Integer::Small(1),
        Value::Float(number) => *number == 1.0,
        Value::Bool(flag) => *flag,
        _ => false,
    };
    if !is_one {
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
        Ok(_) => Some(Expiry::parse(&date(&answer, "Expiration")?)?),
    };
    let (access_key, secret_key) = (member(&answer, "AccessKeyId")?, member(&answer, "SecretAccessKey")?);
    let token = member(&answer, "SessionToken").unwrap_or(&Value::Null);
    let account = member(&answer, "AccountId").ok().filter(|account| account.python_truth()).cloned();
    let account = account.or_else(|| account_of_profile.map(IniValue::to_value));
    Ok(Fetched::from_values(access_key, secret_key, token, expiry, NAME)?.of_account(account))
}

#[cfg(test)]
mod tests {
    use super::{Process, Source as _, credentials};
    use crate::aws::credentials::testing::wait_for;

    fn process(command: &str) -> Process {
        Process::new(command, None)
    }

    #[test]
    fn answers_are_read_as_in_the_aws_cli() {
        let answer = r#"{"Version": 1, "AccessKeyId": "K", "SecretAccessKey": "s", "SessionToken": null,
            "Expiration": "2099-01-01T00:00:00Z"}"#;
        let fetched = credentials(answer, None).unwrap();
        assert_eq!(fetched.credentials.access_key_id(), "K");
        assert_eq!(fetched.credentials.session_token(), None);
        assert!(fetched.expiry.is_some());
        for (answer, message) in [
            ("", "Expecting value: line 1 column 1 (char 0)"),
            ("[]", "'list' object has no attribute 'get'"),
            (
                r#"{"Version": 1, "AccessKeyId": "K", "SecretAccessKey": "s", "Expiration": 5}"#,
                "Parser must be a string or character stream, not int",
            ),
        ] {
            assert_eq!(credentials(answer, None).unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn no_shell_sees_the_command_line() {
        let printed = process(r#"printf '{"Version": 1, "AccessKeyId": "%s", "SecretAccessKey": "s"}' '$HOME;a | b'"#);
        assert_eq!(wait_for(printed.fetch()).unwrap().credentials.access_key_id(), "$HOME;a | b");
        let missing = wait_for(process("/no/such/program x").fetch()).unwrap_err();
        assert_eq!(missing.to_string(), "[Errno 2] No such file or directory: '/no/such/program'");
        assert_eq!(wait_for(process("'").fetch()).unwrap_err().to_string(), "No closing quotation");
    }
}
