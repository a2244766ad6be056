//! Credentials of a role from IAM Identity Center (SSO), for the token that `aws sso login` has left.

use std::sync::Arc;

use aws_sdk_sso::operation::get_role_credentials::{GetRoleCredentials, GetRoleCredentialsInput};
use jiff::Timestamp;

use crate::aws::credentials::cache::{Cache, sha1};
use crate::aws::credentials::document::{member, members, object, string, whole_number};
use crate::aws::credentials::fetched::{ADVISORY, Expiry};
use crate::aws::credentials::provider::{Fetching, Source};
use crate::aws::credentials::service::{Parameter, SSO, ServiceClients};
use crate::aws::credentials::sso_token::{self, SsoSession};
use crate::aws::exchange::Response;
use crate::aws::refusal::Declared;
use crate::aws::{header, refusal};
use crate::error::{Error, Result};
use crate::settings::ConfigFiles;
use crate::settings::config_files::text;
use crate::settings::ini::{IniValue, Section};
use crate::value::Value;

pub(crate) const NAME: &str = "sso";

const OPERATION: &str = "GetRoleCredentials";

/// The members of the portal's declared refusals.
const DECLARED: Declared = &[
    ("InvalidRequestException", &["message"]),
    ("UnauthorizedException", &["message"]),
    ("TooManyRequestsException", &["message"]),
    ("ResourceNotFoundException", &["message"]),
];

/// Account, role and portal. The service's client checks that account and role are texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SsoSettings {
    pub(crate) start_url: IniValue,
    pub(crate) region: String,
    pub(crate) role_name: IniValue,
    pub(crate) account_id: IniValue,
    /// `None` where the profile names the portal itself, in the old way.
    pub(crate) session: Option<String>,
}

impl SsoSettings {
    /// The settings of a profile; `None` where it names neither a role nor an account.
    pub(crate) fn resolve(files: &ConfigFiles, profile: &str) -> Result<Option<Self>> {
        let section = files.profile(profile);
        let named = |key: &str| section.is_some_and(|section| section.contains_key(key));
        if !named("sso_role_name") && !named("sso_account_id") {
            return Ok(None);
        }
        let session_name = text(section, "sso_session")?;
        let missing = |name| Error::General(format!("The specified sso-session does not exist: \"{name}\""));
        let session = session_name.map(|name| files.sso_session(name).ok_or_else(|| missing(name))).transpose()?;
        for key in session.iter().flat_map(|session| session.keys()) {
            if let (Some(here), Some(there)) = (get(section, key), get(session, key))
                && here != there
            {
                return Err(Error::General(format!(
                    "The value for {key} is inconsistent between profile ({here}) and sso-session ({there})."
                )));
            }
        }
        let mut missing = Vec::new();
        let mut read = |key: &'static str| {
            let value = get(section, key).or_else(|| get(session, key));
            if value.is_none() {
                missing.push(key);
            }
            value.cloned()
        };
        let (role_name, account_id) = (read("sso_role_name"), read("sso_account_id"));
        let (start_url, region) = (read("sso_start_url"), read("sso_region"));
        let (Some(role_name), Some(account_id), Some(start_url), Some(region)) =
            (role_name, account_id, start_url, region)
        else {
            return Err(Error::General(format!(
                "The profile \"{profile}\" is configured to use SSO but is missing required configuration: {}",
                missing.join(", ")
            )));
        };
        let region = region.text("sso_region")?.to_owned();
        Ok(Some(Self { start_url, region, role_name, account_id, session: session_name.map(str::to_owned) }))
    }
}

fn get<'s>(section: Option<&'s Section>, key: &str) -> Option<&'s IniValue> {
    section.and_then(|section| section.get(key))
}

pub(crate) struct Sso {
    settings: SsoSettings,
    profile: String,
    clients: Arc<ServiceClients>,
    cache: Option<Cache>,
}

impl Source for Sso {
    fn fetch(&self) -> Fetching<'_> {
        Box::pin(async {
            let request = async || {
                let response = self.call().await?;
                if response.is_refusal() {
                    let refusal = refusal::read_rest(&response, OPERATION, DECLARED)?;
                    return Err(match refusal.code.as_str() {
                        "UnauthorizedException" => sso_token::unauthorized(),
                        _ => Error::Service(Box::new(refusal)),
                    });
                }
                kept(&response.body, &self.settings.account_id)
            };
            let key = cache_key(&self.settings);
            Cache::credentials(self.cache.as_ref(), &key, &self.clients.host, NAME, request).await
        })
    }

    fn detail(&self) -> String {
        let SsoSettings { role_name, account_id, start_url, .. } = &self.settings;
        format!("{role_name} in account {account_id}, by {start_url}")
    }

    fn check(&self) -> Result<()> {
        // While the role is kept, the token is not needed.
        let kept = self.cache.as_ref().map_or(Ok(None), |cache| cache.load(&cache_key(&self.settings)))?;
        let end = kept.and_then(|kept| Expiry::of(member(&kept, "Credentials").ok()?, "Expiration").ok());
        if end.map(|end| end.seconds_left(self.clients.clock())).transpose()?.is_some_and(|left| left >= ADVISORY) {
            return Ok(());
        }
        match self.settings.session {
            Some(_) => sso_token::check_kept(&self.session()?, &self.clients),
            None => sso_token::of_portal(self.settings.start_url.text("sso_start_url")?, &self.clients).map(|_| ()),
        }
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

    async fn call(&self) -> Result<Response> {
        let SsoSettings { region, role_name, account_id, start_url, session } = &self.settings;
        let client = self.clients.connect(&SSO, Some(region), None)?;
        let token = match session {
            Some(_) => {
                let session = self.session()?;
                sso_token::of_session(&session, &self.clients).await?
            }
            None => sso_token::of_portal(start_url.text("sso_start_url")?, &self.clients)?,
        };
        client.check(&[
            Parameter::Text("roleName", role_name.to_value(), 0),
            Parameter::Text("accountId", account_id.to_value(), 0),
            Parameter::Text("accessToken", token.clone(), 0),
        ])?;
        let token = string(&token, "accessToken")?;
        header::check(&token, "the access token of IAM Identity Center")?;
        let input = GetRoleCredentialsInput::builder()
            .role_name(role_name.text("sso_role_name")?)
            .account_id(account_id.text("sso_account_id")?)
            .access_token(token)
            .build();
        client.call(GetRoleCredentials::new(), input).await
    }

    fn session(&self) -> Result<SsoSession> {
        let session = SsoSession::resolve(&self.clients.files, &self.profile)?;
        session.ok_or_else(|| Error::general("The profile names no sso_session"))
    }
}

/// The name of the role's file in the cache: the AWS CLI's own.
fn cache_key(settings: &SsoSettings) -> String {
    let portal = match &settings.session {
        Some(session) if !session.is_empty() => ("sessionName", Value::string(session.as_str())),
        _ => ("startUrl", settings.start_url.to_value()),
    };
    let account = ("accountId", settings.account_id.to_value());
    sha1(&object([account, ("roleName", settings.role_name.to_value()), portal]).to_json_compact())
}

/// The portal's response as the AWS CLI keeps it.
fn kept(body: &[u8], account_id: &IniValue) -> Result<Value> {
    let response = members(body)?;
    let given = member(&response, "roleCredentials")?;
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
