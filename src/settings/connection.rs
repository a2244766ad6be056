//! How the service is reached: endpoint, timeouts, retries. The AWS CLI resolves this after it has looked for credentials.

use std::time::Duration;

use super::sources::is_true;
use super::{Sources, Timeouts, Verify, endpoint_url, other_services, usable};
use crate::error::{Error, Result};
use crate::settings::config_files::text;
use crate::settings::ini::{IniValue, Section};
use crate::{env_vars, os_text};

#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumString)]
#[strum(serialize_all = "lowercase")]
pub(crate) enum RetryMode {
    Standard,
    /// Also limits the rate, which adapts to throttling.
    Adaptive,
}

#[derive(Clone, Debug)]
pub struct Connection {
    pub(crate) region: String,
    /// The endpoint's URL, where it is not the service's own.
    pub(crate) endpoint_url: Option<String>,
    pub(crate) use_fips: bool,
    pub(crate) use_dual_stack: bool,
    pub(crate) parameter_validation: bool,
    /// How many times a call is tried, the first time included.
    pub(crate) max_attempts: u32,
    pub(crate) retry_mode: RetryMode,
    /// The longest wait for a connection; `None` waits forever.
    pub(crate) connect_timeout: Option<Duration>,
    /// The longest wait for a response; `None` waits forever.
    pub(crate) read_timeout: Option<Duration>,
    pub(crate) application_id: Option<String>,
    pub(crate) execution_environment: Option<String>,
    /// Whether connections are kept alive by probes of the system's.
    pub(crate) keep_alive: bool,
}

impl Connection {
    /// Resolves the settings for `service` in the AWS CLI's order of refusals.
    pub fn resolve(
        sources: &Sources<'_>,
        service: &Service,
        region: Option<&str>,
        verify: &Verify,
        timeouts: &Timeouts,
    ) -> Result<Self> {
        let scoped = sources.scoped()?;
        let parameter_validation = match scoped.and_then(|section| section.get("parameter_validation")) {
            Some(IniValue::Text(text)) => is_true(text),
            Some(IniValue::Nested(_)) => false,
            None => true,
        };
        other_services::check_s3_group(scoped)?;
        let endpoint_url = match &sources.globals.endpoint_url {
            Some(url) if service.takes_the_option => {
                sources.trace.hide_user_of(url);
                sources.log("endpoint", &endpoint_url::masked(url), "--endpoint-url");
                Some(url.clone())
            }
            _ => configured_endpoint(sources, scoped, service)?,
        };
        let region = region.filter(|region| !region.is_empty()).ok_or(Error::NoRegion)?;
        // Only Step Functions gets here with such a region: what signs for the other services is refused first.
        if endpoint_url.is_none() && region.ends_with('\n') {
            return Err(Error::General(format!("Invalid endpoint: https://states.{region}.amazonaws.com")));
        }
        // The old names of FIPS endpoints, `fips-us-east-1` and `us-east-1-fips`, mean the region and `use_fips`.
        let plain_region = region.replace("fips-", "").replace("-fips", "");
        let use_fips = plain_region != region || sources.flag(&[env_vars::USE_FIPS_ENDPOINT], "use_fips_endpoint")?;
        let use_dual_stack = sources.flag(&[env_vars::USE_DUALSTACK_ENDPOINT], "use_dualstack_endpoint")?;
        let attempts = sources.number(&[env_vars::MAX_ATTEMPTS], "max_attempts")?.unwrap_or(3);
        let mode = sources.given(&[env_vars::RETRY_MODE], "retry_mode")?.map(|mode| mode.to_string());
        other_services::check(sources, !sources.globals.no_sign_request)?;
        let application_id = match sources.given(&[env_vars::SDK_UA_APP_ID], "sdk_ua_app_id")? {
            Some(IniValue::Text(id)) => Some(id),
            _ => None,
        };
        let keep_alive = match scoped.and_then(|section| section.get("tcp_keepalive")) {
            Some(value) => is_true(value.text("tcp_keepalive")?),
            None => false,
        };
        other_services::check_s3_addressing(scoped)?;
        if attempts < 1 {
            return Err(Error::General(format!(
                "Value provided to \"max_attempts\": {attempts} must be an integer greater than or equal to one."
            )));
        }
        let retry_mode = mode.as_deref().unwrap_or("standard").parse().map_err(|_| {
            Error::General(format!(
                "Invalid value provided to \"mode\": \"{}\" must be one of: \"standard\" or \"adaptive\"",
                mode.as_deref().unwrap_or_default()
            ))
        })?;
        if let Some(url) = &endpoint_url {
            endpoint_url::check(url)?;
        }
        if matches!(verify, Verify::Bundle(path) if os_text::decode(path.as_os_str()).trim().is_empty()) {
            return Err(Error::general(
                "Invalid CA bundle: the configured value (ca_bundle, AWS_CA_BUNDLE, REQUESTS_CA_BUNDLE, or verify) resolved \
                 to an empty or whitespace-only string. Provide a valid path to a CA bundle file.",
            ));
        }
        Ok(Self {
            region: plain_region,
            endpoint_url,
            use_fips,
            use_dual_stack,
            parameter_validation,
            max_attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
            retry_mode,
            connect_timeout: usable(timeouts.connect, "connect")?,
            read_timeout: usable(timeouts.read, "read")?,
            application_id,
            execution_environment: sources.variable(&[env_vars::EXECUTION_ENV]),
            keep_alive,
        })
    }

