//! Credentials of a role from IAM Identity Center (SSO), for the token that `aws sso login` has left.

use std::sync::Arc;

use aws_sdk_sso::operation::get_role_credentials::{GetRoleCredentials, GetRoleCredentialsInput};
use jiff::Timestamp;

use crate::aws::credentials::cache::{Cache, sha1};
use crate::aws::credentials::document::{answer, member, object, string, whole_number};
use crate::aws::credentials::fetched::Fetched;
use crate::aws::credentials::parameters::{Parameter, check};
use crate::aws::credentials::provider::{Fetching, Source};
use crate::aws::credentials::service::{Reply, RetriesByCode, SSO};
use crate::aws::credentials::service_clients::ServiceClients;
use crate::aws::credentials::sso_settings::{SsoSession, SsoSettings};
use crate::aws::credentials::{cached, rest_json, sso_token};
use crate::aws::header;
use crate::error::{Error, Result};
use crate::settings::ini::IniValue;
use crate::value::Value;

const NAME: &str = "sso";

const OPERATION: &str = "GetRoleCredentials";

/// The members of the portal's declared refusals.
const DECLARED: &[(&str, &[&str])] = &[
    ("InvalidRequestException", &["message"]),
    ("UnauthorizedException", &["message"]),
    ("TooManyRequestsException", &["message"]),
    ("ResourceNotFoundException", &["message"]),
];

pub(crate) struct Sso {
    settings: SsoSettings,
    profile: String,
    clients: Arc<ServiceClients>,
    cache: Option<Cache>,
}

impl Source for Sso {
    fn name(&self) -> &'static str {
        NAME
    }

    fn fetch(&self) -> Fetching<'_> {
        Box::pin(self.assume())
    }
}

impl Sso {
    pub(crate) fn new(
        settings: SsoSettings,
        profile: &str,
        clients: Arc<ServiceClients>,
        cache: Option<Cache>,
    ) -> Self {
        Self { settings, profile: profile.to_owned(), clients, cache }
    }

    async fn assume(&self) -> Result<Fetched> {
        let (cache, key) = (self.cache.as_ref(), cache_key(&self.settings));
        if let Some(fetched) = cached::load(cache, &key, self.clients.host(), NAME)? {
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
        let service = self.clients.connect(&SSO, Some(region), RetriesByCode::new(rest_json::code), None)?;
        let token = match session {
            Some(_) => {
                let session = self.session()?;
                sso_token::of_session(&session, &self.clients).await?
            }
            None => sso_token::of_portal(start_url.text("sso_start_url")?, &self.clients)?,
        };
        if service.0.parameter_validation {
            check(&[
                Parameter::Text("roleName", role_name.to_value(), 0),
                Parameter::Text("accountId", account_id.to_value(), 0),
                Parameter::Text("accessToken", token.clone(), 0),
            ])?;
        }
        let token = string(&token, "accessToken")?;
        header::check(&token, "the access token of IAM Identity Center")?;
        let input = GetRoleCredentialsInput::builder()
            .role_name(role_name.text("sso_role_name")?)
            .account_id(account_id.text("sso_account_id")?)
            .access_token(token)
            .build();
        Reply::to(&service, GetRoleCredentials::new(), input, None).await
    }

    fn session(&self) -> Result<SsoSession> {
        let session = SsoSession::resolve(self.clients.files(), &self.profile)?;
        session.ok_or_else(|| Error::General("The profile names no sso_session".to_owned()))
    }
}

/// The name of the role's file in the cache: the AWS CLI's own.
fn cache_key(settings: &SsoSettings) -> String {
    let place = match &settings.session {
        Some(session) if !session.is_empty() => ("sessionName", Value::string(session.as_str())),
        _ => ("startUrl", settings.start_url.to_value()),
    };
    let account = ("accountId", settings.account_id.to_value());
    sha1(&object([account, ("roleName", settings.role_name.to_value()), place]).to_json_compact())
}

/// The portal's answer as the AWS CLI keeps it.
fn kept(body: &[u8], account_id: &IniValue) -> Result<Value> {
    let answer = answer(body)?;
    let given = member(&answer, "roleCredentials")?;
    let credentials = [
        ("AccessKeyId", member(given, "accessKeyId")?.clone()),
        ("SecretAccessKey", member(given, "secretAccessKey")?.clone()),
        ("SessionToken", member(given, "sessionToken")?.clone()),
        ("Expiration", Value::string(end(whole_number(given, "expiration")?)?)),
        ("AccountId", account_id.to_value()),
    ];
    Ok(object([("ProviderType", Value::string("sso")), ("Credentials", object(credentials))]))
}

/// From milliseconds since 1970; the fraction of a second is dropped.
fn end(milliseconds: i64) -> Result<String> {
    let moment = Timestamp::from_millisecond(milliseconds)
        .map_err(|_| Error::General(format!("timestamp out of range: {milliseconds}")))?;
    Ok(moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

#[cfg(test)]
mod tests {
    use super::{IniValue, SsoSettings, cache_key, kept};
    use crate::aws::credentials::document::json_line;

    fn text(text: &str) -> IniValue {
        IniValue::Text(text.to_owned())
    }

    fn settings(session: Option<&str>) -> SsoSettings {
        SsoSettings {
            start_url: text("https://example.awsapps.com/start"),
            region: "us-east-1".to_owned(),
            role_name: text("Admin"),
            account_id: text("123456789012"),
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
            json_line(&kept(answer, &text("1")).unwrap()),
            "{\"ProviderType\": \"sso\", \"Credentials\": {\"AccessKeyId\": \"K\", \"SecretAccessKey\": \"s\", \
             \"SessionToken\": \"t\", \"Expiration\": \"1970-01-01T00:00:01Z\", \"AccountId\": \"1\"}}"
        );
        assert_eq!(kept(b"<html>", &text("1")).unwrap_err().to_string(), "'roleCredentials'");
        assert_eq!(
            kept(br#"{"roleCredentials": {"accessKeyId": null}}"#, &text("1")).unwrap_err().to_string(),
            "'accessKeyId'"
        );
    }
}
