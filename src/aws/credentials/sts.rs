//! The Security Token Service's answers, read as botocore's query parser reads them: a role's credentials, or a refusal.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::document::object;
use super::service::Reply;
use super::xml::Element;
use crate::aws::exchange::Answer;
use crate::aws::refusal;
use crate::aws::timestamp;
use crate::aws::zone::LocalZone;
use crate::error::{Error, Result, ServiceError};
use crate::host::Host;
use crate::python::numeral;
use crate::settings::TimestampFormat;
use crate::value::{Map, Value};

/// A role's credentials in the shape in which the AWS CLI keeps them, its order of members included.
pub(crate) fn role(reply: &Reply, operation: &str, format: TimestampFormat, host: &Host) -> Result<Value> {
    if reply.answer.status >= 300 {
        return Err(Error::Service(Box::new(refuse(reply, operation)?)));
    }
    let root = document(&reply.answer)?;
    let result = root.child(&format!("{operation}Result")).ok_or_else(|| missing(&format!("{operation}Result")))?;
    let mut role = Map::new();
    let user = result.child("AssumedRoleUser");
    let account = user.and_then(|user| user.child("Arn")).and_then(|arn| account_of(arn.text.as_deref()));
    match (result.child("Credentials"), account) {
        (Some(element), account) => {
            let mut credentials = texts(element, &["AccessKeyId", "SecretAccessKey", "SessionToken"]);
            if let Some(end) = element.child("Expiration") {
                let end = end.text.as_deref().unwrap_or_default();
                let shown = match format {
                    TimestampFormat::Wire => end.to_owned(),
                    TimestampFormat::Iso8601 => timestamp::iso8601(&Value::string(end), &LocalZone::from_host(host))?,
                };
                credentials.insert("Expiration".into(), Value::string(shown));
            }
            if let Some(account) = account {
                credentials.insert("AccountId".into(), Value::string(account));
            }
            role.insert("Credentials".into(), Value::map(credentials));
        }
        (None, Some(_)) => return Err(missing("Credentials")),
        (None, None) => {}
    }
    role.extend(texts(result, &["SubjectFromWebIdentityToken"]));
    if let Some(user) = user {
        role.insert("AssumedRoleUser".into(), Value::map(texts(user, &["AssumedRoleId", "Arn"])));
    }
    role.extend(numbers(result, &["PackedPolicySize"])?);
    role.extend(texts(result, &["Provider", "Audience", "SourceIdentity"]));
    role.extend(numbers(result, &["SessionTokenUtilization", "SessionTokenSize"])?);
    role.insert("ResponseMetadata".into(), metadata(&root, reply));
    Ok(Value::map(role))
}

fn missing(name: &str) -> Error {
    Error::General(crate::python::repr::string(name))
}

fn account_of(arn: Option<&str>) -> Option<String> {
    let parts: Vec<&str> = arn?.splitn(6, ':').collect();
    match parts[..] {
        ["arn", _, _, _, account, _] => Some(account.to_owned()),
        _ => None,
    }
}

fn texts(parent: &Element, names: &[&str]) -> Map {
    let found = names.iter().filter_map(|name| Some((*name, parent.child(name)?)));
    found.map(|(name, child)| (name.into(), Value::string(child.text.as_deref().unwrap_or_default()))).collect()
}

fn numbers(parent: &Element, names: &[&str]) -> Result<Map> {
    let found = names.iter().filter_map(|name| Some((*name, parent.child(name)?)));
    found
        .map(|(name, child)| {
            let number = numeral::int(child.text.as_deref().unwrap_or_default()).map_err(Error::General)?;
            Ok((name.into(), Value::Integer(number)))
        })
        .collect()
}

/// What botocore notes about the exchange.
fn metadata(root: &Element, reply: &Reply) -> Value {
    let given = root.child("ResponseMetadata").map_or(&[][..], |element| &element.children);
    let text = |element: &Element| element.text.as_deref().map_or(Value::Null, Value::string);
    let mut metadata: Map = given.iter().map(|child| (child.name.as_str().into(), text(child))).collect();
    let headers = reply.headers.iter().map(|(name, value)| (name.as_str(), Value::string(value.as_str())));
    metadata.insert("HTTPStatusCode".into(), Value::integer(i64::from(reply.answer.status)));
    metadata.insert("HTTPHeaders".into(), object(headers));
    metadata.insert("RetryAttempts".into(), Value::integer(i64::from(reply.attempts.saturating_sub(1))));
    Value::map(metadata)
}

/// The answer as XML. Anything else is not shown: it may hold a secret.
fn document(answer: &Answer) -> Result<Element> {
    Element::parse(&answer.body).map_err(|malformed| {
        Error::General(format!(
            "Unable to parse response ({malformed}), invalid XML received. Further retries may succeed"
        ))
    })
}

