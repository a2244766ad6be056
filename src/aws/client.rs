//! Settings → the SDK's client, set so that it behaves as the AWS CLI where the two differ.

use aws_config::identity::IdentityCache;
use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_sfn::Client;
use aws_sdk_sfn::config::Builder;
use aws_sdk_sfn::config::endpoint::{EndpointFuture, Params, ResolveEndpoint};
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_types::endpoint::Endpoint;

use super::refusal;
use super::retry::{Backoff, Retries};
use super::transport::Transport;
use crate::settings::endpoint_url::on_the_wire;
use crate::settings::{Connection, RetryMode};
use crate::trace::Trace;

/// A client of Step Functions. Without credentials it sends unsigned requests.
pub(crate) fn client(connection: &Connection, transport: Transport, credentials: Option<Credentials>) -> Client {
    let trace = transport.trace().clone();
    log_signer(&trace, credentials.as_ref());
    let signs = credentials.is_some();
    let mut config = Builder::from(&sdk_config(connection, transport, credentials))
        .sleep_impl(Backoff(trace))
        .retry_classifier(Retries::by(refusal::code));
    if let Some(url) = &connection.endpoint_url {
        config = config.endpoint_resolver(FixedEndpoint(on_the_wire(url)));
    }
    Client::from_conf(if signs { config } else { config.allow_no_auth() }.build())
}

/// What the clients of all services have in common; each adds its retry classifier.
pub(crate) fn sdk_config(connection: &Connection, transport: Transport, credentials: Option<Credentials>) -> SdkConfig {
    let mut timeouts = TimeoutConfig::builder();
    timeouts.set_connect_timeout(connection.connect_timeout).set_read_timeout(connection.read_timeout);
    let retries = match connection.retry_mode {
        RetryMode::Standard => RetryConfig::standard(),
        RetryMode::Adaptive => RetryConfig::adaptive(),
    };
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        // Where nothing is signed the AWS CLI does not mind a line feed, which is refused otherwise.
        .region(Region::new(connection.region.trim_end_matches('\n').to_owned()))
        .time_source(transport.clock())
        .http_client(transport)
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .timeout_config(timeouts.build())
        .retry_config(retries.with_max_attempts(connection.max_attempts))
        .disable_clock_skew_correction(true)
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .identity_cache(IdentityCache::no_cache());
    config = match &connection.endpoint_url {
        // With an endpoint of one's own the AWS CLI ignores FIPS and dual stack; the SDK would refuse.
        Some(url) => config.endpoint_url(on_the_wire(url)),
        None => config.use_fips(connection.use_fips).use_dual_stack(connection.use_dual_stack),
    };
    config.set_app_name(connection.application_id.clone().and_then(|id| AppName::new(id).ok()));
    config.set_credentials_provider(credentials.map(SharedCredentialsProvider::new));
    config.build()
}

/// Logs who signs, and from now on masks the secrets.
fn log_signer(trace: &Trace, credentials: Option<&Credentials>) {
    let Some(credentials) = credentials else {
        trace.line("credentials", || "none: requests are not signed".to_owned());
        return;
    };
    trace.hide(credentials.access_key_id());
    trace.hide(credentials.secret_access_key());
    credentials.session_token().into_iter().for_each(|token| trace.hide(token));
    // Their Debug form names the source and masks the secrets by itself.
    trace.line("credentials", || format!("{credentials:?}"));
}

/// An endpoint that was given. The SDK's own resolver would read its table of partitions first, for nothing.
#[derive(Debug)]
struct FixedEndpoint(String);

impl ResolveEndpoint for FixedEndpoint {
    fn resolve_endpoint<'a>(&'a self, _: &'a Params) -> EndpointFuture<'a> {
        EndpointFuture::ready(Ok(Endpoint::builder().url(self.0.clone()).build()))
    }
}
