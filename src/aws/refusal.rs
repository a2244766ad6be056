//! A service's refusal, read from the raw answer as botocore's JSON parsers read it.

use std::rc::Rc;

use super::exchange::{Answer, Reply};
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
const DECLARED_PLAIN: &[&str] = &[
    "ActivityAlreadyExists",
    "ActivityDoesNotExist",
    "ActivityLimitExceeded",
    "ActivityWorkerLimitExceeded",
    "ConflictException",
    "ExecutionAlreadyExists",
    "ExecutionDoesNotExist",
    "ExecutionLimitExceeded",
    "ExecutionNotRedrivable",
    "InvalidArn",
    "InvalidDefinition",
    "InvalidEncryptionConfiguration",
    "InvalidExecutionInput",
    "InvalidLoggingConfiguration",
    "InvalidName",
    "InvalidOutput",
    "InvalidToken",
    "InvalidTracingConfiguration",
    "KmsAccessDeniedException",
    "KmsThrottlingException",
    "MissingRequiredParameter",
    "ServiceQuotaExceededException",
    "StateMachineAlreadyExists",
    "StateMachineDeleting",
    "StateMachineDoesNotExist",
    "StateMachineLimitExceeded",
    "StateMachineTypeNotSupported",
    "TaskDoesNotExist",
    "TaskTimedOut",
];

/// Members that a service declares for some codes.
pub(crate) type Declared = &'static [(&'static str, &'static [&'static str])];

/// The error code of a refusal by Step Functions.
pub(crate) fn code(answer: &Answer) -> Result<Option<String>> {
    read(answer, "", None).map(|refusal| Some(refusal.code))
}

/// The same of a service that speaks JSON over REST.
pub(crate) fn rest_code(answer: &Answer) -> Result<Option<String>> {
    Ok(parse(answer, "", None, Some(&[])).ok().map(|refusal| refusal.code))
}

/// The refusal in an answer of Step Functions to `operation`.
///
/// # Errors
/// An answer that is not an object, or whose code is not a text: the AWS CLI fails on those, in Python's words.
pub fn read(answer: &Answer, operation: &str, exhausted_retries: Option<u32>) -> Result<ServiceError> {
    parse(answer, operation, exhausted_retries, None)
}

/// The refusal in a reply of a service that speaks JSON over REST (the portal, its token service, sign-in).
pub(crate) fn read_rest(reply: &Reply, operation: &str, declared: Declared) -> Result<ServiceError> {
    parse(&reply.answer, operation, reply.exhausted_retries, Some(declared))
}

/// `rest` is what a service declares that speaks JSON over REST: there a header or `code` goes before `__type`.
fn parse(
    answer: &Answer,
    operation: &str,
    exhausted_retries: Option<u32>,
    rest: Option<Declared>,
) -> Result<ServiceError> {
    let refusal = |code: String, message: Value, members: Vec<(String, Value)>| ServiceError {
        operation: operation.to_owned(),
        status: answer.status,
        service_code: None,
        code,
        message,
        exhausted_retries,
        members,
    };
    if answer.status == 300 {
        // The AWS CLI reads this as a success without an error, and then reports an error.
        result(&answer.body)?;
        return Ok(refusal("Unknown".to_owned(), Value::string("Unknown"), Vec::new()));
    }
    if let Some(generic) = generic(answer, operation, exhausted_retries) {
        return Ok(generic);
    }
    let body = body(&answer.body)?;
    let message = body.get("message").or_else(|| body.get("Message")).cloned().unwrap_or_else(|| Value::string(""));
    let code = match queried(answer) {
        Some(code) => code,
        None => match body.get("__type") {
            None => answer.status.to_string(),
            Some(Value::Null) => String::new(),
            Some(Value::String(code)) => code.to_string(),
            Some(other) => return Err(Error::General(no_code(other))),
        },
    };
    let named = || Some(body.get("code").or_else(|| body.get("Code"))?.python_str());
    let code = bare(&rest.and_then(|_| answer.error_type.clone().or_else(named)).unwrap_or(code));
    let mut members = vec![("Message".to_owned(), message.clone()), ("Code".to_owned(), Value::string(code.as_str()))];
    let declared = match rest.unwrap_or(DECLARED).iter().find(|(name, _)| *name == code) {
        Some((_, members)) => members,
        None if rest.is_none() && DECLARED_PLAIN.contains(&code.as_str()) => &["message"][..],
        None => &[],
    };
    for name in declared {
        if let Some(value) = body.get(*name).filter(|value| !matches!(value, Value::Null)) {
            members.push(((*name).to_owned(), value.clone()));
        }
    }
    // The AWS CLI does not read the code in the header; what has to be done depends on it all the same.
    let in_header = answer.error_type.as_deref().map(bare);
    let in_body = body.contains_key("__type").then(|| code.clone()).filter(|code| !code.is_empty());
    let service_code = in_body.or(in_header).filter(|_| answer.request_id.is_some());
    Ok(ServiceError { service_code, ..refusal(code, message, members) })
}