fn refuse(reply: &Reply, operation: &str) -> Result<ServiceError> {
    let answer = &reply.answer;
    if let Some(generic) = refusal::generic(answer, operation, reply.exhausted_retries) {
        return Ok(generic);
    }
    let root = document(answer)?;
    // <ErrorResponse><Error>…, or wrapped once more in <Errors>.
    let error = root.child("Errors").and_then(|errors| errors.child("Error")).or_else(|| root.child("Error"));
    let members: Vec<(String, Value)> = error.map_or(Vec::new(), |error| {
        let shown = error.children.iter().filter(|child| ["code", "message"].contains(&&*child.name.to_lowercase()));
        shown.map(|child| (child.name.clone(), child.text.as_deref().map_or(Value::Null, Value::string))).collect()
    });
    let member = |name: &str| members.iter().find(|(given, _)| given == name).map(|(_, value)| value.clone());
    Ok(ServiceError {
        operation: operation.to_owned(),
        status: reply.answer.status,
        service_code: None,
        code: member("Code").map_or_else(|| "Unknown".to_owned(), |code| code.python_str()),
        message: member("Message").unwrap_or_else(|| Value::string("Unknown")),
        exhausted_retries: reply.exhausted_retries,
        members,
    })
}

/// The error code of an answer that is a refusal, for the decision on a retry.
pub(crate) fn code(response: &HttpResponse) -> Option<String> {
    let root = Element::parse(response.body().bytes().unwrap_or_default()).ok()?;
    let error = root.child("Errors").and_then(|errors| errors.child("Error")).or_else(|| root.child("Error"));
    error?.child("Code")?.text.clone()
}

#[cfg(test)]
mod tests {
    use super::{Reply, role};
    use crate::aws::credentials::document::json_line;
    use crate::aws::exchange::Answer;
    use crate::error::Result;
    use crate::host::Host;
    use crate::settings::TimestampFormat;

    fn read(status: u16, body: &str) -> Result<String> {
        let answer = Answer { status, body: body.as_bytes().to_vec(), ..Answer::default() };
        let headers = vec![("date".to_owned(), "today".to_owned())];
        let reply = Reply { answer, headers, attempts: 1, exhausted_retries: None };
        let host = Host::fixed(&[("TZ", "UTC0")]);
        role(&reply, "AssumeRole", TimestampFormat::Iso8601, &host).map(|role| json_line(&role))
    }

    #[test]
    fn a_role_is_kept_in_the_models_order() {
        let body = "<AssumeRoleResponse><AssumeRoleResult><SourceIdentity>me</SourceIdentity>\
            <AssumedRoleUser><Arn>arn:aws:sts::1:assumed-role/r/s</Arn><AssumedRoleId>A:s</AssumedRoleId></AssumedRoleUser>\
            <Credentials><Expiration>2099-01-01T00:00:00Z</Expiration><SessionToken>t</SessionToken>\
            <SecretAccessKey>s</SecretAccessKey><AccessKeyId>K</AccessKeyId></Credentials>\
            <PackedPolicySize>7</PackedPolicySize></AssumeRoleResult>\
            <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></AssumeRoleResponse>";
        assert_eq!(
            read(200, body).unwrap(),
            "{\"Credentials\": {\"AccessKeyId\": \"K\", \"SecretAccessKey\": \"s\", \"SessionToken\": \"t\", \
             \"Expiration\": \"2099-01-01T00:00:00+00:00\", \"AccountId\": \"1\"}, \
             \"AssumedRoleUser\": {\"AssumedRoleId\": \"A:s\", \"Arn\": \"arn:aws:sts::1:assumed-role/r/s\"}, \
             \"PackedPolicySize\": 7, \"SourceIdentity\": \"me\", \
             \"ResponseMetadata\": {\"RequestId\": \"r\", \"HTTPStatusCode\": 200, \"HTTPHeaders\": {\"date\": \"today\"}, \
             \"RetryAttempts\": 0}}"
        );
    }

    #[test]
    fn answers_that_hold_no_role_are_refused_without_being_shown() {
        for (body, message) in [
            ("<AssumeRoleResponse/>", "'AssumeRoleResult'"),
            ("secret", "Unable to parse response (syntax error), invalid XML received. Further retries may succeed"),
        ] {
            assert_eq!(read(200, body).unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn refusals_show_code_and_message_alone() {
        let body =
            "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message/></Error></ErrorResponse>";
        let error = read(403, body).unwrap_err();
        assert_eq!(error.status(), 254);
        assert_eq!(error.to_string(), "An error occurred (AccessDenied) when calling the AssumeRole operation: None");
        assert!(read(400, "<Other/>").unwrap_err().to_string().contains("(Unknown)"));
        assert!(read(503, "<html>busy").unwrap_err().to_string().ends_with("Service Unavailable"));
    }
}
