//! Credentials of a session that `aws login` has left in `~/.aws/login/cache`, renewed there through the sign-in service.

use std::sync::Arc;

use aws_sdk_signin::operation::create_o_auth2_token::{CreateOAuth2Token, CreateOAuth2TokenInput};
use aws_sdk_signin::types::CreateOAuth2TokenRequestBody;

use crate::aws::credentials::cache::{Cache, sha256};
use crate::aws::credentials::document::{has, member, string, text, whole_number};
use crate::aws::credentials::dpop::ProofKey;
use crate::aws::credentials::fetched::{Expiry, Fetched, in_seconds};
use crate::aws::credentials::provider::{Fetching, Source};
use crate::aws::credentials::service::{SIGNIN, ServiceClients};
use crate::aws::exchange::Response;
use crate::aws::refusal::{self, Declared};
use crate::env_vars;
use crate::error::{Error, Result};
use crate::value::{Map, Value};

pub(crate) const NAME: &str = "login";

const OPERATION: &str = "CreateOAuth2Token";
pub(crate) const FOLDER: &str = "~/.aws/login/cache";

/// In seconds. A session with more than this left is not renewed: another process has done it.
const FRESH: f64 = 5.0 * 60.0;

const DECLARED: Declared = &[
    ("TooManyRequestsError", &["error", "message"]),
    ("InternalServerException", &["error", "message"]),
    ("ValidationException", &["error", "message"]),
    ("AccessDeniedException", &["error", "message"]),
];

pub(crate) struct Login {
    session: String,
    cache: Cache,
    clients: Arc<ServiceClients>,
}

impl Source for Login {
    fn fetch(&self) -> Fetching<'_> {
        Box::pin(self.renew())
    }

    fn detail(&self) -> String {
        format!("session {}", self.session)
    }
}

impl Login {
    /// The session of a name, such as a user's ARN.
    pub(crate) fn new(session: &str, clients: Arc<ServiceClients>) -> Self {
        let host = &clients.host;
        let folder = host.environment.get(env_vars::LOGIN_CACHE_DIRECTORY);
        let cache = Cache::at(host, folder.as_deref().unwrap_or(FOLDER));
        Self { session: session.to_owned(), cache, clients }
    }

    /// The session's credentials as they are kept, ended or not.
    pub(crate) fn kept(&self) -> Result<Fetched> {
        let kept = self.load()?;
        if !["accessToken", "refreshToken", "dpopKey", "clientId"].iter().all(|name| has(&kept, name)) {
            return Err(unloadable(
                "Failed to load access token from token cache, missing one or more required fields.",
            ));
        }
        fetched(&kept)
    }

    async fn renew(&self) -> Result<Fetched> {
        let clock = self.clients.clock();
        let kept = self.load()?;
        if !has(&kept, "dpopKey") {
            return Err(unloadable("Private key not found in cached token."));
        }
        let key = ProofKey::from_pem(&text(&kept, "dpopKey")?, clock)?;
        if let Ok(end) = member(&kept, "accessToken").and_then(|token| text(token, "expiresAt"))
            && Expiry::parse(&end)?.seconds_left(clock)? > FRESH
        {
            return fetched(&kept);
        }
        let response = self.call(text(&kept, "clientId")?, text(&kept, "refreshToken")?, key).await?;
        if response.is_refusal() {
            return Err(refused(&response)?);
        }
        let given = Value::Map(refusal::body(&response.body)?);
        let end = in_seconds(clock, whole_number(&given, "expiresIn")?);
        let renewed = renewed(&self.load()?, &given, end)?;
        self.cache.save(&sha256(&self.session), &renewed)?;
        fetched(&renewed)
    }

    fn load(&self) -> Result<Value> {
        self.cache.load(&sha256(&self.session))?.ok_or_else(|| {
            let session = &self.session;
            unloadable(&format!(
                "Unable to load a existing login session for session {session}, Please reauthenticate with 'aws login'."
            ))
        })
    }

