//! The sources of credentials, one file each.

pub(crate) mod assume_role;
pub(crate) mod container;
pub(crate) mod fixed;
pub(crate) mod instance_metadata;
pub(crate) mod login;
pub(crate) mod process;
pub(crate) mod sso;
pub(crate) mod web_identity;
