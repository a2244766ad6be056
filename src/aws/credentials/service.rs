//! The services that sources of credentials call, and the settings their clients are made from: one context for every source of a
//! search.
//!
//! The AWS CLI makes a service's client only when it is about to sign, and refuses its settings only then; so all of it is kept.

use std::sync::OnceLock;

use aws_credential_types::Credentials;

use crate::aws::client::Client;
use crate::aws::endpoints::Api;
use crate::aws::retry::Retries;
use crate::aws::transport::Transport;
use crate::env_vars;
use crate::error::Result;
use crate::host::{Clock, Host};
use crate::settings::identity::check_region;
use crate::settings::{
    ConfigFiles, Connection, Globals, Service, Sources, Timeouts, TimestampFormat, Verify, presentation,
};
use crate::trace::Trace;

/// A service's settings, and what the SDK knows of it.
pub(crate) type Known = (Service, Api);

macro_rules! known {
    ($variable:path, $id:literal, $sdk:ident, $name:literal, $signing_name:literal) => {{
        use $sdk::config::endpoint::{DefaultResolver, ResolveEndpoint};
        let endpoints = || DefaultResolver::new().into_shared_resolver();
        let settings = Service { endpoint_variable: $variable, id: $id, takes_the_option: false };
        (settings, Api::new($name, $sdk::meta::PKG_VERSION, $signing_name, endpoints))
    }};
}

pub(crate) const STS: Known = known!(env_vars::ENDPOINT_URL_STS, "sts", aws_sdk_sts, "sts", "sts");
/// IAM Identity Center's portal.
pub(crate) const SSO: Known = known!(env_vars::ENDPOINT_URL_SSO, "sso", aws_sdk_sso, "sso", "awsssoportal");
/// IAM Identity Center's token service.
pub(crate) const SSO_OIDC: Known =
    known!(env_vars::ENDPOINT_URL_SSO_OIDC, "sso_oidc", aws_sdk_ssooidc, "ssooidc", "sso-oauth");
pub(crate) const SIGNIN: Known = known!(env_vars::ENDPOINT_URL_SIGNIN, "signin", aws_sdk_signin, "signin", "signin");

pub(crate) struct ServiceClients {
    host: Host,
    files: ConfigFiles,
    globals: Globals,
    timeouts: Timeouts,
    region: Option<String>,
    trace: Trace,
    /// Made when it is first used.
    transport: OnceLock<Transport>,
}

impl ServiceClients {
    /// All that `sources` holds, for later; `region` is the call's.
    pub(crate) fn new(sources: &Sources<'_>, timeouts: &Timeouts, region: Option<&str>) -> Self {
        Self {
            host: sources.host.clone(),
            files: sources.files.clone(),
            globals: sources.globals.cloned().unwrap_or_default(),
            timeouts: *timeouts,
            region: region.map(str::to_owned),
            trace: sources.trace.clone(),
            transport: OnceLock::new(),
        }
    }

    fn sources(&self) -> Sources<'_> {
        Sources { host: &self.host, files: &self.files, globals: Some(&self.globals), trace: &self.trace }
    }

    pub(crate) fn host(&self) -> &Host {
        &self.host
    }

    pub(crate) fn files(&self) -> &ConfigFiles {
        &self.files
    }

    pub(crate) fn clock(&self) -> Clock {
        self.host.clock
    }

    /// How dates of an answer are shown, for the AWS CLI keeps them as it shows them.
    pub(crate) fn timestamp_format(&self) -> Result<TimestampFormat> {
        presentation::timestamp_format(&self.sources())
    }

    /// How a service is reached, and its client. The service's region is the call's unless `region` is another; without credentials
    /// nothing is signed.
    ///
    /// Neither `--no-verify-ssl`, `--ca-bundle` nor `--endpoint-url` is meant for it, as in the AWS CLI.
    pub(crate) fn connect(
        &self,
        (service, api): &Known,
        region: Option<&str>,
        retries: Retries,
        credentials: Option<Credentials>,
    ) -> Result<(Connection, Client)> {
        region.map_or(Ok(()), check_region)?;
        let sources = self.sources();
        let verify = Verify::configured(&sources)?;
        let region = region.or(self.region.as_deref());
        let connection = Connection::resolve(&sources, &self.globals, service, region, &verify, &self.timeouts)?;
        let transport =
            self.transport.get_or_init(|| Transport::new(&self.host, verify, connection.keep_alive, &self.trace));
        let client = Client::new(api, &connection, transport.clone(), retries, credentials);
        Ok((connection, client))
    }
}
