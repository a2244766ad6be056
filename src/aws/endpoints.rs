//! The services that are called, as the SDK knows them, and where they are.

use std::sync::OnceLock;

use aws_runtime::user_agent::ApiMetadata;
use aws_sdk_sfn::config::endpoint::{DefaultResolver, EndpointFuture, Params, ResolveEndpoint};
use aws_smithy_runtime_api::client::endpoint::SharedEndpointResolver;
use aws_smithy_types::endpoint::Endpoint;

use crate::error::{Error, Result};
use crate::settings::Connection;

#[derive(Clone, Debug)]
pub(crate) struct Api {
    pub(crate) signing_name: &'static str,
    /// Its name and version in the user agent.
    pub(crate) metadata: ApiMetadata,
    /// The SDK's resolver, which is not cheap to make.
    pub(crate) endpoints: fn() -> SharedEndpointResolver,
}

pub(crate) const STEP_FUNCTIONS: Api = Api {
    signing_name: "states",
    metadata: ApiMetadata::new("sfn", aws_sdk_sfn::meta::PKG_VERSION),
    endpoints: || Endpoints::default().into_shared_resolver(),
};

/// Where Step Functions is.
#[derive(Debug, Default)]
struct Endpoints(OnceLock<DefaultResolver>);

impl ResolveEndpoint for Endpoints {
    fn resolve_endpoint<'a>(&'a self, params: &'a Params) -> EndpointFuture<'a> {
        match commercial(params) {
            Some(url) => EndpointFuture::ready(Ok(Endpoint::builder().url(url).build())),
            // It parses its table of regions when it is made.
            None => ResolveEndpoint::resolve_endpoint(self.0.get_or_init(DefaultResolver::new), params),
        }
    }
}

/// The URL of Step Functions for a connection that no endpoint is given for.
pub(crate) async fn own(connection: &Connection) -> Result<String> {
    let Connection { region, use_fips, use_dual_stack, .. } = connection;
    let params = Params::builder().region(region).use_fips(*use_fips).use_dual_stack(*use_dual_stack).build();
    let endpoint = Endpoints::default().resolve_endpoint(&params.map_err(Error::general)?).await;
    endpoint.map(|endpoint| endpoint.url().to_owned()).map_err(Error::general)
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
        let regions = "us-east-1 eu-central-2 ap-southeast-7 mx-central-1 us-nowhere-99 us-gov-west-1 cn-north-1 us-iso-east-1 \
                       eusc-de-east-1 us-east us--1 aws-global xx-east-1";
        for region in regions.split(' ') {
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
