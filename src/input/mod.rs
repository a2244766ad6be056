//! The operation's input: from what was typed to the request, by way of files, documents and skeletons.
//!
//! Owns `file://` and `fileb://`, the two document options with all of JSON and YAML behind them, the check against the
//! service's model, and the skeletons. Opens the files that the user names and nothing else; knows no region, no credentials.
//!
//! # The order of events
//! The first failure is the only one shown, so the order is part of the interface:
//!
//! 1. The arguments are parsed, globals are resolved (a bad `--query` or `--endpoint-url` ends here).
//! 2. [`resolve`]: `file://` and `fileb://` of `--execution-arn`, `--client-token`, `--cli-input-json`, `--cli-input-yaml`, in
//!    this order (the skeleton option only takes its three words). Then: two documents are refused; the document's file is
//!    read again; the document is read; it must be a mapping.
//! 3. [`Skeleton::text`]: the skeletons of the request are printed and end the program. They need neither region, profile nor
//!    credentials, and what is wrong with the parameters themselves does not matter to them.
//! 4. The client is made: profile, region, endpoint, and credentials' configuration fail here, not their absence.
//! 5. [`Parameters::into_request`]: names that are not text, then the new client token, then the check, then the JSON.
//! 6. [`skeleton::output`] ends the program here, through the query and the output format. Otherwise credentials are needed,
//!    and the request is sent.

pub(crate) mod document;
mod parameters;
mod paramfile;
mod request;
pub(crate) mod skeleton;
mod validation;
pub mod yaml;

pub use parameters::{Parameters, Typed, resolve};
pub use paramfile::ParameterFiles;
pub(crate) use request::Request;
pub use skeleton::Skeleton;

#[cfg(test)]
mod tests;
