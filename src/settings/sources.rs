//! Where a setting is looked for, in the AWS CLI's order: option, variable, profile. The one place that knows that order.

use super::config_files::ConfigFiles;
use super::ini::{IniValue, Section};
use super::origin::Origin;
use super::python_int;
use crate::cli::Globals;
use crate::env_vars;
use crate::error::{Error, Result};
use crate::host::Host;

/// Everything a setting can come from.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'s> {
    /// The environment.
    pub host: &'s Host,
    /// Both files.
    pub files: &'s ConfigFiles,
    /// The options; none where they are not known yet.
    pub globals: Option<&'s Globals>,
}

impl<'s> Sources<'s> {
    /// The chosen profile: `--profile`, `AWS_PROFILE`, `AWS_DEFAULT_PROFILE`. An empty variable chooses (and will not be
    /// found); an empty option does not, as in the AWS CLI.
    #[must_use]
    pub fn profile_name(&self) -> Option<String> {
        let option = self.globals.and_then(|globals| globals.profile.clone()).filter(|name| !name.is_empty());
        option.or_else(|| self.variable(&[env_vars::PROFILE, env_vars::DEFAULT_PROFILE]))
    }

    /// The section of the chosen profile.
    ///
    /// # Errors
    /// The chosen profile is in neither file.
    pub fn scoped(&self) -> Result<Option<&'s Section>> {
        self.files.scoped(self.profile_name().as_deref())
    }

    /// The first of these variables that is set, even if empty.
    #[must_use]
    pub fn variable(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.host.environment.get(name))
    }

    /// The first of these variables that is set, else the profile's key.
    ///
    /// # Errors
    /// As [`Self::scoped`], where no variable is set.
    pub fn configured(&self, variables: &[&str], key: &str) -> Result<Option<String>> {
        Ok(self.found(variables, key)?.map(|(value, _)| value))
    }

    /// The same, with where it stood.
    ///
    /// # Errors
    /// As [`Self::configured`].
    pub fn found<'n>(&self, variables: &[&'n str], key: &'n str) -> Result<Option<(String, Origin<'n>)>> {
        let variable = |name: &&'n str| self.host.environment.get(name).map(|value| (value, Origin::Variable(name)));
        if let Some(found) = variables.iter().find_map(variable) {
            return Ok(Some(found));
        }
        match self.scoped()?.and_then(|section| section.get(key)) {
            None => Ok(None),
            Some(IniValue::Text(value)) => Ok(Some((value.clone(), Origin::Profile(key)))),
            // A setting that must not be overlooked: Python's words for keys where a text should be.
            Some(IniValue::Nested(_)) => {
                Err(Error::General("expected string or bytes-like object, got 'dict'".to_owned()))
            }
        }
    }

    /// A setting that is on where it says `true`, in any case.
    ///
    /// # Errors
    /// As [`Self::configured`].
    pub fn flag(&self, variables: &[&str], key: &str) -> Result<bool> {
        Ok(self.configured(variables, key)?.is_some_and(|value| is_true(&value)))
    }

    /// A whole number.
    ///
    /// # Errors
    /// As [`Self::configured`], and Python's refusal of what is no number.
    pub fn number(&self, variables: &[&str], key: &str) -> Result<Option<i128>> {
        self.configured(variables, key)?.as_deref().map(python_int::parse).transpose()
    }
}

/// Python side's `ensure_boolean`: only the word `true`, in any case, is true.
#[must_use]
pub fn is_true(value: &str) -> bool {
    value.to_lowercase() == "true"
}
