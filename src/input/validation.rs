//! The check of parameters against the service's model, before anything is sent: its order and its words are botocore's.

use super::document::Item;
use crate::error::{Error, Result};

/// What the service's model says of a member of the operation's input.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member {
    /// Its name in documents and on the wire.
    pub(super) name: &'static str,
    required: bool,
}

pub(super) const EXECUTION_ARN: Member = Member { name: "executionArn", required: true };
pub(super) const CLIENT_TOKEN: Member = Member { name: "clientToken", required: false };

/// The members in the model's order.
pub(super) const MEMBERS: [Member; 2] = [EXECUTION_ARN, CLIENT_TOKEN];
/// The least number of characters of both. The most is left to the service, as the AWS CLI leaves it.
const LEAST_LENGTH: usize = 1;

pub(super) fn is_member(name: &str) -> bool {
    MEMBERS.iter().any(|member| member.name == name)
}

/// Checks parameters: every one that is missing, unknown, of a wrong type or too short gets a line.
pub(super) fn validate(members: &[(Item, Item)]) -> Result<()> {
    let mut lines = Vec::new();
    let text = |name: &Item| name.text().map_or_else(|| "".into(), std::rc::Rc::clone);
    for required in MEMBERS.iter().filter(|member| member.required) {
        if !members.iter().any(|(name, _)| &*text(name) == required.name) {
            lines.push(format!("Missing required parameter in input: \"{}\"", required.name));
        }
    }
    for (name, _) in members.iter().filter(|(name, _)| !is_member(&text(name))) {
        let (name, names) = (text(name), MEMBERS.map(|member| member.name).join(", "));
        lines.push(format!("Unknown parameter in input: \"{name}\", must be one of: {names}"));
    }
    for (name, value) in members.iter().filter(|(name, _)| is_member(&text(name))) {
        let name = text(name);
        match value.text().map(|text| text.chars().count()) {
            Some(LEAST_LENGTH..) => {}
            Some(length) => lines.push(format!(
                "Invalid length for parameter {name}, value: {length}, valid min length: {LEAST_LENGTH}"
            )),
            None => lines.push(format!(
                "Invalid type for parameter {name}, value: {}, type: <class '{}'>, valid types: <class 'str'>",
                value.python_str(),
                value.python_class_name(),
            )),
        }
    }
    if lines.is_empty() {
        return Ok(());
    }
    Err(Error::ParamValidation(format!("Parameter validation failed:\n{}", lines.join("\n"))))
}
