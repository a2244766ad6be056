//! Plain requests to the two local endpoints that hand out credentials, outside the SDK's clients: no signature, no retries.

use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;

use crate::aws::header;
use crate::aws::transport::{Transport, TransportError};
use crate::error::{Error, Result};

/// An answer.
pub struct LocalAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}

/// Asks; each stage may take `limit`. `Ok(Err)` is a failure on the way.
///
/// # Errors
/// A URL or a header that cannot be sent.
pub async fn ask(
    transport: &Transport,
    method: &str,
    url: &str,
    headers: &[(&'static str, String)],
    limit: Duration,
) -> Result<std::result::Result<LocalAnswer, TransportError>> {
    let unusable = |error: &dyn std::fmt::Display| Error::General(format!("Cannot ask {url}: {error}"));
    let mut request = HttpRequest::get(sendable(url)).map_err(|error| unusable(&error))?;
    request.set_method(method).map_err(|error| unusable(&error))?;
    for (name, value) in headers {
        header::check(value, format_args!("the header {name}"))?;
        request.headers_mut().try_insert(*name, value.clone()).map_err(|error| unusable(&error))?;
    }
    let answer = transport.send(request, limit).await;
    Ok(answer.map(|response| LocalAnswer {
        status: response.status().as_u16(),
        body: response.body().bytes().unwrap_or_default().to_vec(),
    }))
}

/// A URL with the characters that no URL may hold percent-encoded.
fn sendable(url: &str) -> String {
    let encode = |byte: u8| match byte {
        b'!'..=b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    url.bytes().map(encode).collect()
}

#[cfg(test)]
mod tests {
    use super::sendable;

    #[test]
    fn a_url_stays_as_it_is_but_for_what_cannot_be_sent() {
        assert_eq!(sendable("http://h/a?b=%20#c"), "http://h/a?b=%20#c");
        assert_eq!(sendable("http://h/a b\né"), "http://h/a%20b%0A%C3%A9");
    }
}
