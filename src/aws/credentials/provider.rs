//! Credentials that end, and how they are renewed: when there is little time left, by asking their source again.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{self, ProvideCredentials, future};
use tokio::sync::Mutex;

use super::assume_role::AssumedRole;
use super::container::Container;
use super::expiry::{ADVISORY, Expiry, MANDATORY};
use super::instance_metadata::Instance;
use super::login::Login;
use super::process::Process;
use super::sso::Sso;
use super::web_identity::WebIdentity;
use crate::error::{Error, Result};
use crate::host::Clock;

/// Credentials as a source gave them.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// The credentials.
    pub credentials: Credentials,
    /// When they end; none where the source does not say.
    pub expiry: Option<Expiry>,
    /// The AWS CLI's name for the source.
    pub provider: &'static str,
}

impl Fetched {
    /// Credentials of a provider.
    #[must_use]
    pub fn new(
        access_key: String,
        secret_key: String,
        token: Option<String>,
        expiry: Option<Expiry>,
        provider: &'static str,
    ) -> Self {
        // A token that is empty is none, and no header.
        let token = token.filter(|token| !token.is_empty());
        let end = expiry.and_then(Expiry::system_time);
        Self { credentials: Credentials::new(access_key, secret_key, token, end, provider), expiry, provider }
    }
}

/// Where credentials come from.
#[derive(Debug)]
pub enum Source {
    /// A place that says the same each time.
    Fixed(Fetched),
    /// A program.
    Process(Process),
    /// A container's endpoint.
    Container(Container),
    /// The instance metadata service.
    Instance(Instance),
    /// A session of `aws login`.
    Login(Login),
    /// A role.
    AssumedRole(Box<AssumedRole>),
    /// A role by web identity.
    WebIdentity(Box<WebIdentity>),
    /// IAM Identity Center.
    Sso(Box<Sso>),
}

/// A fetch under way. Boxed, for a role's source may be a role.
pub type Fetching<'s> = Pin<Box<dyn Future<Output = Result<Fetched>> + Send + 's>>;

impl Source {
    /// The AWS CLI's name for it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Fixed(fetched) => fetched.provider,
            Self::Process(_) => super::process::NAME,
            Self::Container(_) => super::container::NAME,
            Self::Instance(_) => super::instance_metadata::NAME,
            Self::Login(_) => super::login::NAME,
            Self::AssumedRole(_) => super::assume_role::NAME,
            Self::WebIdentity(_) => super::web_identity::NAME,
            Self::Sso(_) => super::sso::NAME,
        }
    }

    /// Asks it.
    ///
    /// # Errors
    /// Its refusal.
    pub fn fetch(&self) -> Fetching<'_> {
        Box::pin(async move {
            match self {
                Self::Fixed(fetched) => Ok(fetched.clone()),
                Self::Process(process) => process.fetch().await,
                Self::Container(container) => container.fetch().await,
                Self::Instance(instance) => instance.fetch().await?.ok_or_else(nothing_came),
                Self::Login(login) => login.renew().await,
                Self::AssumedRole(role) => role.fetch().await,
                Self::WebIdentity(role) => role.fetch().await,
                Self::Sso(sso) => sso.fetch().await,
            }
        })
    }
}

fn nothing_came() -> Error {
    Error::General(
        "Error when retrieving credentials from iam-role: Credential refresh failed, response did not contain: \
         access_key, secret_key, token, expiry_time"
            .to_owned(),
    )
}

/// Credentials and their source. Whoever asks gets ones that last a while yet; meanwhile others wait.
pub struct Provider {
    source: Source,
    clock: Clock,
    held: Mutex<Option<Fetched>>,
}

impl Provider {
    /// A provider; `held` is what its source has given already.
    #[must_use]
    pub fn new(source: Source, clock: Clock, held: Option<Fetched>) -> Self {
        Self { source, clock, held: Mutex::new(held) }
    }

