//! The config file and the credentials file: the profiles, SSO sessions and services in them.
//!
//! Owns finding, reading and merging the two (a profile's keys in the credentials file win). Refuses to rank them against
//! options and variables: that is `resolve`'s part.

use std::fmt;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use indexmap::IndexMap;

use super::ini::{self, IniValue, Section};
use crate::error::{Error, Result};
use crate::host::{Host, read_at_most};
use crate::python::shlex;
use crate::{env_vars, os_text};

/// The most that is read of either file, in bytes: tens of thousands of profiles. The AWS CLI has no limit.
const LARGEST_FILE: u64 = 8 * 1024 * 1024;

/// Sections by name, shared: a section stands in more than one of the maps below, and whoever renews credentials keeps them all.
type Sections = IndexMap<String, Arc<Section>>;

/// The contents of both files. Shows names alone where it is shown: the values are secrets, too.
#[derive(Clone, Default)]
pub struct ConfigFiles {
    profiles: Sections,
    sso_sessions: Sections,
    pub(crate) services: Sections,
    /// The credentials file alone, for the provider that reads only it.
    shared_credentials: Sections,
    config_profiles: Sections,
}

impl fmt::Debug for ConfigFiles {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ConfigFiles").field("profiles", &self.profiles.keys()).finish_non_exhaustive()
    }
}

impl ConfigFiles {
    /// A file that is not there is empty.
    pub fn load(host: &Host) -> Result<Self> {
        let (path, config) = read(host, env_vars::CONFIG_FILE, "~/.aws/config")?;
        let (_, shared_credentials) = read(host, env_vars::SHARED_CREDENTIALS_FILE, "~/.aws/credentials")?;
        if config.get("plugins").is_some_and(has_plugins) {
            return Err(Error::Plugins(path));
        }
        let mut files =
            Self { shared_credentials: shared_credentials.into_iter().map(shared).collect(), ..Self::default() };
        for (name, section) in config.into_iter().map(shared) {
            let map = match name.as_str() {
                "default" => {
                    files.config_profiles.insert(name, section);
                    continue;
                }
                // By prefix alone, as the AWS CLI does: `[profiles dev]` is a profile, too.
                name if name.starts_with("profile") => &mut files.config_profiles,
                name if name.starts_with("sso-session") => &mut files.sso_sessions,
                name if name.starts_with("services") => &mut files.services,
                _ => continue,
            };
            if let Ok([_, name]) = shlex::split(&name).as_deref() {
                map.insert(name.clone(), section);
            }
        }
        files.profiles = files.config_profiles.clone();
        for (name, section) in &files.shared_credentials {
            let profile = files.profiles.entry(name.clone()).or_default();
            Arc::make_mut(profile).extend(section.iter().map(|(key, value)| (key.clone(), value.clone())));
        }
        Ok(files)
    }

    pub(crate) fn profile(&self, name: &str) -> Option<&Section> {
        self.profiles.get(name).map(Arc::as_ref)
    }

    pub(crate) fn profile_names(&self) -> impl Iterator<Item = &str> {
        self.profiles.keys().map(String::as_str)
    }

    /// The profile a setting is read from: `name`, or `default` where none was chosen, which then need not exist.
    pub(crate) fn scoped(&self, name: Option<&str>) -> Result<Option<&Section>> {
        match name {
            None => Ok(self.profile("default")),
            Some(name) => self
                .profile(name)
                .map(Some)
                .ok_or_else(|| Error::General(format!("The config profile ({name}) could not be found"))),
        }
    }

    pub(crate) fn sso_session(&self, name: &str) -> Option<&Section> {
        self.sso_sessions.get(name).map(Arc::as_ref)
    }

    pub(crate) fn shared_credentials(&self, name: &str) -> Option<&Section> {
        self.shared_credentials.get(name).map(Arc::as_ref)
    }

    pub(crate) fn config_profile(&self, name: &str) -> Option<&Section> {
        self.config_profiles.get(name).map(Arc::as_ref)
    }
}

fn shared((name, section): (String, Section)) -> (String, Arc<Section>) {
    (name, Arc::new(section))
}

/// The text of a key in a section that may not be there. Keys and values in its place are refused.
pub(crate) fn text<'s>(section: Option<&'s Section>, key: &str) -> Result<Option<&'s str>> {
    section.and_then(|section| section.get(key)).map(|value| value.text(key)).transpose()
}

/// Whether the AWS CLI would load a plugin: not where the section names no path, or nothing else.
fn has_plugins(section: &Section) -> bool {
    match section.get("cli_legacy_plugin_path") {
        Some(IniValue::Text(_)) => section.len() > 1,
        Some(IniValue::Nested(_)) => true,
        None => false,
    }
}

fn read(host: &Host, variable: &str, default: &str) -> Result<(String, IndexMap<String, Section>)> {
    let given = host.environment.get(variable).unwrap_or_else(|| default.to_owned());
    let Some(path) = host.expand_setting(&given) else { return Ok((given, IndexMap::new())) };
    let sections = read_sections(&path)?;
    Ok((os_text::decode(path.as_os_str()), sections))
}

/// The sections of an INI file; one that is not there or may not be read has none.
pub(crate) fn read_sections(path: &Path) -> Result<IndexMap<String, Section>> {
    // A file that is not there or may not be read is an empty one to the AWS CLI, and so to the same account here.
    if !std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file()) {
        return Ok(IndexMap::new());
    }
    let broken = || Error::General(format!("Unable to parse config file: {}", os_text::decode(path.as_os_str())));
    let bytes = match read_at_most(path, LARGEST_FILE) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::FileTooLarge => return Err(broken()),
        Err(_) => return Ok(IndexMap::new()),
    };
    let parsed = String::from_utf8(bytes).ok().and_then(|text| ini::parse(&text).ok());
    parsed.ok_or_else(broken)
}
