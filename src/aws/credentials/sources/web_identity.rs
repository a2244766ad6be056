//! A role by web identity: a token from a file (Kubernetes, a pipeline) is exchanged for a role's credentials.

use std::sync::Arc;

use aws_sdk_sts::operation::assume_role_with_web_identity::{
    AssumeRoleWithWebIdentity, AssumeRoleWithWebIdentityInput,
};

use super::assume_role::default_session_name;
use crate::aws::credentials::cache::{Cache, sha1};
use crate::aws::credentials::document::{json_line, object, read_text};
use crate::aws::credentials::provider::{Fetching, Source};
use crate::aws::credentials::service::{Parameter, STS, ServiceClients};
use crate::aws::credentials::sts;
use crate::aws::exchange::Response;
use crate::error::{Error, Result};
use crate::settings::Sources;
use crate::settings::ini::{IniValue, Section};
use crate::value::Value;
use crate::{env_vars, os_text};

pub(crate) const NAME: &str = "assume-role-with-web-identity";

const OPERATION: &str = "AssumeRoleWithWebIdentity";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WebIdentitySettings {
    token_file: String,
    role_arn: IniValue,
    session_name: Option<IniValue>,
}

impl WebIdentitySettings {
    /// The settings of the environment (unless it is left out) and a profile; `None` where neither names a token file.
    pub(crate) fn resolve(
        sources: &Sources<'_>,
        profile: Option<&Section>,
        with_environment: bool,
    ) -> Result<Option<Self>> {
        let read = |variable: &str, key: &str| {
            let from_environment =
                with_environment.then(|| sources.variable(&[variable])).flatten().map(IniValue::Text);
            from_environment
                .or_else(|| profile.and_then(|profile| profile.get(key)).cloned())
                .filter(|value| !value.is_empty())
        };
        let Some(token_file) = read(env_vars::WEB_IDENTITY_TOKEN_FILE, "web_identity_token_file") else {
            return Ok(None);
        };
        let token_file = token_file.text("web_identity_token_file")?.to_owned();
        let role_arn = read(env_vars::ROLE_ARN, "role_arn").ok_or_else(|| {
            Error::general(
                "The provided profile or the current environment is configured to assume role with web identity but has no \
                 role ARN configured. Ensure that the profile has the role_arnconfiguration set or the AWS_ROLE_ARN env var \
                 is set.",
            )
        })?;
        Ok(Some(Self { token_file, role_arn, session_name: read(env_vars::ROLE_SESSION_NAME, "role_session_name") }))
    }
}

pub(crate) struct WebIdentity {
    settings: WebIdentitySettings,
    clients: Arc<ServiceClients>,
    cache: Option<Cache>,
    cache_key: String,
}

impl Source for WebIdentity {
    fn fetch(&self) -> Fetching<'_> {
        let request = async || sts::role(&self.call().await?, OPERATION, |date| self.clients.shown_date(date));
        Box::pin(Cache::credentials(self.cache.as_ref(), &self.cache_key, &self.clients.host, NAME, request))
    }

    fn detail(&self) -> String {
        format!("{} with the token in {}", self.settings.role_arn, self.settings.token_file)
    }
}

impl WebIdentity {
    /// Reads the token for the first time; the name of the cache's file depends on it.
    pub(crate) fn new(
        settings: WebIdentitySettings,
        clients: Arc<ServiceClients>,
        cache: Option<Cache>,
    ) -> Result<Self> {
        let token = read_text(os_text::encode(&settings.token_file))?;
        let mut arguments = vec![("RoleArn", settings.role_arn.to_value())];
        arguments.extend(settings.session_name.as_ref().map(|name| ("RoleSessionName", name.to_value())));
        arguments.push(("WebIdentityToken", Value::string(token)));
        Ok(Self { cache_key: sha1(&json_line(&object(arguments))), settings, clients, cache })
    }

    async fn call(&self) -> Result<Response> {
        // The file may hold another token by now.
        let token = read_text(os_text::encode(&self.settings.token_file))?;
        let WebIdentitySettings { role_arn, session_name, .. } = &self.settings;
        let default = IniValue::Text(default_session_name(self.clients.clock()));
        let session_name = session_name.as_ref().unwrap_or(&default);
        let client = self.clients.connect(&STS, None, None)?;
        client.check(&[
            Parameter::Text("RoleSessionName", session_name.to_value(), 2),
            Parameter::Text("RoleArn", role_arn.to_value(), 20),
            Parameter::Text("WebIdentityToken", Value::string(token.as_str()), 4),
        ])?;
        let input = AssumeRoleWithWebIdentityInput::builder()
            .role_arn(role_arn.text("role_arn")?)
            .role_session_name(session_name.text("role_session_name")?)
            .web_identity_token(token)
            .build();
        client.call(AssumeRoleWithWebIdentity::new(), input).await
    }
}
