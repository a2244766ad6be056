//! The Security Token Service's responses, read as botocore's query parser reads them: a role's credentials, or a refusal.

use roxmltree::{Document, Node, ParsingOptions};

use super::document::object;
use crate::aws::exchange::Response;
use crate::aws::refusal;
use crate::error::{Error, Result, ServiceError};
use crate::python::{numeral, repr};
use crate::value::{Map, Value};

/// Larger answers are refused, in bytes and in elements and texts; the service's have a few thousand and about thirty.
const LARGEST_ANSWER: usize = 256 * 1024;
const MOST_NODES: u32 = 1_000;

/// A role's credentials in the shape in which the AWS CLI keeps them, its order of members included.
pub(crate) fn role(response: &Response, operation: &str, shown_date: impl Fn(&str) -> Result<String>) -> Result<Value> {
    if response.is_refusal() {
        return Err(Error::Service(Box::new(refuse(response, operation)?)));
    }
    let document = document(response)?;
    let missing = |name: &str| Error::General(repr::string(name));
    let (root, name) = (document.root_element(), format!("{operation}Result"));
    let result = child(root, &name).ok_or_else(|| missing(&name))?;
    let mut role = Map::new();
    let user = child(result, "AssumedRoleUser");
    let account = user.and_then(|user| account_of(child(user, "Arn")?.text()?));
    match (child(result, "Credentials"), account) {
        (Some(element), account) => {
            let mut credentials = texts(element, &["AccessKeyId", "SecretAccessKey", "SessionToken"]);
            if let Some(end) = child(element, "Expiration") {
                let shown = shown_date(end.text().unwrap_or_default())?;
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
    role.insert("ResponseMetadata".into(), metadata(root, response));
    Ok(Value::map(role))
}

fn account_of(arn: &str) -> Option<String> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    match parts[..] {
        ["arn", _, _, _, account, _] => Some(account.to_owned()),
        _ => None,
    }
}

fn child<'a, 'i>(parent: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    parent.children().find(|child| child.tag_name().name() == name)
}

fn texts(parent: Node<'_, '_>, names: &[&str]) -> Map {
    let found = names.iter().filter_map(|name| Some((*name, child(parent, name)?)));
    found.map(|(name, child)| (name.into(), Value::string(child.text().unwrap_or_default()))).collect()
}

fn numbers(parent: Node<'_, '_>, names: &[&str]) -> Result<Map> {
    let found = names.iter().filter_map(|name| Some((*name, child(parent, name)?)));
    let number = |child: Node<'_, '_>| numeral::int(child.text().unwrap_or_default()).map_err(Error::General);
    found.map(|(name, child)| Ok((name.into(), Value::Integer(number(child)?)))).collect()
}

/// The text of an element; `None` in Python where it has none.
fn text_or_null(element: Node<'_, '_>) -> Value {
    element.text().map_or(Value::Null, Value::string)
}

/// What botocore notes about the exchange.
fn metadata(root: Node<'_, '_>, response: &Response) -> Value {
    let given = child(root, "ResponseMetadata");
    let given = given.iter().flat_map(Node::children).filter(Node::is_element);
    let mut metadata: Map = given.map(|child| (child.tag_name().name().into(), text_or_null(child))).collect();
    let headers = response.headers.iter().map(|(name, value)| (name.as_str(), Value::string(value.as_str())));
    metadata.insert("HTTPStatusCode".into(), Value::integer(i64::from(response.status)));
    metadata.insert("HTTPHeaders".into(), object(headers));
    metadata.insert("RetryAttempts".into(), Value::integer(i64::from(response.attempts.saturating_sub(1))));
    Value::map(metadata)
}

/// The body as XML. Anything else is not shown: it may hold a secret.
fn document(response: &Response) -> Result<Document<'_>> {
    let text = std::str::from_utf8(&response.body).ok().filter(|text| text.len() <= LARGEST_ANSWER).unwrap_or("?");
    let options = ParsingOptions { nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).map_err(|error| {
        let malformed = match error {
            roxmltree::Error::NoRootNode => "no element found",
            _ => "syntax error",
        };
        Error::General(format!(
            "Unable to parse response ({malformed}), invalid XML received. Further retries may succeed"
        ))
    })
}

/// `<ErrorResponse><Error>…`, or wrapped once more in `<Errors>`.
fn error_in<'a, 'i>(document: &'a Document<'i>) -> Option<Node<'a, 'i>> {
    let root = document.root_element();
    child(root, "Errors").and_then(|errors| child(errors, "Error")).or_else(|| child(root, "Error"))
}

fn refuse(response: &Response, operation: &str) -> Result<ServiceError> {
    if let Some(generic) = refusal::generic(response, operation) {
        return Ok(generic);
    }
    let document = document(response)?;
    let children = error_in(&document).into_iter().flat_map(|error| error.children()).filter(Node::is_element);
    let named = children.map(|child| (child.tag_name().name().to_owned(), text_or_null(child)));
    let members: Vec<_> =
        named.filter(|(name, _)| ["code", "message"].contains(&name.to_lowercase().as_str())).collect();
    let member = |name: &str| members.iter().find(|(given, _)| given == name).map(|(_, value)| value.clone());
    let code = member("Code").map_or_else(|| "Unknown".to_owned(), |code| code.python_str());
    let message = member("Message").unwrap_or_else(|| Value::string("Unknown"));
    Ok(refusal::refusal(response, operation, &code, message, members))
}

pub(crate) fn code(response: &Response) -> Result<Option<String>> {
    let document = document(response).ok();
    let code = document.as_ref().and_then(|document| child(error_in(document)?, "Code")?.text());
    Ok(code.map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::{code, document};
    use crate::aws::exchange::Response;

    fn response(body: impl Into<Vec<u8>>) -> Response {
        Response { status: 400, body: body.into(), ..Response::default() }
    }

    #[test]
    fn a_code_is_found_in_one_wrapping_or_two() {
        for body in [
            "<?xml version='1.0'?><ErrorResponse xmlns='x'><Error><!-- --><Code>A&#66;</Code></Error></ErrorResponse>",
            "<Response><Errors><Error><Code><![CDATA[AB]]></Code></Error></Errors></Response>",
        ] {
            assert_eq!(code(&response(body)).unwrap().as_deref(), Some("AB"), "{body}");
        }
        assert_eq!(code(&response("<Error/>")).unwrap(), None);
    }

    #[test]
    fn anything_but_a_document_is_refused_without_being_shown() {
        assert!(document(&response("")).unwrap_err().to_string().contains("(no element found)"));
        for text in ["nope", "<a>", "<a/><b/>", "<a>&unknown;</a>", "<a/>x", &"<a>".repeat(1_000_000)] {
            let message = document(&response(text)).unwrap_err().to_string();
            assert!(message.contains("(syntax error)"), "{text}: {message}");
        }
        assert!(document(&response(b"<a>\xff</a>")).is_err());
    }
}
