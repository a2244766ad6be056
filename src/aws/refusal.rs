//! A service's refusal, read from the raw response as botocore's JSON parsers read it.

use std::rc::Rc;

use super::exchange::Response;
use crate::error::{Error, Result, ServiceError};
use crate::python::codecs::utf_8;
use crate::value::{Map, Value};

/// The members of the errors that Step Functions declares beyond `message`, in the model's order.
const DECLARED: Declared = &[
    ("KmsInvalidStateException", &["kmsKeyState", "message"]),
    ("ResourceNotFound", &["message", "resourceName"]),
    ("TooManyTags", &["message", "resourceName"]),
    ("ValidationException", &["message", "reason"]),
];

/// The errors that it declares with a `message` alone.
const DECLARED_PLAIN: &str = "\
    ActivityAlreadyExists ActivityDoesNotExist ActivityLimitExceeded ActivityWorkerLimitExceeded ConflictException \
    ExecutionAlreadyExists ExecutionDoesNotExist ExecutionLimitExceeded ExecutionNotRedrivable InvalidArn \
    InvalidDefinition InvalidEncryptionConfiguration InvalidExecutionInput InvalidLoggingConfiguration InvalidName \
    InvalidOutput InvalidToken InvalidTracingConfiguration KmsAccessDeniedException KmsThrottlingException \
    MissingRequiredParameter ServiceQuotaExceededException StateMachineAlreadyExists StateMachineDeleting \
    StateMachineDoesNotExist StateMachineLimitExceeded StateMachineTypeNotSupported TaskDoesNotExist TaskTimedOut";

/// Members that a service declares for some codes.
pub(crate) type Declared = &'static [(&'static str, &'static [&'static str])];

pub(crate) fn code(response: &Response) -> Result<Option<String>> {
    read(response, "").map(|refusal| Some(refusal.code))
}

/// The same of a service that speaks JSON over REST.
pub(crate) fn rest_code(response: &Response) -> Result<Option<String>> {
    Ok(read_rest(response, "", &[]).ok().map(|refusal| refusal.code))
}

/// The refusal in a response of Step Functions to `operation`.
///
/// # Errors
/// A body that is not an object, or whose code is not a text: the AWS CLI fails on those.
pub fn read(response: &Response, operation: &str) -> Result<ServiceError> {
    parse(response, operation, None)
}

/// The refusal in a response of a service that speaks JSON over REST (the portal, its token service, sign-in).
pub(crate) fn read_rest(response: &Response, operation: &str, declared: Declared) -> Result<ServiceError> {
    parse(response, operation, Some(declared))
}

/// `rest` is what a service declares that speaks JSON over REST: there a header or `code` goes before `__type`.
fn parse(response: &Response, operation: &str, rest: Option<Declared>) -> Result<ServiceError> {
    if response.status == 300 {
        // The AWS CLI reads this as a success without an error, and then reports an error.
        result(&response.body)?;
        return Ok(refusal(response, operation, "Unknown", Value::string("Unknown"), Vec::new()));
    }
    if let Some(generic) = generic(response, operation) {
        return Ok(generic);
    }
    let body = body(&response.body)?;
    let message = body.get("message").or_else(|| body.get("Message")).cloned().unwrap_or_else(|| Value::string(""));
    let code = match (queried(response), body.get("__type")) {
        (Some(code), _) => code,
        (None, None) => response.status.to_string(),
        (None, Some(Value::Null)) => String::new(),
        (None, Some(Value::String(code))) => code.to_string(),
        (None, Some(_)) => return Err(Error::general("The error code in the response is not a text")),
    };
    let in_header = response.header("x-amzn-errortype");
    let named = || Some(body.get("code").or_else(|| body.get("Code"))?.python_str());
    let code = bare(&rest.and_then(|_| in_header.map(str::to_owned).or_else(named)).unwrap_or(code));
    let mut members = vec![("Message".to_owned(), message.clone()), ("Code".to_owned(), Value::string(code.as_str()))];
    let declared = match rest.unwrap_or(DECLARED).iter().find(|(name, _)| *name == code) {
        Some((_, members)) => members,
        None if rest.is_none() && DECLARED_PLAIN.split(' ').any(|name| name == code) => &["message"][..],
        None => &[],
    };
    for name in declared {
        if let Some(value) = body.get(*name).filter(|value| !matches!(value, Value::Null)) {
            members.push(((*name).to_owned(), value.clone()));
        }
    }
    // The AWS CLI does not read the code in the header; what has to be done depends on it all the same.
    let in_body = body.contains_key("__type").then(|| code.clone()).filter(|code| !code.is_empty());
    let service_code = in_body.or(in_header.map(bare)).filter(|_| response.header("x-amzn-requestid").is_some());
    Ok(ServiceError { service_code, ..refusal(response, operation, &code, message, members) })
}

