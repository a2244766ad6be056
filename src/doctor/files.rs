//! The two settings files once more, for what the settings themselves do not keep: in which line a key stands.

use std::path::PathBuf;

use crate::env_vars;
use crate::host::{Host, read_at_most};
use crate::os_text;

/// The most that is read of a file, in bytes.
const LARGEST_FILE: u64 = 8 * 1024 * 1024;

pub(super) struct SettingsFile {
    pub(super) name: &'static str,
    pub(super) variable: &'static str,
    pub(super) path: PathBuf,
    text: String,
    is_config: bool,
}

/// The credentials file, whose keys win, and the config file. One in an unknown home is left out.
pub(super) fn both(host: &Host) -> Vec<SettingsFile> {
    let files = [
        ("credentials file", env_vars::SHARED_CREDENTIALS_FILE, "~/.aws/credentials"),
        ("config file", env_vars::CONFIG_FILE, "~/.aws/config"),
    ];
    let read = |(name, variable, usual): (&'static str, &'static str, &str)| {
        let path = host.expand_setting(&host.environment.get(variable).unwrap_or_else(|| usual.to_owned()))?;
        let text = read_at_most(&path, LARGEST_FILE).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let is_config = variable == env_vars::CONFIG_FILE;
        Some(SettingsFile { name, variable, text: text.unwrap_or_default(), path, is_config })
    };
    files.into_iter().filter_map(read).collect()
}

/// Where a profile's key stands: `/home/me/.aws/config, line 3, in [profile dev]`.
pub(super) fn place(files: &[SettingsFile], profile: &str, key: &str) -> Option<String> {
    files.iter().find_map(|file| {
        let mut section = "";
        let mut lines = file.text.lines().enumerate();
        let (at, _) = lines.find(|(_, line)| {
            if line.starts_with('[') {
                section = line.trim();
            }
            let name = line.split(['=', ':']).next().unwrap_or_default();
            file.profile_of(section) == Some(profile) && name.trim().eq_ignore_ascii_case(key)
        })?;
        Some(format!("{}, line {}, in {section}", os_text::decode(file.path.as_os_str()), at + 1))
    })
}

impl SettingsFile {
    /// The profile of a section's head.
    fn profile_of<'s>(&self, head: &'s str) -> Option<&'s str> {
        let name = head.strip_prefix('[')?.split(']').next()?.trim();
        if !self.is_config || name == "default" {
            return Some(name);
        }
        let name = name.strip_prefix("profile")?.trim();
        Some(name.trim_matches(['"', '\'']))
    }

    /// Whether the config file has a section of this name without the word `profile`.
    pub(super) fn has_bare(&self, profile: &str) -> bool {
        self.is_config && self.text.lines().any(|line| line.trim() == format!("[{profile}]"))
    }
}
