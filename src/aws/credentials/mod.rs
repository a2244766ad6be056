//! Who signs: the credentials, looked for where and in the order that the AWS CLI looks.
//!
//! Looking has two moments, as there: [`find`] when the client is made (a half-set pair is refused then, a program is run, a local
//! endpoint is asked), and [`Found::resolve`] when a request is about to be signed (a role is assumed then). A long run keeps the
//! [`Found::provider`], which renews what ends. Refuses to guess: a profile that was chosen is the only one asked.

pub mod assume_role;
pub mod boto;
pub mod cache;
pub mod cached;
pub mod container;
pub mod document;
pub mod dpop;
pub mod expiry;
pub mod fixed;
pub mod instance_metadata;
pub mod instance_settings;
pub mod login;
pub mod metadata_http;
pub mod mfa_prompt;
pub mod parameters;
pub mod process;
pub mod provider;
pub mod rest_json;
pub mod role_profile;
mod search;
pub mod service;
pub mod sso;
pub mod sso_settings;
pub mod sso_token;
pub mod sts;
pub mod surroundings;
#[cfg(test)]
mod testing;
pub mod web_identity;
pub mod xml;

use std::sync::Arc;

use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};

use crate::error::Result;
use crate::settings::{Identity, Sources, Timeouts};
use instance_metadata::Instance;
use instance_settings::InstanceSettings;
pub use provider::{Provider, Refused};
use search::Search;
use sso_settings::SsoSession;

/// What the search came to.
#[derive(Clone, Debug)]
pub struct Found(Option<Arc<Provider>>);

/// Refuses settings of the instance metadata service that cannot be used. The AWS CLI looks at them before it reads the operation's
/// options, whatever the credentials come from; a profile that is not there is no matter yet.
///
/// # Errors
/// Numbers that are none, a mode that is none, an address that cannot be one.
pub fn check_instance_settings(sources: &Sources<'_>) -> Result<()> {
    match (InstanceSettings::resolve(sources), sources.scoped()) {
        (Err(error), Err(no_profile)) if error.message() == no_profile.message() => Ok(()),
        (outcome, _) => outcome.map(|_| ()),
    }
}

/// The region of the instance that this runs on, which counts where no option, variable or profile names one; none where this is no
/// instance.
///
/// # Errors
/// As [`check_instance_settings`], and a failure that is no sign of being elsewhere.
pub async fn instance_region(sources: &Sources<'_>) -> Result<Option<String>> {
    Instance::new(InstanceSettings::resolve(sources)?, sources.host).region().await
}

/// Looks for credentials: the environment (unless `--profile` was given), the profile, a container, an instance. `identity` has its
/// region by now; `timeouts` are those of the services that are asked.
///
/// # Errors
/// Credentials that are there but incomplete or unusable; a profile's `sso_session` that is, even where it is not used.
pub async fn find(sources: &Sources<'_>, identity: &Identity, timeouts: &Timeouts) -> Result<Found> {
    let profile = identity.profile.as_deref().unwrap_or("default");
    let found = if identity.sign {
        Search::new(sources, timeouts, identity.region.as_deref()).run(profile).await?
    } else {
        None
    };
    SsoSession::resolve(sources.files, profile)?;
    Ok(Found(found.map(Arc::new)))
}

impl Found {
    /// The AWS CLI's name for where they come from.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.0.as_ref().map_or("nowhere", |provider| provider.name())
    }

    /// The credentials to sign with now; none where there are none.
    ///
    /// # Errors
    /// A source that refuses or cannot be reached.
    pub async fn resolve(&self) -> Result<Option<Credentials>> {
        match &self.0 {
            Some(provider) => provider.current().await.map(Some),
            None => Ok(None),
        }
    }

    /// For clients that sign for a long time: each request gets credentials that last a while yet. A refusal reaches the client's
    /// caller as [`Refused`].
    #[must_use]
    pub fn provider(&self) -> Option<SharedCredentialsProvider> {
        self.0.clone().map(|provider| SharedCredentialsProvider::new(provider as Arc<dyn ProvideCredentials>))
    }
}
