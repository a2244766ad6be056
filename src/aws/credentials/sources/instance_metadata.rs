//! The instance metadata service of EC2: the instance's credentials and its region. Version 2, and version 1 where 2 is not there.

use std::time::Duration;

use crate::aws::credentials::document::{date, member};
use crate::aws::credentials::expiry::{Expiry, in_seconds};
use crate::aws::credentials::fetched::Fetched;
use crate::aws::credentials::instance_settings::InstanceSettings;
use crate::aws::credentials::metadata_http::{LocalAnswer, ask};
use crate::aws::credentials::provider::{Fetching, Source};
use crate::aws::no_answer;
use crate::aws::transport::{Transport, TransportError};
use crate::error::{Error, Result};
use crate::host::Host;
use crate::settings::{Sources, Verify};
use crate::value::Value;

const NAME: &str = "iam-role";

const TOKEN: &str = "latest/api/token";
const ROLES: &str = "latest/meta-data/iam/security-credentials/";
const ZONE: &str = "latest/meta-data/placement/availability-zone/";

pub(crate) struct Instance {
    settings: InstanceSettings,
    transport: Transport,
    host: Host,
}

/// Why there are no credentials.
enum Silent {
    /// There is no such service, or it has no answer: the AWS CLI goes on without.
    Absent,
    Refused(Error),
}

type Tried<T> = std::result::Result<T, Silent>;

impl Source for Instance {
    fn name(&self) -> &'static str {
        NAME
    }

    fn fetch(&self) -> Fetching<'_> {
        Box::pin(async { self.role().await?.ok_or_else(no_role) })
    }

    fn detail(&self) -> String {
        self.settings.base_url.clone()
    }
}

fn no_role() -> Error {
    Error::General(format!(
        "Error when retrieving credentials from {NAME}: Credential refresh failed, response did not contain: access_key, \
         secret_key, token, expiry_time"
    ))
}

impl Instance {
    pub(crate) fn new(settings: InstanceSettings, sources: &Sources<'_>) -> Self {
        let Sources { host, trace, .. } = *sources;
        Self { settings, transport: Transport::new(host, Verify::Shipped, false, trace), host: host.clone() }
    }

    pub(crate) fn is_enabled(&self) -> bool {
        !self.settings.disabled
    }

    /// The credentials of the role, if this is an instance and has one.
    pub(crate) async fn role(&self) -> Result<Option<Fetched>> {
        outcome(self.ask_for_role().await)
    }

    pub(crate) async fn region(&self) -> Result<Option<String>> {
        let zone = outcome(self.zone().await)?;
        Ok(zone.map(|mut zone| {
            zone.pop();
            zone
        }))
    }

    async fn zone(&self) -> Tried<String> {
        let token = self.token().await?;
        self.get(ZONE, token.as_deref(), |_| true).await
    }

    async fn ask_for_role(&self) -> Tried<Fetched> {
        let token = self.token().await?;
        let role = self.get(ROLES, token.as_deref(), |_| true).await?;
        let is_json = |body: &str| Value::from_json(body).is_ok();
        let credentials = self.get(&format!("{ROLES}{role}"), token.as_deref(), is_json).await?;
        self.read(&credentials)
    }

    fn read(&self, answer: &str) -> Tried<Fetched> {
        let answer = Value::from_json(answer).map_err(|_| Silent::Absent)?;
        let has = |name: &str| matches!(&answer, Value::Map(members) if members.contains_key(name));
        if !["AccessKeyId", "SecretAccessKey", "Token", "Expiration"].into_iter().all(has) {
            return Err(Silent::Absent);
        }
        let fetched = || {
            let end = match member(&answer, "Expiration")? {
                Value::String(_) | Value::Null => date(&answer, "Expiration")?,
                other => {
                    let kind = other.python_type_name();
                    return Err(Error::General(format!("strptime() argument 1 must be str, not {kind}")));
                }
            };
            let expiry = Expiry::parse(&self.extended(&end).unwrap_or(end))?;
            expiry.seconds_left(self.host.clock)?;
            let (access_key, secret_key) = (member(&answer, "AccessKeyId")?, member(&answer, "SecretAccessKey")?);
            Fetched::from_values(access_key, secret_key, member(&answer, "Token")?, Some(expiry), NAME)
        };
        fetched().map_err(Silent::Refused)
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
            match self.ask("PUT", TOKEN, &headers).await? {
                Ok(answer) if answer.status == 200 => return Ok(Some(answer.text())),
                Ok(LocalAnswer { status: 403..=405, .. }) | Err(TransportError::ReadTimeout) => return Ok(None),
                Ok(LocalAnswer { status: 400, .. }) => return Err(Silent::Absent),
                Ok(_) | Err(_) => {}
            }
        }
        Ok(None)
    }

    async fn get(&self, path: &str, token: Option<&str>, is_good: impl Fn(&str) -> bool) -> Tried<String> {
        self.check_enabled()?;
        if token.unwrap_or_default().is_empty() && self.settings.version_1_disabled {
            return Err(Silent::Refused(Error::General(
                "Error retrieving metadata: Unable to retrieve token for use in IMDSv2 call and IMDSv1 has been disabled"
                    .to_owned(),
            )));
        }
        let headers: Vec<_> = token.map(|token| ("x-aws-ec2-metadata-token", token.to_owned())).into_iter().collect();
        for _ in 0..self.settings.attempts {
            if let Ok(answer) = self.ask("GET", path, &headers).await?
                && answer.status == 200
            {
                let body = answer.text();
                if !body.is_empty() && is_good(&body) {
                    return Ok(body);
                }
            }
        }
        Err(Silent::Absent)
    }

    fn check_enabled(&self) -> Tried<()> {
        if self.settings.disabled { Err(Silent::Absent) } else { Ok(()) }
    }

    /// Asks once. Failures that the AWS CLI takes for a sign of no instance are for the caller to judge.
    async fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&'static str, String)],
    ) -> Tried<std::result::Result<LocalAnswer, TransportError>> {
        let InstanceSettings { base_url, timeout_seconds, .. } = &self.settings;
        // Nobody waits longer than a year.
        let limit = u64::try_from((*timeout_seconds).min(31_536_000)).unwrap_or_default();
        if limit == 0 {
            return Err(Silent::Refused(Error::General(format!(
                "An HTTP Client raised an unhandled exception: Attempted to set connect timeout to {timeout_seconds}, but the \
                 timeout cannot be set to a value less than or equal to 0."
            ))));
        }
        let url = format!("{}/{path}", base_url.strip_suffix('/').unwrap_or(base_url));
        let limit = Duration::from_secs(limit);
        let outcome = ask(&self.transport, method, &url, headers, limit).await.map_err(Silent::Refused)?;
        match outcome {
            Err(failure) if !is_sign_of_absence(&failure) => Err(Silent::Refused(no_answer(&failure, &url))),
            outcome => Ok(outcome),
        }
    }
}