    async fn call(&self, client_id: String, refresh_token: String, key: ProofKey) -> Result<Response> {
        let client = self.clients.connect(&SIGNIN, None, None)?.watched(key.header());
        let body = CreateOAuth2TokenRequestBody::builder()
            .client_id(client_id)
            .grant_type("refresh_token")
            .refresh_token(refresh_token)
            .build()
            .map_err(Error::general)?;
        let input = CreateOAuth2TokenInput::builder().token_input(body).build();
        client.call(CreateOAuth2Token::new(), input).await
    }
}

fn unloadable(reason: &str) -> Error {
    Error::General(format!("Error loading login session token: {reason}"))
}

fn fetched(kept: &Value) -> Result<Fetched> {
    let token = member(kept, "accessToken")?;
    let (access_key, secret_key) = (text(token, "accessKeyId")?, text(token, "secretAccessKey")?);
    let (session_token, expiry) = (text(token, "sessionToken")?, Expiry::of(token, "expiresAt")?);
    let account = member(token, "accountId").map(|account| string(account, "accountId"))?.ok();
    Ok(Fetched::new(&access_key, &secret_key, Some(session_token), Some(expiry), account.as_deref(), NAME))
}

/// The session with what the service gave, everything else as it was.
fn renewed(kept: &Value, response: &Value, end: String) -> Result<Value> {
    let given = member(response, "accessToken")?;
    let mut token = Map::new();
    for name in ["accessKeyId", "secretAccessKey", "sessionToken"] {
        token.insert(name.into(), Value::string(text(given, name)?));
    }
    token.insert("accountId".into(), member(member(kept, "accessToken")?, "accountId")?.clone());
    token.insert("expiresAt".into(), Value::string(end));
    let mut session = if let Value::Map(members) = kept { Map::clone(members) } else { Map::new() };
    session.insert("accessToken".into(), Value::map(token));
    session.insert("refreshToken".into(), Value::string(text(response, "refreshToken")?));
    Ok(Value::map(session))
}

fn refused(response: &Response) -> Result<Error> {
    let refusal = refusal::read_rest(response, OPERATION, DECLARED)?;
    if refusal.code != "AccessDeniedException" {
        return Ok(Error::Service(Box::new(refusal)));
    }
    let reason = refusal.members.iter().find(|(name, _)| name == "error").map(|(_, reason)| reason.python_str());
    let message = match reason.as_deref() {
        Some("TOKEN_EXPIRED") => "Your session has expired. Please reauthenticate using 'aws login'.",
        Some("USER_CREDENTIALS_CHANGED") => {
            "Unable to refresh login credentials because of a change in your password. Please reauthenticate with your new \
             password using 'aws login'."
        }
        Some("INSUFFICIENT_PERMISSIONS") => {
            "Unable to create or refresh login credentials due to insufficient permissions. You may be missing permission for \
             the 'signin:CreateOAuth2Token' action."
        }
        _ => "An unspecified error happened when resolving AWS credentials or refreshing a login session profile.",
    };
    Ok(Error::General(message.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::renewed;
    use crate::aws::credentials::document::json_line;
    use crate::value::Value;

    #[test]
    fn a_renewed_session_keeps_its_order_and_what_nobody_knows() {
        let kept = r#"{"accessToken": {"accessKeyId": "K", "accountId": "1"}, "tokenType": "t", "refreshToken": "r", "new": [1]}"#;
        let answer = r#"{"accessToken": {"accessKeyId": "K2", "secretAccessKey": "s", "sessionToken": "t"}, "refreshToken": "r2"}"#;
        let read = |text| Value::from_json(text).unwrap();
        assert_eq!(
            json_line(&renewed(&read(kept), &read(answer), "then".to_owned()).unwrap()),
            "{\"accessToken\": {\"accessKeyId\": \"K2\", \"secretAccessKey\": \"s\", \"sessionToken\": \"t\", \
             \"accountId\": \"1\", \"expiresAt\": \"then\"}, \"tokenType\": \"t\", \"refreshToken\": \"r2\", \"new\": [1]}"
        );
    }
}
