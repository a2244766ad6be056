//! What applies here: options, variables, files and defaults, in the AWS CLI's precedence. The only precedence code.
//!
//! The AWS CLI settles its settings at different moments, and the first refusal wins; so each group has its own file and its own
//! `resolve`, called in that order by `lib::run`. Refuses to send anything or to look for credentials.

pub mod bystanders;
pub mod config_files;
pub mod connection;
pub mod endpoint_url;
pub mod identity;
pub mod ini;
pub mod origin;
pub mod presentation;
pub mod sources;
pub mod timeouts;

pub use config_files::ConfigFiles;
pub use connection::{Connection, RetryMode, STEP_FUNCTIONS, Service};
pub use identity::{Identity, Verify};
pub use presentation::{PromptMode, TimestampFormat};
pub use sources::Sources;
pub use timeouts::Timeouts;
