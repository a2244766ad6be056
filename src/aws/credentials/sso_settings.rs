//! What a profile says about IAM Identity Center: the session or, in the old way, the portal itself.

use crate::error::{Error, Result};
use crate::settings::ConfigFiles;
use crate::settings::config_files::text;
use crate::settings::ini::{IniValue, Section};

/// Account, role and portal. The service's client checks that account and role are texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SsoSettings {
    pub(crate) start_url: IniValue,
    pub(crate) region: String,
    pub(crate) role_name: IniValue,
    pub(crate) account_id: IniValue,
    /// `None` where the profile names the portal itself, in the old way.
    pub(crate) session: Option<String>,
}

impl SsoSettings {
    /// What a profile says; `None` where it names neither a role nor an account.
    pub(crate) fn resolve(files: &ConfigFiles, profile: &str) -> Result<Option<Self>> {
        let section = files.profile(profile);
        let named = |key: &str| section.is_some_and(|section| section.contains_key(key));
        if !named("sso_role_name") && !named("sso_account_id") {
            return Ok(None);
        }
        let session_name = text(section, "sso_session")?;
        let session = match session_name {
            None => None,
            Some(name) => Some(
                files
                    .sso_session(name)
                    .ok_or_else(|| Error::General(format!("The specified sso-session does not exist: \"{name}\"")))?,
            ),
        };
        for key in session.iter().flat_map(|session| session.keys()) {
            if let (Some(here), Some(there)) = (get(section, key), get(session, key))
                && here != there
            {
                return Err(Error::General(format!(
                    "The value for {key} is inconsistent between profile ({here}) and sso-session ({there})."
                )));
            }
        }
        let mut missing = Vec::new();
        let mut read = |key: &'static str| {
            let value = get(section, key).or_else(|| get(session, key));
            if value.is_none() {
                missing.push(key);
            }
            value.cloned()
        };
        let (role_name, account_id) = (read("sso_role_name"), read("sso_account_id"));
        let (start_url, region) = (read("sso_start_url"), read("sso_region"));
        let (Some(role_name), Some(account_id), Some(start_url), Some(region)) =
            (role_name, account_id, start_url, region)
        else {
            return Err(Error::General(format!(
                "The profile \"{profile}\" is configured to use SSO but is missing required configuration: {}",
                missing.join(", ")
            )));
        };
        let region = region.text("sso_region")?.to_owned();
        Ok(Some(Self { start_url, region, role_name, account_id, session: session_name.map(str::to_owned) }))
    }
}

fn get<'s>(section: Option<&'s Section>, key: &str) -> Option<&'s IniValue> {
    section.and_then(|section| section.get(key))
}

/// A session by itself: where its token comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SsoSession {
    pub(crate) name: String,
    pub(crate) start_url: IniValue,
    pub(crate) region: IniValue,
}

impl SsoSession {
    /// The session that a profile names, if any. The AWS CLI refuses a broken one even where it is not used.
    pub(crate) fn resolve(files: &ConfigFiles, profile: &str) -> Result<Option<Self>> {
        let Some(name) = text(files.profile(profile), "sso_session")? else { return Ok(None) };
        let provider = format!("The profile \"{profile}\" is configured to use the SSO token provider but");
        let Some(session) = files.sso_session(name).filter(|session| !session.is_empty()) else {
            return Err(Error::General(format!("{provider} the \"{name}\" sso_session configuration does not exist.")));
        };
        let (start_url, region) = (session.get("sso_start_url"), session.get("sso_region"));
        match (start_url, region) {
            (Some(start_url), Some(region)) => {
                Ok(Some(Self { name: name.to_owned(), start_url: start_url.clone(), region: region.clone() }))
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
