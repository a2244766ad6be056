//! Credentials as a source returned them, when they end, and what makes them unusable.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_credential_types::attributes::AccountId;
use jiff::Timestamp;

use super::document::{member, string, text};
use crate::aws::timestamp::parse_date;
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
    /// An empty token is not sent; an account that is not twelve digits is ignored.
    pub(crate) fn new(
        access_key: &str,
        secret_key: &str,
        token: Option<String>,
        expiry: Option<Expiry>,
        account: Option<&str>,
        source: &'static str,
    ) -> Self {
        let account =
            account.filter(|account| account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()));
        let mut credentials =
            Credentials::builder().access_key_id(access_key).secret_access_key(secret_key).provider_name(source);
        credentials.set_session_token(token.filter(|token| !token.is_empty()));
        credentials.set_expiry(expiry.and_then(Expiry::system_time));
        credentials.set_account_id(account.map(AccountId::from));
        Self { credentials: credentials.build(), expiry, source }
    }

    /// The credentials in a document, with this session token; `account` is theirs where the document names none.
    pub(crate) fn from_document(
        document: &Value,
        token: &Value,
        expiry: Option<Expiry>,
        account: Option<&str>,
        source: &'static str,
    ) -> Result<Self> {
        let token = if let Value::Null = token { None } else { Some(string(token, "the session token")?) };
        let (access_key, secret_key) = (text(document, "AccessKeyId")?, text(document, "SecretAccessKey")?);
        let account = match member(document, "AccountId") {
            Ok(Value::String(named)) if !named.is_empty() => Some(&**named),
            Ok(other) if other.python_truth() => None,
            _ => account,
        };
        Ok(Self::new(&access_key, &secret_key, token, expiry, account, source))
    }
}

pub(crate) fn partial(source: &str, missing: &str) -> Error {
    Error::General(format!("Partial credentials found in {source}, missing: {missing}"))
}

/// In seconds. Credentials that end sooner are renewed; a failure to do so is not an error yet.
pub(crate) const ADVISORY: f64 = 15.0 * 60.0;
/// Credentials that end sooner than this must be renewed, in seconds.
pub(crate) const MANDATORY: f64 = 10.0 * 60.0;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expiry {
    At(Timestamp),
    /// A date without a zone. The AWS CLI reads it, and fails when it looks at the clock.
    WithoutZone,
}

impl Expiry {
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let date = parse_date(text).map_err(Error::General)?;
        // The last hours of the year 9999 are beyond the system's clock.
        let at = |offset: jiff::tz::Offset| offset.to_timestamp(date.local).unwrap_or(Timestamp::MAX);
        Ok(date.offset.map_or(Self::WithoutZone, |offset| Self::At(at(offset))))
    }

    pub(crate) fn of(document: &Value, name: &str) -> Result<Self> {
        Self::parse(&text(document, name)?)
    }

    pub(crate) fn seconds_left(self, clock: Clock) -> Result<f64> {
        match self {
            Self::At(moment) => Ok(moment.duration_since(clock.timestamp()).as_secs_f64()),
            Self::WithoutZone => Err(Error::general("can't subtract offset-naive and offset-aware datetimes")),
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
    fn ends_are_written_without_fractions_of_a_second() {
        let clock = Clock::Fixed(SystemTime::UNIX_EPOCH + Duration::from_millis(1500));
        assert_eq!(in_seconds(clock, 3600), "1970-01-01T01:00:01Z");
        assert!(in_seconds(clock, i64::MAX).starts_with("9999-"));
    }
}
