//! Credentials of a container (ECS, EKS and the like): an endpoint that two variables name, asked with a token that two others hold.

use std::net::IpAddr;
use std::time::Duration;

use crate::aws::credentials::document::{date, member};
use crate::aws::credentials::expiry::Expiry;
use crate::aws::credentials::fetched::Fetched;
use crate::aws::credentials::metadata_http::{as_split, ask};
use crate::aws::credentials::plain_text::{decode, read_text};
use crate::aws::credentials::provider::{Fetching, Source};
use crate::aws::no_answer;
use crate::aws::transport::{Transport, TransportError};
use crate::error::{Error, Result};
use crate::host::Host;
use crate::python::codecs::Codec;
use crate::settings::{Sources, Verify, endpoint_url};
use crate::value::Value;
use crate::{env_vars, os_text};

const NAME: &str = "container-role";

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

enum Failed {
    /// It may be tried again; the message, should it not help.
    Retryable(String),
    Refused(Error),
}

impl Source for Container {
    fn name(&self) -> &'static str {
        NAME
    }

    fn fetch(&self) -> Fetching<'_> {
        Box::pin(self.ask())
    }
}

impl Container {
    /// The endpoint that the environment names, if any.
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
            return Err(Error::General("Auth token value is not a legal header value".to_owned()));
        }
        if let Some(Err(beyond)) = token.as_deref().map(|token| Codec::Latin1.encode(token)) {
            return Err(Error::General(format!("An HTTP Client raised an unhandled exception: {}", beyond)));
        }
        // Neither the environment's proxies nor its authorities are for this endpoint.
        let transport = Transport::direct(Verify::Shipped);
        Ok(Some(Self { url, token, transport, host: sources.host.clone() }))
    }

    /// Asks it, three times if need be, a second apart.
    async fn ask(&self) -> Result<Fetched> {
        check_host(&as_split(&self.url))?;
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
        let body = decode(&answer.body).map_err(Failed::Refused)?;
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
    let token = member(answer, "Token")?;
    let expiry = Expiry::parse(&date(answer, "Expiration")?)?;
    expiry.seconds_left(host.clock)?;
    let fetched = Fetched::from_values(access_key, secret_key, token, Some(expiry), NAME)?;
    Ok(fetched.of_account(member(answer, "AccountId").ok().cloned()))
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
    use super::{Container, Source as _, check_host};
    use crate::aws::credentials::testing::{Endpoint, Folder, wait_for};
    use crate::host::Host;
    use crate::settings::{ConfigFiles, Sources};
    use crate::trace::Trace;

    fn container(variables: &[(&str, &str)]) -> Result<Container, String> {
        let (host, files) = (Host::fixed(variables), ConfigFiles::default());
        let sources = Sources { host: &host, files: &files, globals: None, trace: &Trace::off() };
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
        assert_eq!(error.err().unwrap(), "Auth token value is not a legal header value");
    }
}
