//! What the prompt may ask of the machine it runs on, apart so that its state can be tried without one.

use std::io::ErrorKind;
use std::time::SystemTime;

use crate::env_vars;
use crate::host::Host;
use crate::settings::{ConfigFiles, Sources};
use crate::trace::Trace;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub name: String,
    pub is_folder: bool,
}

pub trait Shell {
    fn profiles(&self) -> Vec<String>;
    /// What is in a folder (`~` stands for the home), by name; nothing where it cannot be read.
    fn folder(&self, path: &str) -> Vec<Entry>;
    /// The output format that environment or profile ask for.
    fn output_format(&self, profile: Option<&str>) -> Option<String>;
    fn now(&self) -> SystemTime;
}

#[derive(Debug)]
pub(crate) struct Computer<'m> {
    pub(crate) host: &'m Host,
    pub(crate) files: &'m ConfigFiles,
}

impl Shell for Computer<'_> {
    fn profiles(&self) -> Vec<String> {
        self.files.profile_names().map(str::to_owned).collect()
    }

    fn folder(&self, path: &str) -> Vec<Entry> {
        let path = self.host.expand_home(if path.is_empty() { "." } else { path });
        let Ok(entries) = path.map_or_else(|| Err(ErrorKind::NotFound.into()), std::fs::read_dir) else {
            return Vec::new();
        };
        let mut entries: Vec<Entry> = entries
            .flatten()
            .filter_map(|entry| {
                let name = entry.file_name().into_string().ok()?;
                Some(Entry { name, is_folder: entry.path().is_dir() })
            })
            .collect();
        entries.sort_unstable_by(|one, two| one.name.cmp(&two.name));
        entries
    }

    fn output_format(&self, profile: Option<&str>) -> Option<String> {
        let globals = crate::settings::Globals { profile: profile.map(str::to_owned), ..Default::default() };
        let sources = Sources { host: self.host, files: self.files, globals: Some(&globals), trace: &Trace::off() };
        sources.configured(&[env_vars::DEFAULT_OUTPUT], "output").ok().flatten()
    }

    fn now(&self) -> SystemTime {
        self.host.clock.now()
    }
}

#[cfg(test)]
#[derive(Debug)]
pub(crate) struct Fixed {
    pub(crate) profiles: Vec<String>,
    /// The folders, each with what is in it.
    pub(crate) folders: Vec<(String, Vec<Entry>)>,
    pub(crate) output: Option<String>,
    pub(crate) now: SystemTime,
}

#[cfg(test)]
impl Default for Fixed {
    fn default() -> Self {
        Self { profiles: Vec::new(), folders: Vec::new(), output: None, now: SystemTime::UNIX_EPOCH }
    }
}

#[cfg(test)]
impl Shell for Fixed {
    fn profiles(&self) -> Vec<String> {
        self.profiles.clone()
    }

    fn folder(&self, path: &str) -> Vec<Entry> {
        let found = self.folders.iter().find(|(name, _)| name == path);
        found.map(|(_, entries)| entries.clone()).unwrap_or_default()
    }

    fn output_format(&self, _: Option<&str>) -> Option<String> {
        self.output.clone()
    }

    fn now(&self) -> SystemTime {
        self.now
    }
}

#[cfg(test)]
mod tests {
    use super::{Computer, Shell};
    use crate::host::Host;
    use crate::settings::ConfigFiles;

    #[test]
    fn a_folder_is_listed_by_name_and_a_missing_one_is_empty() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("b")).unwrap();
        std::fs::write(folder.path().join("a"), "").unwrap();
        let home = folder.path().to_str().unwrap();
        let (host, files) = (Host::fixed(&[("HOME", home), ("AWS_DEFAULT_OUTPUT", "text")]), ConfigFiles::default());
        let computer = Computer { host: &host, files: &files };
        let names: Vec<_> = computer.folder("~/").into_iter().map(|entry| (entry.name, entry.is_folder)).collect();
        assert_eq!(names, [("a".to_owned(), false), ("b".to_owned(), true)]);
        assert_eq!(computer.folder("~/c"), []);
        assert_eq!(computer.output_format(None).as_deref(), Some("text"));
    }
}
