//! A role by web identity: a token from a file (Kubernetes, a pipeline) is exchanged for a role's credentials.

use std::sync::Arc;

use aws_sdk_sts::Client;
use aws_sdk_sts::config::Builder;

use super::assume_role::default_session_name;
use super::cache::{Cache, sha1};
use super::document::{json_line, object};
use super::parameters::{Parameter, check};
use super::process::utf8;
use super::provider::Fetched;
use super::service::{Reply, RetriesByCode, STS};
use super::surroundings::Surroundings;
use super::{cached, sts};
use crate::aws::exchange::Recorder;
use crate::env_vars;
use crate::error::{Error, Result};
use crate::host::read_at_most;
use crate::python::errno;
use crate::settings::Sources;
use crate::settings::config_files::text;
use crate::settings::ini::Section;
use crate::value::Value;

/// The AWS CLI's name for this source.
pub const NAME: &str = "assume-role-with-web-identity";

const OPERATION: &str = "AssumeRoleWithWebIdentity";

/// The most that is read of a token's file, in bytes; the service takes 20,000.
const LARGEST_TOKEN: u64 = 1024 * 1024;

/// That the service could not reach the identity provider is tried again.
const RETRIES: RetriesByCode = RetriesByCode { code: sts::code, also: Some("IDPCommunicationError") };

/// A role and the file with the token for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebIdentitySettings {
    token_file: String,
    role_arn: String,
    session_name: Option<String>,
}

impl WebIdentitySettings {
    /// What the environment (unless it is left out) and a profile say; none where neither names a token file.
    ///
    /// # Errors
    /// A token file without a role.
    pub fn resolve(sources: &Sources<'_>, profile: Option<&Section>, with_environment: bool) -> Result<Option<Self>> {
        let read = |variable: &str, key: &str| {
            let from_environment = with_environment.then(|| sources.variable(&[variable])).flatten();
            from_environment.or_else(|| text(profile, key).map(str::to_owned))
        };
        let token_file = read(env_vars::WEB_IDENTITY_TOKEN_FILE, "web_identity_token_file");
        let Some(token_file) = token_file.filter(|path| !path.is_empty()) else { return Ok(None) };
        let role_arn = read(env_vars::ROLE_ARN, "role_arn").filter(|arn| !arn.is_empty()).ok_or_else(|| {
            Error::General(
                "The provided profile or the current environment is configured to assume role with web identity but has no \
                 role ARN configured. Ensure that the profile has the role_arnconfiguration set or the AWS_ROLE_ARN env var \
                 is set."
                    .to_owned(),
            )
        })?;
        Ok(Some(Self { token_file, role_arn, session_name: read(env_vars::ROLE_SESSION_NAME, "role_session_name") }))
    }
}

/// A role by web identity.
#[derive(Debug)]
pub struct WebIdentity {
    settings: WebIdentitySettings,
    surroundings: Arc<Surroundings>,
    cache: Option<Cache>,
    cache_key: String,
}

impl WebIdentity {
    /// Reads the token for the first time; the name of the cache's file depends on it.
    ///
    /// # Errors
    /// A token file that cannot be read.
    pub fn new(settings: WebIdentitySettings, surroundings: Arc<Surroundings>, cache: Option<Cache>) -> Result<Self> {
        let token = read_text(&settings.token_file)?;
        let mut arguments = vec![("RoleArn", Value::string(settings.role_arn.as_str()))];
        // An empty name is replaced like one that is not there.
        let session_name = settings.session_name.as_deref().filter(|name| !name.is_empty());
        arguments.extend(session_name.map(|name| ("RoleSessionName", Value::string(name))));
        arguments.push(("WebIdentityToken", Value::string(token)));
        Ok(Self { cache_key: sha1(&json_line(&object(arguments))), settings, surroundings, cache })
    }

    /// The role's credentials, from the cache or from the service.
    ///
    /// # Errors
    /// An unreadable token, the service's refusal or silence, a cache that cannot be read or written.
    pub async fn fetch(&self) -> Result<Fetched> {
        let (cache, host) = (self.cache.as_ref(), self.surroundings.host());
        if let Some(fetched) = cached::load(cache, &self.cache_key, host, NAME)? {
            return Ok(fetched);
        }
        let reply = self.ask().await?;
        let role = sts::role(&reply, OPERATION, self.surroundings.timestamp_format()?, self.surroundings.host())?;
        cached::keep(cache, &self.cache_key, &role, NAME)
    }

    async fn ask(&self) -> Result<Reply> {
        // The file may hold another token by now.
        let token = read_text(&self.settings.token_file)?;
        let default = default_session_name(self.surroundings.clock());
        let session_name = self.settings.session_name.clone().filter(|name| !name.is_empty()).unwrap_or(default);
        let role_arn = &self.settings.role_arn;
        let (connection, config) = self.surroundings.connect(&STS, None, None)?;
        if connection.parameter_validation {
            check(&[
                Parameter::Text("RoleSessionName", &session_name, 2),
                Parameter::Text("RoleArn", role_arn, 20),
                Parameter::Text("WebIdentityToken", &token, 4),
            ])?;
        }
        let config = Builder::from(&config).retry_classifier(RETRIES).build();
        let call = Client::from_conf(config)
            .assume_role_with_web_identity()
            .role_arn(role_arn)
            .role_session_name(session_name)
            .web_identity_token(token);
        let recorder = Recorder::new(None, connection.endpoint_url.as_deref());
        let outcome = call.customize().interceptor(recorder.clone()).send().await;
        Reply::of(&recorder, outcome.as_ref().err().map(|error| error as _), &connection)
    }
}

/// A file as Python reads text: UTF-8, line ends made one.
///
/// # Errors
/// The system's refusal in Python's words; bytes that are no text.
pub fn read_text(path: &str) -> Result<String> {
    let bytes = read_at_most(path, LARGEST_TOKEN).map_err(|error| Error::General(errno::with_path(&error, path)))?;
    Ok(utf8(&bytes)?.replace("\r\n", "\n").replace('\r', "\n"))
}

#[cfg(test)]
mod tests {
    use super::WebIdentitySettings;
    use crate::host::Host;
    use crate::settings::{ConfigFiles, Sources, ini};

    fn settings(variables: &[(&str, &str)], profile: &str, with_environment: bool) -> Option<WebIdentitySettings> {
        let (host, files) = (Host::fixed(variables), ConfigFiles::default());
        let sections = ini::parse(&format!("[p]\n{profile}")).unwrap();
        let sources = Sources { host: &host, files: &files, globals: None };
        WebIdentitySettings::resolve(&sources, sections.get("p"), with_environment).unwrap()
    }

    const PROFILE: &str = "web_identity_token_file = /p\nrole_arn = rp\n";

    #[test]
    fn each_variable_wins_over_its_key_unless_the_environment_is_left_out() {
        let variables = [("AWS_ROLE_ARN", "re")];
        assert_eq!(settings(&variables, PROFILE, true).unwrap().role_arn, "re");
        assert_eq!(settings(&variables, PROFILE, false).unwrap().role_arn, "rp");
    }

    #[test]
    fn an_empty_variable_hides_the_profile() {
        assert_eq!(settings(&[("AWS_WEB_IDENTITY_TOKEN_FILE", "")], PROFILE, true), None);
        assert_eq!(settings(&[], "role_arn = rp\n", true), None);
    }
}
