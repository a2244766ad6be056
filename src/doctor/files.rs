//! What is wrong before any setting is looked up: files, modes, caches, variables, the clock. And where in a file a setting is.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::examination::Examination;
use crate::host::{Host, read_at_most};
use crate::os_text;
use crate::platform::files::is_open_to_others;
use crate::settings::Sources;
use crate::{aws::credentials, env_vars};

/// The most that is read of a file, in bytes.
const LARGEST_FILE: u64 = 8 * 1024 * 1024;

/// Seconds since 1970 at the start of 2025: no clock that is right shows less.
const PAST: i64 = 1_735_689_600;

/// One of the two settings files, read once more: the settings do not keep in which line a key stands.
pub(super) struct SettingsFile {
    name: &'static str,
    variable: &'static str,
    path: PathBuf,
    text: io::Result<String>,
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

    fn is_config(&self) -> bool {
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

impl Examination<'_> {
    pub(super) fn surroundings(&mut self, sources: &Sources<'_>) {
        let files = std::mem::take(&mut self.files);
        files.iter().for_each(|file| self.file(file, sources));
        self.files = files;
        for (name, variable, usual) in credentials::CACHES {
            let given = variable.and_then(|variable| sources.variable(&[variable]));
            let from = variable.filter(|_| given.is_some()).unwrap_or("the default");
            match sources.host.expand_setting(given.as_deref().unwrap_or(usual)) {
                Some(folder) => self.cache(name, &folder, from),
                None => self.note(format!("Without a home there is no {name}"), "set HOME"),
            }
        }
        for (name, _) in env_vars::ALL.iter().filter(|(name, _)| name.starts_with("AWS_")) {
            let value = sources.variable(&[name]).unwrap_or_else(|| "unset".to_owned());
            if value.trim() != value {
                self.wrong(
                    format!("{name} has blanks around its value, which count"),
                    format!("set {name} without them"),
                );
            } else if value.is_empty() && *name != env_vars::PAGER {
                self.note(format!("{name} is set, but empty"), format!("unset {name}"));
            }
        }
        let now = sources.host.clock.timestamp();
        if now.as_second() < PAST {
            let what =
                format!("The clock shows {}: signatures and certificates need the time", now.strftime("%Y-%m-%d"));
            self.wrong(what, "set the clock");
        }
    }

    fn file(&mut self, file: &SettingsFile, sources: &Sources<'_>) {
        let SettingsFile { name, variable, path, text } = file;
        let shown = os_text::decode(path.as_os_str());
        let is_named = sources.variable(&[variable]).is_some();
        let state = match text {
            Ok(_) => "",
            Err(error) if error.kind() == ErrorKind::NotFound => {
                if is_named {
                    let what = format!("{variable} names {shown}, which is not there");
                    self.wrong(what, format!("correct or unset {variable}"));
                }
                ", not there"
            }
            Err(error) => {
                let fix = match error.kind() {
                    ErrorKind::IsADirectory => format!("name a file in {variable}"),
                    ErrorKind::FileTooLarge => format!("keep it under {LARGEST_FILE} bytes"),
                    _ => format!("chmod u+r {shown}"),
                };
                self.wrong(format!("{shown} counts as empty: {error}"), fix);
                ", unreadable"
            }
        };
        if !file.is_config() {
            self.mode(path);
        }
        self.finding(name, &format!("{shown}{state}"), if is_named { variable } else { "the default" });
    }

    fn cache(&mut self, name: &str, folder: &Path, from: &str) {
        let shown = os_text::decode(folder.as_os_str());
        let state = match std::fs::read_dir(folder) {
            Ok(entries) => {
                let paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
                paths.iter().for_each(|path| self.mode(path));
                format!("{} files", paths.len())
            }
            Err(error) if error.kind() == ErrorKind::NotFound => "not there yet".to_owned(),
            Err(error) => {
                self.wrong(format!("{shown} cannot be read: {error}"), format!("chmod u+rwx {shown}"));
                "unreadable".to_owned()
            }
        };
        self.finding(name, &format!("{shown}, {state}"), from);
    }

    /// Files of secrets are for their owner; the AWS CLI makes them so, and uses them whatever they are.
    fn mode(&mut self, path: &Path) {
        if is_open_to_others(path) {
            let shown = os_text::decode(path.as_os_str());
            self.note(format!("Others may read {shown}"), format!("chmod 600 {shown}"));
        }
    }
}
