//! Every way to fail: one variant per error class of the AWS CLI. Each knows its code, its message and its exit status.
//!
//! How a failure is printed (the styles of `--cli-error-format`) is the business of `render::error`; this file only says what happened.

use std::borrow::Cow;
use std::fmt;

use crate::platform::Signal;
use crate::render::escape::Escaped;
use crate::value::Value;

pub(crate) type Result<T> = std::result::Result<T, Error>;

/// What went wrong. The exit statuses and messages are those of AWS CLI 2.38.1 (`awscli.errorhandler`). `Display` is the message
/// without its code, as the style `legacy` prints it.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// A wrong argument, document or parameter.
    #[error("{0}")]
    ParamValidation(String),
    /// Words that no option takes. Printed after the usage, never in another style.
    #[error("Unknown options: {}", .0.join(", "))]
    UnknownOptions(Vec<String>),
    #[error("You must specify a region. You can also configure your region by running \"aws configure\".")]
    NoRegion,
    #[error("Unable to locate credentials. You can configure credentials by running \"aws login\".")]
    NoCredentials,
    /// A setting that cannot be used.
    #[error("{0}")]
    Configuration(String),
    /// The pager could not be started; holds the system's message.
    #[error(
        "Unable to redirect output to pager. Received the following error when opening pager:\n{0}\n\n\
         Learn more about configuring the output pager by running \"aws help config-vars\"."
    )]
    Pager(String),
    /// The service refused.
    #[error("{0}")]
    Service(Box<ServiceError>),
    /// The result could not be written, though the redrive was made; holds the system's message, or `None` where the reader is gone,
    /// and then nothing is printed.
    #[error("{}", .0.as_ref().map(|cause| format!("The output could not be written: {cause}")).unwrap_or_default())]
    OutputLost(Option<String>),
    /// This settings file makes the AWS CLI load plugins, which only it can.
    #[error(
        "The section [plugins] of {} makes the AWS CLI load plugins, which only the AWS CLI can do: nothing was sent",
        Escaped(.0)
    )]
    Plugins(String),
    /// A signal. Ctrl-C prints only a line feed on stdout.
    #[error("")]
    Interrupted(Signal),
    /// Anything else, in the AWS CLI's words.
    #[error("{0}")]
    General(String),
}

/// Every exit status, with its meaning.
pub(crate) const STATUSES: &[(&str, &str)] = &[
    ("0", "The execution was redriven, or the help, the version or the skeleton was printed."),
    (
        "1",
        "stderr was closed (2>&-), so that what went wrong could not be said. From bulk and wait: not everything went well.",
    ),
    (
        "120",
        "The output could not be written: the disk is full, or nobody reads it any more. The redrive was made. Also a message that could not be written to stderr.",
    ),
    ("126", "In the place of aws: the aws to hand on to cannot be run."),
    ("127", "In the place of aws: there is no other aws to hand on to."),
    ("130", "Interrupted by Ctrl-C. SIGTERM and SIGHUP end the program as signals do: 143 and 129 in a shell."),
    ("252", "The command line, a document or a parameter is wrong; nothing was sent."),
    (
        "253",
        "No region, no credentials, or a setting that cannot be used: nothing was sent. Or the pager cannot be found: the redrive was made.",
    ),
    ("254", "The service refused."),
    (
        "255",
        "Anything else, such as an endpoint that cannot be reached, or a query that fails on the result of a redrive that was made.",
    ),
];

/// A refusal of a service, as the AWS CLI's `ClientError` holds it.
#[derive(Clone, Debug)]
pub struct ServiceError {
    /// The operation that was called, such as `RedriveExecution`.
    pub operation: String,
    pub status: u16,
    /// The code, where the service itself answered: in its own form and with a request id. A proxy's page has neither.
    pub service_code: Option<String>,
    /// The error code, or the HTTP status where the answer has none.
    pub code: String,
    /// A value, for a service may answer `null`.
    pub message: Value,
    /// How many retries were made, where that was all that is allowed.
    pub exhausted_retries: Option<u32>,
    /// The members to show in the structured styles, in order, `Code` and `Message` among them.
    pub members: Vec<(String, Value)>,
}

impl Error {
    pub(crate) fn status(&self) -> u8 {
        match self {
            Self::ParamValidation(_) | Self::UnknownOptions(_) => 252,
            Self::NoRegion | Self::NoCredentials | Self::Configuration(_) | Self::Pager(_) => 253,
            Self::Service(_) => 254,
            Self::OutputLost(_) => 120,
            Self::Interrupted(signal) => signal.status(),
            Self::General(_) | Self::Plugins(_) => 255,
        }
    }

    /// The code that the structured styles show; `None` for what has no structure.
    pub(crate) fn code(&self) -> Option<&str> {
        match self {
            Self::ParamValidation(_) => Some("ParamValidation"),
            Self::NoRegion => Some("NoRegion"),
            Self::NoCredentials => Some("NoCredentials"),
            Self::Configuration(_) => Some("Configuration"),
            Self::Pager(_) => Some("Pager"),
            Self::Service(error) => Some(&error.code),
            _ => None,
        }
    }

    pub(crate) fn message(&self) -> Cow<'_, str> {
        self.to_string().into()
    }

    /// Anything that has no variant of its own.
    pub(crate) fn general(error: impl fmt::Display) -> Self {
        Self::General(error.to_string())
    }
}

impl From<Signal> for Error {
    fn from(signal: Signal) -> Self {
        Self::Interrupted(signal)
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, code, message, exhausted_retries, .. } = self;
        write!(formatter, "An error occurred ({code}) when calling the {operation} operation")?;
        if let Some(retries) = exhausted_retries {
            write!(formatter, " (reached max retries: {retries})")?;
        }
        write!(formatter, ": {}", message.python_str())
    }
}

#[cfg(test)]
mod tests {
    use super::{Error, STATUSES, ServiceError};
    use crate::platform::Signal;
    use crate::value::Value;

    #[test]
    fn every_exit_status_has_a_meaning() {
        let refusal = ServiceError {
            operation: String::new(),
            status: 400,
            service_code: None,
            code: String::new(),
            message: Value::Null,
            exhausted_retries: None,
            members: Vec::new(),
        };
        let text = String::new;
        for error in [
            Error::ParamValidation(text()),
            Error::UnknownOptions(Vec::new()),
            Error::NoRegion,
            Error::NoCredentials,
            Error::Configuration(text()),
            Error::Pager(text()),
            Error::Service(Box::new(refusal)),
            Error::OutputLost(None),
            Error::Plugins(text()),
            Error::Interrupted(Signal::Interrupt),
            Error::General(text()),
        ] {
            let status = error.status().to_string();
            assert!(STATUSES.iter().any(|(known, _)| *known == status), "{error:?}");
        }
    }
}
