//! Where a setting is looked for, in the AWS CLI's order: option, variable, profile. The one place that knows that order.

use std::fmt;

use indexmap::IndexMap;

use super::config_files::ConfigFiles;
use super::ini::{IniValue, Section};
use super::origin::Origin;
use crate::cli::Globals;
use crate::env_vars;
use crate::error::{Error, Result};
use crate::host::Host;
use crate::python::{numeral, repr};

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

    /// The first of these variables that is set, else the profile's key, whatever it holds.
    ///
    /// # Errors
    /// As [`Self::scoped`], where no variable is set.
    pub fn given(&self, variables: &[&str], key: &str) -> Result<Option<Given<'s>>> {
        if let Some(value) = self.variable(variables) {
            return Ok(Some(Given::Text(value)));
        }
        Ok(self.scoped()?.and_then(|section| section.get(key)).map(Given::from))
    }

    /// The same for what must be a text. A setting that must not be overlooked: keys in its place are refused.
    ///
    /// # Errors
    /// As [`Self::given`], and Python's words for a `dict` where a text should be.
    pub fn configured(&self, variables: &[&str], key: &str) -> Result<Option<String>> {
        let given = self.given(variables, key)?;
        given.map(|given| given.text("expected string or bytes-like object, got 'dict'")).transpose()
    }

    /// Where it stood; none where it is nowhere or no text.
    ///
    /// # Errors
    /// As [`Self::given`].
    pub fn found<'n>(&self, variables: &[&'n str], key: &'n str) -> Result<Option<(String, Origin<'n>)>> {
        let variable = |name: &&'n str| self.host.environment.get(name).map(|value| (value, Origin::Variable(name)));
        if let Some(found) = variables.iter().find_map(variable) {
            return Ok(Some(found));
        }
        let text = super::config_files::text(self.scoped()?, key);
        Ok(text.map(|text| (text.to_owned(), Origin::Profile(key))))
    }

    /// A setting that is on where it says `true`, in any case; keys in its place are as good as `false`.
    ///
    /// # Errors
    /// As [`Self::given`].
    pub fn flag(&self, variables: &[&str], key: &str) -> Result<bool> {
        Ok(matches!(self.given(variables, key)?, Some(Given::Text(value)) if is_true(&value)))
    }

    /// A whole number.
    ///
    /// # Errors
    /// As [`Self::given`], and Python's refusal of what is no number.
    pub fn number(&self, variables: &[&str], key: &str) -> Result<Option<i128>> {
        let Some(given) = self.given(variables, key)? else { return Ok(None) };
        let text = given.text("int() argument must be a string, a bytes-like object or a real number, not 'dict'")?;
        numeral::int(&text).map(|number| Some(number.saturated())).map_err(Error::General)
    }
}

/// A setting as it was given.
#[derive(Clone, Debug)]
pub enum Given<'s> {
    /// As a text.
    Text(String),
    /// As keys of its own, where Python has a `dict`.
    Nested(&'s IndexMap<String, String>),
}

/// What Python says where a `dict` is to be looked up.
pub const UNHASHABLE: &str = "cannot use 'dict' as a dict key (unhashable type: 'dict')";
/// What Python says where a `dict` is asked for its lower case.
pub const WITHOUT_CASE: &str = "'dict' object has no attribute 'lower'";

impl Given<'_> {
    /// The text.
    ///
    /// # Errors
    /// These words, where it is none.
    pub fn text(self, refusal: &str) -> Result<String> {
        match self {
            Self::Text(text) => Ok(text),
            Self::Nested(_) => Err(Error::General(refusal.to_owned())),
        }
    }

    /// A text in lower case; keys as Python shows them.
    #[must_use]
    pub fn lower_case(self) -> String {
        match self {
            Self::Text(text) => text.to_lowercase(),
            nested @ Self::Nested(_) => nested.to_string(),
        }
    }

    /// Python's name for what it is.
    #[must_use]
    pub fn python_class(&self) -> &'static str {
        match self {
            Self::Text(_) => "<class 'str'>",
            Self::Nested(_) => "<class 'dict'>",
        }
    }
}

impl<'s> From<&'s IniValue> for Given<'s> {
    fn from(value: &'s IniValue) -> Self {
        match value {
            IniValue::Text(text) => Self::Text(text.clone()),
            IniValue::Nested(keys) => Self::Nested(keys),
        }
    }
}

/// As Python's `str` shows it.
impl fmt::Display for Given<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => formatter.write_str(text),
            Self::Nested(keys) => {
                let pair = |(key, value): (&String, &String)| format!("{}: {}", repr::string(key), repr::string(value));
                write!(formatter, "{{{}}}", keys.iter().map(pair).collect::<Vec<_>>().join(", "))
            }
        }
    }
}

/// Python side's `ensure_boolean`: only the word `true`, in any case, is true.
#[must_use]
pub fn is_true(value: &str) -> bool {
    value.to_lowercase() == "true"
}
