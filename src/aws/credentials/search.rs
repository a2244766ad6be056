//! The order in which places are asked, which is the AWS CLI's; the first that has something wins.

use std::sync::Arc;

use super::assume_role::AssumedRole;
use super::boto::{from_boto_file, from_ec2_file};
use super::cache::Cache;
use super::container::Container;
use super::fixed::{CONFIG_FILE, CREDENTIALS_FILE, from_environment, from_section};
use super::instance_metadata::Instance;
use super::instance_settings::InstanceSettings;
use super::login::Login;
use super::process::Process;
use super::provider::{Fetched, Provider, Source};
use super::role_profile::{NamedSource, RoleChain, RoleSource};
use super::sso::Sso;
use super::sso_settings::SsoSettings;
use super::surroundings::Surroundings;
use super::web_identity::{WebIdentity, WebIdentitySettings};
use crate::error::{Error, Result};
use crate::settings::config_files::text;
use crate::settings::{Sources, Timeouts};

/// A search under way.
pub struct Search<'s> {
    sources: &'s Sources<'s>,
    timeouts: &'s Timeouts,
    region: Option<&'s str>,
}

impl<'s> Search<'s> {
    /// A search for credentials of a call to `region`.
    pub fn new(sources: &'s Sources<'s>, timeouts: &'s Timeouts, region: Option<&'s str>) -> Self {
        Self { sources, timeouts, region }
    }

    /// Asks every place.
    pub async fn run(&self, profile: &str) -> Result<Option<Provider>> {
        let option = self.sources.globals.and_then(|globals| globals.profile.as_deref()).unwrap_or_default();
        let with_environment = option.is_empty();
        if with_environment && let Some(found) = self.environment()? {
            return Ok(Some(found));
        }
        if let Some(found) = self.role(profile).await? {
            return Ok(Some(found));
        }
        let cache = Cache::of_credentials(self.sources.host);
        if let Some(found) = self.profile(profile, with_environment, Some(cache)).await? {
            return Ok(Some(found));
        }
        for from_file in [from_ec2_file, from_boto_file] {
            if let Some(found) = from_file(self.sources)? {
                return Ok(Some(self.fixed(found)));
            }
        }
        if let Some(found) = self.container().await? {
            return Ok(Some(found));
        }
        self.instance().await
    }

    /// The places that a profile can name, but for roles. Without `cache`, nothing is kept for the next run.
    async fn profile(&self, name: &str, with_environment: bool, cache: Option<Cache>) -> Result<Option<Provider>> {
        let files = self.sources.files;
        let section = files.profile(name);
        if let Some(settings) = WebIdentitySettings::resolve(self.sources, section, with_environment)? {
            let role = WebIdentity::new(settings, self.surroundings(), cache)?;
            return Ok(Some(self.provider(Source::WebIdentity(Box::new(role)), None)));
        }
        if let Some(settings) = SsoSettings::resolve(files, name)? {
            let sso = Sso::new(settings, name, self.surroundings(), cache);
            return Ok(Some(self.provider(Source::Sso(Box::new(sso)), None)));
        }
        if let Some(found) = from_section(files.shared_credentials(name), CREDENTIALS_FILE)? {
            return Ok(Some(self.fixed(found)));
        }
        if let Some(session) = text(section, "login_session") {
            let login = Login::new(session, self.surroundings());
            let kept = login.kept()?;
            return Ok(Some(self.provider(Source::Login(login), Some(kept))));
        }
        if let Some(command) = text(section, "credential_process") {
            let process = Process::new(command);
            let fetched = process.fetch().await?;
            return Ok(Some(self.provider(Source::Process(process), Some(fetched))));
        }
        let found = from_section(files.config_profile(name), CONFIG_FILE)?;
        Ok(found.map(|found| self.fixed(found)))
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
        let surroundings = self.surroundings();
        // From the last role to the profile's own, each assumed by the one before.
        let found = chain.roles.into_iter().rev().fold(source, |source, terms| {
            let role = AssumedRole::new(terms, source, Arc::clone(&surroundings));
            self.provider(Source::AssumedRole(Box::new(role)), None)
        });
        Ok(Some(found))
    }

    async fn named(&self, source: NamedSource) -> Result<Option<Provider>> {
        match source {
            NamedSource::Environment => self.environment(),
            NamedSource::EcsContainer => self.container().await,
            NamedSource::Ec2InstanceMetadata => self.instance().await,
        }
    }

    fn environment(&self) -> Result<Option<Provider>> {
        Ok(from_environment(self.sources)?.map(|found| self.fixed(found)))
    }

    async fn container(&self) -> Result<Option<Provider>> {
        let Some(container) = Container::from_environment(self.sources)? else { return Ok(None) };
        let fetched = container.fetch().await?;
        Ok(Some(self.provider(Source::Container(container), Some(fetched))))
    }

    async fn instance(&self) -> Result<Option<Provider>> {
        let instance = Instance::new(InstanceSettings::resolve(self.sources)?, self.sources.host);
        let fetched = instance.fetch().await?;
        Ok(fetched.map(|fetched| self.provider(Source::Instance(instance), Some(fetched))))
    }

    fn surroundings(&self) -> Arc<Surroundings> {
        Arc::new(Surroundings::new(self.sources, self.timeouts, self.region))
    }

    fn fixed(&self, found: Fetched) -> Provider {
        self.provider(Source::Fixed(found.clone()), Some(found))
    }

    /// `held` is what the source has given already.
    fn provider(&self, source: Source, held: Option<Fetched>) -> Provider {
        Provider::new(source, self.sources.host.clock, held)
    }
}