fn is_sign_of_absence(failure: &TransportError) -> bool {
    matches!(
        failure,
        TransportError::Connect(_)
            | TransportError::ConnectTimeout
            | TransportError::ReadTimeout
            | TransportError::Closed(_)
    )
}

fn outcome<T>(answer: Tried<T>) -> Result<Option<T>> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(Silent::Absent) => Ok(None),
        Err(Silent::Refused(error)) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::{Instance, InstanceSettings};
    use crate::aws::credentials::testing::{Endpoint, wait_for};
    use crate::host::Host;
    use crate::settings::{ConfigFiles, Sources};
    use crate::trace::Trace;

    fn instance(url: &str, more: &[(&str, &str)]) -> Instance {
        let variables = [&[("AWS_EC2_METADATA_SERVICE_ENDPOINT", url)], more].concat();
        let (host, files) = (Host::fixed(&variables), ConfigFiles::default());
        let sources = Sources { host: &host, files: &files, globals: None, trace: &Trace::off() };
        Instance::new(InstanceSettings::resolve(&sources).unwrap(), &sources)
    }

    #[test]
    fn the_region_is_the_zone_without_its_letter() {
        let endpoint = Endpoint::answering(vec![(200, "tok".to_owned()), (200, "eu-west-1b".to_owned())]);
        let region = wait_for(instance(&endpoint.url, &[]).region()).unwrap();
        assert_eq!(region.as_deref(), Some("eu-west-1"));
        let requests = endpoint.requests();
        assert!(requests[0].starts_with("PUT /latest/api/token HTTP/1.1"));
        assert!(requests[1].contains("x-aws-ec2-metadata-token: tok\r\n"));
    }

    #[test]
    fn without_version_2_version_1_is_asked_unless_it_is_disabled() {
        let answers = || vec![(404, String::new()), (200, "eu-west-1b".to_owned())];
        let endpoint = Endpoint::answering(answers());
        assert!(wait_for(instance(&endpoint.url, &[]).region()).unwrap().is_some());
        assert!(!endpoint.requests()[1].contains("metadata-token"));
        let endpoint = Endpoint::answering(answers());
        let refused = wait_for(instance(&endpoint.url, &[("AWS_EC2_METADATA_V1_DISABLED", "true")]).region());
        assert!(refused.unwrap_err().to_string().ends_with("IMDSv1 has been disabled"));
    }

    #[test]
    fn credentials_that_were_not_renewed_in_time_are_used_on() {
        let endpoint = Endpoint::answering(vec![
            (200, "tok".to_owned()),
            (200, "role".to_owned()),
            (
                200,
                r#"{"AccessKeyId": "K", "SecretAccessKey": "s", "Token": "t", "Expiration": "1969-01-01T00:00:00Z"}"#
                    .to_owned(),
            ),
        ]);
        let host = Host::fixed(&[]);
        let fetched = wait_for(instance(&endpoint.url, &[]).role()).unwrap().unwrap();
        assert!(fetched.expiry.unwrap().seconds_left(host.clock).unwrap() > 900.0);
    }

    #[test]
    fn where_there_is_no_instance_there_is_nothing() {
        assert!(wait_for(instance("http://127.0.0.1:1", &[]).role()).unwrap().is_none());
        assert!(
            wait_for(instance("http://127.0.0.1:1", &[("AWS_EC2_METADATA_DISABLED", "True")]).role())
                .unwrap()
                .is_none()
        );
    }
}
