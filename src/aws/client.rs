//! Settings → the SDK's client, set so that it behaves as the AWS CLI where the two differ.

use std::fmt::Debug;
use std::sync::OnceLock;

use aws_config::identity::IdentityCache;
use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_runtime::auth::sigv4::{self, SigV4AuthScheme};
use aws_runtime::invocation_id::InvocationIdInterceptor;
use aws_runtime::request_info::RequestInfoInterceptor;
use aws_sdk_sfn::config::endpoint::{DefaultResolver, EndpointFuture, Params, ResolveEndpoint};
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_runtime::client::auth::no_auth::NoAuthRuntimePluginV2;
use aws_smithy_runtime::client::defaults::{DefaultPluginParams, default_retry_config_plugin_v2};
use aws_smithy_runtime::client::orchestrator::{self, AuthSchemeAndEndpointOrchestrationV2};
use aws_smithy_runtime_api::client::auth::static_resolver::StaticAuthSchemeOptionResolver;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{Error, Input};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_runtime_api::client::runtime_plugin::{RuntimePlugin, RuntimePlugins, StaticRuntimePlugin};
use aws_smithy_types::config_bag::Layer;
use aws_smithy_types::endpoint::Endpoint;
use aws_types::SigningName;
use aws_types::endpoint_config::{UseDualStack, UseFips};
use aws_types::region::SigningRegion;

use super::backoff::Backoff;
use super::exchange::Recorder;
use super::retry::AwsCliRetries;
use super::transport::Transport;
use super::user_agent::{UserAgent, application};
use crate::settings::endpoint_url::on_the_wire;
use crate::settings::{Connection, RetryMode};
use crate::trace::Trace;

/// Makes calls of Step Functions by the SDK's orchestrator. The SDK's own client would first parse a table of all regions.
#[derive(Clone, Debug)]
pub(crate) struct Client(RuntimePlugins);

impl Client {
    /// Without credentials it sends unsigned requests.
    pub(crate) fn new(connection: &Connection, transport: Transport, credentials: Option<Credentials>) -> Self {
        let trace = transport.trace().clone();
        log_signer(&trace, credentials.as_ref());
        let region = region(connection);
        let limits = DefaultPluginParams::new().with_retry_partition_name(format!("sfn-{region}"));
        let components = RuntimeComponentsBuilder::new("Step Functions")
            .with_time_source(Some(transport.clock()))
            .with_http_client(Some(transport))
            .with_sleep_impl(Some(Backoff::new(trace)))
            .with_endpoint_resolver(Some(Endpoints::new(connection).into_shared_resolver()))
            .with_identity_cache(Some(IdentityCache::no_cache()))
            .with_retry_classifier(AwsCliRetries)
            .with_interceptor(RequestInfoInterceptor::new())
            .with_interceptor(InvocationIdInterceptor::new())
            .with_interceptor(UserAgent::new(connection));
        let mut settings = Layer::new("Step Functions");
        settings
            .store_put(SigningName::from_static("states"))
            .store_put(SigningRegion::from(region.clone()))
            .store_put(region)
            .store_put(UseFips(connection.use_fips))
            .store_put(UseDualStack(connection.use_dual_stack))
            .store_put(timeouts(connection))
            .store_put(retries(connection))
            .store_put(StalledStreamProtectionConfig::disabled())
            .store_put(AuthSchemeAndEndpointOrchestrationV2);
        let plugins = RuntimePlugins::new().with_client_plugins(default_retry_config_plugin_v2(&limits));
        let set =
            |components| StaticRuntimePlugin::new().with_config(settings.freeze()).with_runtime_components(components);
        Self(match credentials {
            None => plugins.with_client_plugin(set(components)).with_client_plugin(NoAuthRuntimePluginV2::new()),
            Some(credentials) => plugins.with_client_plugin(set(components
                .with_auth_scheme(SigV4AuthScheme::new())
                .with_identity_resolver(sigv4::SCHEME_ID, SharedCredentialsProvider::new(credentials))
                .with_auth_scheme_option_resolver(Some(StaticAuthSchemeOptionResolver::new(vec![sigv4::SCHEME_ID]))))),
        })
    }

    /// The same client, all of whose calls `interceptor` sees.
    pub(crate) fn watched(self, interceptor: impl Intercept + 'static) -> Self {
        Self(self.0.with_client_plugin(intercepting(interceptor)))
    }

    /// Makes one call of `operation`, whose result is an `O`.
    pub(crate) async fn call<O: Debug + Send + Sync + 'static>(
        &self,
        operation: impl RuntimePlugin + 'static,
        input: impl Debug + Send + Sync + 'static,
        recorder: &Recorder,
    ) -> Result<O, SdkError<Error, HttpResponse>> {
        let plugins =
            self.0.clone().with_operation_plugin(operation).with_operation_plugin(intercepting(recorder.clone()));
        // The names are for the SDK's own metrics, which nobody collects.
        let output = orchestrator::invoke("", "", Input::erase(input), &plugins).await?;
        output.downcast().map_err(|_| SdkError::construction_failure("the operation has another result"))
    }
}

