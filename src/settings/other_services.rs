//! Settings that only matter to other services: compression, checksums, account-based endpoints, S3. The AWS CLI rejects invalid
//! values on every call; so do we.

use super::Sources;
use super::ini::{IniValue, Section};
use crate::env_vars;
use crate::error::{Error, Result};
use crate::python::numeral;
use crate::value::Integer;

/// Checks them in the AWS CLI's order. `signs` is whether requests are signed.
pub(crate) fn check(sources: &Sources<'_>, signs: bool) -> Result<()> {
    let given = |variable: &'static str, key: &str| sources.given(&[variable], key);
    if let Some(size) = given(env_vars::REQUEST_MIN_COMPRESSION_SIZE_BYTES, "request_min_compression_size_bytes")? {
        check_compression_size(&size)?;
    }
    for (variable, key) in [
        (env_vars::REQUEST_CHECKSUM_CALCULATION, "request_checksum_calculation"),
        (env_vars::RESPONSE_CHECKSUM_VALIDATION, "response_checksum_validation"),
    ] {
        let value = given(variable, key)?.map(|value| value.lower_case());
        if let Some(value) = value.filter(|value| !["when_supported", "when_required"].contains(&value.as_str())) {
            return Err(Error::General(format!(
                "Unsupported configuration value for {key}. Expected one of ('when_supported', 'when_required') but got \
                 {value}."
            )));
        }
    }
    let mode = if signs { given(env_vars::ACCOUNT_ID_ENDPOINT_MODE, "account_id_endpoint_mode")? } else { None };
    let mode = mode.map(|mode| mode.lower_case());
    if let Some(mode) = mode.filter(|mode| !["preferred", "disabled", "required"].contains(&mode.as_str())) {
        return Err(Error::General(format!(
            "The configured value '{mode}' for 'account_id_endpoint_mode' is invalid. Valid values are: ('preferred', 'disabled', \
             'required')."
        )));
    }
    if let Some(nested @ IniValue::Nested(_)) = given(env_vars::AUTH_SCHEME_PREFERENCE, "auth_scheme_preference")? {
        return Err(Error::General(format!(
            "auth_scheme_preference must be a comma-delimited string. Received <class 'dict'> instead: {nested}."
        )));
    }
    let express = given(env_vars::S3_DISABLE_EXPRESS_SESSION_AUTH, "s3_disable_express_session_auth")?;
    match express {
        Some(value) if !["true", "false"].contains(&value.to_string().to_lowercase().as_str()) => {
            let message =
                format!("Invalid value \"{value}\" for s3_disable_express_session_auth. Value must be a boolean");
            Err(Error::General(message))
        }
        _ => Ok(()),
    }
}

fn check_compression_size(size: &IniValue) -> Result<()> {
    let refused = |what: &str| {
        Err(Error::General(format!(
            "Invalid value \"{size}\" for request_min_compression_size_bytes. Value must be {what}"
        )))
    };
    let (number, class) = match size {
        IniValue::Text(text) => (numeral::integer(text), "str"),
        IniValue::Nested(_) => (None, "dict"),
    };
    match number {
        None => refused(&format!("an integer. Received <class '{class}'> instead.")),
        Some(Integer::Small(1..=1_048_576)) => Ok(()),
        Some(_) => refused("between 1 and 1048576."),
    }
}

/// Rejects an empty `s3` group; one that is a text is ignored.
pub(crate) fn check_s3_group(scoped: Option<&Section>) -> Result<()> {
    match scoped.and_then(|section| section.get("s3")) {
        Some(IniValue::Text(text)) if text.is_empty() => Err(Error::general("'str' object has no attribute 'get'")),
        _ => Ok(()),
    }
}

/// Rejects an unknown `addressing_style`.
pub(crate) fn check_s3_addressing(scoped: Option<&Section>) -> Result<()> {
    let Some(IniValue::Nested(group)) = scoped.and_then(|section| section.get("s3")) else { return Ok(()) };
    match group.get("addressing_style").map(String::as_str) {
        None | Some("auto" | "virtual" | "path") => Ok(()),
        Some(style) => Err(Error::General(format!(
            "S3 addressing style {style} is invalid. Valid options are: 'auto', 'virtual', and 'path'"
        ))),
    }
}
