//! The client of each service, set so that it behaves as the AWS CLI where that and the SDK differ.

use std::fmt::Debug;

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_runtime::auth::sigv4::{self, SigV4AuthScheme};
use aws_runtime::invocation_id::InvocationIdInterceptor;
use aws_runtime::request_info::RequestInfoInterceptor;
use aws_smithy_runtime::client::auth::no_auth::NoAuthRuntimePluginV2;
use aws_smithy_runtime::client::defaults::{DefaultPluginParams, default_retry_config_plugin_v2};
use aws_smithy_runtime::client::identity::IdentityCache;
use aws_smithy_runtime::client::orchestrator::endpoints::StaticUriEndpointResolver;
use aws_smithy_runtime::client::orchestrator::{self, AuthSchemeAndEndpointOrchestrationV2};
use aws_smithy_runtime_api::client::auth::static_resolver::StaticAuthSchemeOptionResolver;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{Input, Output};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponentsBuilder;
use aws_smithy_runtime_api::client::runtime_plugin::{RuntimePlugin, RuntimePlugins, StaticRuntimePlugin};
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_smithy_runtime_api::shared::IntoShared;
use aws_smithy_types::config_bag::Layer;
use aws_smithy_types::error::operation::BuildError;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SigningName;
use aws_types::endpoint_config::{UseDualStack, UseFips};
use aws_types::region::{Region, SigningRegion};

use super::endpoints::Api;
use super::exchange::{Recorder, Response};
use super::header::user_agent;
use super::retry::{Backoff, Retries};
use super::transport::Transport;
use crate::error::{Error, Result};
use crate::settings::endpoint_url::on_the_wire;
use crate::settings::{Connection, RetryMode};

/// Makes calls of a service by the SDK's orchestrator. The SDK's own clients parse a table of all regions when they are made.
#[derive(Clone, Debug)]
pub(crate) struct Client(RuntimePlugins);

impl Client {
    /// Without credentials it sends unsigned requests.
    pub(crate) fn new(
        api: &Api,
        connection: &Connection,
        transport: Transport,
        retries: Retries,
        credentials: Option<Credentials>,
    ) -> Self {
        // Where nothing is signed the AWS CLI does not mind a line feed, which is refused otherwise.
        let region = Region::new(connection.region.trim_end_matches('\n').to_owned());
        let endpoints = match &connection.endpoint_url {
            Some(url) => StaticUriEndpointResolver::uri(on_the_wire(url)).into_shared(),
            None => (api.endpoints)(),
        };
        let waits = Backoff(transport.trace().clone());
        let limits = DefaultPluginParams::new().with_retry_partition_name(format!("{}-{region}", api.signing_name));
        let components = RuntimeComponentsBuilder::new("client")
            .with_time_source(Some(transport.clock()))
            .with_http_client(Some(transport))
            .with_sleep_impl(Some(waits))
            .with_endpoint_resolver(Some(endpoints))
            .with_identity_cache(Some(IdentityCache::no_cache()))
            .with_retry_classifier(retries)
            .with_interceptor(RequestInfoInterceptor::new())
            .with_interceptor(InvocationIdInterceptor::new())
            .with_interceptor(user_agent(api, connection));
        let mut settings = Layer::new("client");
        settings
            .store_put(SigningName::from_static(api.signing_name))
            .store_put(SigningRegion::from(region.clone()))
            .store_put(region)
            .store_put(UseFips(connection.use_fips))
            .store_put(UseDualStack(connection.use_dual_stack))
            .store_put(timeouts(connection))
            .store_put(retry_limits(connection))
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

    /// The response, even one that the SDK cannot read, and what the SDK reads in it; fails where there was none.
    pub(crate) async fn call(
        &self,
        operation: impl RuntimePlugin + 'static,
        input: std::result::Result<impl Debug + Send + Sync + 'static, BuildError>,
        recorder: Recorder,
    ) -> Result<(Response, Option<Output>)> {
        let input = Input::erase(input.map_err(Error::general)?);
        let interceptor = intercepting(recorder.clone());
        let plugins = self.0.clone().with_operation_plugin(operation).with_operation_plugin(interceptor);
        // The names are for the SDK's own metrics, which nobody collects.
        let outcome = orchestrator::invoke("", "", input, &plugins).await;
        Ok((recorder.response(outcome.as_ref().err())?, outcome.ok()))
    }
}

fn intercepting(interceptor: impl Intercept + 'static) -> StaticRuntimePlugin {
    StaticRuntimePlugin::new()
        .with_runtime_components(RuntimeComponentsBuilder::new("interceptor").with_interceptor(interceptor))
}

fn timeouts(connection: &Connection) -> TimeoutConfig {
    let mut timeouts = TimeoutConfig::builder();
    timeouts.set_connect_timeout(connection.connect_timeout).set_read_timeout(connection.read_timeout);
    timeouts.build()
}

fn retry_limits(connection: &Connection) -> RetryConfig {
    match connection.retry_mode {
        RetryMode::Standard => RetryConfig::standard(),
        RetryMode::Adaptive => RetryConfig::adaptive(),
    }
    .with_max_attempts(connection.max_attempts)
}
