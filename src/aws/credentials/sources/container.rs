//! Credentials of a container (ECS, EKS and the like): from an endpoint that two variables name, with a token that two others hold.

use std::net::IpAddr;
use std::time::Duration;

use crate::aws::credentials::document::{decode, member, read_text};
use crate::aws::credentials::fetched::{Expiry, Fetched};
use crate::aws::credentials::metadata_http::{as_split, send};
use crate::aws::credentials::provider::{Fetching, Source};
use crate::aws::transport::Transport;
use crate::error::{Error, Result};
use crate::host::Host;
use crate::python::codecs::Codec;
use crate::settings::{Sources, endpoint_url};
use crate::value::Value;
use crate::{env_vars, os_text};

pub(crate) const NAME: &str = "container-role";

const LIMIT: Duration = Duration::from_secs(2);
const ATTEMPTS: u32 = 3;
const PAUSE: Duration = Duration::from_secs(1);
const ADDRESS: &str = "169.254.170.2";
const HOSTS: [&str; 4] = [ADDRESS, "169.254.170.23", "fd00:ec2::23", "localhost"];

pub(crate) struct Container {
    url: String,
    token: Option<String>,
    transport: Transport,
    host: Host,
}

impl Source for Container {
    fn fetch(&self) -> Fetching<'_> {
        Box::pin(async {
            check_host(&as_split(&self.url))?;
            let mut attempt = 1;
            loop {
                let message = match self.request_once().await? {
                    Ok(fetched) => return Ok(fetched),
                    Err(message) => message,
                };
                if attempt == ATTEMPTS {
                    return Err(Error::General(format!(
                        "Error when retrieving credentials from {NAME}: Error retrieving metadata: {message}"
                    )));
                }
                attempt += 1;
                tokio::time::sleep(PAUSE).await;
            }
        })
    }

    fn detail(&self) -> String {
        let token = if self.token.is_some() { "with" } else { "without" };
        format!("{}, {token} a token", endpoint_url::masked(&self.url))
    }

    fn check(&self) -> Result<()> {
        check_host(&as_split(&self.url))
    }
}

impl Container {
    pub(crate) fn from_environment(sources: &Sources<'_>) -> Result<Option<Self>> {
        let variable = |name: &str| sources.variable(&[name]);
        let url = match variable(env_vars::CONTAINER_CREDENTIALS_RELATIVE_URI) {
            Some(path) => format!("http://{ADDRESS}{path}"),
            None => match variable(env_vars::CONTAINER_CREDENTIALS_FULL_URI) {
                Some(url) => url,
                None => return Ok(None),
            },
        };
        let token = match variable(env_vars::CONTAINER_AUTHORIZATION_TOKEN_FILE) {
            Some(path) => Some(read_text(os_text::encode(&path))?),
            None => variable(env_vars::CONTAINER_AUTHORIZATION_TOKEN),
        };
        if token.as_deref().is_some_and(|token| token.contains(['\r', '\n'])) {
            return Err(Error::general("Auth token value is not a legal header value"));
        }
        if let Some(Err(beyond)) = token.as_deref().map(|token| Codec::Latin1.encode(token)) {
            return Err(Error::General(format!("An HTTP Client raised an unhandled exception: {}", beyond)));
        }
        // Neither the environment's proxies nor its authorities are for this endpoint.
        let transport = Transport::direct(sources.host);
        Ok(Some(Self { url, token, transport, host: sources.host.clone() }))
    }

    /// `Ok(Err)` is a failure that may be retried.
    async fn request_once(&self) -> Result<std::result::Result<Fetched, String>> {
        let mut headers = vec![("accept", "application/json".to_owned())];
        headers.extend(self.token.clone().map(|token| ("authorization", token)));
        let response = match send(&self.transport, "GET", &self.url, &headers, LIMIT).await? {
            Ok(response) => response,
            Err(failure) => {
                let error = failure.for_url(&self.url);
                return Ok(Err(format!("Received error when attempting to retrieve container metadata: {error}")));
            }
        };
        let (status, body) = (response.status, decode(&response.body)?);
        if status != 200 {
            return Ok(Err(format!("Received non 200 response {status} from container metadata: {body}")));
        }
        match Value::from_json(&body) {
            Ok(document) => read(&document, &self.host).map(Ok),
            Err(_) => Ok(Err("Unable to parse JSON returned from container metadata services".to_owned())),
        }
    }
}

fn read(document: &Value, host: &Host) -> Result<Fetched> {
    // A missing member is refused before the date is read.
    for name in ["AccessKeyId", "SecretAccessKey", "Token"] {
        member(document, name)?;
    }
    let expiry = Expiry::of(document, "Expiration")?;
    expiry.seconds_left(host.clock)?;
    Fetched::from_document(document, member(document, "Token")?, Some(expiry), None, NAME)
}

/// Credentials are requested without TLS only from a few hosts.
fn check_host(url: &str) -> Result<()> {
    if endpoint_url::scheme(url).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https")) {
        return Ok(());
    }
    let host = endpoint_url::host(url);
    let allowed = host.as_deref().is_some_and(|host| {
        HOSTS.contains(&host) || host.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
    });
    if allowed {
        return Ok(());
    }
    Err(Error::General(format!(
        "Unsupported host '{}'.  Can only retrieve metadata from a loopback address or one of these hosts: {}",
        host.as_deref().unwrap_or("None"),
        HOSTS.join(", ")
    )))
}

#[cfg(test)]
mod tests {
    use super::check_host;

    #[test]
    fn only_some_hosts_are_called_without_tls() {
        for url in [
            "https://example.com/x",
            "HTTPS://example.com",
            "http://169.254.170.2/x",
            "http://[fd00:ec2::23]/x",
            "http://LOCALHOST:1/x",
            "http://127.9.9.9",
            "http://[::1]:80/",
            "http://[::ffff:127.0.0.1]/",
        ] {
            assert!(check_host(url).is_ok(), "{url}");
        }
        for url in ["http://localhost@1.2.3.4/", "localhost/x", "", "http://169.254.170.2.example/"] {
            assert!(check_host(url).is_err(), "{url}");
        }
    }
}
