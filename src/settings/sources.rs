//! Where a setting is looked for, in the AWS CLI's order: option, variable, profile. The one place that knows that order.

use std::fmt;

use super::config_files::ConfigFiles;
use super::ini::{IniValue, Section};
use crate::env_vars;
use crate::error::{Error, Result};
use crate::host::Host;
use crate::python::numeral;
use crate::settings::Globals;
use crate::trace::Trace;

#[derive(Clone, Copy, Debug)]
pub struct Sources<'s> {
    pub host: &'s Host,
    pub files: &'s ConfigFiles,
    /// The options; the default where they are not known yet.
    pub globals: &'s Globals,
    pub trace: &'s Trace,
}

impl<'s> Sources<'s> {
    /// The chosen profile: `--profile`, `AWS_PROFILE`, `AWS_DEFAULT_PROFILE`. An empty variable chooses (and will not be
    /// found); an empty option does not, as in the AWS CLI.
    pub(crate) fn profile_name(&self) -> Option<String> {
        let option = self.globals.profile.clone().filter(|name| !name.is_empty());
        option.or_else(|| self.variable(&[env_vars::PROFILE, env_vars::DEFAULT_PROFILE]))
    }

    /// The section of the chosen profile. One that is in neither file is refused.
    pub(crate) fn scoped(&self) -> Result<Option<&'s Section>> {
        self.files.scoped(self.profile_name().as_deref())
    }

    /// The first of these variables that is set, even if empty.
    pub(crate) fn variable(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.host.environment.get(name))
    }

    /// The first of these variables that is set, else the profile's key, whatever it holds. Where it was found is logged.
    pub(crate) fn given(&self, variables: &[&str], key: &str) -> Result<Option<IniValue>> {
        for name in variables {
            if let Some(value) = self.variable(&[name]) {
                self.log(key, &value, name);
                return Ok(Some(IniValue::Text(value)));
            }
        }
        let value = self.scoped()?.and_then(|section| section.get(key)).cloned();
        if let Some(value) = &value {
            self.log(key, value, "the profile");
        }
        Ok(value)
    }

    /// As [`Self::given`], for what must be a text.
    pub(crate) fn configured(&self, variables: &[&str], key: &str) -> Result<Option<String>> {
        self.given(variables, key)?.map(|given| given.text(key).map(str::to_owned)).transpose()
    }

    /// A setting that is on where it says `true`, in any case. Keys and values in its place are as good as `false`.
    pub(crate) fn flag(&self, variables: &[&str], key: &str) -> Result<bool> {
        Ok(matches!(self.given(variables, key)?, Some(IniValue::Text(value)) if is_true(&value)))
    }

    pub(crate) fn number(&self, variables: &[&str], key: &str) -> Result<Option<i128>> {
        let Some(text) = self.configured(variables, key)? else { return Ok(None) };
        numeral::int(&text).map(|number| Some(number.saturated())).map_err(Error::General)
    }

    pub(crate) fn log(&self, name: &str, value: &dyn fmt::Display, place: &str) {
        self.trace.setting(name, value, place);
    }

    pub(crate) fn log_profile(&self) {
        for (name, variable, usual) in [
            ("config file", env_vars::CONFIG_FILE, "~/.aws/config"),
            ("credentials file", env_vars::SHARED_CREDENTIALS_FILE, "~/.aws/credentials"),
        ] {
            match self.variable(&[variable]) {
                Some(path) => self.log(name, &path, variable),
                None => self.log(name, &usual, "the default"),
            }
        }
        let variables = [env_vars::PROFILE, env_vars::DEFAULT_PROFILE];
        let place = match self.globals.profile.as_deref() {
            Some(name) if !name.is_empty() => "--profile",
            _ => variables.into_iter().find(|name| self.variable(&[name]).is_some()).unwrap_or("the default"),
        };
        self.log("profile", &self.profile_name().as_deref().unwrap_or("default"), place);
    }
}

pub(crate) fn is_true(value: &str) -> bool {
    value.to_lowercase() == "true"
}
