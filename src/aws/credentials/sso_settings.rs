//! What a profile says about IAM Identity Center: the session or, in the old way, the portal itself.

use crate::error::{Error, Result};
use crate::settings::ConfigFiles;
use crate::settings::config_files::text;
use crate::settings::sources::{Given, UNHASHABLE};

/// Account, role and portal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SsoSettings {
    /// The portal's address.
    pub start_url: String,
    /// The region of the portal.
    pub region: String,
    /// The role to take on.
    pub role_name: String,
    /// The account it is in.
    pub account_id: String,
    /// The session; none in the old way.
    pub session: Option<String>,
}

impl SsoSettings {
    /// What a profile says; none where it names neither a role nor an account.
    ///
    /// # Errors
    /// A session that is not there or says otherwise than the profile; what is missing.
    pub fn resolve(files: &ConfigFiles, profile: &str) -> Result<Option<Self>> {
        let section = files.profile(profile);
        let named = |key: &str| section.is_some_and(|section| section.contains_key(key));
        if !named("sso_role_name") && !named("sso_account_id") {
            return Ok(None);
        }
        let session_name = text(section, "sso_session");
        let session = match session_name {
            None => None,
            Some(name) => Some(
                files
                    .sso_session(name)
                    .ok_or_else(|| Error::General(format!("The specified sso-session does not exist: \"{name}\"")))?,
            ),
        };
        for key in session.iter().flat_map(|session| session.keys()) {
            if let (Some(here), Some(there)) = (text(section, key), text(session, key))
                && here != there
            {
                return Err(Error::General(format!(
                    "The value for {key} is inconsistent between profile ({here}) and sso-session ({there})."
                )));
            }
        }
        let mut missing = Vec::new();
        let mut read = |key: &'static str| {
            let value = text(section, key).or_else(|| text(session, key));
            if value.is_none() {
                missing.push(key);
            }
            value.unwrap_or_default().to_owned()
        };
        let (role_name, account_id) = (read("sso_role_name"), read("sso_account_id"));
        let (start_url, region) = (read("sso_start_url"), read("sso_region"));
        if !missing.is_empty() {
            return Err(Error::General(format!(
                "The profile \"{profile}\" is configured to use SSO but is missing required configuration: {}",
                missing.join(", ")
            )));
        }
        Ok(Some(Self { start_url, region, role_name, account_id, session: session_name.map(str::to_owned) }))
    }
}

/// A session by itself: where its token comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SsoSession {
    /// Its name.
    pub name: String,
    /// The portal's address.
    pub start_url: String,
    /// The region of the portal.
    pub region: String,
}

impl SsoSession {
    /// The session that a profile names; none where it names none. The AWS CLI refuses a broken one even where it is not used.
    ///
    /// # Errors
    /// A session that is not there, or lacks something.
    pub fn resolve(files: &ConfigFiles, profile: &str) -> Result<Option<Self>> {
        let Some(given) = files.profile(profile).and_then(|section| section.get("sso_session")) else {
            return Ok(None);
        };
        let name = Given::from(given).text(UNHASHABLE)?;
        let provider = format!("The profile \"{profile}\" is configured to use the SSO token provider but");
        let Some(session) = files.sso_session(&name).filter(|session| !session.is_empty()) else {
            return Err(Error::General(format!("{provider} the \"{name}\" sso_session configuration does not exist.")));
        };
        let (start_url, region) = (text(Some(session), "sso_start_url"), text(Some(session), "sso_region"));
        match (start_url, region) {
            (Some(start_url), Some(region)) => {
                Ok(Some(Self { name, start_url: start_url.to_owned(), region: region.to_owned() }))
            }
            (start_url, region) => {
                let missing = [("'sso_start_url'", start_url), ("'sso_region'", region)];
                let missing = missing.iter().filter(|(_, value)| value.is_none()).map(|(key, _)| *key);
                Err(Error::General(format!(
                    "{provider} is missing the following configuration: [{}].",
                    missing.collect::<Vec<_>>().join(", ")
                )))
            }
        }
    }
}
