//! Credentials of a container (ECS, EKS and the like): an endpoint that two variables name, asked with a token that two others hold.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use super::document::{date, member, session_token, signing_keys};
use super::expiry::Expiry;
use super::metadata_http::ask;
use super::process::utf8;
use super::provider::Fetched;
use crate::aws::no_answer;
use crate::aws::transport::{Transport, TransportError};
use crate::env_vars;
use crate::error::{Error, Result};
use crate::host::Host;
use crate::settings::{Sources, Verify, endpoint_url};
use crate::value::Value;

/// The AWS CLI's name for this source.
pub const NAME: &str = "container-role";

const LIMIT: Duration = Duration::from_secs(2);
const ATTEMPTS: u32 = 3;
const PAUSE: Duration = Duration::from_secs(1);
const ADDRESS: &str = "169.254.170.2";
const HOSTS: [&str; 4] = [ADDRESS, "169.254.170.23", "fd00:ec2::23", "localhost"];

/// A container's endpoint.
pub struct Container {
    url: String,
    token: Option<String>,
    transport: Transport,
    host: Host,
}

/// Why an attempt has failed.
enum Failed {
    /// It may be tried again; the message, should it not help.
    Retryable(String),
    /// It may not.
    Refused(Error),
}

impl fmt::Debug for Container {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Container").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Container {
    /// The endpoint that the environment names; none where it names none.
    ///
    /// # Errors
    /// A token that cannot be read or sent.
    pub fn from_environment(sources: &Sources<'_>) -> Result<Option<Self>> {
        let variable = |name: &str| sources.variable(&[name]);
        let url = match variable(env_vars::CONTAINER_CREDENTIALS_RELATIVE_URI) {
            Some(path) => format!("http://{ADDRESS}{path}"),
            None => match variable(env_vars::CONTAINER_CREDENTIALS_FULL_URI) {
                Some(url) => url,
                None => return Ok(None),
            },
        };
        let token = match variable(env_vars::CONTAINER_AUTHORIZATION_TOKEN_FILE) {
            Some(path) => Some(super::web_identity::read_text(&path)?),
            None => variable(env_vars::CONTAINER_AUTHORIZATION_TOKEN),
        };
        if token.as_deref().is_some_and(|token| token.contains(['\r', '\n'])) {
            return Err(Error::General("Auth token value is not a legal header value".to_owned()));
        }
        // Neither the environment's proxies nor its authorities are for this endpoint.
        let transport = Transport::direct(Verify::Shipped);
        Ok(Some(Self { url, token, transport, host: sources.host.clone() }))
    }

    /// Asks it, three times if need be, a second apart.
    ///
    /// # Errors
    /// A host that is not asked for credentials, no answer, an answer without credentials.
    pub async fn fetch(&self) -> Result<Fetched> {
        check_host(&self.url)?;
        let mut attempt = 1;
        loop {
            let message = match self.ask_once().await {
                Ok(fetched) => return Ok(fetched),
                Err(Failed::Refused(error)) => return Err(error),
                Err(Failed::Retryable(message)) => message,
            };
            if attempt == ATTEMPTS {
                return Err(Error::General(format!(
                    "Error when retrieving credentials from {NAME}: Error retrieving metadata: {message}"
                )));
            }
            attempt += 1;
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn ask_once(&self) -> std::result::Result<Fetched, Failed> {
        let mut headers = vec![("accept", "application/json".to_owned())];
        headers.extend(self.token.clone().map(|token| ("authorization", token)));
        let answer = match ask(&self.transport, "GET", &self.url, &headers, LIMIT).await.map_err(Failed::Refused)? {
            Ok(answer) => answer,
            Err(failure) => return Err(failed(&failure, &self.url)),
        };
        let body = utf8(&answer.body).map_err(Failed::Refused)?;
        if answer.status != 200 {
            let status = answer.status;
            return Err(Failed::Retryable(format!(
                "Received non 200 response {status} from container metadata: {body}"
            )));
        }
        let unreadable = "Unable to parse JSON returned from container metadata services";
        let answer = Value::from_json(&body).map_err(|_| Failed::Retryable(unreadable.to_owned()))?;
        read(&answer, &self.host).map_err(Failed::Refused)
    }
}

fn failed(failure: &TransportError, url: &str) -> Failed {
    let error = no_answer(failure, url);
    match failure {
        TransportError::Connect(_)
        | TransportError::ConnectTimeout
        | TransportError::ReadTimeout
        | TransportError::Closed(_) => {
            Failed::Retryable(format!("Received error when attempting to retrieve container metadata: {error}"))
        }
        _ => Failed::Refused(error),
    }
}

fn read(answer: &Value, host: &Host) -> Result<Fetched> {
    let (access_key, secret_key) = (member(answer, "AccessKeyId")?, member(answer, "SecretAccessKey")?);
    member(answer, "Token")?;
    let expiry = Expiry::parse(&date(answer, "Expiration")?)?;
    expiry.seconds_left(host.clock)?;
    let (access_key, secret_key) = signing_keys(access_key, secret_key)?;
    Ok(Fetched::new(access_key, secret_key, session_token(answer, "Token")?, Some(expiry), NAME))
}

/// Credentials are asked for in the clear only at a few hosts.
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
    use super::{Container, check_host};
    use crate::aws::credentials::testing::{Endpoint, Folder, wait_for};
    use crate::host::Host;
    use crate::settings::{ConfigFiles, Sources};

    fn container(variables: &[(&str, &str)]) -> Result<Container, String> {
        let (host, files) = (Host::fixed(variables), ConfigFiles::default());
        let sources = Sources { host: &host, files: &files, globals: None };
        Container::from_environment(&sources).map(Option::unwrap).map_err(|error| error.to_string())
    }

    #[test]
    fn only_some_hosts_are_asked_in_the_clear() {
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
        for (url, host) in [
            ("http://Example.com:80/x", "example.com"),
            ("http://localhost@1.2.3.4/", "1.2.3.4"),
            ("localhost/x", "None"),
            ("", "None"),
            ("http://169.254.170.2.example/", "169.254.170.2.example"),
        ] {
            let message = check_host(url).unwrap_err().to_string();
            assert!(message.starts_with(&format!("Unsupported host '{host}'.  Can only")), "{message}");
        }
    }

    #[test]
    fn the_tokens_file_wins_over_the_token() {
        let folder = Folder::new();
        folder.write("token", "from file");
        let endpoint = Endpoint::answering(vec![(
            200,
            r#"{"AccessKeyId": "K", "SecretAccessKey": "s", "Token": "t", "Expiration": "2099-01-01T00:00:00Z"}"#
                .to_owned(),
        )]);
        let container = container(&[
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", &format!("{}/creds", endpoint.url)),
            ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "from variable"),
            ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", &format!("{}/token", folder.path())),
            ("http_proxy", "http://127.0.0.1:1"),
        ]);
        let fetched = wait_for(container.unwrap().fetch()).unwrap();
        assert_eq!(fetched.credentials.session_token(), Some("t"));
        let requests = endpoint.requests();
        assert!(requests[0].starts_with("GET /creds HTTP/1.1\r\n"));
        assert!(requests[0].contains("\r\nauthorization: from file\r\n"));
        assert!(requests[0].contains("\r\naccept: application/json\r\n"));
    }

    #[test]
    fn a_token_of_two_lines_is_refused() {
        let error = container(&[
            ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/x"),
            ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "a\nb"),
        ]);
        assert_eq!(error.unwrap_err(), "Auth token value is not a legal header value");
    }
}
