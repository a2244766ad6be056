//! What the endpoint answers when it does not do what was asked: a code, a message, sometimes more members.
//!
//! Codes, HTTP statuses and members are those of the service model and of AWS's common errors. The message texts are not
//! documented: they are the ones that public reports show where there are any, and our own otherwise.

use serde_json::json;
use strum::VariantArray;

use super::operation::Operation;

/// The namespace of the errors of the Step Functions model, as answers of the service show it.
const MODEL: &str = "com.amazonaws.swf.service.v2.model";
/// The namespace of the errors that all services share.
const COMMON: &str = "com.amazon.coral.service";
const VALIDATE: &str = "com.amazon.coral.validate";
const AVAILABILITY: &str = "com.amazon.coral.availability";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    /// The code, such as `ExecutionNotRedrivable`.
    pub(crate) code: &'static str,
    namespace: &'static str,
    message: String,
    member: Option<(&'static str, String)>,
}

impl Refusal {
    fn new(namespace: &'static str, code: &'static str, message: impl Into<String>) -> Self {
        Self { status: 400, code, namespace, message: message.into(), member: None }
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.member = Some((name, value.into()));
        self
    }

    /// The body: `__type`, the message, then the member that some errors have.
    pub(crate) fn body(&self) -> Vec<u8> {
        let mut body = json!({"__type": format!("{}#{}", self.namespace, self.code), "message": self.message});
        if let (Some(members), Some((name, value))) = (body.as_object_mut(), &self.member) {
            members.insert((*name).to_owned(), value.as_str().into());
        }
        body.to_string().into_bytes()
    }

    #[cfg(test)]
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    // ---- the model's own -------------------------------------------------------------------------------------------------

    /// The ARN cannot be one of what the operation takes.
    pub(crate) fn invalid_arn(detail: impl std::fmt::Display) -> Self {
        Self::new(MODEL, "InvalidArn", format!("Invalid Arn: '{detail}'"))
    }

    /// A page token that was not given out, not for these arguments, or is too old.
    pub(crate) fn invalid_token() -> Self {
        Self::new(MODEL, "InvalidToken", "Invalid Token: 'Invalid token'")
    }

    pub(crate) fn execution_does_not_exist(arn: &str) -> Self {
        Self::new(MODEL, "ExecutionDoesNotExist", format!("Execution Does Not Exist: '{arn}'"))
    }

    /// The execution cannot be redriven, for this documented reason.
    pub(crate) fn execution_not_redrivable(arn: &str, reason: &str) -> Self {
        Self::new(MODEL, "ExecutionNotRedrivable", format!("Execution is not redrivable: '{arn}'. {reason}"))
    }

    pub(crate) fn execution_limit_exceeded(limit: usize) -> Self {
        Self::new(
            MODEL,
            "ExecutionLimitExceeded",
            format!("The maximum number of running executions ({limit}) has been reached."),
        )
    }

    pub(crate) fn state_machine_does_not_exist(arn: &str) -> Self {
        Self::new(MODEL, "StateMachineDoesNotExist", format!("State Machine Does Not Exist: '{arn}'"))
    }

    /// The operation does not go with EXPRESS machines.
    pub(crate) fn state_machine_type_not_supported() -> Self {
        Self::new(
            MODEL,
            "StateMachineTypeNotSupported",
            "This operation is not supported by this type of state machine",
        )
    }

    pub(crate) fn resource_not_found(arn: &str) -> Self {
        Self::new(MODEL, "ResourceNotFound", format!("Resource not found: '{arn}'")).with("resourceName", arn)
    }

    // ---- validation ------------------------------------------------------------------------------------------------------

    /// Violated constraints of the model, each as [`super::members`] words it.
    pub(crate) fn constraints(violations: &[String]) -> Self {
        let errors = if violations.len() == 1 { "error" } else { "errors" };
        let message = format!("{} validation {errors} detected: {}", violations.len(), violations.join("; "));
        Self::new(VALIDATE, "ValidationException", message)
    }

    /// The same, for the reason that something required is missing.
    pub(crate) fn because_missing(self) -> Self {
        Self { namespace: MODEL, ..self }.with("reason", "MISSING_REQUIRED_PARAMETER")
    }

    /// None of several members is there.
    pub(crate) fn missing_parameter(message: impl Into<String>) -> Self {
        Self::new(MODEL, "ValidationException", message).because_missing()
    }

    /// The ARN has a map run's label, which the operation does not take.
    pub(crate) fn labeled_arn(arn: &str) -> Self {
        Self::new(MODEL, "ValidationException", format!("This operation does not support labeled ARNs: '{arn}'"))
            .with("reason", "API_DOES_NOT_SUPPORT_LABELED_ARNS")
    }

    /// Members that do not go together.
    pub(crate) fn invalid_combination(message: impl Into<String>) -> Self {
        Self::new(MODEL, "ValidationException", message)
    }

    /// The body is no JSON object, or a member has another type than the model says.
    pub(crate) fn serialization(message: impl Into<String>) -> Self {
        Self::new(COMMON, "SerializationException", message)
    }

    // ---- what all services share -----------------------------------------------------------------------------------------

    /// Not an operation that is answered here.
    pub(crate) fn unknown_operation(asked: &str) -> Self {
        let known: Vec<&str> = Operation::VARIANTS.iter().map(|operation| operation.name()).collect();
        Self {
            status: 404,
            ..Self::new(
                COMMON,
                "UnknownOperationException",
                format!("{asked} is not answered here; sfn-local knows {}", known.join(", ")),
            )
        }
    }

    /// The body is longer than any request can be.
    pub(crate) fn request_too_large() -> Self {
        Self { status: 413, ..Self::new(COMMON, "RequestEntityTooLargeException", "Request entity too large") }
    }

    pub(crate) fn missing_authentication_token() -> Self {
        Self::new(COMMON, "MissingAuthenticationTokenException", "Missing Authentication Token")
    }

    /// The `Authorization` header lacks something.
    pub(crate) fn incomplete_signature(message: impl Into<String>) -> Self {
        Self::new(COMMON, "IncompleteSignatureException", message)
    }

    /// The signature is not right for this request, service, region and time.
    pub(crate) fn invalid_signature(message: impl Into<String>) -> Self {
        Self::new(COMMON, "InvalidSignatureException", message)
    }

    /// The access key, or the session token that goes with it, is not known.
    pub(crate) fn unrecognized_client() -> Self {
        Self::new(COMMON, "UnrecognizedClientException", "The security token included in the request is invalid.")
    }

    pub(crate) fn expired_token() -> Self {
        Self::new(COMMON, "ExpiredTokenException", "The security token included in the request is expired")
    }

    pub(crate) fn access_denied(account: &str, operation: Operation) -> Self {
        Self::new(
            COMMON,
            "AccessDeniedException",
            format!(
                "User: arn:aws:iam::{account}:user/local is not authorized to perform: states:{operation} because no \
                 identity-based policy allows the states:{operation} action"
            ),
        )
    }

    /// The service is in trouble of its own.
    pub(crate) fn trouble(status: u16) -> Self {
        let code = if status == 503 { "ServiceUnavailable" } else { "InternalFailure" };
        Self { status, ..Self::new(COMMON, code, "The service is in trouble") }
    }

    /// The token bucket of the operation is empty.
    pub(crate) fn throttling() -> Self {
        Self::new(AVAILABILITY, "ThrottlingException", "Rate exceeded")
    }
}
