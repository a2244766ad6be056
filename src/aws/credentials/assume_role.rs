//! A role that another identity assumes: `role_arn` in a profile.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_credential_types::Credentials;
use aws_sdk_sts::Client;
use aws_sdk_sts::config::Builder;

use super::cache::{Cache, sha1};
use super::document::{json_line, object};
use super::parameters::{Parameter, check};
use super::provider::{Fetched, Provider};
use super::service::{Reply, RetriesByCode, STS};
use super::surroundings::Surroundings;
use super::{cached, mfa_prompt, sts};
use crate::aws::exchange::Recorder;
use crate::error::{Error, Result};
use crate::host::Clock;
use crate::value::{Value, parse_integer};

/// The AWS CLI's name for this source.
pub const NAME: &str = "assume-role";

const OPERATION: &str = "AssumeRole";

/// Which role, and on what terms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleTerms {
    /// The role's ARN.
    pub role_arn: String,
    /// The session's name; there is a default.
    pub session_name: Option<String>,
    /// The id that the role's owner has agreed on with us.
    pub external_id: Option<String>,
    /// The device whose code is asked for on the terminal.
    pub mfa_serial: Option<String>,
    /// How long the credentials last, in seconds.
    pub duration_seconds: Option<i128>,
}

impl RoleTerms {
    /// The name of the role's file in the cache: the AWS CLI's own. A default session name is no part of it.
    #[must_use]
    pub fn cache_key(&self) -> String {
        let text = |text: &Option<String>| text.as_deref().map(Value::string);
        let number = self.duration_seconds.and_then(|number| parse_integer(&number.to_string()).ok());
        let arguments = [
            ("DurationSeconds", number.map(Value::Integer)),
            ("ExternalId", text(&self.external_id)),
            ("RoleArn", Some(Value::string(self.role_arn.as_str()))),
            ("RoleSessionName", text(&self.session_name).filter(|_| !self.uses_default_session_name())),
            ("SerialNumber", text(&self.mfa_serial)),
        ];
        let arguments = arguments.into_iter().filter_map(|(name, value)| Some((name, value?)));
        sha1(&json_line(&object(arguments)))
    }

    fn uses_default_session_name(&self) -> bool {
        self.session_name.as_deref().unwrap_or_default().is_empty()
    }

    fn check(&self, session_name: &str, code: Option<&str>) -> Result<()> {
        let mut parameters = Vec::new();
        // Told in the order in which the AWS CLI puts them together: a default name comes after the role.
        let session_name = Parameter::Text("RoleSessionName", session_name, 2);
        if self.session_name.is_some() {
            parameters.push(session_name.clone());
        }
        parameters.extend(self.external_id.as_deref().map(|id| Parameter::Text("ExternalId", id, 2)));
        parameters.extend(self.mfa_serial.as_deref().map(|serial| Parameter::Text("SerialNumber", serial, 9)));
        parameters.extend(self.duration_seconds.map(|seconds| Parameter::Number("DurationSeconds", seconds, 900)));
        parameters.push(Parameter::Text("RoleArn", &self.role_arn, 20));
        if self.session_name.is_none() {
            parameters.push(session_name);
        }
        parameters.extend(code.map(|code| Parameter::Text("TokenCode", code, 6)));
        check(&parameters)
    }
}

/// The AWS CLI's name for a session that has none: it tells the time, in seconds.
#[must_use]
pub fn default_session_name(clock: Clock) -> String {
    format!("botocore-session-{}", super::expiry::now(clock).as_second())
}

/// A role, and who assumes it.
#[derive(Debug)]
pub struct AssumedRole {
    terms: RoleTerms,
    source: Provider,
    surroundings: Arc<Surroundings>,
    cache: Cache,
    /// Whether a code has been asked for: once is all that anybody is asked.
    asked: AtomicBool,
}

impl AssumedRole {
    /// A role that `source` assumes.
    #[must_use]
    pub fn new(terms: RoleTerms, source: Provider, surroundings: Arc<Surroundings>) -> Self {
        let cache = Cache::of_credentials(surroundings.host());
        Self { terms, source, surroundings, cache, asked: AtomicBool::new(false) }
    }

