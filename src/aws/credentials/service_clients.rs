//! The clients of the services that sources of credentials call, and the settings they are made from: one context for every source of a search.
//!
//! The AWS CLI makes a service's client only when it is about to sign, and refuses its settings only then; so all of it is kept.

use std::sync::OnceLock;

use aws_credential_types::Credentials;

use super::service::{Known, RetriesByCode};
use crate::aws::client::Client;
use crate::aws::transport::Transport;
use crate::error::Result;
use crate::host::{Clock, Host};
use crate::settings::Globals;
use crate::settings::identity::check_region;
use crate::settings::{ConfigFiles, Connection, Sources, Timeouts, TimestampFormat, Verify, presentation};
use crate::trace::Trace;

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
        retries: RetriesByCode,
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