    /// Whether requests go through TLS: the service's own endpoint always does.
    pub(crate) fn is_https(&self) -> bool {
        let scheme = self.endpoint_url.as_deref().map(endpoint_url::scheme);
        scheme.is_none_or(|scheme| scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("https")))
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Service {
    pub(crate) endpoint_variable: &'static str,
    /// Its name in a services section.
    pub(crate) id: &'static str,
    /// Whether `--endpoint-url` is meant for it.
    pub(crate) takes_the_option: bool,
}

pub const STEP_FUNCTIONS: Service =
    Service { endpoint_variable: env_vars::ENDPOINT_URL_SFN, id: "sfn", takes_the_option: true };

/// The endpoint from variables and files: the service's variable, the common variable, the services section, the profile.
fn configured_endpoint(sources: &Sources<'_>, scoped: Option<&Section>, service: &Service) -> Result<Option<String>> {
    let ignore = [env_vars::IGNORE_CONFIGURED_ENDPOINT_URLS];
    if sources.flag(&ignore, "ignore_configured_endpoint_urls")? {
        return Ok(None);
    }
    let found = |url: String, place: &str| {
        sources.trace.hide_user_of(&url);
        sources.log("endpoint", &endpoint_url::masked(&url), place);
        Ok(Some(url))
    };
    for variable in [service.endpoint_variable, env_vars::ENDPOINT_URL] {
        if let Some(url) = sources.variable(&[variable]).filter(|url| !url.is_empty()) {
            return found(url, variable);
        }
    }
    if let Some(name) = text(scoped, "services")? {
        let services = sources.files.services.get(name).filter(|services| !services.is_empty()).ok_or_else(|| {
            Error::General(format!(
                "The profile is configured to use the services section but the \"{name}\" services \
                 configuration does not exist."
            ))
        })?;
        match services.get(service.id) {
            None => {}
            Some(IniValue::Nested(nested)) => {
                if let Some(url) = nested.get("endpoint_url").filter(|url| !url.is_empty()) {
                    return found(url.clone(), "the services section");
                }
            }
            Some(IniValue::Text(_)) => {
                return Err(Error::general("'str' object has no attribute 'get'"));
            }
        }
    }
    match text(scoped, "endpoint_url")? {
        Some(url) if !url.is_empty() => found(url.to_owned(), "the profile"),
        _ => Ok(None),
    }
}
