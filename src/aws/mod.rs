//! The call: settings → the SDK's client → the raw answer → a value or an error. The only room that knows the SDK.
//!
//! The SDK signs, finds the endpoint and spaces retries. What is shown comes from the answer's bytes (`exchange`), read as botocore
//! reads them (`response`, `refusal`); what goes wrong on the way is told apart by `transport`.

pub(crate) mod client;
pub mod credentials;
pub(crate) mod date_text;
mod endpoints;
pub mod exchange;
mod header;
pub mod reads;
pub mod refusal;
pub mod response;
pub(crate) mod retry;
pub(crate) mod session;
pub mod timestamp;
pub mod transport;
pub mod zone;

use aws_sdk_sfn::operation::redrive_execution::{RedriveExecution, RedriveExecutionInput};

use crate::error::{Error, Result};
use crate::input::Request;
use crate::settings::Connection;
use crate::value::Value;
use client::Client;
use exchange::{Answer, Recorder, Reply};
use transport::TransportError;

/// The operation's name, as it shows in errors and table titles.
pub(crate) const OPERATION: &str = "RedriveExecution";

pub(crate) fn sdk_version() -> &'static str {
    aws_sdk_sfn::meta::PKG_VERSION
}

/// Calls RedriveExecution; returns the answer of a success. Every attempt carries the same client token.
pub(crate) async fn redrive(client: &Client, request: &Request, connection: &Connection) -> Result<Answer> {
    let recorder = Recorder::at_endpoint(connection).with_body(untyped_body(request));
    let input = RedriveExecutionInput::builder()
        .set_execution_arn(request.execution_arn().map(str::to_owned))
        .set_client_token(request.client_token().map(str::to_owned))
        .build();
    let reply = recorder.watch(|recorder| client.call(RedriveExecution::new(), input, recorder)).await?;
    success(reply, OPERATION)
}

/// The answer in a reply, unless it is a refusal.
fn success(reply: Reply, operation: &str) -> Result<Answer> {
    if reply.is_refusal() {
        return Err(Error::Service(Box::new(refusal::read(&reply.answer, operation, reply.exhausted_retries)?)));
    }
    Ok(reply.answer)
}

/// The body of a request whose values are not both texts, which the SDK's types cannot hold: parameters that were not checked.
fn untyped_body(request: &Request) -> Option<Vec<u8>> {
    let typed = request.execution_arn().is_some() && request.client_token().is_some();
    (!typed).then(|| Value::map(request.members().clone()).to_json_compact().into_bytes())
}

/// Why there was no answer from `url`, in the AWS CLI's words.
pub(crate) fn no_answer(failure: &TransportError, url: &str) -> Error {
    Error::General(match failure {
        TransportError::Connect(_) => format!("Could not connect to the endpoint URL: \"{url}\""),
        TransportError::ConnectTimeout => format!("Connect timeout on endpoint URL: \"{url}\""),
        TransportError::Proxy(proxy) => format!("Failed to connect to proxy URL: \"{proxy}\""),
        TransportError::Tls(cause) => format!("SSL validation failed for {url} {cause}"),
        TransportError::Closed(_) => {
            format!("Connection was closed before we received a valid response from endpoint URL: \"{url}\".")
        }
        TransportError::ReadTimeout => format!("Read timeout on endpoint URL: \"{url}\""),
        TransportError::Scheme(scheme) => {
            format!("An HTTP Client raised an unhandled exception: Not supported URL scheme {scheme}")
        }
        TransportError::ProxyUrl(cause) => format!("An HTTP Client raised an unhandled exception: {cause}"),
        other @ (TransportError::TooLarge(_) | TransportError::Other(_)) => {
            format!("An HTTP Client raised an unhandled exception: {other}")
        }
    })
}
