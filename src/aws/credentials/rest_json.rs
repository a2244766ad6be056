//! Refusals of the services that speak JSON over REST (the portal, its token service, sign-in), read as botocore reads them: the
//! code may stand in a header, in `__type` or in `code`.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::service::Reply;
use crate::aws::exchange::Answer;
use crate::aws::refusal;
use crate::error::{Result, ServiceError};
use crate::value::Value;

const ERROR_TYPE: &str = "x-amzn-errortype";

/// The refusal in a reply; `declared` names the members that the service declares for some codes.
pub(crate) fn refuse(reply: &Reply, operation: &str, declared: &[(&str, &[&str])]) -> Result<ServiceError> {
    let mut refusal = refusal::read(&reply.answer, operation, reply.exhausted_retries)?;
    if refusal::generic(&reply.answer, operation, None).is_some() {
        return Ok(refusal);
    }
    let body = refusal::body(&reply.answer.body)?;
    let named = reply.header(ERROR_TYPE).map(Value::string).or_else(|| body.get("code").or(body.get("Code")).cloned());
    if let Some(code) = named {
        refusal.code = bare(&code.python_str());
    }
    refusal.members = vec![
        ("Message".to_owned(), refusal.message.clone()),
        ("Code".to_owned(), Value::string(refusal.code.as_str())),
    ];
    let members = declared.iter().find(|(code, _)| *code == refusal.code).map_or(&[][..], |(_, members)| *members);
    for name in members {
        if let Some(value) = body.get(*name).filter(|value| !matches!(value, Value::Null)) {
            refusal.members.push(((*name).to_owned(), value.clone()));
        }
    }
    Ok(refusal)
}

/// A code without its name space and its link.
fn bare(code: &str) -> String {
    let code = code.split(':').next().unwrap_or_default();
    code.rsplit('#').next().unwrap_or_default().to_owned()
}

/// The error code of an answer that is a refusal, for the decision on a retry.
pub(crate) fn code(response: &HttpResponse) -> Option<String> {
    match response.headers().get(ERROR_TYPE) {
        Some(code) => Some(bare(code)),
        None => {
            let answer = Answer::from_response(response);
            let body = refusal::body(&answer.body).ok()?;
            match body.get("code").or(body.get("Code")) {
                Some(code) => Some(bare(&code.python_str())),
                None => refusal::code(&answer).ok(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Reply, refuse};
    use crate::aws::exchange::Answer;

    fn shown(header: Option<&str>, body: &str) -> (String, usize) {
        let answer = Answer { status: 400, query_error: None, request_id: None, body: body.as_bytes().to_vec() };
        let headers = header.map(|code| ("x-amzn-errortype".to_owned(), code.to_owned())).into_iter().collect();
        let reply = Reply { answer, headers, attempts: 1, exhausted_retries: None };
        let refusal = refuse(&reply, "GetRoleCredentials", &[("A", &["error"])]).unwrap();
        (refusal.code, refusal.members.len())
    }

    #[test]
    fn the_code_is_found_in_header_then_body() {
        assert_eq!(shown(Some("ns#A:http://x/"), r#"{"__type": "B", "code": "C", "error": "e"}"#), ("A".to_owned(), 3));
        assert_eq!(shown(None, r#"{"__type": "B", "code": "C"}"#).0, "C");
        assert_eq!(shown(None, r#"{"__type": "B"}"#).0, "B");
        assert_eq!(shown(None, "not json").0, "400");
    }
}
