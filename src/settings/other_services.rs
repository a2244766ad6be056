//! Settings that only matter to other services: compression, checksums, account-based endpoints, S3. The AWS CLI rejects invalid
//! values on every call; so do we.

use super::Sources;
use super::ini::{IniValue, Section};
use crate::env_vars;
use crate::error::{Error, Result};
use crate::python::numeral;
use crate::value::Integer;

const CHECKSUMS: [&str; 2] = ["when_supported", "when_required"];
const ACCOUNT_ID_MODES: [&str; 3] = ["preferred", "disabled", "required"];

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
        if let Some(value) = value.filter(|value| !CHECKSUMS.contains(&value.as_str())) {
            let choices = tuple(&CHECKSUMS);
            return Err(Error::General(format!(
                "Unsupported configuration value for {key}. Expected one of {choices} but got {value}."
            )));
        }
    }
    if signs {
        check_account_id_mode(given(env_vars::ACCOUNT_ID_ENDPOINT_MODE, "account_id_endpoint_mode")?)?;
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

fn check_account_id_mode(mode: Option<IniValue>) -> Result<()> {
    match mode.map(|value| value.lower_case()) {
        Some(mode) if !ACCOUNT_ID_MODES.contains(&mode.as_str()) => Err(Error::General(format!(
            "The configured value '{mode}' for 'account_id_endpoint_mode' is invalid. Valid values are: {}.",
            tuple(&ACCOUNT_ID_MODES)
        ))),
        _ => Ok(()),
    }
}

/// Names as Python shows a tuple of them.
fn tuple(names: &[&str]) -> String {
    format!("({})", names.iter().map(|name| format!("'{name}'")).collect::<Vec<_>>().join(", "))
}

/// Rejects an empty `s3` group; one that is a text is ignored.
pub(crate) fn check_s3_group(scoped: Option<&Section>) -> Result<()> {
    match scoped.and_then(|section| section.get("s3")) {
        Some(IniValue::Text(text)) if text.is_empty() => {
            Err(Error::General("'str' object has no attribute 'get'".to_owned()))
        }
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

#[cfg(test)]
mod tests {
    use super::{check, check_s3_addressing, check_s3_group};
    use crate::host::Host;
    use crate::settings::{ConfigFiles, Sources, ini};
    use crate::trace::Trace;

    fn checked(variables: &[(&str, &str)], signs: bool) -> String {
        let (host, files) = (Host::fixed(variables), ConfigFiles::default());
        let sources = Sources { host: &host, files: &files, globals: None, trace: &Trace::off() };
        check(&sources, signs).map_or_else(|error| error.to_string(), |()| String::new())
    }

    #[test]
    fn invalid_values_are_refused_though_they_have_no_effect() {
        let size = "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES";
        let start = "for request_min_compression_size_bytes. Value must be";
        assert_eq!(checked(&[(size, "0")], true), format!("Invalid value \"0\" {start} between 1 and 1048576."));
        assert!(checked(&[(size, "x")], true).ends_with("an integer. Received <class 'str'> instead."));
        assert_eq!(checked(&[(size, " 5 ")], true), "");
        assert_eq!(
            checked(&[("AWS_RESPONSE_CHECKSUM_VALIDATION", "X")], true),
            "Unsupported configuration value for response_checksum_validation. Expected one of ('when_supported', \
             'when_required') but got x."
        );
        assert!(checked(&[("AWS_ACCOUNT_ID_ENDPOINT_MODE", "x")], true).starts_with("The configured value 'x' for"));
        assert_eq!(checked(&[("AWS_ACCOUNT_ID_ENDPOINT_MODE", "x")], false), "");
        assert!(checked(&[("AWS_S3_DISABLE_EXPRESS_SESSION_AUTH", "")], true).starts_with("Invalid value \"\""));
    }

    #[test]
    fn the_s3_group_may_be_text_but_not_empty_or_of_unknown_style() {
        for (group, is_refused) in [("x", false), ("", true), ("\n  addressing_style = path", false)] {
            let sections = ini::parse(&format!("[default]\ns3 = {group}\n")).unwrap();
            assert_eq!(check_s3_group(sections.get("default")).is_err(), is_refused, "{group}");
        }
        let sections = ini::parse("[default]\ns3 =\n  addressing_style = x\n").unwrap();
        assert!(
            check_s3_addressing(sections.get("default")).unwrap_err().to_string().starts_with("S3 addressing style x")
        );
    }
}
