//! Every setting, and where it may come from: the data behind `help settings`.

/// One setting. Names in a list are separated by a comma and a space.
#[derive(Debug)]
pub(crate) struct Setting {
    pub(crate) what: &'static str,
    pub(crate) options: &'static str,
    pub(crate) variables: &'static str,
    /// Keys of a profile in the settings files.
    pub(crate) keys: &'static str,
    pub(crate) default: &'static str,
}

const fn row([what, options, variables, keys, default]: [&'static str; 5]) -> Setting {
    Setting { what, options, variables, keys, default }
}

#[rustfmt::skip] // A row is a line.
pub(crate) const ALL: &[Setting] = &[
    row(["profile", "--profile", "AWS_PROFILE, AWS_DEFAULT_PROFILE", "", "default"]),
    row(["config file", "", "AWS_CONFIG_FILE", "", "~/.aws/config"]),
    row(["credentials file", "", "AWS_SHARED_CREDENTIALS_FILE", "", "~/.aws/credentials"]),
    row(["old credential files", "", "AWS_CREDENTIAL_FILE, BOTO_CONFIG", "", "/etc/boto.cfg, ~/.boto"]),
    row(["region", "--region", "AWS_REGION, AWS_DEFAULT_REGION", "region", "the instance's own"]),
    row(["keys", "", "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_SECURITY_TOKEN, AWS_CREDENTIAL_EXPIRATION", "aws_access_key_id, aws_secret_access_key, aws_session_token", ""]),
    row(["account (for resuming a run)", "", "AWS_ACCOUNT_ID", "aws_account_id", "the credentials'"]),
    row(["role", "", "AWS_ROLE_ARN, AWS_ROLE_SESSION_NAME, AWS_WEB_IDENTITY_TOKEN_FILE", "role_arn, source_profile, credential_source, external_id, duration_seconds, role_session_name, mfa_serial, web_identity_token_file", ""]),
    row(["single sign-on", "", "", "sso_session, sso_start_url, sso_region, sso_account_id, sso_role_name", ""]),
    row(["sign-in cache", "", "AWS_LOGIN_CACHE_DIRECTORY", "login_session", "~/.aws/login/cache"]),
    row(["credential process", "", "", "credential_process", ""]),
    row(["container credentials", "", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, AWS_CONTAINER_CREDENTIALS_FULL_URI, AWS_CONTAINER_AUTHORIZATION_TOKEN, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "", ""]),
    row(["instance metadata", "", "AWS_EC2_METADATA_DISABLED, AWS_EC2_METADATA_SERVICE_ENDPOINT, AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE, AWS_EC2_METADATA_V1_DISABLED, AWS_IMDS_USE_IPV6, AWS_METADATA_SERVICE_TIMEOUT, AWS_METADATA_SERVICE_NUM_ATTEMPTS", "ec2_metadata_service_endpoint, ec2_metadata_service_endpoint_mode, ec2_metadata_v1_disabled, imds_use_ipv6, metadata_service_timeout, metadata_service_num_attempts", "1 second, 1 attempt"]),
    row(["unsigned", "--no-sign-request", "", "", "signed"]),
    row(["endpoint", "--endpoint-url", "AWS_ENDPOINT_URL_SFN, AWS_ENDPOINT_URL", "services, endpoint_url", "the service's"]),
    row(["endpoints of the credentials' services", "", "AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL_SSO, AWS_ENDPOINT_URL_SSO_OIDC, AWS_ENDPOINT_URL_SIGNIN", "services, endpoint_url", "the services'"]),
    row(["ignore configured endpoints", "", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls", "false"]),
    row(["FIPS endpoint", "", "AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint", "false"]),
    row(["dual-stack endpoint", "", "AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint", "false"]),
    row(["certificate authorities", "--ca-bundle", "AWS_CA_BUNDLE, REQUESTS_CA_BUNDLE", "ca_bundle", "built in"]),
    row(["unchecked certificates", "--no-verify-ssl", "", "", "checked"]),
    row(["proxies", "", "http_proxy, HTTP_PROXY, https_proxy, HTTPS_PROXY, no_proxy, NO_PROXY, REQUEST_METHOD", "", "none"]),
    row(["connect timeout", "--cli-connect-timeout", "", "", "60 s"]),
    row(["read timeout", "--cli-read-timeout", "", "", "60 s"]),
    row(["keep-alive probes", "", "", "tcp_keepalive", "false"]),
    row(["attempts", "", "AWS_MAX_ATTEMPTS", "max_attempts", "3"]),
    row(["retry mode", "", "AWS_RETRY_MODE", "retry_mode", "standard"]),
    row(["parameter validation", "", "", "parameter_validation", "true"]),
    row(["of other services (only checked)", "", "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES, AWS_REQUEST_CHECKSUM_CALCULATION, AWS_RESPONSE_CHECKSUM_VALIDATION, AWS_ACCOUNT_ID_ENDPOINT_MODE, AWS_AUTH_SCHEME_PREFERENCE, AWS_S3_DISABLE_EXPRESS_SESSION_AUTH", "request_min_compression_size_bytes, request_checksum_calculation, response_checksum_validation, account_id_endpoint_mode, auth_scheme_preference, s3_disable_express_session_auth, s3", ""]),
    row(["output format", "--output", "AWS_DEFAULT_OUTPUT", "output", "json"]),
    row(["output encoding", "", "AWS_CLI_OUTPUT_ENCODING", "", "UTF-8"]),
    row(["file encoding", "", "AWS_CLI_FILE_ENCODING", "", "UTF-8"]),
    row(["query", "--query", "", "", ""]),
    row(["dates", "", "TZ, TZDIR", "cli_timestamp_format", "iso8601 in the local zone"]),
    row(["colour", "--color", "NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE", "", "auto"]),
    row(["times handed on in the place of aws", "", "REDRIVE_EXECUTION_HANDED_ON", "", "0"]),
    row(["pager", "--no-cli-pager", "AWS_PAGER, PAGER, LESS", "cli_pager", "less"]),
    row(["help pager", "--no-cli-pager", "MANPAGER, PAGER", "", "less -R"]),
    row(["error style", "--cli-error-format", "AWS_CLI_ERROR_FORMAT", "cli_error_format", "enhanced"]),
    row(["prompt", "--cli-auto-prompt, --no-cli-auto-prompt", "AWS_CLI_AUTO_PROMPT", "cli_auto_prompt", "off"]),
    row(["id of the application", "", "AWS_SDK_UA_APP_ID, AWS_EXECUTION_ENV", "sdk_ua_app_id", ""]),
    row(["home, journals, terminal, programs", "", "HOME, USERPROFILE, XDG_STATE_HOME, TERM, PATH", "", ""]),
    row(["completions, requested by a shell", "", "REDRIVE_EXECUTION_COMPLETE", "", ""]),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{ALL, Setting};
    use crate::cli::options::{GLOBALS, OPERATION};
    use crate::env_vars;

    fn names(list: fn(&Setting) -> &'static str) -> BTreeSet<&'static str> {
        ALL.iter().flat_map(|setting| list(setting).split(", ")).filter(|name| !name.is_empty()).collect()
    }

    #[test]
    fn every_variable_is_of_a_setting_and_read() {
        assert_eq!(names(|setting| setting.variables), env_vars::ALL.iter().map(|(name, _)| *name).collect());
    }

    #[test]
    fn every_option_of_a_setting_is_taken() {
        let known: BTreeSet<&str> = GLOBALS.iter().chain(OPERATION).map(|option| option.name).collect();
        let named = names(|setting| setting.options);
        assert!(named.len() > 10 && named.is_subset(&known), "{named:?}");
    }

    #[test]
    fn every_key_is_looked_up() {
        let mut sources = String::new();
        let mut folders = vec![concat!(env!("CARGO_MANIFEST_DIR"), "/src").into()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir::<std::path::PathBuf>(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if !path.ends_with("help/settings.rs") {
                    sources.push_str(&std::fs::read_to_string(path).unwrap());
                }
            }
        }
        let unread = names(|setting| setting.keys).into_iter().find(|key| !sources.contains(&format!("\"{key}\"")));
        assert_eq!(unread, None);
    }
}
