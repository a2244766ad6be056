//! What a source needs to call a service: the settings, the clock, and a transport that is made when it is first used.
//!
//! The AWS CLI makes a service's client only when it is about to sign, and refuses its settings only then; so all of it is kept.

use std::fmt;
use std::sync::OnceLock;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};

use crate::aws::transport::Transport;
use crate::cli::Globals;
use crate::error::Result;
use crate::host::{Clock, Host};
use crate::settings::identity::check_region;
use crate::settings::{
    ConfigFiles, Connection, RetryMode, Service, Sources, Timeouts, TimestampFormat, Verify, presentation,
};
use crate::trace::Trace;

/// Settings, clock and transport.
pub struct Surroundings {
    host: Host,
    files: ConfigFiles,
    globals: Globals,
    timeouts: Timeouts,
    region: Option<String>,
    transport: OnceLock<Transport>,
}

impl Surroundings {
    /// All that `sources` holds, for later; `region` is the call's.
    #[must_use]
    pub fn new(sources: &Sources<'_>, timeouts: &Timeouts, region: Option<&str>) -> Self {
        Self {
            host: sources.host.clone(),
            files: sources.files.clone(),
            globals: sources.globals.cloned().unwrap_or_default(),
            timeouts: *timeouts,
            region: region.map(str::to_owned),
            transport: OnceLock::new(),
        }
    }

    fn sources(&self) -> Sources<'_> {
        Sources { host: &self.host, files: &self.files, globals: Some(&self.globals) }
    }

    /// The outside.
    #[must_use]
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// Both files.
    #[must_use]
    pub fn files(&self) -> &ConfigFiles {
        &self.files
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.host.clock
    }

    /// How dates of an answer are shown, for the AWS CLI keeps them as it shows them.
    ///
    /// # Errors
    /// A profile's value that is no format.
    pub fn timestamp_format(&self) -> Result<TimestampFormat> {
        presentation::timestamp_format(&self.sources())
    }

    /// How a service is reached, and a configuration for its client, without its retry classifier. The service's region is the
    /// call's unless `region` is another; without credentials nothing is signed.
    ///
    /// Neither `--no-verify-ssl`, `--ca-bundle` nor `--endpoint-url` is meant for it, as in the AWS CLI.
    ///
    /// # Errors
    /// Settings that cannot be used.
    pub fn connect(
        &self,
        service: &Service,
        region: Option<&str>,
        credentials: Option<Credentials>,
    ) -> Result<(Connection, SdkConfig)> {
        region.map_or(Ok(()), check_region)?;
        let sources = self.sources();
        let verify = Verify::configured(&sources)?;
        let region = region.or(self.region.as_deref());
        let connection = Connection::resolve(&sources, &self.globals, service, region, &verify, &self.timeouts)?;
        let transport =
            self.transport.get_or_init(|| Transport::new(&self.host, verify, connection.keep_alive, &Trace::off()));
        let config = sdk_config(&connection, transport.clone(), credentials);
        Ok((connection, config))
    }
}

fn sdk_config(connection: &Connection, transport: Transport, credentials: Option<Credentials>) -> SdkConfig {
    let mut timeouts = TimeoutConfig::builder();
    timeouts.set_connect_timeout(connection.connect_timeout).set_read_timeout(connection.read_timeout);
    let retries = match connection.retry_mode {
        RetryMode::Standard => RetryConfig::standard(),
        RetryMode::Adaptive => RetryConfig::adaptive(),
    };
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(connection.region.clone()))
        .http_client(transport)
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .timeout_config(timeouts.build())
        .retry_config(retries.with_max_attempts(connection.max_attempts))
        .disable_clock_skew_correction(true)
        .stalled_stream_protection(aws_config::stalled_stream_protection::StalledStreamProtectionConfig::disabled())
        .identity_cache(aws_config::identity::IdentityCache::no_cache());
    config = match &connection.endpoint_url {
        Some(url) => config.endpoint_url(url),
        None => config.use_fips(connection.use_fips).use_dual_stack(connection.use_dual_stack),
    };
    config.set_app_name(connection.application_id.clone().and_then(|id| AppName::new(id).ok()));
    config.set_credentials_provider(credentials.map(SharedCredentialsProvider::new));
    config.build()
}

impl fmt::Debug for Surroundings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The files hold keys.
        formatter.debug_struct("Surroundings").field("region", &self.region).finish_non_exhaustive()
    }
}
