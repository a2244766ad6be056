//! A role that another identity assumes: `role_arn` in a profile. An MFA code is read on the terminal.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_credential_types::Credentials;
use aws_sdk_sts::operation::assume_role::{AssumeRole, AssumeRoleInput};
use tokio::task::spawn_blocking;

use crate::aws::credentials::cache::{CREDENTIALS, Cache, sha1};
use crate::aws::credentials::document::{json_line, object};
use crate::aws::credentials::provider::{Fetching, Provider, Source};
use crate::aws::credentials::service::{Parameter, STS, ServiceClients};
use crate::aws::credentials::sts;
use crate::aws::exchange::Response;
use crate::error::{Error, Result};
use crate::host::Clock;
use crate::platform::signals::Watch;
use crate::platform::terminal::{self, Device};
use crate::settings::ini::IniValue;
use crate::value::{Value, parse_integer};

pub(crate) const NAME: &str = "assume-role";

const OPERATION: &str = "AssumeRole";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RoleTerms {
    pub(crate) role_arn: IniValue,
    pub(crate) session_name: Option<IniValue>,
    pub(crate) external_id: Option<IniValue>,
    /// The device whose code is read on the terminal.
    pub(crate) mfa_serial: Option<IniValue>,
    pub(crate) duration_seconds: Option<i128>,
}

impl RoleTerms {
    /// The name of the role's file in the cache: the AWS CLI's own. A default session name is not part of it.
    pub(crate) fn cache_key(&self) -> String {
        let value = |value: &Option<IniValue>| value.as_ref().map(IniValue::to_value);
        let number = self.duration_seconds.and_then(|number| parse_integer(&number.to_string()).ok());
        let arguments = [
            ("DurationSeconds", number.map(Value::Integer)),
            ("ExternalId", value(&self.external_id)),
            ("RoleArn", Some(self.role_arn.to_value())),
            ("RoleSessionName", value(&self.session_name).filter(Value::python_truth)),
            ("SerialNumber", value(&self.mfa_serial)),
        ];
        let arguments = arguments.into_iter().filter_map(|(name, value)| Some((name, value?)));
        sha1(&json_line(&object(arguments)))
    }

    fn parameters(&self, session_name: &IniValue, code: Option<&str>) -> Vec<Parameter> {
        let mut parameters = Vec::new();
        // In the order in which the AWS CLI puts them together: a default name comes after the role.
        let session_name = Parameter::Text("RoleSessionName", session_name.to_value(), 2);
        if self.session_name.is_some() {
            parameters.push(session_name.clone());
        }
        parameters.extend(self.external_id.as_ref().map(|id| Parameter::Text("ExternalId", id.to_value(), 2)));
        parameters.extend(self.mfa_serial.as_ref().map(|serial| Parameter::Text("SerialNumber", serial.to_value(), 9)));
        parameters.extend(self.duration_seconds.map(|seconds| Parameter::Number("DurationSeconds", seconds, 900)));
        parameters.push(Parameter::Text("RoleArn", self.role_arn.to_value(), 20));
        if self.session_name.is_none() {
            parameters.push(session_name);
        }
        parameters.extend(code.map(|code| Parameter::Text("TokenCode", Value::string(code), 6)));
        parameters
    }
}

/// The AWS CLI's name for a session without one: the time in seconds.
pub(crate) fn default_session_name(clock: Clock) -> String {
    format!("botocore-session-{}", clock.timestamp().as_second())
}

pub(crate) struct AssumedRole {
    terms: RoleTerms,
    source: Provider,
    clients: Arc<ServiceClients>,
    cache: Cache,
    /// Whether an MFA code was read from the terminal, which happens once.
    has_code: AtomicBool,
}

impl Source for AssumedRole {
    fn fetch(&self) -> Fetching<'_> {
        Box::pin(async {
            if self.terms.mfa_serial.is_some() && self.has_code.swap(true, Ordering::Relaxed) {
                return Err(Error::general("Cannot refresh credentials: MFA token required."));
            }
            let request = async || {
                let code = match &self.terms.mfa_serial {
                    Some(serial) => Some(read_code(&format!("Enter MFA code for {serial}: ")).await?),
                    None => None,
                };
                let response = self.call(self.source.current().await?, code).await?;
                sts::role(&response, OPERATION, |date| self.clients.shown_date(date))
            };
            Cache::credentials(Some(&self.cache), &self.terms.cache_key(), &self.clients.host, NAME, request).await
        })
    }

    fn detail(&self) -> String {
        let Provider { name, .. } = &self.source;
        let code = if self.terms.mfa_serial.is_some() { ", which asks for an MFA code" } else { "" };
        format!("{}{code}; assumed by {name}: {}", self.terms.role_arn, self.source.source.detail())
    }

    fn check(&self) -> Result<()> {
        self.source.source.check()
    }
}