    /// The AWS CLI's name for the source.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.source.name()
    }

    /// The credentials to sign with now. The source is asked where none are held, or less than 15 minutes are left; a refusal
    /// counts where less than 10 are.
    ///
    /// # Errors
    /// The source's refusal, or that what it gave has ended already.
    pub async fn current(&self) -> Result<Credentials> {
        let mut held = self.held.lock().await;
        let left = match held.as_ref() {
            None => None,
            Some(Fetched { credentials, expiry: None, .. }) => return Ok(credentials.clone()),
            Some(Fetched { expiry: Some(expiry), .. }) => Some(expiry.seconds_left(self.clock)?),
        };
        if let (Some(fetched), Some(left)) = (held.as_ref(), left)
            && left >= ADVISORY
        {
            return Ok(fetched.credentials.clone());
        }
        let renewed = match (self.source.fetch().await, held.as_ref()) {
            (Ok(renewed), _) => renewed,
            (Err(_), Some(fetched)) if left.is_some_and(|left| left >= MANDATORY) => {
                return Ok(fetched.credentials.clone());
            }
            (Err(error), _) => return Err(error),
        };
        let Some(expiry) = renewed.expiry else {
            return Err(Error::General("Parser must be a string or character stream, not NoneType".to_owned()));
        };
        if expiry.seconds_left(self.clock)? < 0.0 {
            return Err(Error::General(
                "Credentials were refreshed, but the refreshed credentials are still expired.".to_owned(),
            ));
        }
        Ok(held.insert(renewed).credentials.clone())
    }
}

impl ProvideCredentials for Provider {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async move { self.current().await.map_err(refused) as provider::Result })
    }
}

/// A refusal as the SDK carries it: [`Refused`] is its source.
fn refused(error: Error) -> CredentialsError {
    CredentialsError::provider_error(Refused { status: error.status(), message: error.message().into_owned() })
}

/// A source's refusal where the SDK asked for credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The exit status it asks for.
    pub status: u8,
    /// Its message.
    pub message: String,
}

impl fmt::Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Refused {}

impl fmt::Debug for Provider {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Provider").field("name", &self.name()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::{Expiry, Fetched, Provider, Source};
    use crate::aws::credentials::testing::wait_for;
    use crate::host::Clock;

    const NOON: &str = "1970-01-01T12:00:00Z";

    fn at(time: &str) -> Clock {
        let minutes: u64 =
            time.split_once(':').map(|(h, m)| h.parse::<u64>().unwrap() * 60 + m.parse::<u64>().unwrap()).unwrap();
        Clock::Fixed(SystemTime::UNIX_EPOCH + Duration::from_secs(minutes * 60))
    }

    fn credentials(key: &str, end: Option<&str>) -> Fetched {
        let expiry = end.map(|end| Expiry::parse(end).unwrap());
        Fetched::new(key.to_owned(), "secret".to_owned(), None, expiry, "test")
    }

    /// The key that is signed with at `time`, where what is held ends at noon.
    fn key_at(time: &str, renewed: Fetched) -> Result<String, String> {
        let provider = Provider::new(Source::Fixed(renewed), at(time), Some(credentials("OLD", Some(NOON))));
        wait_for(provider.current()).map(|found| found.access_key_id().to_owned()).map_err(|error| error.to_string())
    }

    #[test]
    fn the_source_is_asked_when_less_than_fifteen_minutes_are_left() {
        let renewed = || credentials("NEW", Some("1970-01-01T13:00:00Z"));
        assert_eq!(key_at("11:45", renewed()).unwrap(), "OLD");
        assert_eq!(key_at("11:46", renewed()).unwrap(), "NEW");
        assert_eq!(
            key_at("14:00", renewed()).unwrap_err(),
            "Credentials were refreshed, but the refreshed credentials are still expired."
        );
    }

    #[test]
    fn credentials_without_an_end_are_never_renewed() {
        let provider =
            Provider::new(Source::Fixed(credentials("NEW", None)), at("11:00"), Some(credentials("OLD", None)));
        assert_eq!(wait_for(provider.current()).unwrap().access_key_id(), "OLD");
    }

    #[test]
    fn nothing_secret_is_shown() {
        let fetched =
            Fetched::new("AKID".to_owned(), "topsecret".to_owned(), Some("topsecret".to_owned()), None, "env");
        let provider = Provider::new(Source::Fixed(fetched.clone()), at("11:00"), Some(fetched.clone()));
        assert!(!format!("{provider:?} {fetched:?}").contains("topsecret"));
    }
}
