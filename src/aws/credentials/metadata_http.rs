//! Plain requests to the two local endpoints that hand out credentials, outside the SDK's clients: no signature, no retries.

use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;

use crate::aws::exchange::Response;
use crate::aws::header;
use crate::aws::transport::Transport;
use crate::aws::transport::TransportError::{self, Closed, Connect, ConnectTimeout, ReadTimeout};
use crate::error::{Error, Result};
use crate::python::repr;
use crate::settings::endpoint_url::{self, on_the_wire};

/// A body as botocore reads text: in Latin-1 where its type is a text without a character set, else in UTF-8.
pub(crate) fn body_text(response: &Response) -> String {
    let kind = response.header("content-type").unwrap_or_default().to_lowercase();
    if kind.contains("text") && !kind.contains("charset=utf-8") {
        return response.body.iter().copied().map(char::from).collect();
    }
    String::from_utf8_lossy(&response.body).into_owned()
}

/// Sends a request; each stage may take `limit`. `Ok(Err)` is a failure that means that there is no such endpoint here, or that it
/// has no time.
pub(crate) async fn send(
    transport: &Transport,
    method: &str,
    url: &str,
    headers: &[(&'static str, String)],
    limit: Duration,
) -> Result<std::result::Result<Response, TransportError>> {
    let unusable = |error: &dyn std::fmt::Display| Error::General(format!("Invalid request to {url}: {error}"));
    check_location(url).map_err(Error::General)?;
    let mut request = HttpRequest::get(on_the_wire(&as_split(url))).map_err(|error| unusable(&error))?;
    request.set_method(method).map_err(|error| unusable(&error))?;
    for (name, value) in headers {
        header::check(value, format_args!("the header {name}"))?;
        request.headers_mut().try_insert(*name, value.clone()).map_err(|error| unusable(&error))?;
    }
    match transport.exchange((Some(limit), Some(limit)), request).await {
        Ok(response) => Ok(Ok((&response).into())),
        Err(failure @ (Connect(_) | ConnectTimeout | ReadTimeout | Closed(_))) => Ok(Err(failure)),
        Err(failure) => Err(failure.for_url(url)),
    }
}

/// A URL as Python's `urlsplit` reads it: without blanks in front, and without any CR, LF or tab.
pub(crate) fn as_split(url: &str) -> String {
    url.trim_start_matches(|character| character <= ' ').replace(['\t', '\r', '\n'], "")
}

/// Refuses a URL whose host and port urllib3 cannot parse. That comes before anything is dropped from the URL.
pub(crate) fn check_location(url: &str) -> std::result::Result<(), String> {
    let rest = endpoint_url::scheme(url).and_then(|scheme| url.strip_prefix(scheme)?.strip_prefix(':')).unwrap_or(url);
    let authority = rest.trim_start_matches('/').split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let location = authority.rsplit_once('@').map_or(authority, |(_, location)| location);
    let (host, port) = match location.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port),
        _ => (location, ""),
    };
    if host.contains('[') != host.contains(']') {
        return Err("Invalid IPv6 URL".to_owned());
    }
    let failed = |what: String| Err(format!("An HTTP Client raised an unhandled exception: Failed to parse: {what}"));
    if let Some(invalid) = location.chars().find(|character| *character <= ' ') {
        let host = if port.contains(invalid) { location } else { host };
        let (host, invalid) = (repr::string(host), repr::string(&invalid.to_string()));
        return failed(format!("Host {host} contains invalid character {invalid}"));
    }
    let has_two_ports = host.contains(':') && !host.contains('[');
    if has_two_ports || !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return failed(format!("{} is not a valid host or port", repr::string(location)));
    }
    if !port.is_empty() && port.parse::<u16>().is_err() {
        return failed(url.to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{as_split, check_location};

    #[test]
    fn a_url_is_read_without_its_line_ends() {
        assert_eq!(as_split(" http://h/a\tb\r\n"), "http://h/ab");
    }

    #[test]
    fn locations_that_cannot_be_parsed_are_refused() {
        for url in ["http://h", "http://h:/x", "http://u:p@h:80/:x", "http://[::1]:80/", "http://[::1]/"] {
            assert_eq!(check_location(url), Ok(()), "{url}");
        }
        for (url, reason) in [
            ("http://127.0.0.1:x/c", "Failed to parse: '127.0.0.1:x' is not a valid host or port"),
            ("http://h:1:2/c", "Failed to parse: 'h:1:2' is not a valid host or port"),
            ("http://h:99999/c", "Failed to parse: http://h:99999/c"),
            ("http://h:1\n/c", "Failed to parse: Host 'h:1\\n' contains invalid character '\\n'"),
            (" http://h/c", "Failed to parse: Host ' http' contains invalid character ' '"),
            ("http://[::1/c", "Invalid IPv6 URL"),
        ] {
            let refusal = check_location(url).unwrap_err();
            assert!(refusal.ends_with(reason), "{refusal}");
        }
    }
}