impl AssumedRole {
    pub(crate) fn new(terms: RoleTerms, source: Provider, clients: Arc<ServiceClients>) -> Self {
        let cache = Cache::at(&clients.host, CREDENTIALS);
        Self { terms, source, clients, cache, has_code: AtomicBool::new(false) }
    }

    async fn call(&self, credentials: Credentials, code: Option<String>) -> Result<Response> {
        let terms = &self.terms;
        let session_name = match &terms.session_name {
            Some(name) if !name.is_empty() => name.clone(),
            _ => IniValue::Text(default_session_name(self.clients.clock())),
        };
        let client = self.clients.connect(&STS, None, Some(credentials))?;
        client.check(&terms.parameters(&session_name, code.as_deref()))?;
        let text =
            |value: &Option<IniValue>, key| value.as_ref().map(|value| value.text(key).map(str::to_owned)).transpose();
        // A number beyond what the SDK can send is beyond what the service takes, too.
        let duration = terms.duration_seconds.map(|seconds| i32::try_from(seconds).unwrap_or(i32::MAX));
        let input = AssumeRoleInput::builder()
            .role_arn(terms.role_arn.text("role_arn")?)
            .role_session_name(session_name.text("role_session_name")?)
            .set_external_id(text(&terms.external_id, "external_id")?)
            .set_serial_number(text(&terms.mfa_serial, "mfa_serial")?)
            .set_duration_seconds(duration)
            .set_token_code(code)
            .build();
        client.call(AssumeRole::new(), input).await
    }
}

/// In bytes; a terminal takes no longer lines.
const LONGEST: u64 = 4096;

/// Shows `prompt` and reads a code without showing it, as Python's `getpass` does: on the terminal itself, whatever standard input and
/// output are; without one, on standard error and input.
async fn read_code(prompt: &str) -> Result<String> {
    let Ok(terminal) = terminal::open() else {
        return read_from_standard_streams(prompt).await;
    };
    let failed = |error: io::Error| Error::General(error.to_string());
    let line = read_from_terminal(&terminal, prompt).await.map_err(failed)?.ok_or_else(end_of_input)?;
    let _ = (&terminal).write_all(b"\n");
    Ok(line)
}

fn end_of_input() -> Error {
    Error::General(String::new())
}

/// A line from the terminal; `None` at the end of input. Dropping the future restores the terminal.
async fn read_from_terminal(terminal: &Device, prompt: &str) -> io::Result<Option<String>> {
    // Before the first key: a signal may end this program only with the terminal as it was.
    let watch = Watch::new();
    let silent = terminal::silence(terminal)?;
    let mut writer = terminal;
    writer.write_all(prompt.as_bytes())?;
    // Waiting for a terminal blocks a thread; this one must stay free for Ctrl-C.
    let reader = terminal.try_clone()?;
    let line = spawn_blocking(move || line(&reader)).await.map_err(io::Error::other)??;
    drop((silent, watch));
    Ok((!line.is_empty()).then(|| String::from_utf8_lossy(line.strip_suffix(b"\n").unwrap_or(&line)).into_owned()))
}

fn line(terminal: &Device) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    BufReader::new(terminal).take(LONGEST).read_until(b'\n', &mut line)?;
    Ok(line)
}

async fn read_from_standard_streams(prompt: &str) -> Result<String> {
    // Before the prompt: whoever sees it may press Ctrl-C.
    let _watch = Watch::new();
    let mut stderr = io::stderr();
    let _ = writeln!(stderr, "Warning: Password input may be echoed.");
    let _ = stderr.write_all(prompt.as_bytes()).and_then(|()| stderr.flush());
    let read = spawn_blocking(|| {
        let mut line = String::new();
        io::stdin().read_line(&mut line).map(|_| line)
    });
    let line = read.await.map_err(Error::general)?.map_err(Error::general)?;
    if line.is_empty() {
        return Err(end_of_input());
    }
    let _ = stderr.write_all(b"\n");
    Ok(line.strip_suffix('\n').unwrap_or(&line).to_owned())
}
