//! The instance metadata service of EC2: the instance's credentials and its region. Version 2, and version 1 where 2 is not there.

use std::time::Duration;

use crate::aws::credentials::document::{has, member, text};
use crate::aws::credentials::fetched::{Expiry, Fetched, in_seconds};
use crate::aws::credentials::metadata_http::{body_text, send};
use crate::aws::credentials::provider::{Fetching, Source};
use crate::aws::exchange::Response;
use crate::aws::transport::{Transport, TransportError};
use crate::env_vars;
use crate::error::{Error, Result};
use crate::host::Host;
use crate::settings::sources::is_true;
use crate::settings::{Sources, Verify, endpoint_url};
use crate::value::Value;

pub(crate) const NAME: &str = "iam-role";

const TOKEN: &str = "latest/api/token";
const ROLES: &str = "latest/meta-data/iam/security-credentials/";
const ZONE: &str = "latest/meta-data/placement/availability-zone/";

const IPV4: &str = "http://169.254.169.254/";
const IPV6: &str = "http://[fd00:ec2::254]/";

/// Where and how the service is called. Settled, and refused, before anything else that has to do with credentials, whether it is
/// called in the end or not, as in the AWS CLI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InstanceSettings {
    /// The address; custom, or the standard one of IPv4 or IPv6.
    pub(crate) base_url: String,
    /// The longest wait for each stage, in seconds; one that is not positive is refused when the service is called.
    pub(crate) timeout_seconds: i128,
    pub(crate) attempts: i128,
    pub(crate) version_1_disabled: bool,
    pub(crate) disabled: bool,
}

impl InstanceSettings {
    pub(crate) fn resolve(sources: &Sources<'_>) -> Result<Self> {
        let timeout_seconds = sources.number(&[env_vars::METADATA_SERVICE_TIMEOUT], "metadata_service_timeout")?;
        let attempts = sources.number(&[env_vars::METADATA_SERVICE_NUM_ATTEMPTS], "metadata_service_num_attempts")?;
        let endpoint =
            sources.configured(&[env_vars::EC2_METADATA_SERVICE_ENDPOINT], "ec2_metadata_service_endpoint")?;
        let ipv6 = is_ipv6(sources)?;
        let version_1_disabled = sources.flag(&[env_vars::EC2_METADATA_V1_DISABLED], "ec2_metadata_v1_disabled")?;
        let standard = if ipv6 { IPV6 } else { IPV4 };
        let base_url = endpoint.filter(|url| !url.is_empty()).unwrap_or_else(|| standard.to_owned());
        if endpoint_url::check(&base_url).is_err() {
            return Err(Error::General(format!("Invalid endpoint EC2 Instance Metadata endpoint: {base_url}")));
        }
        let disabled = sources.variable(&[env_vars::EC2_METADATA_DISABLED]);
        Ok(Self {
            base_url,
            timeout_seconds: timeout_seconds.unwrap_or(1),
            attempts: attempts.unwrap_or(1),
            version_1_disabled,
            disabled: disabled.as_deref().is_some_and(is_true),
        })
    }
}

fn is_ipv6(sources: &Sources<'_>) -> Result<bool> {
    let variables = [env_vars::EC2_METADATA_SERVICE_ENDPOINT_MODE];
    let Some(mode) = sources.configured(&variables, "ec2_metadata_service_endpoint_mode")? else {
        return sources.flag(&[env_vars::IMDS_USE_IPV6], "imds_use_ipv6");
    };
    match mode.to_lowercase().as_str() {
        "ipv4" => Ok(false),
        "ipv6" => Ok(true),
        _ => Err(Error::General(format!(
            "Invalid EC2 Instance Metadata endpoint mode: {mode} Valid endpoint modes (case-insensitive): ('ipv4', 'ipv6')."
        ))),
    }
}

pub(crate) struct Instance {
    settings: InstanceSettings,
    transport: Transport,
    host: Host,
}

/// Why the service gives nothing.
enum Failure {
    /// There is no such service, or it does not respond: the AWS CLI goes on without.
    Absent,
    Refused(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

type Tried<T> = std::result::Result<T, Failure>;

impl Source for Instance {
    fn fetch(&self) -> Fetching<'_> {
        Box::pin(async {
            self.role().await?.ok_or_else(|| {
                Error::General(format!(
                    "Error when retrieving credentials from {NAME}: Credential refresh failed, response did not contain: \
                     access_key, secret_key, token, expiry_time"
                ))
            })
        })
    }

    fn detail(&self) -> String {
        self.settings.base_url.clone()
    }
}

impl Instance {
    pub(crate) fn new(settings: InstanceSettings, sources: &Sources<'_>) -> Self {
        let Sources { host, trace, .. } = *sources;
        Self { settings, transport: Transport::new(host, Verify::Shipped, false, trace), host: host.clone() }
    }

    pub(crate) async fn role(&self) -> Result<Option<Fetched>> {
        let role = async {
            let token = self.token().await?;
            let role = self.get(ROLES, token.as_deref(), |_| true).await?;
            let is_json = |body: &str| Value::from_json(body).is_ok();
            self.read(&self.get(&format!("{ROLES}{role}"), token.as_deref(), is_json).await?)
        };
        outcome(role.await)
    }

    pub(crate) async fn region(&self) -> Result<Option<String>> {
        let region = async {
            let token = self.token().await?;
            let mut zone = self.get(ZONE, token.as_deref(), |_| true).await?;
            zone.pop();
            Ok(zone)
        };
        outcome(region.await)
    }

