//! Who signs: the credentials, looked for where and in the order that the AWS CLI looks.
//!
//! Looking has two moments, as there: [`find`] when the client is made (a half-set pair is refused then, a program is run, a local
//! endpoint is called), and [`Found::resolve`] when a request is about to be signed (a role is assumed then). A long run keeps what was
//! [`Found`], which renews credentials that end.

mod cache;
mod document;
mod dpop;
mod fetched;
mod metadata_http;
mod provider;
mod role_profile;
mod search;
mod service;
mod sources {
    //! The sources of credentials, one file each.

    pub(crate) mod assume_role;
    pub(crate) mod container;
    pub(crate) mod fixed;
    pub(crate) mod instance_metadata;
    pub(crate) mod login;
    pub(crate) mod process;
    pub(crate) mod sso;
    pub(crate) mod web_identity;
}
mod sso_token;
mod sts;

use std::sync::Arc;

use aws_credential_types::Credentials;

use crate::aws::header;
use crate::env_vars;
use crate::error::Result;
use crate::settings::{Identity, Sources, Timeouts};
use provider::{Provider, Source};
use role_profile::RoleChain;
use search::Search;
pub(crate) use sources::fixed::masked_key;
use sources::instance_metadata::{Instance, InstanceSettings};
use sso_token::SsoSession;

/// The folders of what is kept between runs: what, the variable that moves it, and where it is otherwise.
pub(crate) const CACHES: [(&str, Option<&str>, &str); 3] = [
    ("role cache", None, cache::CREDENTIALS),
    ("SSO cache", None, sso_token::FOLDER),
    ("login cache", Some(env_vars::LOGIN_CACHE_DIRECTORY), sources::login::FOLDER),
];

#[derive(Clone, Debug)]
pub struct Found {
    provider: Option<Arc<Provider>>,
    region: Option<String>,
}

/// Refuses settings of the instance metadata service that cannot be used. The AWS CLI looks at them before it reads the operation's
/// options, whatever the credentials come from; a missing profile is not reported yet.
pub fn check_instance_settings(sources: &Sources<'_>) -> Result<()> {
    match (InstanceSettings::resolve(sources), sources.scoped()) {
        (Err(error), Err(no_profile)) if error.message() == no_profile.message() => Ok(()),
        (outcome, _) => outcome.map(|_| ()),
    }
}

/// Whether the instance metadata service would be called for what is set nowhere else.
pub(crate) fn uses_instance_metadata(sources: &Sources<'_>) -> Result<bool> {
    check_instance_settings(sources)?;
    Ok(InstanceSettings::resolve(sources).is_ok_and(|settings| !settings.disabled))
}

/// The region of the instance that this runs on, for where no option, variable or profile names one; `None` on anything but an instance.
pub async fn instance_region(sources: &Sources<'_>) -> Result<Option<String>> {
    Instance::new(InstanceSettings::resolve(sources)?, sources).region().await
}

/// Looks for credentials: the environment (unless `--profile` was given), the profile, a container, an instance. `identity` has its
/// region by now; `timeouts` are those of the services that are called.
pub async fn find(sources: &Sources<'_>, identity: &Identity, timeouts: &Timeouts) -> Result<Found> {
    search(sources, identity, timeouts, true).await
}

/// Whether the profile's role, or one on the way to it, needs a code that is typed. A chain that is wrong is refused by the search.
pub(crate) fn asks_for_code(sources: &Sources<'_>) -> bool {
    let profile = sources.profile_name().unwrap_or_else(|| "default".to_owned());
    let chain = RoleChain::resolve(sources.files, &profile).ok().flatten();
    chain.is_some_and(|chain| chain.roles.iter().any(|role| role.mfa_serial.is_some()))
}

/// The same search without sending or starting anything: it ends at the first source that would do so.
pub(crate) async fn foresee(sources: &Sources<'_>, identity: &Identity, timeouts: &Timeouts) -> Result<Found> {
    search(sources, identity, timeouts, false).await
}

async fn search(sources: &Sources<'_>, identity: &Identity, timeouts: &Timeouts, fetches: bool) -> Result<Found> {
    let search = Search::new(sources, timeouts, identity.region.as_deref(), fetches);
    let profile = identity.profile.as_deref().unwrap_or("default");
    let found = if identity.sign { search.run(profile).await? } else { None };
    SsoSession::resolve(sources.files, profile)?;
    Ok(Found { provider: found.map(Arc::new), region: identity.region.clone() })
}

impl Found {
    /// The AWS CLI's name for where they come from.
    pub(crate) fn name(&self) -> &'static str {
        self.provider.as_ref().map_or("nowhere", |provider| provider.name)
    }

    pub(crate) fn source(&self) -> Option<&dyn Source> {
        self.provider.as_ref().map(|provider| provider.source.as_ref())
    }

    pub async fn resolve(&self) -> Result<Option<Credentials>> {
        let Some(provider) = &self.provider else { return Ok(None) };
        header::check(self.region.as_deref().unwrap_or_default(), "the region")?;
        provider.current().await.map(Some)
    }
}
