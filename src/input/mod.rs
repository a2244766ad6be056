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
//! 6. [`Skeleton::Output`] ends the program here, through the query and the output format. Otherwise credentials are needed,
//!    and the request is sent.

pub(crate) mod document;
mod parameters;
mod paramfile;
mod request;
pub mod yaml;

pub use parameters::{Parameters, Typed, resolve};
pub use paramfile::ParameterFiles;
pub(crate) use request::Request;

use std::rc::Rc;

use crate::value::{Map, Value};

/// `--generate-cli-skeleton`: what a request, or a response, looks like. Nothing is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::EnumString)]
#[strum(serialize_all = "kebab-case")]
pub enum Skeleton {
    /// The request as JSON, for `--cli-input-json`.
    Input,
    YamlInput,
    /// The response. The parameters are checked as for a call.
    Output,
}

impl Skeleton {
    pub fn named(word: &str) -> Option<Self> {
        word.parse().ok()
    }

    /// The complete output, with its last line feed; `None` for the response, which is queried and rendered like one.
    pub fn text(self) -> Option<&'static str> {
        match self {
            Self::Input => Some("{\n    \"executionArn\": \"\",\n    \"clientToken\": \"\"\n}\n"),
            // The comments are the first sentences of the service's model.
            Self::YamlInput => Some(
                "executionArn: ''  # [REQUIRED] The Amazon Resource Name (ARN) of the execution to be redriven.\n\
                 clientToken: '' # A unique, case-sensitive identifier that you provide to ensure the idempotency of the \
                 request.\n",
            ),
            Self::Output => None,
        }
    }

    /// What `--generate-cli-skeleton output` shows.
    pub(crate) fn response() -> Value {
        Value::map(Map::from_iter([(Rc::from("redriveDate"), Value::Epoch)]))
    }
}

#[cfg(test)]
mod tests;
