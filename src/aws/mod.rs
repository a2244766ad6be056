//! The call: settings → the SDK's client → the raw response → a value or an error. The only room that knows the SDK.
//!
//! The SDK signs, finds the endpoint and spaces retries. What is shown comes from the response's bytes (`exchange`), read as botocore
//! reads them (here and in `refusal`); `transport` names what goes wrong on the way.

pub(crate) mod client;
pub mod credentials;
pub(crate) mod endpoints;
pub mod exchange;
mod header;
pub mod reads;
pub mod refusal;
pub(crate) mod retry;
pub(crate) mod session;
pub mod timestamp;
pub mod transport;
pub mod zone;

use std::sync::Arc;

use aws_sdk_sfn::operation::redrive_execution::{RedriveExecution, RedriveExecutionInput};

use crate::error::{Error, Result};
use crate::host::Host;
use crate::input::Request;
use crate::settings::{Connection, TimestampFormat};
use crate::value::{Map, Value};
use client::Client;
use exchange::{Recorder, Response};
use zone::LocalZone;

/// The operation's name, as it shows in errors and table titles.
pub(crate) const OPERATION: &str = "RedriveExecution";

pub(crate) fn sdk_version() -> &'static str {
    aws_sdk_sfn::meta::PKG_VERSION
}

/// The one member of the result of RedriveExecution.
pub(crate) const REDRIVE_DATE: &str = "redriveDate";

/// Calls RedriveExecution. Every attempt carries the same client token.
pub(crate) async fn redrive(client: &Client, request: &Request, connection: &Connection) -> Result<Response> {
    let mut recorder = Recorder::at_endpoint(connection);
    recorder.body = untyped_body(request).map(Arc::from);
    let input = RedriveExecutionInput::builder()
        .set_execution_arn(request.execution_arn().map(str::to_owned))
        .set_client_token(request.client_token().map(str::to_owned))
        .build();
    let (response, _) = client.call(RedriveExecution::new(), input, recorder).await?;
    success(response, OPERATION)
}

/// The result of RedriveExecution. Members that the service does not declare are dropped, and so is a null.
pub fn redrive_result(response: &Response, format: TimestampFormat, host: &Host) -> Result<Value> {
    let body = refusal::result(&response.body)?;
    let mut result = Map::new();
    if let Some(date) = body.get(REDRIVE_DATE).filter(|date| !matches!(date, Value::Null)) {
        let shown = match format {
            TimestampFormat::Wire => date.clone(),
            TimestampFormat::Iso8601 => Value::string(timestamp::iso8601(date, &LocalZone::from_host(host))?),
        };
        result.insert(REDRIVE_DATE.into(), shown);
    }
    Ok(Value::map(result))
}

fn success(response: Response, operation: &str) -> Result<Response> {
    match response.is_refusal() {
        true => Err(Error::Service(Box::new(refusal::read(&response, operation)?))),
        false => Ok(response),
    }
}

/// The body of a request whose values are not both texts, which the SDK's types cannot hold: parameters that were not checked.
fn untyped_body(request: &Request) -> Option<Vec<u8>> {
    let typed = request.execution_arn().is_some() && request.client_token().is_some();
    (!typed).then(|| Value::map(request.members().clone()).to_json_compact().into_bytes())
}
