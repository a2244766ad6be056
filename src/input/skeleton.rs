//! `--generate-cli-skeleton`: what a request, or an answer, looks like. Nothing is sent.

use std::rc::Rc;

use crate::value::{Map, Value};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skeleton {
    /// The request as JSON, for `--cli-input-json`.
    Input,
    /// The request as YAML, for `--cli-input-yaml`.
    YamlInput,
    /// The answer. The parameters are checked as for a call.
    Output,
}

impl Skeleton {
    pub fn named(word: &str) -> Option<Self> {
        match word {
            "input" => Some(Self::Input),
            "yaml-input" => Some(Self::YamlInput),
            "output" => Some(Self::Output),
            _ => None,
        }
    }

    /// The text that is the complete output, with its last line feed; `None` for the answer, which is queried and
    /// rendered like one.
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
}

/// The answer that `--generate-cli-skeleton output` shows.
pub(crate) fn output() -> Value {
    Value::map(Map::from_iter([(Rc::from("redriveDate"), Value::Epoch)]))
}
