//! The token of IAM Identity Center that `aws sso login` has left in `~/.aws/sso/cache`, renewed there when it is about to end.

use aws_sdk_ssooidc::Client;
use aws_sdk_ssooidc::config::Builder;

use super::cache::{Cache, sha1};
use super::document::{date, has, object, text, whole_number};
use super::expiry::{ADVISORY, Expiry, in_seconds};
use super::rest_json;
use super::service::{Reply, RetriesByCode, SSO_OIDC};
use super::sso_settings::SsoSession;
use super::surroundings::Surroundings;
use crate::aws::exchange::Recorder;
use crate::aws::refusal;
use crate::error::{Error, Result};
use crate::host::Host;
use crate::value::Value;

const FOLDER: &str = "~/.aws/sso/cache";

/// The token of a session, by now good for a while.
///
/// # Errors
/// No token, one that has ended and cannot be renewed, a file that cannot be read or written.
pub async fn of_session(session: &SsoSession, surroundings: &Surroundings) -> Result<String> {
    let (cache, clock) = (Cache::at(surroundings.host(), FOLDER), surroundings.clock());
    let Kept { key, mut token, mut expiry, renewal } = Kept::load(&cache, session, surroundings.host())?;
    if let Some(renewal) = renewal
        && let Some(answer) = renewal.ask(session, surroundings).await?
    {
        let answer = Value::Map(refusal::body(&answer)?);
        let end = in_seconds(clock, whole_number(&answer, "expiresIn")?);
        let renewed = renewal.renewed(session, &answer, &end)?;
        cache.save(&key, &renewed)?;
        (token, expiry) = (text(&renewed, "accessToken")?, Expiry::parse(&end)?);
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
    token: String,
    expiry: Expiry,
    renewal: Option<Renewal>,
}

impl Kept {
    fn load(cache: &Cache, session: &SsoSession, host: &Host) -> Result<Self> {
        let (key, kept) = load(cache, &session.name, &session.start_url)?;
        let token = text(&kept, "accessToken")?;
        let expiry = Expiry::parse(&date(&kept, "expiresAt")?)?;
        let is_due = expiry.seconds_left(host.clock)? < ADVISORY;
        let renewal = if is_due { Renewal::read(&kept, host)? } else { None };
        Ok(Self { key, token, expiry, renewal })
    }
}

/// The token of a portal that is named without a session. It is never renewed.
///
/// # Errors
/// No token, or one that has ended.
pub fn of_portal(start_url: &str, surroundings: &Surroundings) -> Result<String> {
    let cache = Cache::at(surroundings.host(), FOLDER);
    let (_, kept) = load(&cache, start_url, start_url)?;
    let token = text(&kept, "accessToken")?;
    if Expiry::parse(&date(&kept, "expiresAt")?)?.seconds_left(surroundings.clock())? <= 0.0 {
        return Err(unauthorized());
    }
    Ok(token)
}

/// The portal does not know the token any more.
#[must_use]
pub fn unauthorized() -> Error {
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
    client_id: String,
    client_secret: String,
    registration_end: String,
    refresh_token: String,
}

impl Renewal {
    /// What a kept token has for it; none where it lacks something, or its registration has ended.
    fn read(kept: &Value, host: &Host) -> Result<Option<Self>> {
        if !["refreshToken", "clientId", "clientSecret", "registrationExpiresAt"].iter().all(|name| has(kept, name)) {
            return Ok(None);
        }
        let registration_end = date(kept, "registrationExpiresAt")?;
        if Expiry::parse(&registration_end)?.seconds_left(host.clock)? <= 0.0 {
            return Ok(None);
        }
        let (client_id, client_secret) = (text(kept, "clientId")?, text(kept, "clientSecret")?);
        Ok(Some(Self { client_id, client_secret, registration_end, refresh_token: text(kept, "refreshToken")? }))
    }

    /// Asks for a new token and returns the answer's body; none where the service refuses, for the old one may still do.
    async fn ask(&self, session: &SsoSession, surroundings: &Surroundings) -> Result<Option<Vec<u8>>> {
        let (connection, config) = surroundings.connect(&SSO_OIDC, Some(&session.region), None)?;
        let config = Builder::from(&config).retry_classifier(RetriesByCode::new(rest_json::code)).build();
        let call = Client::from_conf(config)
            .create_token()
            .grant_type("refresh_token")
            .client_id(&self.client_id)
            .client_secret(&self.client_secret)
            .refresh_token(&self.refresh_token);
        let recorder = Recorder::new(None, None);
        let outcome = call.customize().interceptor(recorder.clone()).send().await;
        let reply = Reply::of(&recorder, outcome.as_ref().err().map(|error| error as _), &connection)?;
        if reply.answer.status >= 300 {
            return rest_json::refuse(&reply, "CreateToken", &[]).map(|_| None);
        }
        Ok(Some(reply.answer.body))
    }

    /// The new token as the AWS CLI keeps it.
    fn renewed(&self, session: &SsoSession, answer: &Value, end: &str) -> Result<Value> {
        let own = |text: &str| Value::string(text);
        let mut members = vec![
            ("startUrl", own(&session.start_url)),
            ("region", own(&session.region)),
            ("accessToken", Value::string(text(answer, "accessToken")?)),
            ("expiresAt", own(end)),
            ("clientId", own(&self.client_id)),
            ("clientSecret", own(&self.client_secret)),
            ("registrationExpiresAt", own(&self.registration_end)),
        ];
        if has(answer, "refreshToken") {
            members.push(("refreshToken", Value::string(text(answer, "refreshToken")?)));
        }
        Ok(object(members))
    }
}