/// A refusal of `operation` whose code may not be the service's own.
pub(crate) fn refusal(
    response: &Response,
    operation: &str,
    code: &str,
    message: Value,
    members: Vec<(String, Value)>,
) -> ServiceError {
    let Response { status, exhausted_retries, .. } = *response;
    let (operation, code) = (operation.to_owned(), code.to_owned());
    ServiceError { operation, status, service_code: None, code, message, exhausted_retries, members }
}

/// A code without its namespace and what may follow it.
fn bare(code: &str) -> String {
    let code = code.split(':').next().unwrap_or_default();
    code.rsplit('#').next().unwrap_or_default().to_owned()
}

/// The code that the header `x-amzn-query-error` names.
fn queried(response: &Response) -> Option<String> {
    let (code, rest) = response.header("x-amzn-query-error")?.split_once(';')?;
    (!code.is_empty() && !rest.contains(';')).then(|| code.to_owned())
}

/// The refusal of a failing server whose body is empty or a load balancer's page; `None` for any other body.
pub(crate) fn generic(response: &Response, operation: &str) -> Option<ServiceError> {
    let body = response.body.trim_ascii();
    if response.status < 500 || !(body.is_empty() || body.starts_with(b"<html>")) {
        return None;
    }
    let reason = http::StatusCode::from_u16(response.status).ok().and_then(|status| status.canonical_reason());
    let (code, message) = (response.status.to_string(), Value::string(reason.unwrap_or_default()));
    let members = vec![("Code".to_owned(), Value::string(code.as_str())), ("Message".to_owned(), message.clone())];
    Some(refusal(response, operation, &code, message, members))
}

/// A body as an object: an empty one is empty, one that is not JSON is all `message`. Fails as the AWS CLI does,
/// in Python's words, on a body that is not UTF-8 or is JSON but not an object.
pub(crate) fn body(bytes: &[u8]) -> Result<Rc<Map>> {
    object(parsed(bytes)?)
}

/// The body of a success, likewise.
pub(crate) fn result(bytes: &[u8]) -> Result<Rc<Map>> {
    match parsed(bytes)? {
        Value::Null => Err(Error::general("'NoneType' object has no attribute 'setdefault'")),
        other => object(other),
    }
}

fn object(value: Value) -> Result<Rc<Map>> {
    match value {
        Value::Map(members) => Ok(members),
        other => Err(Error::General(format!("'{}' object has no attribute 'get'", other.python_type_name()))),
    }
}

fn parsed(bytes: &[u8]) -> Result<Value> {
    if bytes.is_empty() {
        return Ok(Value::map(Map::new()));
    }
    let text = utf_8(bytes).map_err(Error::General)?;
    Ok(Value::from_json(text).unwrap_or_else(|_| Value::map(Map::from_iter([("message".into(), Value::string(text))]))))
}

#[cfg(test)]
mod tests {
    use super::{Response, body, read, result};

    #[test]
    fn codes_lose_their_name_space_and_their_link() {
        for kind in ["InvalidArn", "com.amazonaws.sfn#InvalidArn", "InvalidArn:http://x/"] {
            let body = format!(r#"{{"__type": "{kind}", "message": "m"}}"#).into_bytes();
            let refusal = read(&Response { status: 400, body, ..Response::default() }, "RedriveExecution").unwrap();
            assert_eq!(refusal.code, "InvalidArn");
        }
    }

    #[test]
    fn only_objects_are_read_and_bodies_outside_json_are_shown() {
        assert_eq!(body(b"[1]").unwrap_err().to_string(), "'list' object has no attribute 'get'");
        assert_eq!(result(b"null").unwrap_err().to_string(), "'NoneType' object has no attribute 'setdefault'");
        assert!(body(b"\xff").is_err());
        assert_eq!(body(b"nope").unwrap().len(), 1);
        assert!(body(b"").unwrap().is_empty());
    }
}
