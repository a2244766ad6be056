//! The environment that runs the program, as the user agent names it. The SDK takes `AWS_EXECUTION_ENV` as it is, and then cannot
//! send a line end; the AWS CLI replaces what a user agent may not hold.

use aws_config::AppName;
use aws_runtime::user_agent::{ApiMetadata, AwsUserAgent};
use aws_smithy_types::config_bag::ConfigBag;
use aws_types::os_shim_internal::Env;

use crate::env_vars;

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
    use super::clean;

    #[test]
    fn what_a_user_agent_may_not_hold_becomes_a_dash() {
        assert_eq!(clean("AWS_Lambda_python3.9\r\n"), "AWS_Lambda_python3.9--");
        assert_eq!(clean("a b/c(é)"), "a-b-c---");
    }
}
