//! Credentials of a role from IAM Identity Center (SSO), for the token that `aws sso login` has left.

use std::sync::Arc;

use aws_sdk_sso::Client;
use aws_sdk_sso::config::Builder;
use jiff::Timestamp;

use super::cache::{Cache, sha1};
use super::document::{member, object, text, whole_number};
use super::provider::Fetched;
use super::service::{Reply, RetriesByCode, SSO};
use super::sso_settings::{SsoSession, SsoSettings};
use super::surroundings::Surroundings;
use super::{cached, rest_json, sso_token};
use crate::aws::exchange::Recorder;
use crate::aws::refusal;
use crate::error::{Error, Result};
use crate::value::Value;

/// The AWS CLI's name for this source.
pub const NAME: &str = "sso";

const OPERATION: &str = "GetRoleCredentials";

/// The members of the portal's declared refusals.
const DECLARED: &[(&str, &[&str])] = &[
    ("InvalidRequestException", &["message"]),
    ("UnauthorizedException", &["message"]),
    ("TooManyRequestsException", &["message"]),
    ("ResourceNotFoundException", &["message"]),
];

/// A role of the portal.
#[derive(Debug)]
pub struct Sso {
    settings: SsoSettings,
    profile: String,
    surroundings: Arc<Surroundings>,
    cache: Option<Cache>,
}

impl Sso {
    /// The role that a profile's settings name.
    #[must_use]
    pub fn new(settings: SsoSettings, profile: &str, surroundings: Arc<Surroundings>, cache: Option<Cache>) -> Self {
        Self { settings, profile: profile.to_owned(), surroundings, cache }
    }

    /// The role's credentials, from the cache or from the portal.
    ///
    /// # Errors
    /// No good token, the portal's refusal or silence, a cache that cannot be read or written.
    pub async fn fetch(&self) -> Result<Fetched> {
        let (cache, key) = (self.cache.as_ref(), cache_key(&self.settings));
        if let Some(fetched) = cached::load(cache, &key, self.surroundings.host(), NAME)? {
            return Ok(fetched);
        }
        let reply = self.ask().await?;
        if reply.answer.status >= 300 {
            let refusal = rest_json::refuse(&reply, OPERATION, DECLARED)?;
            return Err(match refusal.code.as_str() {
                "UnauthorizedException" => sso_token::unauthorized(),
                _ => Error::Service(Box::new(refusal)),
            });
        }
        cached::keep(cache, &key, &kept(&reply.answer.body, &self.settings.account_id)?, NAME)
    }

    async fn ask(&self) -> Result<Reply> {
        let SsoSettings { region, role_name, account_id, start_url, session } = &self.settings;
        let (connection, config) = self.surroundings.connect(&SSO, Some(region), None)?;
        let token = match session {
            Some(_) => {
                let session = self.session()?;
                sso_token::of_session(&session, &self.surroundings).await?
            }
            None => sso_token::of_portal(start_url, &self.surroundings)?,
        };
        let config = Builder::from(&config).retry_classifier(RetriesByCode::new(rest_json::code)).build();
        let call = Client::from_conf(config)
            .get_role_credentials()
            .role_name(role_name)
            .account_id(account_id)
            .access_token(token);
        let recorder = Recorder::new(None, None);
        let outcome = call.customize().interceptor(recorder.clone()).send().await;
        Reply::of(&recorder, outcome.as_ref().err().map(|error| error as _), &connection)
    }

    fn session(&self) -> Result<SsoSession> {
        let session = SsoSession::resolve(self.surroundings.files(), &self.profile)?;
        session.ok_or_else(|| Error::General("The profile names no sso_session".to_owned()))
    }
}

/// The name of the role's file in the cache: the AWS CLI's own.
fn cache_key(settings: &SsoSettings) -> String {
    let place = match &settings.session {
        Some(session) if !session.is_empty() => ("sessionName", session),
        _ => ("startUrl", &settings.start_url),
    };
    let arguments = [("accountId", &settings.account_id), ("roleName", &settings.role_name), place];
    sha1(&object(arguments.map(|(name, value)| (name, Value::string(value.as_str())))).to_json_compact())
}

/// The portal's answer as the AWS CLI keeps it.
fn kept(body: &[u8], account_id: &str) -> Result<Value> {
    let answer = Value::Map(refusal::body(body)?);
    let given = member(&answer, "roleCredentials")?;
    let credentials = [
        ("AccessKeyId", Value::string(text(given, "accessKeyId")?)),
        ("SecretAccessKey", Value::string(text(given, "secretAccessKey")?)),
        ("SessionToken", Value::string(text(given, "sessionToken")?)),
        ("Expiration", Value::string(end(whole_number(given, "expiration")?)?)),
        ("AccountId", Value::string(account_id)),
    ];
    Ok(object([("ProviderType", Value::string("sso")), ("Credentials", object(credentials))]))
}

/// A moment in milliseconds since 1970, in whole seconds.
fn end(milliseconds: i64) -> Result<String> {
    let moment = Timestamp::from_millisecond(milliseconds)
        .map_err(|_| Error::General(format!("timestamp out of range: {milliseconds}")))?;
    Ok(moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

#[cfg(test)]
mod tests {
    use super::{SsoSettings, cache_key, kept};
    use crate::aws::credentials::document::json_line;

    fn settings(session: Option<&str>) -> SsoSettings {
        SsoSettings {
            start_url: "https://example.awsapps.com/start".to_owned(),
            region: "us-east-1".to_owned(),
            role_name: "Admin".to_owned(),
            account_id: "123456789012".to_owned(),
            session: session.map(str::to_owned),
        }
    }

    #[test]
    fn the_cache_file_has_the_aws_clis_name() {
        assert_eq!(cache_key(&settings(Some("my"))), "403c3b8e80569b853b514e97c90d8a94192751f9");
        assert_eq!(cache_key(&settings(None)), "764b1819cd322a32dff569462ca869a4196b4fc1");
    }

    #[test]
    fn the_answer_is_kept_as_the_aws_cli_keeps_it() {
        let answer = br#"{"roleCredentials": {"accessKeyId": "K", "secretAccessKey": "s", "sessionToken": "t", "expiration": 1999}}"#;
        assert_eq!(
            json_line(&kept(answer, "1").unwrap()),
            "{\"ProviderType\": \"sso\", \"Credentials\": {\"AccessKeyId\": \"K\", \"SecretAccessKey\": \"s\", \
             \"SessionToken\": \"t\", \"Expiration\": \"1970-01-01T00:00:01Z\", \"AccountId\": \"1\"}}"
        );
        assert_eq!(kept(b"<html>", "1").unwrap_err().to_string(), "'roleCredentials'");
        assert_eq!(kept(br#"{"roleCredentials": {}}"#, "1").unwrap_err().to_string(), "'accessKeyId'");
    }
}
