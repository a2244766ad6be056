//! The services that sources of credentials call, and the settings their clients are made from: one context for every source of a
//! search.
//!
//! The AWS CLI makes a service's client only when it is about to sign, and refuses its settings only then; so all of it is kept.

use std::fmt::Debug;
use std::sync::OnceLock;

use aws_credential_types::Credentials;
use aws_runtime::user_agent::ApiMetadata;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::runtime_plugin::RuntimePlugin;
use aws_smithy_types::error::operation::BuildError;

use super::sts;
use crate::aws::client::Client;
use crate::aws::endpoints::Api;
use crate::aws::exchange::{Recorder, Response};
use crate::aws::refusal;
use crate::aws::retry::Retries;
use crate::aws::timestamp;
use crate::aws::transport::Transport;
use crate::aws::zone::LocalZone;
use crate::env_vars;
use crate::error::{Error, Result};
use crate::host::Host;
use crate::settings::identity::check_region;
use crate::settings::{
    ConfigFiles, Connection, Globals, Service, Sources, Timeouts, TimestampFormat, Verify, presentation,
};
use crate::trace::Trace;
use crate::value::Value;

/// A service's settings, what the SDK knows of it, and which of its refusals are tried again.
pub(crate) struct Known {
    settings: Service,
    api: Api,
    retries: Retries,
    /// Whether operations have paths of their own. Others are sent to just the endpoint's URL.
    is_rest: bool,
}

macro_rules! known {
    ($variable:path, $id:literal, $sdk:ident, $name:literal, $signing_name:literal, $retries:expr, $is_rest:literal) => {{
        use $sdk::config::endpoint::{DefaultResolver, ResolveEndpoint};
        let settings = Service { endpoint_variable: $variable, id: $id, takes_the_option: false };
        let api = Api {
            signing_name: $signing_name,
            metadata: ApiMetadata::new($name, $sdk::meta::PKG_VERSION),
            endpoints: || DefaultResolver::new().into_shared_resolver(),
        };
        Known { settings, api, retries: $retries, is_rest: $is_rest }
    }};
}

const REST: Retries = Retries { code: refusal::rest_code, also: None };
/// That the service could not reach the identity provider is tried again, too.
const QUERY: Retries = Retries { code: sts::code, also: Some("IDPCommunicationError") };

pub(crate) const STS: Known = known!(env_vars::ENDPOINT_URL_STS, "sts", aws_sdk_sts, "sts", "sts", QUERY, false);
/// IAM Identity Center's portal.
pub(crate) const SSO: Known = known!(env_vars::ENDPOINT_URL_SSO, "sso", aws_sdk_sso, "sso", "awsssoportal", REST, true);
/// IAM Identity Center's token service.
pub(crate) const SSO_OIDC: Known =
    known!(env_vars::ENDPOINT_URL_SSO_OIDC, "sso_oidc", aws_sdk_ssooidc, "ssooidc", "sso-oauth", REST, true);
pub(crate) const SIGNIN: Known =
    known!(env_vars::ENDPOINT_URL_SIGNIN, "signin", aws_sdk_signin, "signin", "signin", REST, true);

pub(crate) struct ServiceClients {
    pub(crate) host: Host,
    pub(crate) files: ConfigFiles,
    globals: Globals,
    timeouts: Timeouts,
    region: Option<String>,
    trace: Trace,
    transport: OnceLock<Transport>,
}

impl ServiceClients {
    /// All that `sources` holds, for later; `region` is the call's.
    pub(crate) fn new(sources: &Sources<'_>, timeouts: &Timeouts, region: Option<&str>) -> Self {
        Self {
            host: sources.host.clone(),
            files: sources.files.clone(),
            globals: sources.globals.clone(),
            timeouts: *timeouts,
            region: region.map(str::to_owned),
            trace: sources.trace.clone(),
            transport: OnceLock::new(),
        }
    }

    fn sources(&self) -> Sources<'_> {
        Sources { host: &self.host, files: &self.files, globals: &self.globals, trace: &self.trace }
    }

    /// A date of a response as the AWS CLI shows it, and so keeps it.
    pub(crate) fn shown_date(&self, date: &str) -> Result<String> {
        match presentation::timestamp_format(&self.sources())? {
            TimestampFormat::Wire => Ok(date.to_owned()),
            TimestampFormat::Iso8601 => timestamp::iso8601(&Value::string(date), &LocalZone::from_host(&self.host)),
        }
    }

    /// A client of a service. The service's region is the call's unless `region` is another; without credentials nothing is signed.
    ///
    /// Neither `--no-verify-ssl`, `--ca-bundle` nor `--endpoint-url` is meant for it, as in the AWS CLI.
    pub(crate) fn connect(
        &self,
        service: &Known,
        region: Option<&str>,
        credentials: Option<Credentials>,
    ) -> Result<ServiceClient> {
        region.map_or(Ok(()), check_region)?;
        let sources = self.sources();
        let verify = Verify::configured(&sources)?;
        let region = region.or(self.region.as_deref());
        let connection = Connection::resolve(&sources, &service.settings, region, &verify, &self.timeouts)?;
        let transport =
            self.transport.get_or_init(|| Transport::new(&self.host, verify, connection.keep_alive, &self.trace));
        let client = Client::new(&service.api, &connection, transport.clone(), service.retries, credentials);
        let recorder = if service.is_rest { Recorder::new(&connection) } else { Recorder::at_endpoint(&connection) };
        Ok(ServiceClient { checks_parameters: connection.parameter_validation, client, recorder })
    }
}

pub(crate) struct ServiceClient {
    checks_parameters: bool,
    client: Client,
    recorder: Recorder,
}

impl ServiceClient {
    /// Checks parameters as botocore does, unless that is turned off. The error has a line for each that is refused, in this order.
    pub(crate) fn check(&self, parameters: &[Parameter]) -> Result<()> {
        let refused: Vec<String> = parameters.iter().filter_map(Parameter::refusal).collect();
        if refused.is_empty() || !self.checks_parameters {
            return Ok(());
        }
        Err(Error::ParamValidation(format!("Parameter validation failed:\n{}", refused.join("\n"))))
    }

    pub(crate) fn watched(self, interceptor: impl Intercept + 'static) -> Self {
        Self { client: self.client.watched(interceptor), ..self }
    }

    pub(crate) async fn call(
        self,
        operation: impl RuntimePlugin + 'static,
        input: std::result::Result<impl Debug + Send + Sync + 'static, BuildError>,
    ) -> Result<Response> {
        self.client.call(operation, input, self.recorder).await.map(|(response, _)| response)
    }
}

/// A parameter with its name and its minimum.
#[derive(Clone, Debug)]
pub(crate) enum Parameter {
    /// A text of at least this many characters.
    Text(&'static str, Value, usize),
    Number(&'static str, i128, i128),
}

impl Parameter {
    fn refusal(&self) -> Option<String> {
        match self {
            Self::Text(name, Value::String(text), least) => {
                let length = text.chars().count();
                (length < *least)
                    .then(|| format!("Invalid length for parameter {name}, value: {length}, valid min length: {least}"))
            }
            Self::Text(name, other, _) => Some(format!(
                "Invalid type for parameter {name}, value: {}, type: <class '{}'>, valid types: <class 'str'>",
                other.python_str(),
                other.python_type_name()
            )),
            Self::Number(name, number, least) => (number < least)
                .then(|| format!("Invalid value for parameter {name}, value: {number}, valid min value: {least}")),
        }
    }
}
