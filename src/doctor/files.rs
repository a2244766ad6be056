//! What is wrong before any setting is looked up: files, modes, caches, variables, the clock.

use std::io::ErrorKind;
use std::path::Path;

use super::examination::Examination;
use super::settings_file::{LARGEST_FILE, SettingsFile};
use crate::os_text;
use crate::platform::files::is_open_to_others;
use crate::settings::Sources;
use crate::{aws::credentials, env_vars};

/// Seconds since 1970 at the start of 2025: no clock that is right shows less.
const PAST: i64 = 1_735_689_600;

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
