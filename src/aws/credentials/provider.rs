//! Credentials that end, and how they are renewed from their source when little time is left.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use aws_credential_types::Credentials;
use tokio::sync::Mutex;

use super::fetched::{ADVISORY, ENVIRONMENT, Fetched, MANDATORY};
use crate::aws::header;
use crate::env_vars;
use crate::error::{Error, Result};
use crate::host::Clock;
use crate::os_text;

pub(crate) trait Source: Send + Sync {
    fn fetch(&self) -> Fetching<'_>;

    /// What it works with: a key, a file, a program, a URL, a role. Never a secret.
    fn detail(&self) -> String;

    /// Fails where this machine alone shows that [`Source::fetch`] will: sends nothing, starts nothing.
    fn check(&self) -> Result<()> {
        Ok(())
    }
}

/// Boxed, because the source of a role may itself be a role.
pub(crate) type Fetching<'s> = Pin<Box<dyn Future<Output = Result<Fetched>> + 's>>;

/// Credentials and their source. Callers get credentials that last a while yet; only one of them renews at a time.
pub(crate) struct Provider {
    /// The AWS CLI's name for the source.
    pub(crate) name: &'static str,
    pub(crate) source: Box<dyn Source>,
    clock: Clock,
    held: Mutex<Option<Fetched>>,
}

impl Provider {
    pub(crate) fn new(name: &'static str, source: impl Source + 'static, clock: Clock, held: Option<Fetched>) -> Self {
        Self { name, source: Box::new(source), clock, held: Mutex::new(held) }
    }

    /// The credentials to sign with now. They are fetched where none are held, or less than 15 minutes are left; a failure counts
    /// where less than 10 are.
    pub(crate) async fn current(&self) -> Result<Credentials> {
        let credentials = self.lasting().await?;
        check(&credentials, self.name)?;
        Ok(credentials)
    }

    async fn lasting(&self) -> Result<Credentials> {
        let mut held = self.held.lock().await;
        // What may still be used where the renewal fails.
        let mut spare = None;
        if let Some(Fetched { credentials, expiry, .. }) = held.as_ref() {
            let left = expiry.map_or(Ok(f64::INFINITY), |expiry| expiry.seconds_left(self.clock))?;
            if left >= ADVISORY {
                return Ok(credentials.clone());
            }
            spare = (left >= MANDATORY).then(|| credentials.clone());
        }
        let renewed = match (self.source.fetch().await, spare) {
            (Ok(renewed), _) => renewed,
            (Err(_), Some(spare)) => return Ok(spare),
            (Err(error), None) => return Err(error),
        };
        let Some(expiry) = renewed.expiry else {
            return Err(Error::general("Parser must be a string or character stream, not NoneType"));
        };
        if expiry.seconds_left(self.clock)? < 0.0 {
            return Err(Error::general("Credentials were refreshed, but the refreshed credentials are still expired."));
        }
        Ok(held.insert(renewed).credentials.clone())
    }
}

/// Refuses credentials that cannot be sent, and a secret key that nothing can be signed with.
fn check(credentials: &Credentials, source: &str) -> Result<()> {
    let (key, token) = match source {
        ENVIRONMENT => (env_vars::ACCESS_KEY_ID.to_owned(), env_vars::SESSION_TOKEN.to_owned()),
        _ => (format!("the access key ID from {source}"), format!("the session token from {source}")),
    };
    if os_text::holds_bytes(credentials.secret_access_key()) {
        return Err(Error::General(format!("The secret access key from {source} is not UTF-8")));
    }
    header::check(credentials.access_key_id(), key)?;
    header::check(credentials.session_token().unwrap_or_default(), token)
}

impl fmt::Debug for Provider {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Provider").field("name", &self.name).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::{Fetched, Provider};
    use crate::aws::credentials::fetched::Expiry;
    use crate::aws::credentials::sources::fixed::Fixed;
    use crate::host::Clock;
    use crate::runtime::block_on;

    fn credentials(key: &str, end: Option<&str>) -> Fetched {
        let expiry = end.map(|end| Expiry::parse(end).unwrap());
        Fetched::new(key, "topsecret", Some("topsecret".to_owned()), expiry, None, "test")
    }

    /// The key that is signed with some minutes after midnight, where what is held ends at noon or never.
    fn key_at(minutes: u64, end: Option<&str>) -> Result<String, String> {
        let clock = Clock::Fixed(SystemTime::UNIX_EPOCH + Duration::from_secs(minutes * 60));
        let renewed = credentials("NEW", Some("1970-01-01T13:00:00Z"));
        let provider = Provider::new("test", Fixed(renewed, clock), clock, Some(credentials("OLD", end)));
        assert!(!format!("{provider:?} {:?}", credentials("OLD", end)).contains("topsecret"));
        block_on(provider.current()).map(|found| found.access_key_id().to_owned()).map_err(|error| error.to_string())
    }

    #[test]
    fn credentials_are_renewed_with_under_15_minutes_left() {
        let noon = Some("1970-01-01T12:00:00Z");
        assert_eq!(key_at(11 * 60 + 45, noon).unwrap(), "OLD");
        assert_eq!(key_at(11 * 60 + 46, noon).unwrap(), "NEW");
        assert_eq!(
            key_at(14 * 60, noon).unwrap_err(),
            "Credentials were refreshed, but the refreshed credentials are still expired."
        );
        assert_eq!(key_at(14 * 60, None).unwrap(), "OLD");
    }
}
