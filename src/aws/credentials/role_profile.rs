//! The role that a profile names, and who assumes it: another profile, itself, or a source by name.

use super::fetched::partial;
use super::sources::assume_role::RoleTerms;
use crate::error::{Error, Result};
use crate::python::{numeral, repr};
use crate::settings::ConfigFiles;
use crate::settings::config_files::text;
use crate::settings::ini::{IniValue, Section};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RoleSource {
    Profile(String),
    /// One of the [`NAMED`].
    Named(&'static str),
}

pub(crate) const ENVIRONMENT: &str = "Environment";
pub(crate) const CONTAINER: &str = "EcsContainer";
pub(crate) const INSTANCE: &str = "Ec2InstanceMetadata";

/// The sources that a profile can give as `credential_source`; case counts.
const NAMED: [&str; 3] = [ENVIRONMENT, CONTAINER, INSTANCE];

/// Whether a profile assumes a role. One with a web identity does that in another way.
pub(crate) fn has_role(profile: Option<&Section>) -> bool {
    profile.is_some_and(|profile| profile.contains_key("role_arn") && !profile.contains_key("web_identity_token_file"))
}

pub(crate) fn has_keys(profile: Option<&Section>) -> bool {
    ["aws_secret_access_key", "aws_access_key_id"]
        .iter()
        .any(|key| profile.is_some_and(|profile| profile.contains_key(*key)))
}

/// The roles from a profile down to the identity that assumes the last of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RoleChain {
    /// The roles, the profile's own first.
    pub(crate) roles: Vec<RoleTerms>,
    pub(crate) source: RoleSource,
    /// The profile that names the source.
    pub(crate) last_profile: String,
}

impl RoleChain {
    pub(crate) fn resolve(files: &ConfigFiles, profile: &str) -> Result<Option<Self>> {
        if !has_role(files.profile(profile)) {
            return Ok(None);
        }
        let mut roles = Vec::new();
        let mut visited = vec![profile.to_owned()];
        let mut current = profile.to_owned();
        loop {
            let (terms, source) = role(files, &current, &visited)?;
            roles.push(terms);
            match &source {
                RoleSource::Profile(next) if has_role(files.profile(next)) && !has_keys(files.profile(next)) => {
                    visited.push(next.clone());
                    current.clone_from(next);
                }
                _ => return Ok(Some(Self { roles, source, last_profile: current })),
            }
        }
    }
}

fn role(files: &ConfigFiles, name: &str, visited: &[String]) -> Result<(RoleTerms, RoleSource)> {
    let profile = files.profile(name);
    let read = |key: &str| profile.and_then(|profile| profile.get(key)).cloned();
    let terms = RoleTerms {
        role_arn: read("role_arn").unwrap_or_else(|| IniValue::Text(String::new())),
        session_name: read("role_session_name"),
        external_id: read("external_id"),
        mfa_serial: read("mfa_serial"),
        // Text that is not a number is left out.
        duration_seconds: text(profile, "duration_seconds")?
            .and_then(numeral::integer)
            .map(|seconds| seconds.saturated()),
    };
    let source = match (text(profile, "source_profile")?, read("credential_source")) {
        (Some(_), Some(_)) => {
            return Err(Error::General(format!(
                "The profile \"{name}\" contains both source_profile and credential_source."
            )));
        }
        (None, None) => return Err(partial("assume-role", "source_profile or credential_source")),
        (None, Some(source)) => {
            let given = source.to_string();
            RoleSource::Named(NAMED.into_iter().find(|known| *known == given).ok_or_else(|| {
                Error::General(format!(
                    "The credential source \"{given}\" referenced in profile \"{name}\" is not valid."
                ))
            })?)
        }
        (Some(source), None) => {
            check_source(files, name, source, visited)?;
            RoleSource::Profile(source.to_owned())
        }
    };
    Ok((terms, source))
}

fn check_source(files: &ConfigFiles, parent: &str, source: &str, visited: &[String]) -> Result<()> {
    let profile = files.profile(source);
    if profile.is_none() {
        return Err(Error::General(format!(
            "The source_profile \"{source}\" referenced in the profile \"{parent}\" does not exist."
        )));
    }
    // A profile may assume its role with keys of its own.
    let is_own = source == parent && has_keys(profile);
    if is_own || !visited.iter().any(|name| name == source) {
        return Ok(());
    }
    let visited: Vec<String> = visited.iter().map(|name| repr::string(name)).collect();
    Err(Error::General(format!(
        "Infinite loop in credential configuration detected. Attempting to load from profile {source} which has already been \
         visited. Visited profiles: [{}]",
        visited.join(", ")
    )))
}

#[cfg(test)]
mod tests {
    use super::{CONTAINER, RoleChain, RoleSource};
    use crate::host::Host;
    use crate::settings::ConfigFiles;

    #[test]
    fn a_chain_ends_at_keys_or_at_a_named_source() {
        let chained = "[default]\nrole_arn = 1\nsource_profile = a\n[profile a]\nrole_arn = 2\nsource_profile = b\n\
            [profile b]\nrole_arn = 3\nsource_profile = ghost\naws_secret_access_key = s\n";
        for (config, roles, source) in [
            (chained, 2, RoleSource::Profile("b".to_owned())),
            ("[default]\nrole_arn = 1\ncredential_source = EcsContainer\n", 1, RoleSource::Named(CONTAINER)),
        ] {
            let file = tempfile::NamedTempFile::new().unwrap();
            std::fs::write(file.path(), config).unwrap();
            let path = file.path().to_str().unwrap();
            let host = Host::fixed(&[("AWS_CONFIG_FILE", path), ("AWS_SHARED_CREDENTIALS_FILE", "/none")]);
            let chain = RoleChain::resolve(&ConfigFiles::load(&host).unwrap(), "default").unwrap().unwrap();
            assert_eq!((chain.roles.len(), chain.source), (roles, source));
        }
    }
}
