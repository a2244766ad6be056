//! The order of the sources, which is the AWS CLI's; the first that has credentials wins. The only file that knows them all.

use std::cell::OnceCell;
use std::sync::Arc;

use super::cache::{CREDENTIALS, Cache};
use super::fetched::Fetched;
use super::provider::{Provider, Source};
use super::role_profile::{RoleChain, RoleSource};
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
    timeouts: &'s Timeouts,
    region: Option<&'s str>,
    /// Made for the first source that calls a service.
    clients: OnceCell<Arc<ServiceClients>>,
    /// Whether programs are started and requests sent.
    fetches: bool,
}

impl<'s> Search<'s> {
    /// `region` is the call's.
    pub(crate) fn new(
        sources: &'s Sources<'s>,
        timeouts: &'s Timeouts,
        region: Option<&'s str>,
        fetches: bool,
    ) -> Self {
        Self { sources, timeouts, region, clients: OnceCell::new(), fetches }
    }

    fn clients(&self) -> Arc<ServiceClients> {
        let make = || Arc::new(ServiceClients::new(self.sources, self.timeouts, self.region));
        Arc::clone(self.clients.get_or_init(make))
    }

    pub(crate) async fn run(&self, profile: &str) -> Result<Option<Provider>> {
        let option = self.sources.globals.profile.as_deref().unwrap_or_default();
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
        if let Some(settings) = WebIdentitySettings::resolve(self.sources, section, with_environment)? {
            return Ok(Some(self.provider(
                web_identity::NAME,
                WebIdentity::new(settings, self.clients(), cache)?,
                None,
            )));
        }
        if let Some(settings) = SsoSettings::resolve(files, name)? {
            return Ok(Some(self.provider(sso::NAME, Sso::new(settings, name, self.clients(), cache), None)));
        }
        if let Some(found) = fixed::from_section(files.shared_credentials(name), CREDENTIALS_FILE)? {
            return Ok(self.fixed(Some(found)));
        }
        if let Some(session) = text(section, "login_session")? {
            let login = Login::new(session, self.clients());
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
            RoleSource::Profile(name) => self.profile(name, false, None).await?,
            RoleSource::Environment => self.fixed(fixed::from_environment(self.sources)?),
            RoleSource::EcsContainer => self.container().await?,
            RoleSource::Ec2InstanceMetadata => self.instance().await?,
        };
        let source = source.ok_or_else(|| {
            Error::General(match &chain.source {
                RoleSource::Profile(name) => format!("The source profile \"{name}\" must have credentials."),
                source => format!(
                    "Error when retrieving credentials from {source}: No credentials found in credential_source referenced in \
                     profile {}",
                    chain.last_profile
                ),
            })
        })?;
        // From the last role to the profile's own, each assumed by the one before.
        let found = chain.roles.into_iter().rev().fold(source, |source, terms| {
            self.provider(assume_role::NAME, AssumedRole::new(terms, source, self.clients()), None)
        });
        Ok(Some(found))
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
