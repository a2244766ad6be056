//! A call of a service on the way to credentials: what was answered, or why nothing was, in the AWS CLI's words.

use std::error::Error as StdError;
use std::fmt::Debug;

use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction, RetryClassifierPriority};
use aws_smithy_runtime_api::client::runtime_plugin::RuntimePlugin;
use aws_smithy_types::error::operation::BuildError;

use crate::aws::client::Client;
use crate::aws::endpoints::Api;
use crate::aws::exchange::{Answer, Recorder};
use crate::aws::{no_answer, retry};
use crate::env_vars;
use crate::error::{Error, Result};
use crate::settings::{Connection, Service};

/// A service's settings, and what the SDK knows of it.
pub(crate) type Known = (Service, Api);

macro_rules! known {
    ($variable:path, $id:literal, $sdk:ident, $name:literal, $signing_name:literal) => {{
        use $sdk::config::endpoint::{DefaultResolver, ResolveEndpoint};
        let endpoints = || DefaultResolver::new().into_shared_resolver();
        let settings = Service { endpoint_variable: $variable, id: $id, takes_the_option: false };
        (settings, Api::new($name, $sdk::meta::PKG_VERSION, $signing_name, endpoints))
    }};
}

pub(crate) const STS: Known = known!(env_vars::ENDPOINT_URL_STS, "sts", aws_sdk_sts, "sts", "sts");
/// IAM Identity Center's portal.
pub(crate) const SSO: Known = known!(env_vars::ENDPOINT_URL_SSO, "sso", aws_sdk_sso, "sso", "awsssoportal");
/// IAM Identity Center's token service.
pub(crate) const SSO_OIDC: Known =
    known!(env_vars::ENDPOINT_URL_SSO_OIDC, "sso_oidc", aws_sdk_ssooidc, "ssooidc", "sso-oauth");
pub(crate) const SIGNIN: Known = known!(env_vars::ENDPOINT_URL_SIGNIN, "signin", aws_sdk_signin, "signin", "signin");

pub(crate) struct Reply {
    pub(crate) answer: Answer,
    /// Its headers, names in lower case, as they came.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) attempts: u32,
    /// How many retries were made, where that was all that is allowed.
    pub(crate) exhausted_retries: Option<u32>,
}

impl Reply {
    /// Makes a call of `operation`; `url` is where just to, as for [`Recorder::new`].
    pub(crate) async fn to(
        (connection, client): &(Connection, Client),
        operation: impl RuntimePlugin + 'static,
        input: std::result::Result<impl Debug + Send + Sync + 'static, BuildError>,
        url: Option<&str>,
    ) -> Result<Self> {
        let recorder = Recorder::new(None, url);
        let outcome = client.call(operation, input.map_err(Error::general)?, &recorder).await;
        Self::of(&recorder, outcome.as_ref().err().map(|error| error as _), connection)
    }

    /// What a recorder has seen of a call; `failure` is why the SDK is not content, which is ignored where there is an answer.
    fn of(recorder: &Recorder, failure: Option<&(dyn StdError + 'static)>, connection: &Connection) -> Result<Self> {
        let record = recorder.record();
        let attempts = record.attempts;
        match (&record.answer, failure) {
            (Some(answer), _) => {
                let exhausted = attempts >= connection.max_attempts;
                Ok(Self {
                    answer: answer.clone(),
                    headers: record.headers.clone(),
                    attempts,
                    exhausted_retries: exhausted.then(|| connection.max_attempts.saturating_sub(1)),
                })
            }
            (None, Some(error)) if attempts > 0 => Err(no_answer(error, &record.url)),
            (None, Some(error)) => Err(Error::General(innermost(error))),
            (None, None) => Err(Error::General("The service's answer was not seen".to_owned())),
        }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }
}

/// What a failure comes down to, such as the endpoint that cannot be found.
fn innermost(error: &(dyn StdError + 'static)) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

/// The AWS CLI's lists of what is tried again, for services whose error codes stand elsewhere than in Step Functions' answers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RetriesByCode {
    pub(crate) code: fn(&HttpResponse) -> Option<String>,
    /// A code of the operation's own that is tried again.
    pub(crate) also: Option<&'static str>,
}

impl RetriesByCode {
    pub(crate) fn new(code: fn(&HttpResponse) -> Option<String>) -> Self {
        Self { code, also: None }
    }
}

impl ClassifyRetry for RetriesByCode {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        if let (Some(also), Some(response)) = (self.also, context.response())
            && (self.code)(response).as_deref() == Some(also)
        {
            return RetryAction::transient_error();
        }
        retry::classify(context, |response| Ok((self.code)(response)))
    }

    fn name(&self) -> &'static str {
        "AWS CLI retries by code"
    }

    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_after(RetryClassifierPriority::transient_error_classifier())
    }
}