/// A code without its namespace and what may follow it.
fn bare(code: &str) -> String {
    let code = code.split(':').next().unwrap_or_default();
    code.rsplit('#').next().unwrap_or_default().to_owned()
}

/// What Python says where the AWS CLI takes this for a text and looks for `:` and `#` in it.
fn no_code(code: &Value) -> String {
    let kind = code.python_type_name();
    let holds = |mark: &str| match code {
        Value::List(items) => items.iter().any(|item| matches!(item, Value::String(text) if &**text == mark)),
        Value::Map(members) => members.contains_key(mark),
        _ => false,
    };
    match code {
        Value::List(_) | Value::Map(_) if holds(":") => format!("'{kind}' object has no attribute 'split'"),
        Value::List(_) | Value::Map(_) if holds("#") => format!("'{kind}' object has no attribute 'rsplit'"),
        Value::List(_) | Value::Map(_) => format!("cannot use '{kind}' as a dict key (unhashable type: '{kind}')"),
        _ => format!("argument of type '{kind}' is not a container or iterable"),
    }
}

/// The code that the header `x-amzn-query-error` names.
fn queried(answer: &Answer) -> Option<String> {
    let (code, rest) = answer.query_error.as_deref()?.split_once(';')?;
    (!code.is_empty() && !rest.contains(';')).then(|| code.to_owned())
}

/// The refusal of a failing server whose body is empty or a load balancer's page; `None` for any other body.
pub(crate) fn generic(answer: &Answer, operation: &str, exhausted_retries: Option<u32>) -> Option<ServiceError> {
    let body = answer.body.trim_ascii();
    if answer.status < 500 || !(body.is_empty() || body.starts_with(b"<html>")) {
        return None;
    }
    let reason = http::StatusCode::from_u16(answer.status).ok().and_then(|status| status.canonical_reason());
    let (code, message) = (answer.status.to_string(), Value::string(reason.unwrap_or_default()));
    let members = vec![("Code".to_owned(), Value::string(code.as_str())), ("Message".to_owned(), message.clone())];
    Some(ServiceError {
        operation: operation.to_owned(),
        status: answer.status,
        service_code: None,
        code,
        message,
        exhausted_retries,
        members,
    })
}

/// An answer's body as an object: an empty one is empty, one that is not JSON is all `message`. Fails as the AWS CLI does,
/// in Python's words, on a body that is not UTF-8 or is JSON but not an object.
pub(crate) fn body(bytes: &[u8]) -> Result<Rc<Map>> {
    object(parsed(bytes)?)
}

/// The body of a success, likewise.
pub(crate) fn result(bytes: &[u8]) -> Result<Rc<Map>> {
    match parsed(bytes)? {
        Value::Null => Err(Error::General("'NoneType' object has no attribute 'setdefault'".to_owned())),
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
    use super::{Answer, body, read, result};

    fn refusal(status: u16, text: &str) -> String {
        let answer = Answer { status, body: text.as_bytes().to_vec(), ..Answer::default() };
        read(&answer, "RedriveExecution", Some(2)).unwrap().to_string()
    }

    #[test]
    fn codes_lose_their_name_space_and_their_link() {
        for kind in ["InvalidArn", "com.amazonaws.sfn#InvalidArn", "InvalidArn:http://x/"] {
            let text = refusal(400, &format!(r#"{{"__type": "{kind}", "message": "m"}}"#));
            assert!(text.starts_with("An error occurred (InvalidArn) when"), "{text}");
        }
    }

    #[test]
    fn a_page_of_a_load_balancer_is_told_by_its_status() {
        let text = refusal(503, "<html>…");
        assert_eq!(
            text,
            "An error occurred (503) when calling the RedriveExecution operation (reached max retries: 2): Service Unavailable"
        );
    }

    #[test]
    fn what_is_no_code_is_told_as_python_stumbles_over_it() {
        for (code, message) in [
            ("5", "argument of type 'int' is not a container or iterable"),
            ("[]", "cannot use 'list' as a dict key (unhashable type: 'list')"),
            (r#"["a", ":"]"#, "'list' object has no attribute 'split'"),
            (r##"{"#": 1}"##, "'dict' object has no attribute 'rsplit'"),
        ] {
            let body = format!(r#"{{"__type": {code}}}"#).into_bytes();
            let answer = Answer { status: 400, body, ..Answer::default() };
            assert_eq!(read(&answer, "RedriveExecution", None).unwrap_err().to_string(), message);
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
