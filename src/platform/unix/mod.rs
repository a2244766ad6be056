//! Linux, macOS and their like.

pub(crate) mod accounts;
#[cfg(feature = "sfn-local")]
pub(crate) mod children;
pub(crate) mod errors;
pub(crate) mod files;
pub(crate) mod os_bytes;
pub(crate) mod process;
#[cfg(target_env = "musl")]
mod reasons;
pub(crate) mod signals;
pub(crate) mod streams;
pub(crate) mod terminal;
