//! The token of IAM Identity Center that `aws sso login` has left in `~/.aws/sso/cache`, renewed there when it is about to end.

use aws_sdk_ssooidc::operation::create_token::{CreateToken, CreateTokenInput};

use super::cache::{Cache, sha1};
use super::document::{has, member, members, object, text, whole_number};
use super::fetched::{ADVISORY, Expiry, in_seconds};
use super::service::{Parameter, SSO_OIDC, ServiceClients};
use crate::aws::refusal;
use crate::error::{Error, Result};
use crate::settings::ConfigFiles;
use crate::settings::config_files;
use crate::settings::ini::IniValue;
use crate::value::Value;

pub(crate) const FOLDER: &str = "~/.aws/sso/cache";

const REGISTRATION_END: &str = "registrationExpiresAt";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SsoSession {
    pub(crate) name: String,
    pub(crate) start_url: IniValue,
    pub(crate) region: IniValue,
}

impl SsoSession {
    /// The session that a profile names, if any. The AWS CLI refuses a broken one even where it is not used.
    pub(crate) fn resolve(files: &ConfigFiles, profile: &str) -> Result<Option<Self>> {
        let Some(name) = config_files::text(files.profile(profile), "sso_session")? else { return Ok(None) };
        let provider = format!("The profile \"{profile}\" is configured to use the SSO token provider but");
        let Some(session) = files.sso_session(name).filter(|session| !session.is_empty()) else {
            return Err(Error::General(format!("{provider} the \"{name}\" sso_session configuration does not exist.")));
        };
        let (start_url, region) = (session.get("sso_start_url"), session.get("sso_region"));
        match (start_url, region) {
            (Some(start_url), Some(region)) => {
                Ok(Some(Self { name: name.to_owned(), start_url: start_url.clone(), region: region.clone() }))
            }
            (start_url, region) => {
                let missing = [("'sso_start_url'", start_url), ("'sso_region'", region)];
                let missing = missing.iter().filter(|(_, value)| value.is_none()).map(|(key, _)| *key);
                Err(Error::General(format!(
                    "{provider} is missing the following configuration: [{}].",
                    missing.collect::<Vec<_>>().join(", ")
                )))
            }
        }
    }
}

/// The token of a session, by now good for a while.
pub(crate) async fn of_session(session: &SsoSession, clients: &ServiceClients) -> Result<Value> {
    let (cache, clock) = (Cache::at(&clients.host, FOLDER), clients.host.clock);
    let (key, mut kept) = load(&cache, &session.name, &session.start_url.to_string())?;
    if Expiry::of(&kept, "expiresAt")?.seconds_left(clock)? < ADVISORY
        && is_renewable(&kept, clients)?
        && let Some(response) = renew(&kept, session, clients).await?
    {
        let end = in_seconds(clock, whole_number(&response, "expiresIn")?);
        kept = renewed(&kept, session, &response, &end)?;
        cache.save(&key, &kept)?;
    }
    if Expiry::of(&kept, "expiresAt")?.seconds_left(clock)? <= 0.0 {
        return Err(Error::general("Error when retrieving token from sso: Token has expired and refresh failed"));
    }
    member(&kept, "accessToken").cloned()
}

/// Fails where the kept token has ended and cannot be renewed.
pub(crate) fn check_kept(session: &SsoSession, clients: &ServiceClients) -> Result<()> {
    let cache = Cache::at(&clients.host, FOLDER);
    let (_, kept) = load(&cache, &session.name, &session.start_url.to_string())?;
    let left = Expiry::of(&kept, "expiresAt")?.seconds_left(clients.host.clock)?;
    if left <= 0.0 && !is_renewable(&kept, clients)? { Err(unauthorized()) } else { Ok(()) }
}

/// The token of a portal that is named without a session. It is never renewed.
pub(crate) fn of_portal(start_url: &str, clients: &ServiceClients) -> Result<Value> {
    let cache = Cache::at(&clients.host, FOLDER);
    let (_, kept) = load(&cache, start_url, start_url)?;
    if Expiry::of(&kept, "expiresAt")?.seconds_left(clients.host.clock)? <= 0.0 {
        return Err(unauthorized());
    }
    member(&kept, "accessToken").cloned()
}

/// The portal does not know the token any more.
pub(crate) fn unauthorized() -> Error {
    Error::general(
        "The SSO session associated with this profile has expired or is otherwise invalid. To refresh this SSO session run \
         aws sso login with the corresponding profile.",
    )
}

fn load(cache: &Cache, name: &str, start_url: &str) -> Result<(String, Value)> {
    let key = sha1(name);
    let refused = |reason: String| Error::General(format!("Error loading SSO Token: {reason}"));
    let kept = cache.load(&key)?.ok_or_else(|| refused(format!("Token for {name} does not exist")))?;
    if !has(&kept, "accessToken") || !has(&kept, "expiresAt") {
        return Err(refused(format!("Token for {start_url} is invalid")));
    }
    Ok((key, kept))
}

/// Whether a kept token has what it takes to renew it, with a registration that still lasts.
fn is_renewable(kept: &Value, clients: &ServiceClients) -> Result<bool> {
    let is_complete = ["refreshToken", "clientId", "clientSecret", REGISTRATION_END].iter().all(|name| has(kept, name));
    Ok(is_complete && Expiry::of(kept, REGISTRATION_END)?.seconds_left(clients.host.clock)? > 0.0)
}

/// Requests a new token; `None` where the service refuses, because the old one may still be valid.
async fn renew(kept: &Value, session: &SsoSession, clients: &ServiceClients) -> Result<Option<Value>> {
    let client = clients.connect(&SSO_OIDC, Some(session.region.text("sso_region")?), None)?;
    let parameter = |name| Ok(Parameter::Text(name, member(kept, name)?.clone(), 0));
    client
        .check(&["clientId", "clientSecret", "refreshToken"].into_iter().map(parameter).collect::<Result<Vec<_>>>()?)?;
    let input = CreateTokenInput::builder()
        .grant_type("refresh_token")
        .client_id(text(kept, "clientId")?)
        .client_secret(text(kept, "clientSecret")?)
        .refresh_token(text(kept, "refreshToken")?)
        .build();
    let response = client.call(CreateToken::new(), input).await?;
    if response.is_refusal() {
        return refusal::read_rest(&response, "CreateToken", &[]).map(|_| None);
    }
    members(&response.body).map(Some)
}

/// The new token as the AWS CLI keeps it.
fn renewed(kept: &Value, session: &SsoSession, response: &Value, end: &str) -> Result<Value> {
    let mut members = vec![
        ("startUrl", session.start_url.to_value()),
        ("region", session.region.to_value()),
        ("accessToken", member(response, "accessToken")?.clone()),
        ("expiresAt", Value::string(end)),
    ];
    for name in ["clientId", "clientSecret", REGISTRATION_END] {
        members.push((name, member(kept, name)?.clone()));
    }
    members.extend(member(response, "refreshToken").ok().map(|token| ("refreshToken", token.clone())));
    Ok(object(members))
}
