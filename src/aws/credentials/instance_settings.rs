//! Where and how the instance metadata service is asked. Settled, and refused, before anything else that has to do with credentials,
//! whether the service is asked in the end or not: so does the AWS CLI.

use crate::env_vars;
use crate::error::{Error, Result};
use crate::settings::{Sources, endpoint_url};

const IPV4: &str = "http://169.254.169.254/";
const IPV6: &str = "http://[fd00:ec2::254]/";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InstanceSettings {
    /// The address; custom, or the standard one of IPv4 or IPv6.
    pub(crate) base_url: String,
    /// The longest wait for each stage, in seconds; one that is not positive is refused when the service is asked.
    pub(crate) timeout_seconds: i128,
    pub(crate) attempts: i128,
    pub(crate) version_1_disabled: bool,
    pub(crate) disabled: bool,
}

impl InstanceSettings {
    pub(crate) fn resolve(sources: &Sources<'_>) -> Result<Self> {
        let timeout_seconds = sources.number(&[env_vars::METADATA_SERVICE_TIMEOUT], "metadata_service_timeout")?;
        let attempts = sources.number(&[env_vars::METADATA_SERVICE_NUM_ATTEMPTS], "metadata_service_num_attempts")?;
        let endpoint =
            sources.configured(&[env_vars::EC2_METADATA_SERVICE_ENDPOINT], "ec2_metadata_service_endpoint")?;
        let ipv6 = is_ipv6(sources)?;
        let version_1_disabled = sources.flag(&[env_vars::EC2_METADATA_V1_DISABLED], "ec2_metadata_v1_disabled")?;
        let standard = if ipv6 { IPV6 } else { IPV4 };
        let base_url = endpoint.filter(|url| !url.is_empty()).unwrap_or_else(|| standard.to_owned());
        if endpoint_url::check(&base_url).is_err() {
            return Err(Error::General(format!("Invalid endpoint EC2 Instance Metadata endpoint: {base_url}")));
        }
        let disabled = sources.variable(&[env_vars::EC2_METADATA_DISABLED]);
        Ok(Self {
            base_url,
            timeout_seconds: timeout_seconds.unwrap_or(1),
            attempts: attempts.unwrap_or(1),
            version_1_disabled,
            disabled: disabled.is_some_and(|value| value.to_lowercase() == "true"),
        })
    }
}

fn is_ipv6(sources: &Sources<'_>) -> Result<bool> {
    let variables = [env_vars::EC2_METADATA_SERVICE_ENDPOINT_MODE];
    let Some(mode) = sources.configured(&variables, "ec2_metadata_service_endpoint_mode")? else {
        return sources.flag(&[env_vars::IMDS_USE_IPV6], "imds_use_ipv6");
    };
    match mode.to_lowercase().as_str() {
        "ipv4" => Ok(false),
        "ipv6" => Ok(true),
        _ => Err(Error::General(format!(
            "Invalid EC2 Instance Metadata endpoint mode: {mode} Valid endpoint modes (case-insensitive): ('ipv4', 'ipv6')."
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::{IPV4, IPV6, InstanceSettings};
    use crate::host::Host;
    use crate::settings::{ConfigFiles, Sources};
    use crate::trace::Trace;

    fn settings(variables: &[(&str, &str)]) -> Result<InstanceSettings, String> {
        let (host, files) = (Host::fixed(variables), ConfigFiles::default());
        let sources = Sources { host: &host, files: &files, globals: None, trace: &Trace::off() };
        InstanceSettings::resolve(&sources).map_err(|error| error.to_string())
    }

    #[test]
    fn modes_and_endpoints_choose_the_address() {
        assert_eq!(settings(&[]).unwrap().base_url, IPV4);
        assert_eq!(settings(&[("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6")]).unwrap().base_url, IPV6);
        assert_eq!(settings(&[("AWS_IMDS_USE_IPV6", "True")]).unwrap().base_url, IPV6);
        let custom = [("AWS_IMDS_USE_IPV6", "true"), ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://h")];
        assert_eq!(settings(&custom).unwrap().base_url, "http://h");
        assert!(settings(&[("AWS_EC2_METADATA_SERVICE_ENDPOINT", "h")]).unwrap_err().ends_with("endpoint: h"));
    }
}
