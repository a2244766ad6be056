//! The order in which sources are asked, which is the AWS CLI's; the first that has credentials wins. The only file that knows them
//! all.

use std::sync::Arc;

use super::cache::Cache;
use super::fetched::Fetched;
use super::instance_settings::InstanceSettings;
use super::provider::{Provider, Source};
use super::role_profile::{NamedSource, RoleChain, RoleSource};
use super::service_clients::ServiceClients;
use super::sources::assume_role::AssumedRole;
use super::sources::container::Container;
use super::sources::fixed::{self, CONFIG_FILE, CREDENTIALS_FILE, Fixed};
use super::sources::instance_metadata::Instance;
use super::sources::login::Login;
use super::sources::process::Process;
use super::sources::sso::Sso;
use super::sources::web_identity::{WebIdentity, WebIdentitySettings};
use super::sso_settings::SsoSettings;
use crate::error::{Error, Result};
use crate::settings::config_files::text;
use crate::settings::{Sources, Timeouts};

pub(crate) struct Search<'s> {
    sources: &'s Sources<'s>,
    clients: Arc<ServiceClients>,
}

impl<'s> Search<'s> {
    /// A search for the credentials of a call to `region`.
    pub(crate) fn new(sources: &'s Sources<'s>, timeouts: &Timeouts, region: Option<&str>) -> Self {
        Self { sources, clients: Arc::new(ServiceClients::new(sources, timeouts, region)) }
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
        let cache = Cache::of_credentials(self.sources.host);
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
            return Ok(Some(self.provider(WebIdentity::new(settings, clients, cache)?, None)));
        }
        if let Some(settings) = SsoSettings::resolve(files, name)? {
            return Ok(Some(self.provider(Sso::new(settings, name, clients, cache), None)));
        }
        if let Some(found) = fixed::from_section(files.shared_credentials(name), CREDENTIALS_FILE)? {
            return Ok(self.fixed(Some(found)));
        }
        if let Some(session) = text(section, "login_session")? {
            let login = Login::new(session, clients);
            let kept = login.kept()?;
            return Ok(Some(self.provider(login, Some(kept))));
        }
        if let Some(command) = text(section, "credential_process")? {
            let process = Process::new(command, section.and_then(|section| section.get("aws_account_id")));
            let fetched = process.fetch().await?;
            return Ok(Some(self.provider(process, Some(fetched))));
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
            RoleSource::Named(source) => self.named(*source).await?.ok_or_else(|| {
                Error::General(format!(
                    "Error when retrieving credentials from {}: No credentials found in credential_source referenced in \
                     profile {}",
                    source.name(),
                    chain.last_profile
                ))
            })?,
        };
        // From the last role to the profile's own, each assumed by the one before.
        let found = chain.roles.into_iter().rev().fold(source, |source, terms| {
            self.provider(AssumedRole::new(terms, source, Arc::clone(&self.clients)), None)
        });
        Ok(Some(found))
    }

    async fn named(&self, source: NamedSource) -> Result<Option<Provider>> {
        match source {
            NamedSource::Environment => Ok(self.fixed(fixed::from_environment(self.sources)?)),
            NamedSource::EcsContainer => self.container().await,
            NamedSource::Ec2InstanceMetadata => self.instance().await,
        }
    }

    async fn container(&self) -> Result<Option<Provider>> {
        let Some(container) = Container::from_environment(self.sources)? else { return Ok(None) };
        let fetched = container.fetch().await?;
        Ok(Some(self.provider(container, Some(fetched))))
    }

    async fn instance(&self) -> Result<Option<Provider>> {
        let instance = Instance::new(InstanceSettings::resolve(self.sources)?, self.sources);
        let fetched = instance.role().await?;
        Ok(fetched.map(|fetched| self.provider(instance, Some(fetched))))
    }

    fn fixed(&self, found: Option<Fetched>) -> Option<Provider> {
        found.map(|found| self.provider(Fixed(found.clone()), Some(found)))
    }

    /// `held` is what the source has returned already.
    fn provider(&self, source: impl Source + 'static, held: Option<Fetched>) -> Provider {
        Provider::new(source, self.sources.host.clock, held)
    }
}
