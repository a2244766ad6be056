//! What the options and the input document say together, before anything is checked against the service's model.
//!
//! Owns the order in which the AWS CLI reads them, which decides the error that is shown. Refuses to judge the values.

use super::document::{Document, Item, ItemId};
use super::paramfile::{Loaded, ParameterFiles};
use super::shape::{CLIENT_TOKEN, EXECUTION_ARN};
use super::{json, yaml};
use crate::error::{Error, Result};
use crate::value::Value;

/// What was typed for the operation, as it was typed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Typed<'a> {
    pub execution_arn: Option<&'a str>,
    pub client_token: Option<&'a str>,
    pub cli_input_json: Option<&'a str>,
    pub cli_input_yaml: Option<&'a str>,
}

/// The parameters of the call: names and values of any type, the options' before the document's.
#[derive(Clone, Debug)]
pub struct Parameters {
    pub(super) document: Document,
    /// Pairs of name and value. A name from YAML may be of any type.
    pub(super) members: Vec<(ItemId, ItemId)>,
}

#[derive(Clone, Copy)]
enum Format {
    Json,
    Yaml,
}

impl Format {
    /// The option's name without its dashes.
    fn name(self) -> &'static str {
        match self {
            Self::Json => "cli-input-json",
            Self::Yaml => "cli-input-yaml",
        }
    }
}

/// Reads the files and the document that the options name, and puts all together. What an option says counts more than what
/// the document says.
pub fn resolve(typed: &Typed<'_>, files: &ParameterFiles<'_>) -> Result<Parameters> {
    // Every option is loaded first; the documents' text is thrown away, for they are read once more below. So a document
    // from a pipe comes out empty.
    let load = |value: Option<&str>, option: &str| {
        value.map(|value| files.load(value).map(owned).map_err(|failure| failure.of_option(option))).transpose()
    };
    let execution_arn = load(typed.execution_arn, "--execution-arn")?;
    let client_token = load(typed.client_token, "--client-token")?;
    load(typed.cli_input_json, "--cli-input-json")?;
    load(typed.cli_input_yaml, "--cli-input-yaml")?;

    let (mut document, from_document) = match (typed.cli_input_json, typed.cli_input_yaml) {
        (Some(_), Some(_)) => {
            return Err(Error::ParamValidation("Only one --cli-input- parameter may be specified.".to_owned()));
        }
        (Some(value), None) => read_document(Format::Json, value, files)?,
        (None, Some(value)) => read_document(Format::Yaml, value, files)?,
        (None, None) => (Document::default(), Vec::new()),
    };
    let mut members = Vec::new();
    for (member, item) in [(EXECUTION_ARN, execution_arn), (CLIENT_TOKEN, client_token)] {
        if let Some(item) = item {
            members.push((document.add(Item::Plain(Value::string(member.name))), document.add(item)));
        }
    }
    let options = members.len();
    for (name, value) in from_document {
        let text = document.text(name);
        let by_option = |(option, _): &(ItemId, ItemId)| text.is_some() && document.text(*option) == text;
        if !members.iter().take(options).any(by_option) {
            members.push((name, value));
        }
    }
    Ok(Parameters { document, members })
}

fn owned(loaded: Loaded<'_>) -> Item {
    match loaded {
        Loaded::Text(text) => Item::Plain(Value::string(text.as_ref())),
        Loaded::Bytes(bytes) => Item::Bytes(bytes.into()),
    }
}

/// A document and the pairs of its outermost mapping.
fn read_document(format: Format, value: &str, files: &ParameterFiles<'_>) -> Result<(Document, Vec<(ItemId, ItemId)>)> {
    let loaded = files.load(value).map_err(super::paramfile::LoadFailure::unexpected)?;
    let (mut document, root) = match format {
        Format::Json => json::load(&loaded)?,
        Format::Yaml => yaml::load_option(&loaded)?,
    };
    let pairs = match document.get(root) {
        Some(Item::Map(pairs)) => pairs.clone(),
        Some(Item::Plain(Value::Map(members))) => {
            let members = std::rc::Rc::clone(members);
            let add = |(name, value): (&std::rc::Rc<str>, &Value)| {
                let name = document.add(Item::Plain(Value::String(std::rc::Rc::clone(name))));
                (name, document.add(Item::Plain(value.clone())))
            };
            members.iter().map(add).collect()
        }
        _ => {
            let (option, class) = (format.name(), document.python_class(root));
            return Err(Error::ParamValidation(format!(
                "Error parsing parameter '--{option}': Invalid type: expecting map, received {class}"
            )));
        }
    };
    Ok((document, pairs))
}
