//! Who signs: the credentials, looked for where and in the order that the AWS CLI looks.
//!
//! Looking has two moments, as there: [`find`] when the client is made (a half-set pair is refused then, a program is run, a local
//! endpoint is asked), and [`Found::resolve`] when a request is about to be signed (a role is assumed then). A long run keeps what was
//! [`Found`], which renews credentials that end. Refuses to guess: a profile that was chosen is the only one asked.

mod cache;
mod cached;
mod document;
mod dpop;
pub(crate) mod expiry;
mod fetched;
mod instance_settings;
mod metadata_http;
mod mfa_prompt;
mod parameters;
mod plain_text;
mod provider;
mod rest_json;
mod role_profile;
mod search;
mod service;
mod service_clients;
mod sources;
mod sso_settings;
mod sso_token;
mod sts;
#[cfg(test)]
mod testing;
mod xml;

use std::sync::Arc;

use aws_credential_types::Credentials;

use crate::aws::header;
use crate::env_vars;
use crate::error::Result;
use crate::settings::{Identity, Sources, Timeouts};
use instance_settings::InstanceSettings;
use provider::{Provider, Source};
use search::Search;
pub(crate) use sources::fixed::masked_key;
use sources::instance_metadata::Instance;
use sso_settings::SsoSession;

/// The folders of what is kept between runs: what, the variable that moves it, and where it is otherwise.
pub(crate) const CACHES: [(&str, Option<&str>, &str); 3] = [
    ("role cache", None, cache::CREDENTIALS),
    ("SSO cache", None, sso_token::FOLDER),
    ("login cache", Some(env_vars::LOGIN_CACHE_DIRECTORY), sources::login::FOLDER),
];

#[derive(Clone, Debug)]
pub struct Found {
    provider: Option<Arc<Provider>>,
    /// The region that is signed for.
    region: Option<String>,
}

/// Refuses settings of the instance metadata service that cannot be used. The AWS CLI looks at them before it reads the operation's
/// options, whatever the credentials come from; a missing profile is not reported yet.
pub fn check_instance_settings(sources: &Sources<'_>) -> Result<()> {
    match (InstanceSettings::resolve(sources), sources.scoped()) {
        (Err(error), Err(no_profile)) if error.message() == no_profile.message() => Ok(()),
        (outcome, _) => outcome.map(|_| ()),
    }
}

/// Whether an instance would be asked for what is set nowhere else.
///
/// # Errors
/// As [`check_instance_settings`].
pub(crate) fn instance_is_asked(sources: &Sources<'_>) -> Result<bool> {
    check_instance_settings(sources)?;
    Ok(InstanceSettings::resolve(sources).is_ok_and(|settings| !settings.disabled))
}

/// The region of the instance that this runs on, for where no option, variable or profile names one; `None` on anything but an instance.
///
/// # Errors
/// As [`check_instance_settings`], and a failure that does not mean that there is no instance.
pub async fn instance_region(sources: &Sources<'_>) -> Result<Option<String>> {
    Instance::new(InstanceSettings::resolve(sources)?, sources).region().await
}

/// Looks for credentials: the environment (unless `--profile` was given), the profile, a container, an instance. `identity` has its
/// region by now; `timeouts` are those of the services that are asked.
///
/// # Errors
/// Credentials that are there but incomplete or unusable; a profile's `sso_session` that is, even where it is not used.
pub async fn find(sources: &Sources<'_>, identity: &Identity, timeouts: &Timeouts) -> Result<Found> {
    let search = Search::new(sources, timeouts, identity.region.as_deref());
    found(sources, identity, &search).await
}

/// The same search without asking anybody or starting anything: it ends at the first source that would be asked.
pub(crate) async fn foresee(sources: &Sources<'_>, identity: &Identity, timeouts: &Timeouts) -> Result<Found> {
    let search = Search::new(sources, timeouts, identity.region.as_deref()).without_asking();
    found(sources, identity, &search).await
}

async fn found(sources: &Sources<'_>, identity: &Identity, search: &Search<'_>) -> Result<Found> {
    let profile = identity.profile.as_deref().unwrap_or("default");
    let found = if identity.sign { search.run(profile).await? } else { None };
    SsoSession::resolve(sources.files, profile)?;
    Ok(Found { provider: found.map(Arc::new), region: identity.region.clone() })
}

