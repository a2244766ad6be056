//! The check of parameters against the service's model, before anything is sent: its order and its words are botocore's.

use super::document::{Document, Item, ItemId};
use super::shape::{self, MEMBERS};
use crate::error::{Error, Result};
use crate::value::Value;

/// Checks parameters: every one that is missing, unknown, of a wrong type or too short gets a line.
///
/// # Errors
/// The lines together; or the reason why a value cannot be shown.
pub(super) fn validate(document: &Document, members: &[(ItemId, ItemId)]) -> Result<()> {
    let mut lines = Vec::new();
    for required in MEMBERS.iter().filter(|member| member.required) {
        let given = members.iter().any(|(name, _)| document.text(*name).is_some_and(|name| &**name == required.name));
        if !given {
            lines.push(format!("Missing required parameter in input: \"{}\"", required.name));
        }
    }
    let mut known = Vec::new();
    for (name, value) in members {
        let name = document.text(*name).map_or("", |name| &**name);
        match shape::member(name) {
            Some(member) => known.push((member, *value)),
            None => {
                let names = MEMBERS.map(|member| member.name).join(", ");
                lines.push(format!("Unknown parameter in input: \"{name}\", must be one of: {names}"));
            }
        }
    }
    for (member, value) in known {
        let (name, least) = (member.name, member.least_length);
        match document.get(value) {
            Some(Item::Plain(Value::String(text))) => {
                let length = text.chars().count();
                if length < least {
                    lines.push(format!(
                        "Invalid length for parameter {name}, value: {length}, valid min length: {least}"
                    ));
                }
            }
            _ => {
                let shown = document.python_str(value).map_err(|message| Error::General(message.to_owned()))?;
                let class = document.python_class(value);
                lines.push(format!(
                    "Invalid type for parameter {name}, value: {shown}, type: {class}, valid types: <class 'str'>"
                ));
            }
        }
    }
    if lines.is_empty() {
        return Ok(());
    }
    Err(Error::ParamValidation(format!("Parameter validation failed:\n{}", lines.join("\n"))))
}
