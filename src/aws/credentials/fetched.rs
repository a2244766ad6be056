//! Credentials as a source returned them, when they end, and what makes them unusable.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use jiff::Timestamp;

use super::document::{date, member};
use crate::aws::date_text;
use crate::error::{Error, Result};
use crate::host::Clock;
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

    /// The credentials in a document, whose session token has this name.
    pub(crate) fn from_document(
        document: &Value,
        token: &str,
        expiry: Option<Expiry>,
        source: &'static str,
    ) -> Result<Self> {
        let (access_key, secret_key) = (member(document, "AccessKeyId")?, member(document, "SecretAccessKey")?);
        let fetched = Self::from_values(access_key, secret_key, member(document, token)?, expiry, source)?;
        Ok(fetched.of_account(member(document, "AccountId").ok().cloned()))
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

/// In seconds. Credentials that end sooner are renewed; a failure to do so is not an error yet.
pub(crate) const ADVISORY: f64 = 15.0 * 60.0;
/// Credentials that end sooner than this must be renewed, in seconds.
pub(crate) const MANDATORY: f64 = 10.0 * 60.0;

/// The end of credentials or of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expiry {
    At(Timestamp),
    /// A date without a zone. The AWS CLI reads it, and fails when it looks at the clock.
    WithoutZone,
}

impl Expiry {
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let date = date_text::parse(text).map_err(Error::General)?;
        // The last hours of the year 9999 are beyond the system's clock.
        let at = |offset: jiff::tz::Offset| offset.to_timestamp(date.local).unwrap_or(Timestamp::MAX);
        Ok(date.offset.map_or(Self::WithoutZone, |offset| Self::At(at(offset))))
    }

    /// The end that a member of a document holds.
    pub(crate) fn of(document: &Value, name: &str) -> Result<Self> {
        Self::parse(&date(document, name)?)
    }

    pub(crate) fn seconds_left(self, clock: Clock) -> Result<f64> {
        match self {
            Self::At(moment) => Ok(moment.duration_since(clock.timestamp()).as_secs_f64()),
            Self::WithoutZone => {
                Err(Error::General("can't subtract offset-naive and offset-aware datetimes".to_owned()))
            }
        }
    }

    pub(crate) fn system_time(self) -> Option<SystemTime> {
        match self {
            Self::At(moment) => moment.try_into().ok(),
            Self::WithoutZone => None,
        }
    }
}

/// A moment some seconds from now, as token files write it: `2099-01-01T00:00:00Z`.
pub(crate) fn in_seconds(clock: Clock, seconds: i64) -> String {
    let moment = clock.timestamp().saturating_add(jiff::SignedDuration::from_secs(seconds)).unwrap_or(Timestamp::MAX);
    moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::{Expiry, in_seconds};
    use crate::host::Clock;

    const CLOCK: Clock = Clock::Fixed(SystemTime::UNIX_EPOCH);

    #[test]
    fn a_date_without_a_zone_is_read_but_cannot_be_compared() {
        for text in ["2099-01-01", "2099-01-01T00:00:00"] {
            assert!(Expiry::parse(text).unwrap().seconds_left(CLOCK).is_err(), "{text}");
        }
    }

    #[test]
    fn a_date_at_the_end_of_the_calendar_is_far_away() {
        assert!(Expiry::parse("9999-12-31T23:59:59Z").unwrap().seconds_left(CLOCK).unwrap() > 2.5e11);
    }

    #[test]
    fn moments_are_written_in_whole_seconds() {
        let clock = Clock::Fixed(SystemTime::UNIX_EPOCH + Duration::from_millis(1500));
        assert_eq!(in_seconds(clock, 3600), "1970-01-01T01:00:01Z");
        assert!(in_seconds(clock, i64::MAX).starts_with("9999-"));
    }
}
