//! What the options and the input document give together, before anything is checked against the service's model.
//!
//! Owns the order in which the AWS CLI reads them, which decides the error that is shown. Refuses to judge the values.

use std::rc::Rc;

use super::document::Item;
use super::paramfile::{Loaded, ParameterFiles};
use super::yaml;
use crate::error::{Error, Result};
use crate::python::codecs::decode_json;
use crate::value::{JsonError, Value};

/// The members of the operation's input, in the model's order; the first is required.
pub(super) const MEMBERS: [&str; 2] = [EXECUTION_ARN, CLIENT_TOKEN];
pub(super) const EXECUTION_ARN: &str = "executionArn";
pub(super) const CLIENT_TOKEN: &str = "clientToken";

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
    /// Pairs of name and value. A name from YAML may be of any type.
    pub(super) members: Vec<(Item, Item)>,
}

/// Reads the files and the document that the options name, and puts all together. An option's value counts more than the
/// document's.
pub fn resolve(typed: &Typed<'_>, files: &ParameterFiles<'_>) -> Result<Parameters> {
    // Every option is loaded first; the documents' text is thrown away, for they are read once more below. So a document
    // from a pipe comes out empty.
    let load =
        |value: Option<&str>, option: &str| value.map(|value| files.load(value, Some(option)).map(owned)).transpose();
    let execution_arn = load(typed.execution_arn, "--execution-arn")?;
    let client_token = load(typed.client_token, "--client-token")?;
    load(typed.cli_input_json, "--cli-input-json")?;
    load(typed.cli_input_yaml, "--cli-input-yaml")?;

    let from_document = match (typed.cli_input_json, typed.cli_input_yaml) {
        (Some(_), Some(_)) => {
            return Err(Error::ParamValidation("Only one --cli-input- parameter may be specified.".to_owned()));
        }
        (Some(value), None) => pairs("json", load_json(&files.load(value, None)?)?)?,
        (None, Some(value)) => pairs("yaml", yaml::load_option(&files.load(value, None)?)?)?,
        (None, None) => Vec::new(),
    };
    let options = [(EXECUTION_ARN, execution_arn), (CLIENT_TOKEN, client_token)];
    let mut members: Vec<(Item, Item)> =
        options.into_iter().filter_map(|(member, item)| Some((Item::string(member), item?))).collect();
    let options = members.len();
    for (name, value) in from_document {
        let by_option = |(option, _): &(Item, Item)| name.text().is_some() && option.text() == name.text();
        if !members.iter().take(options).any(by_option) {
            members.push((name, value));
        }
    }
    Ok(Parameters { members })
}

fn owned(loaded: Loaded<'_>) -> Item {
    match loaded {
        Loaded::Text(text) => Item::string(text.as_ref()),
        Loaded::Bytes(bytes) => Item::Bytes(bytes.into()),
    }
}

fn load_json(loaded: &Loaded<'_>) -> Result<Item> {
    let invalid =
        || Error::ParamValidation("Error parsing parameter 'cli-input-json': Invalid JSON received.".to_owned());
    let value = match loaded {
        Loaded::Text(text) => Value::from_json(text),
        Loaded::Bytes(bytes) => Value::from_json(&decode_json(bytes).ok_or_else(invalid)?),
    };
    value.map(Item::Plain).map_err(|error| match error {
        JsonError::TooDeep => Error::General(error.to_string()),
        _ => invalid(),
    })
}

/// The pairs of a document, which must be a mapping; `format` is that of the option.
fn pairs(format: &str, document: Item) -> Result<Vec<(Item, Item)>> {
    match document {
        Item::Map(pairs) => Ok(pairs.to_vec()),
        Item::Plain(Value::Map(members)) => {
            let pair = |(name, value): (&Rc<str>, &Value)| (Item::string(Rc::clone(name)), Item::Plain(value.clone()));
            Ok(members.iter().map(pair).collect())
        }
        other => Err(Error::ParamValidation(format!(
            "Error parsing parameter '--cli-input-{format}': Invalid type: expecting map, received <class '{}'>",
            other.python_class_name()
        ))),
    }
}
