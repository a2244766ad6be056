//! What may be the value of a header. Checked before the SDK, which panics on an access key ID that may not. And the user agent: the
//! SDK takes `AWS_EXECUTION_ENV` into it as it is, and then cannot send a line end; the AWS CLI replaces what it may not hold.

use std::fmt::Display;

use aws_runtime::user_agent::AwsUserAgent;
use aws_smithy_runtime::client::interceptors::MutateRequestInterceptor;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_types::app_name::AppName;
use aws_types::os_shim_internal::Env;

use super::endpoints::Api;
use crate::env_vars;
use crate::error::{Error, Result};
use crate::os_text::holds_bytes;
use crate::settings::{Connection, RetryMode};

/// Refuses a value that no header may have. It may be a secret, so it is called by its name: the AWS CLI shows it.
pub(crate) fn check(value: &str, name: impl Display) -> Result<()> {
    if value.chars().all(|character| character == '\t' || !character.is_ascii_control()) && !holds_bytes(value) {
        return Ok(());
    }
    Err(Error::General(format!(
        "An HTTP Client raised an unhandled exception: Invalid header value: {name} holds a line end, another control \
         character or bytes that are not UTF-8"
    )))
}

/// Sends the SDK's user agent with each request. The SDK would first build a table of every feature.
pub(crate) fn user_agent(api: &Api, connection: &Connection) -> impl Intercept + 'static {
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
    MutateRequestInterceptor::new(move |request: &mut HttpRequest| {
        request.headers_mut().insert("user-agent", agent.clone());
    })
}

/// botocore's `sanitize_user_agent_string_component`.
fn clean(text: &str) -> String {
    let allowed = |character: char| character.is_ascii_alphanumeric() || "!$%&'*+-.^_`|~,".contains(character);
    text.chars().map(|character| if allowed(character) { character } else { '-' }).collect()
}

#[cfg(test)]
mod tests {
    use super::{check, clean};

    #[test]
    fn a_value_is_refused_by_its_name_and_never_shown() {
        for good in ["", "AKID", "a b\t", "é€\u{85}"] {
            assert!(check(good, "x").is_ok(), "{good:?}");
        }
        for bad in ["secret\n", "\rsecret", "sec\u{1}ret", "secret\u{7f}", "secret\0", "secret\n x", "secret\u{10dce9}"]
        {
            let message = check(bad, "AWS_SESSION_TOKEN").unwrap_err().to_string();
            assert!(message.contains("Invalid header value: AWS_SESSION_TOKEN holds "), "{message}");
            assert!(!message.contains("secret"), "{message}");
        }
    }

    #[test]
    fn what_a_user_agent_may_not_hold_becomes_a_dash() {
        assert_eq!(clean("AWS_Lambda_python3.9\r\n"), "AWS_Lambda_python3.9--");
        assert_eq!(clean("a b/c(é)"), "a-b-c---");
    }
}
