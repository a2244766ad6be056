//! The errors that the endpoint returns.
//!
//! Codes, HTTP statuses and members are those of the service model and of AWS's common errors.

use clap::ValueEnum;
use serde_json::{Map, Value};
use strum::IntoStaticStr;

use super::operation::Operation;

/// An error, named by its code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, IntoStaticStr)]
pub(crate) enum Refusal {
    // Of the service model.
    #[error("Invalid Arn: '{0}'")]
    InvalidArn(String),
    /// A page token that was never issued, not for these arguments, or is too old.
    #[error("Invalid Token: 'Invalid token'")]
    InvalidToken,
    #[error("Execution Does Not Exist: '{0}'")]
    ExecutionDoesNotExist(String),
    #[error("Execution is not redrivable: '{0}'. {1}")]
    ExecutionNotRedrivable(String, &'static str),
    #[error("The maximum number of running executions ({0}) has been reached.")]
    ExecutionLimitExceeded(usize),
    #[error("State Machine Does Not Exist: '{0}'")]
    StateMachineDoesNotExist(String),
    #[error("This operation is not supported by this type of state machine")]
    StateMachineTypeNotSupported,
    #[error("Resource not found: '{0}'")]
    ResourceNotFound(String),
    /// A message, and the reason that the model has for some.
    #[error("{0}")]
    ValidationException(String, Option<&'static str>),
    /// Violated constraints, each as [`super::members`] words it.
    #[error("{} validation {} detected: {}", .0.len(), if .0.len() == 1 { "error" } else { "errors" }, .0.join("; "))]
    #[strum(serialize = "ValidationException")]
    Constraints(Vec<String>),

    // Of all services.
    /// The body is not a JSON object, or a member is not of its type in the model.
    #[error("{0}")]
    SerializationException(String),
    #[error("{0} is not answered here; sfn-local knows {known}", known = known_operations())]
    UnknownOperationException(String),
    #[error("Request entity too large")]
    RequestEntityTooLargeException,
    #[error("Missing Authentication Token")]
    MissingAuthenticationTokenException,
    #[error("{0}")]
    IncompleteSignatureException(String),
    #[error("{0}")]
    InvalidSignatureException(String),
    /// The access key is unknown, or the session token is not the key's.
    #[error("The security token included in the request is invalid.")]
    UnrecognizedClientException,
    #[error("The security token included in the request is expired")]
    ExpiredTokenException,
    /// The account, and the operation that it may not use.
    #[error(
        "User: arn:aws:iam::{0}:user/local is not authorized to perform: states:{1} because no \
             identity-based policy allows the states:{1} action"
    )]
    AccessDeniedException(String, &'static str),
    #[error("The service is in trouble")]
    ServiceUnavailable,
    /// Any other status of the service's own trouble.
    #[error("The service is in trouble")]
    InternalFailure(u16),
    #[error("Rate exceeded")]
    ThrottlingException,
}

pub(crate) const MISSING: Option<&str> = Some("MISSING_REQUIRED_PARAMETER");

impl Refusal {
    /// The ARN has a map run's label, which the operation does not take.
    pub(crate) fn labeled_arn(arn: &str) -> Self {
        let message = format!("This operation does not support labeled ARNs: '{arn}'");
        Self::ValidationException(message, Some("API_DOES_NOT_SUPPORT_LABELED_ARNS"))
    }

    pub(crate) fn code(&self) -> &'static str {
        self.into()
    }

    pub(crate) fn status(&self) -> u16 {
        match self {
            Self::UnknownOperationException(_) => 404,
            Self::RequestEntityTooLargeException => 413,
            Self::ServiceUnavailable => 503,
            Self::InternalFailure(status) => *status,
            _ => 400,
        }
    }

    /// The namespace of the code, as answers of the service show it.
    fn namespace(&self) -> &'static str {
        match self {
            Self::Constraints(_) => "com.amazon.coral.validate",
            Self::ThrottlingException => "com.amazon.coral.availability",
            Self::InvalidArn(_)
            | Self::InvalidToken
            | Self::ExecutionDoesNotExist(_)
            | Self::ExecutionNotRedrivable(..)
            | Self::ExecutionLimitExceeded(_)
            | Self::StateMachineDoesNotExist(_)
            | Self::StateMachineTypeNotSupported
            | Self::ResourceNotFound(_)
            | Self::ValidationException(..) => "com.amazonaws.swf.service.v2.model",
            _ => "com.amazon.coral.service",
        }
    }

    /// The body: `__type`, the message, then the member that some errors have.
    pub(crate) fn body(&self) -> Vec<u8> {
        let member = match self {
            Self::ResourceNotFound(arn) => Some(("resourceName", arn.clone())),
            Self::ValidationException(_, Some(reason)) => Some(("reason", (*reason).to_owned())),
            _ => None,
        };
        let kind = format!("{}#{}", self.namespace(), self.code());
        let members = [("__type", kind), ("message", self.to_string())].into_iter().chain(member);
        let members: Map<_, _> = members.map(|(name, value)| (name.to_owned(), value.into())).collect();
        Value::Object(members).to_string().into_bytes()
    }
}

fn known_operations() -> String {
    Operation::value_variants().iter().map(|operation| operation.name()).collect::<Vec<_>>().join(", ")
}
