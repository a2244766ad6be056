//! What applies here: options, variables, files and defaults, in the AWS CLI's precedence. The only precedence code.
//!
//! The AWS CLI settles its settings at different moments, and the first refusal wins; so each group has its own file and its own
//! `resolve`. Refuses to send anything or to look for credentials.

pub(crate) mod config_files;
pub(crate) mod connection;
pub mod endpoint_url;
pub(crate) mod globals;
pub(crate) mod identity;
pub(crate) mod ini;
pub(crate) mod other_services;
pub mod presentation;
pub(crate) mod regions;
pub(crate) mod sources;

pub use config_files::ConfigFiles;
pub use connection::{Connection, STEP_FUNCTIONS};
pub(crate) use connection::{RetryMode, Service};
pub use globals::{Globals, Timeouts};
pub use identity::Identity;
pub(crate) use identity::Verify;
pub(crate) use presentation::PromptMode;
pub use presentation::{ErrorFormat, Format, TimestampFormat};
pub use sources::Sources;

use crate::error::{Error, Result};
use crate::jmespath::Expression;

/// What a command works by: where settings are looked for, and the options that are checked before any of them is.
pub struct Settings<'s> {
    pub(crate) sources: Sources<'s>,
    pub(crate) globals: &'s Globals,
    pub(crate) query: Option<Expression>,
    pub(crate) timeouts: Timeouts,
}

impl<'s> Settings<'s> {
    /// Checks `--query`, `--endpoint-url` and the timeouts, in this order, as the AWS CLI does before it takes up `--profile`.
    pub fn resolve(sources: Sources<'s>, globals: &'s Globals) -> Result<Self> {
        let sources = Sources { globals: Some(globals), ..sources };
        sources.log_profile();
        let compile = |query: &str| {
            Expression::compile(query)
                .map_err(|error| Error::ParamValidation(format!("Bad value for --query {query}: {error}")))
        };
        let query = globals.query.as_deref().map(compile).transpose()?;
        globals.endpoint_url.as_deref().map_or(Ok(()), endpoint_url::check_option)?;
        Ok(Self { sources, globals, query, timeouts: Timeouts::parse(globals)? })
    }
}
