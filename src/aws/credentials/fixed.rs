//! Credentials that stand somewhere as they are: in variables, in the credentials file, in the config file.

use aws_credential_types::Credentials;

use crate::env_vars;
use crate::error::{Error, Result};
use crate::settings::Sources;
use crate::settings::config_files::text;
use crate::settings::ini::Section;

/// The credentials of the environment. An empty access key counts as none; a missing secret key is refused.
///
/// # Errors
/// `Partial credentials found in env, missing: …`
pub fn from_environment(sources: &Sources<'_>) -> Result<Option<Credentials>> {
    let read = |name: &str| sources.variable(&[name]).filter(|value| !value.is_empty());
    let Some(access_key) = read(env_vars::ACCESS_KEY_ID) else { return Ok(None) };
    let secret_key = read(env_vars::SECRET_ACCESS_KEY).ok_or_else(|| partial("env", env_vars::SECRET_ACCESS_KEY))?;
    let token = read(env_vars::SESSION_TOKEN).or_else(|| read(env_vars::SECURITY_TOKEN));
    Ok(Some(Credentials::new(access_key, secret_key, token, None, "env")))
}

/// The credentials in a section of a file.
///
/// # Errors
/// `Partial credentials found in …, missing: …`
pub fn from_section(section: Option<&Section>, provider: &'static str) -> Result<Option<Credentials>> {
    let read = |key: &str| text(section, key).map(str::to_owned);
    let Some(access_key) = read("aws_access_key_id") else { return Ok(None) };
    let secret_key = read("aws_secret_access_key").ok_or_else(|| partial(provider, "aws_secret_access_key"))?;
    let token = read("aws_session_token").or_else(|| read("aws_security_token"));
    Ok(Some(Credentials::new(access_key, secret_key, token, None, provider)))
}

fn partial(provider: &str, missing: &str) -> Error {
    Error::General(format!("Partial credentials found in {provider}, missing: {missing}"))
}
