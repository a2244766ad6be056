//! Credentials as a source returned them, and what makes them unusable.

use aws_credential_types::Credentials;

use super::expiry::Expiry;
use crate::error::{Error, Result};
use crate::value::Value;

/// The AWS CLI's name for keys from the environment.
pub(crate) const ENVIRONMENT: &str = "env";

#[derive(Clone, Debug)]
pub(crate) struct Fetched {
    pub(crate) credentials: Credentials,
    /// `None` where the source gives no end: these are never renewed.
    pub(crate) expiry: Option<Expiry>,
    pub(crate) source: &'static str,
}

impl Fetched {
    pub(crate) fn new(
        access_key: String,
        secret_key: String,
        token: Option<String>,
        expiry: Option<Expiry>,
        source: &'static str,
    ) -> Self {
        // An empty token is sent as no header at all.
        let token = token.filter(|token| !token.is_empty());
        let end = expiry.and_then(Expiry::system_time);
        Self { credentials: Credentials::new(access_key, secret_key, token, end, source), expiry, source }
    }

    /// The same credentials, known to be of this account. What is not twelve digits is not known.
    pub(crate) fn of_account(self, account: Option<Value>) -> Self {
        let is_account = |text: &str| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
        let Some(Value::String(account)) = account else { return self };
        if !is_account(&account) {
            return self;
        }
        let mut credentials = Credentials::builder()
            .access_key_id(self.credentials.access_key_id())
            .secret_access_key(self.credentials.secret_access_key())
            .provider_name(self.source)
            .account_id(account.to_string());
        credentials.set_session_token(self.credentials.session_token().map(str::to_owned));
        credentials.set_expiry(self.credentials.expiry());
        Self { credentials: credentials.build(), ..self }
    }

    /// Credentials from a document or a settings file, where each may be anything but a text. Such a value is refused in the words
    /// of Python, which fails when it signs: at the token first, then at the secret key.
    pub(crate) fn from_values(
        access_key: &Value,
        secret_key: &Value,
        token: &Value,
        expiry: Option<Expiry>,
        source: &'static str,
    ) -> Result<Self> {
        let refused = |message: String| Err(Error::General(message));
        let token = match token {
            Value::String(token) => Some(token.to_string()),
            token if !token.python_truth() => None,
            other => return refused(format!("'{}' object has no attribute 'split'", other.python_type_name())),
        };
        match (access_key, secret_key) {
            (Value::String(access_key), Value::String(secret_key)) => {
                Ok(Self::new(access_key.to_string(), secret_key.to_string(), token, expiry, source))
            }
            (other, Value::String(_)) => {
                refused(format!("sequence item 0: expected str instance, {} found", other.python_type_name()))
            }
            (_, other) => refused(format!("can only concatenate str (not \"{}\") to str", other.python_type_name())),
        }
    }
}

/// The refusal of credentials that lack something.
pub(crate) fn partial(source: &str, missing: &str) -> Error {
    Error::General(format!("Partial credentials found in {source}, missing: {missing}"))
}
