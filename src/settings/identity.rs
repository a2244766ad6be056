//! Who calls and where: profile, region, trust. The AWS CLI resolves this before it looks for credentials.

use std::path::PathBuf;

use super::Sources;
use crate::env_vars;
use crate::error::{Error, Result};
use crate::host::Host;

/// The regions where Step Functions is, as the AWS CLI 2.38.1 lists them for `--region`: its endpoint table's partition `aws`.
pub(crate) const REGIONS: &str = "\
    af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 \
    ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 \
    ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 \
    eu-west-3 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2";

/// What to check an endpoint's certificate against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verify {
    /// The authorities the program ships.
    Shipped,
    /// The authorities in this PEM file, and no others.
    Bundle(PathBuf),
    Off,
}

impl Verify {
    /// Variables and the profile alone: options do not apply to the services that hand out credentials.
    pub(crate) fn configured(sources: &Sources<'_>) -> Result<Self> {
        Ok(match sources.given(&[env_vars::CA_BUNDLE], "ca_bundle")? {
            // Keys and values in its place are refused like a file that is not there: when the first TLS connection is made.
            Some(bundle) => Self::bundle(&bundle.to_string(), sources.host),
            None => sources.variable(&[env_vars::REQUESTS_CA_BUNDLE]).map_or(Self::Shipped, |bundle| {
                sources.log("ca_bundle", &bundle, env_vars::REQUESTS_CA_BUNDLE);
                Self::bundle(&bundle, sources.host)
            }),
        })
    }

    /// The bundle at a path, which may begin with `~`; one in a home that nobody knows is refused like one without a name.
    fn bundle(path: &str, host: &Host) -> Self {
        Self::Bundle(host.expand_home(path).unwrap_or_default())
    }
}

#[derive(Clone, Debug)]
pub struct Identity {
    /// `None` means `default`, if there is one.
    pub(crate) profile: Option<String>,
    /// The region from option, variable or profile; where there is none, the instance's own.
    pub region: Option<String>,
    pub verify: Verify,
    pub(crate) sign: bool,
}

impl Identity {
    pub fn resolve(sources: &Sources<'_>) -> Result<Self> {
        let globals = sources.globals;
        let region = match &globals.region {
            Some(region) => {
                sources.log("region", region, "--region");
                Some(region.clone())
            }
            None => sources.configured(&[env_vars::REGION, env_vars::DEFAULT_REGION], "region")?,
        };
        if let Some(region) = &region {
            check_region(region)?;
        }
        let verify = match (globals.no_verify_ssl, &globals.ca_bundle) {
            (true, _) => Verify::Off,
            (false, Some(bundle)) => {
                sources.log("ca_bundle", bundle, "--ca-bundle");
                Verify::bundle(bundle, sources.host)
            }
            (false, None) => Verify::configured(sources)?,
        };
        // Even where every other setting came from elsewhere, a chosen profile must exist.
        sources.scoped()?;
        Ok(Self { profile: sources.profile_name(), region, verify, sign: !globals.no_sign_request })
    }
}

/// Whether a region's name can be part of a host name.
pub(crate) fn check_region(region: &str) -> Result<()> {
    // Python's `$` lets one line feed at the end pass.
    let label = region.strip_suffix('\n').unwrap_or(region);
    let good = label.len() <= 63
        && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        && !label.starts_with('-')
        && !label.ends_with('-')
        && (label.is_empty() || !label.chars().all(|c| c.is_ascii_digit()));
    if good {
        return Ok(());
    }
    Err(Error::General(format!("Provided region_name '{region}' doesn't match a supported format.")))
}
