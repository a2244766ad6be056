//! What may be the value of a header. Checked before the SDK, which panics on an access key ID that may not. And the one header that
//! the SDK makes of a variable: it takes `AWS_EXECUTION_ENV` as it is, and then cannot send a line end; the AWS CLI replaces what a
//! user agent may not hold.

use std::fmt::Display;

use aws_config::AppName;
use aws_runtime::user_agent::{ApiMetadata, AwsUserAgent};
use aws_smithy_types::config_bag::ConfigBag;
use aws_types::os_shim_internal::Env;

use crate::env_vars;
use crate::error::{Error, Result};
use crate::os_text::holds_bytes;

/// Refuses a value that no header may have. It may be a secret, so it is called by its name: the AWS CLI shows it.
///
/// # Errors
/// Line ends and other control characters, which the AWS CLI sends unless they are line ends; bytes that are not UTF-8.
pub(crate) fn check(value: &str, name: impl Display) -> Result<()> {
    if value.chars().all(|character| character == '\t' || !character.is_ascii_control()) && !holds_bytes(value) {
        return Ok(());
    }
    Err(Error::General(format!(
        "An HTTP Client raised an unhandled exception: Invalid header value: {name} holds a line end, another control \
         character or bytes that are not UTF-8"
    )))
}

/// Puts a user agent that names this environment in the place of the SDK's own.
pub(crate) fn name_environment(config: &mut ConfigBag, environment: &str) {
    let Some(api) = config.load::<ApiMetadata>().cloned() else { return };
    let cleaned = clean(environment);
    let mut agent = AwsUserAgent::new_from_environment(Env::from_slice(&[(env_vars::EXECUTION_ENV, &cleaned)]), api);
    if let Some(application) = config.load::<AppName>().cloned() {
        agent.set_app_name(application);
    }
    config.interceptor_state().store_put(agent);
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
