//! The token of IAM Identity Center that `aws sso login` has left in `~/.aws/sso/cache`, renewed there when it is about to end.

use aws_sdk_ssooidc::operation::create_token::{CreateToken, CreateTokenInput};

use super::cache::{Cache, sha1};
use super::document::{answer, date, has, member, object, string, whole_number};
use super::expiry::{ADVISORY, Expiry, in_seconds};
use super::parameters::{Parameter, check};
use super::rest_json;
use super::service::{Reply, RetriesByCode, SSO_OIDC};
use super::service_clients::ServiceClients;
use super::sso_settings::SsoSession;
use crate::error::{Error, Result};
use crate::host::Host;
use crate::value::Value;

const FOLDER: &str = "~/.aws/sso/cache";

/// The token of a session, by now good for a while.
pub(crate) async fn of_session(session: &SsoSession, clients: &ServiceClients) -> Result<Value> {
    let (cache, clock) = (Cache::at(clients.host(), FOLDER), clients.clock());
    let Kept { key, mut token, mut expiry, renewal } = Kept::load(&cache, session, clients.host())?;
    if let Some(renewal) = renewal
        && let Some(answer) = renewal.ask(session, clients).await?
    {
        let end = in_seconds(clock, whole_number(&answer, "expiresIn")?);
        let renewed = renewal.renewed(session, &answer, &end)?;
        cache.save(&key, &renewed)?;
        (token, expiry) = (member(&renewed, "accessToken")?.clone(), Expiry::parse(&end)?);
    }
    if expiry.seconds_left(clock)? <= 0.0 {
        return Err(Error::General(
            "Error when retrieving token from sso: Token has expired and refresh failed".to_owned(),
        ));
    }
    Ok(token)
}

/// A token as it is kept, and what it takes to renew it where that is due and possible.
struct Kept {
    key: String,
    token: Value,
    expiry: Expiry,
    renewal: Option<Renewal>,
}

impl Kept {
    fn load(cache: &Cache, session: &SsoSession, host: &Host) -> Result<Self> {
        let (key, kept) = load(cache, &session.name, &session.start_url.to_string())?;
        let token = member(&kept, "accessToken")?.clone();
        let expiry = Expiry::parse(&date(&kept, "expiresAt")?)?;
        let is_due = expiry.seconds_left(host.clock)? < ADVISORY;
        let renewal = if is_due { Renewal::read(&kept, host)? } else { None };
        Ok(Self { key, token, expiry, renewal })
    }
}

/// The token of a portal that is named without a session. It is never renewed.
pub(crate) fn of_portal(start_url: &str, clients: &ServiceClients) -> Result<Value> {
    let cache = Cache::at(clients.host(), FOLDER);
    let (_, kept) = load(&cache, start_url, start_url)?;
    let token = member(&kept, "accessToken")?.clone();
    if Expiry::parse(&date(&kept, "expiresAt")?)?.seconds_left(clients.clock())? <= 0.0 {
        return Err(unauthorized());
    }
    Ok(token)
}

/// The portal does not know the token any more.
pub(crate) fn unauthorized() -> Error {
    Error::General(
        "The SSO session associated with this profile has expired or is otherwise invalid. To refresh this SSO session run \
         aws sso login with the corresponding profile."
            .to_owned(),
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

/// What it takes to renew a token.
struct Renewal {
    client_id: Value,
    client_secret: Value,
    registration_end: String,
    refresh_token: Value,
}

impl Renewal {
    /// What a kept token has for it; `None` where something is missing or its registration has ended.
    fn read(kept: &Value, host: &Host) -> Result<Option<Self>> {
        if !["refreshToken", "clientId", "clientSecret", "registrationExpiresAt"].iter().all(|name| has(kept, name)) {
            return Ok(None);
        }
        let registration_end = date(kept, "registrationExpiresAt")?;
        if Expiry::parse(&registration_end)?.seconds_left(host.clock)? <= 0.0 {
            return Ok(None);
        }
        let own = |name: &str| member(kept, name).cloned();
        let (client_id, client_secret) = (own("clientId")?, own("clientSecret")?);
        Ok(Some(Self { client_id, client_secret, registration_end, refresh_token: own("refreshToken")? }))
    }

    /// Asks for a new token; `None` where the service refuses, because the old one may still be valid.
    async fn ask(&self, session: &SsoSession, clients: &ServiceClients) -> Result<Option<Value>> {
        let region = session.region.text("sso_region")?;
        let service = clients.connect(&SSO_OIDC, Some(region), RetriesByCode::new(rest_json::code), None)?;
        if service.0.parameter_validation {
            check(&[
                Parameter::Text("clientId", self.client_id.clone(), 0),
                Parameter::Text("clientSecret", self.client_secret.clone(), 0),
                Parameter::Text("refreshToken", self.refresh_token.clone(), 0),
            ])?;
        }
        let input = CreateTokenInput::builder()
            .grant_type("refresh_token")
            .client_id(string(&self.client_id, "clientId")?)
            .client_secret(string(&self.client_secret, "clientSecret")?)
            .refresh_token(string(&self.refresh_token, "refreshToken")?)
            .build();
        let reply = Reply::to(&service, CreateToken::new(), input, None).await?;
        if reply.answer.status >= 300 {
            return rest_json::refuse(&reply, "CreateToken", &[]).map(|_| None);
        }
        answer(&reply.answer.body).map(Some)
    }

    /// The new token as the AWS CLI keeps it.
    fn renewed(&self, session: &SsoSession, answer: &Value, end: &str) -> Result<Value> {
        let mut members = vec![
            ("startUrl", session.start_url.to_value()),
            ("region", session.region.to_value()),
            ("accessToken", member(answer, "accessToken")?.clone()),
            ("expiresAt", Value::string(end)),
            ("clientId", self.client_id.clone()),
            ("clientSecret", self.client_secret.clone()),
            ("registrationExpiresAt", Value::string(self.registration_end.as_str())),
        ];
        if let Ok(token) = member(answer, "refreshToken") {
            members.push(("refreshToken", token.clone()));
        }
        Ok(object(members))
    }
}