    fn read(&self, body: &str) -> Tried<Fetched> {
        let document = Value::from_json(body).map_err(|_| Failure::Absent)?;
        if !["AccessKeyId", "SecretAccessKey", "Token", "Expiration"].into_iter().all(|name| has(&document, name)) {
            return Err(Failure::Absent);
        }
        let end = text(&document, "Expiration")?;
        let expiry = Expiry::parse(&self.extended(&end).unwrap_or(end))?;
        expiry.seconds_left(self.host.clock)?;
        Ok(Fetched::from_document(&document, member(&document, "Token")?, Some(expiry), None, NAME)?)
    }

    /// A later end for credentials that the service has not renewed in time; they are requested again after about 15 minutes.
    fn extended(&self, end: &str) -> Option<String> {
        // Only the spelling that the service itself uses is extended.
        let spelling = end.strip_suffix('Z').filter(|local| local.len() == 19 && local.contains('T'))?;
        let left = Expiry::At(format!("{spelling}Z").parse().ok()?).seconds_left(self.host.clock).ok()?;
        let jitter = uuid::Uuid::new_v4().as_u128() % 481;
        let offset = 15 * 60 + 120 + i64::try_from(jitter).unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "a small number")]
        let is_soon = left <= offset as f64;
        is_soon.then(|| in_seconds(self.host.clock, offset))
    }

    /// A token of version 2; `None` where only version 1 is offered.
    async fn token(&self) -> Tried<Option<String>> {
        let headers = [("x-aws-ec2-metadata-token-ttl-seconds", "21600".to_owned())];
        self.check_enabled()?;
        for _ in 0..self.settings.attempts {
            match self.request("PUT", TOKEN, &headers).await? {
                Ok(response) if response.status == 200 => return Ok(Some(body_text(&response))),
                Ok(Response { status: 403..=405, .. }) | Err(TransportError::ReadTimeout) => return Ok(None),
                Ok(Response { status: 400, .. }) => return Err(Failure::Absent),
                Ok(_) | Err(_) => {}
            }
        }
        Ok(None)
    }

    async fn get(&self, path: &str, token: Option<&str>, is_good: impl Fn(&str) -> bool) -> Tried<String> {
        self.check_enabled()?;
        if token.unwrap_or_default().is_empty() && self.settings.version_1_disabled {
            return Err(Failure::Refused(Error::general(
                "Error retrieving metadata: Unable to retrieve token for use in IMDSv2 call and IMDSv1 has been disabled",
            )));
        }
        let headers: Vec<_> = token.map(|token| ("x-aws-ec2-metadata-token", token.to_owned())).into_iter().collect();
        for _ in 0..self.settings.attempts {
            if let Ok(response) = self.request("GET", path, &headers).await?
                && response.status == 200
            {
                let body = body_text(&response);
                if !body.is_empty() && is_good(&body) {
                    return Ok(body);
                }
            }
        }
        Err(Failure::Absent)
    }

    fn check_enabled(&self) -> Tried<()> {
        if self.settings.disabled { Err(Failure::Absent) } else { Ok(()) }
    }

    /// One request. What a failure means is for the caller to judge.
    async fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&'static str, String)],
    ) -> Result<std::result::Result<Response, TransportError>> {
        let InstanceSettings { base_url, timeout_seconds, .. } = &self.settings;
        // Nobody waits longer than a year.
        let limit = u64::try_from((*timeout_seconds).min(31_536_000)).unwrap_or_default();
        if limit == 0 {
            return Err(Error::General(format!(
                "An HTTP Client raised an unhandled exception: Attempted to set connect timeout to {timeout_seconds}, but the \
                 timeout cannot be set to a value less than or equal to 0."
            )));
        }
        let url = format!("{}/{path}", base_url.strip_suffix('/').unwrap_or(base_url));
        send(&self.transport, method, &url, headers, Duration::from_secs(limit)).await
    }
}

fn outcome<T>(tried: Tried<T>) -> Result<Option<T>> {
    match tried {
        Ok(found) => Ok(Some(found)),
        Err(Failure::Absent) => Ok(None),
        Err(Failure::Refused(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::{IPV4, IPV6, InstanceSettings};
    use crate::host::Host;
    use crate::settings::{ConfigFiles, Globals, Sources};
    use crate::trace::Trace;

    fn settings(variables: &[(&str, &str)]) -> Result<InstanceSettings, String> {
        let (host, files) = (Host::fixed(variables), ConfigFiles::default());
        let sources = Sources { host: &host, files: &files, globals: &Globals::default(), trace: &Trace::off() };
        InstanceSettings::resolve(&sources).map_err(|error| error.to_string())
    }

    #[test]
    fn modes_and_endpoints_choose_the_address() {
        assert_eq!(settings(&[]).unwrap().base_url, IPV4);
        assert_eq!(settings(&[("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6")]).unwrap().base_url, IPV6);
        assert_eq!(settings(&[("AWS_IMDS_USE_IPV6", "True")]).unwrap().base_url, IPV6);
        let custom = [("AWS_IMDS_USE_IPV6", "true"), ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://h")];
        assert_eq!(settings(&custom).unwrap().base_url, "http://h");
        assert!(settings(&[("AWS_EC2_METADATA_SERVICE_ENDPOINT", "h")]).unwrap_err().ends_with("endpoint: h"));
    }
}
