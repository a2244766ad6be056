//! The order of the sources, which is the AWS CLI's; the first that has credentials wins. The only file that knows them all.

use std::sync::Arc;

use super::cache::{CREDENTIALS, Cache};
use super::fetched::Fetched;
use super::provider::{Provider, Source};
use super::role_profile::{CONTAINER, ENVIRONMENT, RoleChain, RoleSource};
use super::service::ServiceClients;
use super::sources::assume_role::{self, AssumedRole};
use super::sources::container::{self, Container};
use super::sources::fixed::{self, CONFIG_FILE, CREDENTIALS_FILE, Fixed};
use super::sources::instance_metadata::{self, Instance, InstanceSettings};
use super::sources::login::{self, Login};
use super::sources::process::{self, Process};
use super::sources::sso::{self, Sso, SsoSettings};
use super::sources::web_identity::{self, WebIdentity, WebIdentitySettings};
use crate::error::{Error, Result};
use crate::settings::config_files::text;
use crate::settings::{Sources, Timeouts};

pub(crate) struct Search<'s> {
    sources: &'s Sources<'s>,
    clients: Arc<ServiceClients>,
    /// Whether programs are started and requests sent.
    fetches: bool,
}

impl<'s> Search<'s> {
    /// `region` is the call's.
    pub(crate) fn new(sources: &'s Sources<'s>, timeouts: &Timeouts, region: Option<&str>, fetches: bool) -> Self {
        Self { sources, clients: Arc::new(ServiceClients::new(sources, timeouts, region)), fetches }
    }

    pub(crate) async fn run(&self, profile: &str) -> Result<Option<Provider>> {
        let option = self.sources.globals.and_then(|globals| globals.profile.as_deref()).unwrap_or_default();
        let with_environment = option.is_empty();
        if with_environment && let Some(found) = self.fixed(fixed::from_environment(self.sources)?) {
            return Ok(Some(found));
        }
        if let Some(found) = self.role(profile).await? {
            return Ok(Some(found));
        }
        let cache = Cache::at(self.sources.host, CREDENTIALS);
        if let Some(found) = self.profile(profile, with_environment, Some(cache)).await? {
            return Ok(Some(found));
        }
        for from_file in [fixed::from_ec2_file, fixed::from_boto_file] {
            if let Some(found) = self.fixed(from_file(self.sources)?) {
                return Ok(Some(found));
            }
        }
        if let Some(found) = self.container().await? {
            return Ok(Some(found));
        }
        self.instance().await
    }

    /// The sources that a profile can name, other than roles. Without `cache`, nothing is kept for the next run.
    async fn profile(&self, name: &str, with_environment: bool, cache: Option<Cache>) -> Result<Option<Provider>> {
        let files = self.sources.files;
        let section = files.profile(name);
        let clients = Arc::clone(&self.clients);
        if let Some(settings) = WebIdentitySettings::resolve(self.sources, section, with_environment)? {
            return Ok(Some(self.provider(web_identity::NAME, WebIdentity::new(settings, clients, cache)?, None)));
        }
        if let Some(settings) = SsoSettings::resolve(files, name)? {
            return Ok(Some(self.provider(sso::NAME, Sso::new(settings, name, clients, cache), None)));
        }
        if let Some(found) = fixed::from_section(files.shared_credentials(name), CREDENTIALS_FILE)? {
            return Ok(self.fixed(Some(found)));
        }
        if let Some(session) = text(section, "login_session")? {
            let login = Login::new(session, clients);
            let kept = login.kept()?;
            return Ok(Some(self.provider(login::NAME, login, Some(kept))));
        }
        if let Some(command) = text(section, "credential_process")? {
            let account = text(section, "aws_account_id").unwrap_or_default();
            let process = Process::new(command, account, self.sources.host);
            return self.fetched(process::NAME, process).await.map(Some);
        }
        Ok(self.fixed(fixed::from_section(files.config_profile(name), CONFIG_FILE)?))
    }

    /// The role that a profile names. Who assumes it is looked for now; it is assumed later.
    async fn role(&self, profile: &str) -> Result<Option<Provider>> {
        let Some(chain) = RoleChain::resolve(self.sources.files, profile)? else { return Ok(None) };
        let source = match &chain.source {
            RoleSource::Profile(name) => self.profile(name, false, None).await?.ok_or_else(|| {
                Error::General(format!("The source profile \"{name}\" must have credentials."))
            })?,
            RoleSource::Named(source) => self.named(source).await?.ok_or_else(|| {
                Error::General(format!(
                    "Error when retrieving credentials from {source}: No credentials found in credential_source referenced in \
                     profile {}",
                    chain.last_profile
                ))
            })?,
        };
        // From the last role to the profile's own, each assumed by the one before.
        let found = chain.roles.into_iter().rev().fold(source, |source, terms| {
            self.provider(assume_role::NAME, AssumedRole::new(terms, source, Arc::clone(&self.clients)), None)
        });
        Ok(Some(found))
    }

    async fn named(&self, source: &str) -> Result<Option<Provider>> {
        match source {
            ENVIRONMENT => Ok(self.fixed(fixed::from_environment(self.sources)?)),
            CONTAINER => self.container().await,
            _ => self.instance().await,
        }
    }

    async fn container(&self) -> Result<Option<Provider>> {
        match Container::from_environment(self.sources)? {
            Some(container) => self.fetched(container::NAME, container).await.map(Some),
            None => Ok(None),
        }
    }

    async fn instance(&self) -> Result<Option<Provider>> {
        let settings = InstanceSettings::resolve(self.sources)?;
        let is_enabled = !settings.disabled;
        let instance = Instance::new(settings, self.sources);
        if !self.fetches {
            return Ok(is_enabled.then(|| self.provider(instance_metadata::NAME, instance, None)));
        }
        let fetched = instance.role().await?;
        Ok(fetched.map(|fetched| self.provider(instance_metadata::NAME, instance, Some(fetched))))
    }

    /// A source that returns its credentials when the client is made.
    async fn fetched(&self, name: &'static str, source: impl Source + 'static) -> Result<Provider> {
        let held = if self.fetches { Some(source.fetch().await?) } else { None };
        Ok(self.provider(name, source, held))
    }

    fn fixed(&self, found: Option<Fetched>) -> Option<Provider> {
        found.map(|found| self.provider(found.source, Fixed(found.clone(), self.sources.host.clock), Some(found)))
    }

    fn provider(&self, name: &'static str, source: impl Source + 'static, held: Option<Fetched>) -> Provider {
        Provider::new(name, source, self.sources.host.clock, held)
    }
}