    /// The role's credentials, from the cache or from the service.
    ///
    /// # Errors
    /// The source's or the service's refusal or silence, no code, a cache that cannot be read or written.
    pub async fn fetch(&self) -> Result<Fetched> {
        if self.terms.mfa_serial.is_some() && self.asked.swap(true, Ordering::Relaxed) {
            return Err(Error::General("Cannot refresh credentials: MFA token required.".to_owned()));
        }
        let (cache, key) = (Some(&self.cache), self.terms.cache_key());
        if let Some(fetched) = cached::load(cache, &key, self.surroundings.host(), NAME)? {
            return Ok(fetched);
        }
        let code = match &self.terms.mfa_serial {
            Some(serial) => Some(mfa_prompt::ask(&format!("Enter MFA code for {serial}: ")).await?),
            None => None,
        };
        let credentials = self.source.current().await?;
        let reply = self.ask(credentials, code).await?;
        let role = sts::role(&reply, OPERATION, self.surroundings.timestamp_format()?, self.surroundings.host())?;
        cached::keep(cache, &key, &role, NAME)
    }

    async fn ask(&self, credentials: Credentials, code: Option<String>) -> Result<Reply> {
        let terms = &self.terms;
        let session_name = match &terms.session_name {
            Some(name) if !name.is_empty() => name.clone(),
            _ => default_session_name(self.surroundings.clock()),
        };
        let (connection, config) = self.surroundings.connect(&STS, None, Some(credentials))?;
        if connection.parameter_validation {
            terms.check(&session_name, code.as_deref())?;
        }
        let config = Builder::from(&config).retry_classifier(RetriesByCode::new(sts::code)).build();
        // A number beyond what the SDK can send is beyond what the service takes, too.
        let duration = terms.duration_seconds.map(|seconds| i32::try_from(seconds).unwrap_or(i32::MAX));
        let call = Client::from_conf(config)
            .assume_role()
            .role_arn(&terms.role_arn)
            .role_session_name(session_name)
            .set_external_id(terms.external_id.clone())
            .set_serial_number(terms.mfa_serial.clone())
            .set_duration_seconds(duration)
            .set_token_code(code);
        let recorder = Recorder::new(None, connection.endpoint_url.as_deref());
        let outcome = call.customize().interceptor(recorder.clone()).send().await;
        Reply::of(&recorder, outcome.as_ref().err().map(|error| error as _), &connection)
    }
}

#[cfg(test)]
mod tests {
    use super::RoleTerms;

    fn terms(role: &str) -> RoleTerms {
        RoleTerms { role_arn: role.to_owned(), ..RoleTerms::default() }
    }

    #[test]
    fn the_cache_file_has_the_aws_clis_name() {
        let role = "arn:aws:iam::123456789012:role/r";
        assert_eq!(terms(role).cache_key(), "6dc9e6e1e186b9f293814df3266de783142c48a2");
        let empty_name = RoleTerms { session_name: Some(String::new()), ..terms(role) };
        assert_eq!(empty_name.cache_key(), terms(role).cache_key());
        let all = RoleTerms {
            session_name: Some("me".to_owned()),
            external_id: Some("x1".to_owned()),
            duration_seconds: Some(1800),
            ..terms(role)
        };
        assert_eq!(all.cache_key(), "4c63bc60441556739267d4158f2c48d8464607b0");
    }

    #[test]
    fn what_is_too_short_is_told_in_the_aws_clis_order() {
        let all = RoleTerms {
            session_name: Some("a".to_owned()),
            external_id: Some("x".to_owned()),
            mfa_serial: Some("short".to_owned()),
            duration_seconds: Some(1),
            ..terms("r")
        };
        let message = all.check("a", Some("1")).unwrap_err().to_string();
        let names = message.lines().skip(1).filter_map(|line| line.split("parameter ").nth(1)?.split(',').next());
        assert_eq!(
            names.collect::<Vec<_>>(),
            ["RoleSessionName", "ExternalId", "SerialNumber", "DurationSeconds", "RoleArn", "TokenCode"]
        );
        assert!(terms("arn:aws:iam::123456789012:role/r").check("botocore-session-1", None).is_ok());
    }
}
