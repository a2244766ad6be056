//! The user agent, which names the environment that runs the program. The SDK takes `AWS_EXECUTION_ENV` as it is, and then cannot
//! send a line end; the AWS CLI replaces what a user agent may not hold.

use aws_runtime::user_agent::AwsUserAgent;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use aws_types::app_name::AppName;
use aws_types::os_shim_internal::Env;

use super::endpoints::Api;
use crate::env_vars;
use crate::settings::{Connection, RetryMode};

/// Sends the SDK's user agent with each request. The SDK would first make a table of all that one can say of features.
#[derive(Debug)]
pub(crate) struct UserAgent(String);

impl UserAgent {
    pub(crate) fn new(api: &Api, connection: &Connection) -> Self {
        let environment = connection.execution_environment.as_deref().map(clean);
        let variable = environment.as_deref().map(|name| (env_vars::EXECUTION_ENV, name));
        let mut agent =
            AwsUserAgent::new_from_environment(Env::from_slice(variable.as_slice()), api.metadata.clone()).ua_header();
        // The mode of retries, and whether the endpoint was given.
        agent.push_str(if connection.retry_mode == RetryMode::Adaptive { " m/F" } else { " m/E" });
        agent.push_str(if connection.endpoint_url.is_some() { ",N" } else { "" });
        if let Some(application) = connection.application_id.clone().and_then(|id| AppName::new(id).ok()) {
            agent.push_str(" app/");
            agent.push_str(application.as_ref());
        }
        Self(agent)
    }
}

impl Intercept for UserAgent {
    fn name(&self) -> &'static str {
        "UserAgent"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        context.request_mut().headers_mut().insert("user-agent", self.0.clone());
        Ok(())
    }
}

/// botocore's `sanitize_user_agent_string_component`.
fn clean(text: &str) -> String {
    let allowed = |character: char| character.is_ascii_alphanumeric() || "!$%&'*+-.^_`|~,".contains(character);
    text.chars().map(|character| if allowed(character) { character } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn what_a_user_agent_may_not_hold_becomes_a_dash() {
        assert_eq!(clean("AWS_Lambda_python3.9\r\n"), "AWS_Lambda_python3.9--");
        assert_eq!(clean("a b/c(é)"), "a-b-c---");
    }
}