fn intercepting(interceptor: impl Intercept + 'static) -> StaticRuntimePlugin {
    StaticRuntimePlugin::new()
        .with_runtime_components(RuntimeComponentsBuilder::new("interceptor").with_interceptor(interceptor))
}

fn region(connection: &Connection) -> Region {
    // Where nothing is signed the AWS CLI does not mind a line feed, which is refused otherwise.
    Region::new(connection.region.trim_end_matches('\n').to_owned())
}

fn timeouts(connection: &Connection) -> TimeoutConfig {
    let mut timeouts = TimeoutConfig::builder();
    timeouts.set_connect_timeout(connection.connect_timeout).set_read_timeout(connection.read_timeout);
    timeouts.build()
}

fn retries(connection: &Connection) -> RetryConfig {
    match connection.retry_mode {
        RetryMode::Standard => RetryConfig::standard(),
        RetryMode::Adaptive => RetryConfig::adaptive(),
    }
    .with_max_attempts(connection.max_attempts)
}

/// What the clients of the other services have in common; each adds its retry classifier.
pub(crate) fn sdk_config(connection: &Connection, transport: Transport, credentials: Option<Credentials>) -> SdkConfig {
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(region(connection))
        .time_source(transport.clock())
        .http_client(transport)
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .timeout_config(timeouts(connection))
        .retry_config(retries(connection))
        .disable_clock_skew_correction(true)
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .identity_cache(IdentityCache::no_cache());
    config = match &connection.endpoint_url {
        // With an endpoint of one's own the AWS CLI ignores FIPS and dual stack; the SDK would refuse.
        Some(url) => config.endpoint_url(on_the_wire(url)),
        None => config.use_fips(connection.use_fips).use_dual_stack(connection.use_dual_stack),
    };
    config.set_app_name(application(connection));
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

/// Where Step Functions is: at the URL that was given, else where the SDK finds it.
#[derive(Debug)]
struct Endpoints {
    given: Option<String>,
    sdk: OnceLock<DefaultResolver>,
}

impl Endpoints {
    fn new(connection: &Connection) -> Self {
        Self { given: connection.endpoint_url.as_deref().map(on_the_wire), sdk: OnceLock::new() }
    }
}

impl ResolveEndpoint for Endpoints {
    fn resolve_endpoint<'a>(&'a self, params: &'a Params) -> EndpointFuture<'a> {
        match self.given.clone().or_else(|| commercial(params)) {
            Some(url) => EndpointFuture::ready(Ok(Endpoint::builder().url(url).build())),
            // It parses its table of regions when it is made.
            None => ResolveEndpoint::resolve_endpoint(self.sdk.get_or_init(DefaultResolver::new), params),
        }
    }
}

/// The plain endpoint of a region of AWS's first partition, which its name shows. The SDK has the same rule among others.
fn commercial(params: &Params) -> Option<String> {
    let region = params.region()?;
    let [area, place, number] = region.split('-').collect::<Vec<_>>().try_into().ok()?;
    let plain = params.use_fips() != Some(true) && params.use_dual_stack() != Some(true);
    let named = matches!(area, "us" | "eu" | "ap" | "sa" | "ca" | "me" | "af" | "il" | "mx")
        && place.bytes().all(|byte| byte.is_ascii_lowercase())
        && number.bytes().all(|byte| byte.is_ascii_digit());
    (plain && named && !place.is_empty() && !number.is_empty())
        .then(|| format!("https://states.{region}.amazonaws.com"))
}

#[cfg(test)]
mod tests {
    use super::{DefaultResolver, Params, ResolveEndpoint, commercial};
    use crate::error::Error;
    use crate::runtime::block_on;

    #[test]
    fn an_endpoint_known_by_its_region_is_the_sdks() {
        let sdk = DefaultResolver::new();
        let mut known = 0;
        for region in [
            "us-east-1",
            "eu-central-2",
            "ap-southeast-7",
            "mx-central-1",
            "us-nowhere-99",
            "us-gov-west-1",
            "cn-north-1",
            "us-iso-east-1",
            "eusc-de-east-1",
            "us-east",
            "us--1",
            "aws-global",
            "xx-east-1",
        ] {
            for (fips, dual_stack) in [(false, false), (true, false), (false, true)] {
                let params = Params::builder().region(region.to_owned()).use_fips(fips).use_dual_stack(dual_stack);
                let params = params.build().unwrap();
                let Some(url) = commercial(&params) else { continue };
                known += 1;
                let found = ResolveEndpoint::resolve_endpoint(&sdk, &params);
                let found = block_on(async { found.await.map_err(Error::general) }).unwrap();
                assert_eq!(found.url(), url);
            }
        }
        assert_eq!(known, 5);
    }
}
