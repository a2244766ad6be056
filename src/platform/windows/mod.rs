//! Windows, as far as it goes: an experiment.

pub(crate) mod accounts;
#[cfg(feature = "sfn-local")]
pub(crate) mod children;
pub(crate) mod errors;
pub(crate) mod files;
pub(crate) mod os_bytes;
pub(crate) mod process;
pub(crate) mod signals;
pub(crate) mod streams;
pub(crate) mod terminal;