impl Found {
    /// The AWS CLI's name for where they come from.
    pub(crate) fn name(&self) -> &'static str {
        self.provider.as_ref().map_or("nowhere", |provider| provider.name())
    }

    /// The source, if there is one.
    pub(crate) fn source(&self) -> Option<&dyn Source> {
        self.provider.as_ref().map(|provider| provider.source())
    }

    /// The credentials to sign with now, if there are any.
    ///
    /// # Errors
    /// A source that refuses or cannot be reached; what cannot be sent, the region among it.
    pub async fn resolve(&self) -> Result<Option<Credentials>> {
        let Some(provider) = &self.provider else { return Ok(None) };
        header::check(self.region.as_deref().unwrap_or_default(), "the region")?;
        provider.current().await.map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{Endpoint, Machine, role_answer, wait_for};

    const ROLE: &str = "role_arn = arn:aws:iam::123456789012:role/";
    const BASE: &str = "[profile base]\naws_access_key_id = BASE\naws_secret_access_key = topsecret\n";

    #[test]
    fn roles_are_assumed_one_by_the_other_and_cached() {
        let config =
            format!("[default]\n{ROLE}r\nsource_profile = mid\n[profile mid]\n{ROLE}m\nsource_profile = base\n{BASE}");
        let endpoint = Endpoint::answering(vec![role_answer("MID"), role_answer("OUTER")]);
        let machine = Machine::new(&config, &[], &endpoint);
        assert_eq!(machine.key().unwrap(), "OUTER");
        assert_eq!(machine.key().unwrap(), "OUTER", "from the cache, for there is no third answer");
        let requests = endpoint.requests();
        for (request, key, role) in [(&requests[0], "BASE", "%2Fm"), (&requests[1], "MID", "%2Fr")] {
            assert!(request.contains(&format!("Credential={key}/")), "{request}");
            assert!(request.contains(&format!("role{role}&RoleSessionName=botocore-session-0")), "{request}");
        }
        let kept = machine.read(".aws/cli/cache/6dc9e6e1e186b9f293814df3266de783142c48a2.json");
        assert!(kept.starts_with("{\"Credentials\": {\"AccessKeyId\": \"OUTER\", "), "{kept}");
    }

    #[test]
    fn a_refusal_is_reported_and_does_not_last() {
        let refusal = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>";
        let endpoint = Endpoint::answering(vec![(403, refusal.to_owned()), role_answer("ROLE")]);
        let config = format!("[default]\n{ROLE}r\nsource_profile = base\n{BASE}");
        let found = Machine::new(&config, &[], &endpoint).find().unwrap();
        assert_eq!(found.name(), "assume-role");
        let error = wait_for(found.resolve()).unwrap_err();
        assert_eq!(error.status(), 254);
        assert!(error.to_string().ends_with("(AccessDenied) when calling the AssumeRole operation: no"));
        assert_eq!(wait_for(found.resolve()).unwrap().unwrap().access_key_id(), "ROLE");
        assert!(!format!("{found:?} {error:?}").contains("topsecret"));
    }

    #[test]
    fn a_token_that_is_about_to_end_is_renewed_and_written_back() {
        let config = "[default]\nsso_session = my\nsso_account_id = 1\nsso_role_name = Admin\n\
                      [sso-session my]\nsso_region = us-east-1\nsso_start_url = https://s\n";
        let token = r#"{"startUrl": "https://s", "region": "us-east-1", "accessToken": "OLD", "expiresAt": "1970-01-01T00:14:59Z",
            "clientId": "cid", "clientSecret": "cs", "registrationExpiresAt": "1970-01-02T00:00:00Z", "refreshToken": "RT"}"#;
        let file = ".aws/sso/cache/3ece1471f44f63177cbc35ba0b904e0c096b6783.json";
        let answers = vec![
            (200, r#"{"accessToken": "NEW", "expiresIn": 3600, "refreshToken": "RT2"}"#.to_owned()),
            (
                200,
                r#"{"roleCredentials": {"accessKeyId": "SSO", "secretAccessKey": "s", "sessionToken": "t",
                "expiration": 3600000}}"#
                    .to_owned(),
            ),
        ];
        let endpoint = Endpoint::answering(answers);
        let machine = Machine::new(config, &[(file, token)], &endpoint);
        assert_eq!(machine.key().unwrap(), "SSO");
        assert_eq!(
            machine.read(file),
            r#"{"startUrl": "https://s", "region": "us-east-1", "accessToken": "NEW", "expiresAt": "1970-01-01T01:00:00Z", "clientId": "cid", "clientSecret": "cs", "registrationExpiresAt": "1970-01-02T00:00:00Z", "refreshToken": "RT2"}"#
        );
        let requests = endpoint.requests();
        assert!(requests[0].starts_with("POST /token HTTP/1.1"));
        assert!(requests[1].contains("x-amz-sso_bearer_token: NEW\r\n"));
    }

    #[test]
    fn a_refused_renewal_is_ignored_while_the_token_lasts() {
        let config = "[default]\nsso_session = my\nsso_account_id = 1\nsso_role_name = Admin\n\
                      [sso-session my]\nsso_region = us-east-1\nsso_start_url = https://s\n";
        let token = r#"{"accessToken": "OLD", "expiresAt": "1970-01-01T00:00:10Z", "clientId": "cid", "clientSecret": "cs",
            "registrationExpiresAt": "1970-01-02T00:00:00Z", "refreshToken": "RT"}"#;
        let endpoint = Endpoint::answering(vec![
            (400, r#"{"error": "invalid_grant"}"#.to_owned()),
            (401, r#"{"__type": "UnauthorizedException", "message": "m"}"#.to_owned()),
        ]);
        let file = ".aws/sso/cache/3ece1471f44f63177cbc35ba0b904e0c096b6783.json";
        let machine = Machine::new(config, &[(file, token)], &endpoint);
        assert!(machine.key().unwrap_err().starts_with("The SSO session associated with this profile has expired"));
        assert!(endpoint.requests()[1].contains("x-amz-sso_bearer_token: OLD\r\n"));
    }

    #[test]
    fn a_login_session_is_renewed_with_a_proof_and_written_back() {
        let name = "286187707741fc2ccb93cf9e56dbd0ee0a16208feed5fbc8ae1baa86d44c283f";
        let file = format!(".aws/login/cache/{name}.json");
        let key = "-----BEGIN EC PRIVATE KEY-----\\nMHcCAQEEIFDZHUzOG1Pzq+6F0mjMlOSp1syN9LRPBuHMoCFXTcXhoAoGCCqGSM49\\n\
            AwEHoUQDQgAE9qhj+KtcdHj1kVgwxWWWw++tqoh7H7UHs7oXh8jBbgF47rrYGC+t\\n\
            djiIaHK3dBvvdE7MGj5HsepzLm3Kj91bqA==\\n-----END EC PRIVATE KEY-----\\n";
        let session = format!(
            "{{\"accessToken\": {{\"accessKeyId\": \"OLD\", \"secretAccessKey\": \"s\", \"sessionToken\": \"t\", \"accountId\": \"1\", \
             \"expiresAt\": \"1970-01-01T00:04:00Z\"}}, \"refreshToken\": \"r\", \"clientId\": \"c\", \"dpopKey\": \"{key}\"}}"
        );
        let answer = r#"{"accessToken": {"accessKeyId": "NEW", "secretAccessKey": "s2", "sessionToken": "t2"}, "tokenType": "aws_sigv4",
            "expiresIn": 900, "refreshToken": "r2"}"#;
        let endpoint = Endpoint::answering(vec![(200, answer.to_owned())]);
        let config = "[default]\nlogin_session = arn:aws:iam::123456789012:user/me\n";
        let machine = Machine::new(config, &[(&file, &session)], &endpoint);
        assert_eq!(machine.key().unwrap(), "NEW");
        let kept = machine.read(&file);
        assert!(
            kept.contains("\"expiresAt\": \"1970-01-01T00:15:00Z\"}, \"refreshToken\": \"r2\", \"clientId\": \"c\""),
            "{kept}"
        );
        assert!(endpoint.requests()[0].contains("\r\ndpop: ey"));
    }
}
