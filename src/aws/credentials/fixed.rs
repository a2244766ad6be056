//! Credentials that stand somewhere as they are: in variables, in the credentials file, in the config file.

use super::expiry::Expiry;
use super::provider::Fetched;
use crate::env_vars;
use crate::error::{Error, Result};
use crate::settings::Sources;
use crate::settings::config_files::text;
use crate::settings::ini::Section;

/// The AWS CLI's name for the environment.
pub const ENVIRONMENT: &str = "env";
/// The AWS CLI's name for the credentials file.
pub const CREDENTIALS_FILE: &str = "shared-credentials-file";
/// The AWS CLI's name for the config file.
pub const CONFIG_FILE: &str = "config-file";

/// The credentials of the environment. An empty access key counts as none; a missing secret key is refused.
///
/// # Errors
/// `Partial credentials found in env, missing: …`; an end that is no date.
pub fn from_environment(sources: &Sources<'_>) -> Result<Option<Fetched>> {
    let read = |name: &str| sources.variable(&[name]).filter(|value| !value.is_empty());
    let Some(access_key) = read(env_vars::ACCESS_KEY_ID) else { return Ok(None) };
    let secret_key =
        read(env_vars::SECRET_ACCESS_KEY).ok_or_else(|| partial(ENVIRONMENT, env_vars::SECRET_ACCESS_KEY))?;
    // The old name wins, as in the AWS CLI.
    let token = read(env_vars::SECURITY_TOKEN).or_else(|| read(env_vars::SESSION_TOKEN));
    let expiry = read(env_vars::CREDENTIAL_EXPIRATION).map(|end| Expiry::parse(&end)).transpose()?;
    Ok(Some(Fetched::new(access_key, secret_key, token, expiry, ENVIRONMENT)))
}

/// The credentials in a section of a file; an empty value is a value.
///
/// # Errors
/// `Partial credentials found in …, missing: …`
pub fn from_section(section: Option<&Section>, provider: &'static str) -> Result<Option<Fetched>> {
    let read = |key: &str| text(section, key).map(str::to_owned);
    let Some(access_key) = read("aws_access_key_id") else { return Ok(None) };
    let secret_key = read("aws_secret_access_key").ok_or_else(|| partial(provider, "aws_secret_access_key"))?;
    let token = read("aws_security_token").or_else(|| read("aws_session_token")).filter(|token| !token.is_empty());
    Ok(Some(Fetched::new(access_key, secret_key, token, None, provider)))
}

/// The refusal of credentials that lack something.
#[must_use]
pub fn partial(provider: &str, missing: &str) -> Error {
    Error::General(format!("Partial credentials found in {provider}, missing: {missing}"))
}

#[cfg(test)]
mod tests {
    use super::{from_environment, from_section};
    use crate::host::Host;
    use crate::settings::{ConfigFiles, Sources, ini};

    fn environment(more: &[(&str, &str)]) -> Result<Option<String>, String> {
        let variables = [&[("AWS_ACCESS_KEY_ID", "K"), ("AWS_SECRET_ACCESS_KEY", "s")], more].concat();
        let (host, files) = (Host::fixed(&variables), ConfigFiles::default());
        let found = from_environment(&Sources { host: &host, files: &files, globals: None });
        found
            .map(|found| found.map(|found| found.credentials.session_token().unwrap_or_default().to_owned()))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_old_name_of_the_token_wins_where_it_is_not_empty() {
        assert_eq!(
            environment(&[("AWS_SECURITY_TOKEN", "old"), ("AWS_SESSION_TOKEN", "new")]).unwrap().unwrap(),
            "old"
        );
        assert_eq!(environment(&[("AWS_SECURITY_TOKEN", ""), ("AWS_SESSION_TOKEN", "new")]).unwrap().unwrap(), "new");
    }

    #[test]
    fn half_a_pair_and_an_odd_end_are_refused() {
        assert_eq!(environment(&[("AWS_ACCESS_KEY_ID", "")]).unwrap(), None);
        let partial = environment(&[("AWS_SECRET_ACCESS_KEY", "")]).unwrap_err();
        assert_eq!(partial, "Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY");
        assert!(environment(&[("AWS_CREDENTIAL_EXPIRATION", "soon")]).is_err());
        assert!(environment(&[("AWS_CREDENTIAL_EXPIRATION", "")]).is_ok());
    }

    #[test]
    fn in_a_file_an_empty_token_hides_the_other() {
        let sections =
            ini::parse("[p]\naws_access_key_id=\naws_secret_access_key=s\naws_security_token=\naws_session_token=t")
                .unwrap();
        let found = from_section(sections.get("p"), "config-file").unwrap().unwrap();
        assert_eq!((found.credentials.access_key_id(), found.credentials.session_token()), ("", None));
    }
}
