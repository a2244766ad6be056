//! Where in a settings file a setting is.

use std::io::{self, ErrorKind};
use std::path::PathBuf;

use crate::env_vars;
use crate::host::{Host, read_at_most};
use crate::os_text;

/// The most that is read of a file, in bytes.
pub(super) const LARGEST_FILE: u64 = 8 * 1024 * 1024;

/// One of the two settings files, read once more: the settings do not keep in which line a key stands.
pub(super) struct SettingsFile {
    pub(super) name: &'static str,
    pub(super) variable: &'static str,
    pub(super) path: PathBuf,
    pub(super) text: io::Result<String>,
}

impl SettingsFile {
    fn read(host: &Host, name: &'static str, variable: &'static str, usual: &str) -> Option<Self> {
        let path = host.expand_setting(&host.environment.get(variable).unwrap_or_else(|| usual.to_owned()))?;
        let bytes = if path.is_dir() { Err(ErrorKind::IsADirectory.into()) } else { read_at_most(&path, LARGEST_FILE) };
        let text = bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        Some(Self { name, variable, path, text })
    }

    /// The credentials file, whose keys win, and the config file. One in an unknown home is left out.
    pub(super) fn both(host: &Host) -> Vec<Self> {
        let credentials = Self::read(host, "credentials file", env_vars::SHARED_CREDENTIALS_FILE, "~/.aws/credentials");
        let config = Self::read(host, "config file", env_vars::CONFIG_FILE, "~/.aws/config");
        credentials.into_iter().chain(config).collect()
    }

    fn text(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }

    pub(super) fn is_config(&self) -> bool {
        self.variable == env_vars::CONFIG_FILE
    }

    /// Where a profile's key stands: `/home/me/.aws/config, line 3, in [profile dev]`.
    pub(super) fn place(&self, profile: &str, key: &str) -> Option<String> {
        let mut section = "";
        let (at, _) = self.text().lines().enumerate().find(|(_, line)| {
            if line.starts_with('[') {
                section = line.trim();
            }
            let name = line.split(['=', ':']).next().unwrap_or_default();
            self.profile_of(section) == Some(profile) && name.trim().eq_ignore_ascii_case(key)
        })?;
        Some(format!("{}, line {}, in {section}", os_text::decode(self.path.as_os_str()), at + 1))
    }

    fn profile_of<'s>(&self, head: &'s str) -> Option<&'s str> {
        let name = head.strip_prefix('[')?.split(']').next()?.trim();
        if !self.is_config() || name == "default" {
            return Some(name);
        }
        let name = name.strip_prefix("profile")?.trim();
        Some(name.trim_matches(['"', '\'']))
    }

    /// Whether the config file has a section of this name without the word `profile`.
    pub(super) fn has_bare(&self, profile: &str) -> bool {
        self.is_config() && self.text().lines().any(|line| line.trim() == format!("[{profile}]"))
    }
}
