//! Parameters to the request that is sent. Owns the check of parameters against the service's model, whose order and words are
//! botocore's, the client token's place, and what becomes of values that were not checked.

use std::rc::Rc;

use super::document::Item;
use super::parameters::{CLIENT_TOKEN, EXECUTION_ARN, MEMBERS, Parameters};
use crate::error::{Error, Result};
use crate::os_text;
use crate::python::repr;
use crate::value::{Map, Value};

/// The least number of characters of both. The most is left to the service, as the AWS CLI leaves it.
const LEAST_LENGTH: usize = 1;

/// The request of one redrive: its members in the order in which they are sent. Both are text, unless the check of
/// parameters is switched off.
#[derive(Clone, Debug)]
pub struct Request {
    members: Map,
}

impl Request {
    pub(crate) fn new(execution_arn: impl Into<Rc<str>>, client_token: impl Into<Rc<str>>) -> Self {
        let members = Map::from_iter([
            (EXECUTION_ARN.into(), Value::String(execution_arn.into())),
            (CLIENT_TOKEN.into(), Value::String(client_token.into())),
        ]);
        Self { members }
    }

    pub(crate) fn members(&self) -> &Map {
        &self.members
    }

    pub(crate) fn execution_arn(&self) -> Option<&str> {
        self.text(EXECUTION_ARN)
    }

    pub(crate) fn client_token(&self) -> Option<&str> {
        self.text(CLIENT_TOKEN)
    }

    fn text(&self, name: &str) -> Option<&str> {
        match self.members.get(name) {
            Some(Value::String(text)) => Some(text),
            _ => None,
        }
    }
}

impl Parameters {
    /// Makes the request. Parameters without a client token (one of `null` is one) get a new one; that comes last.
    ///
    /// `check` is the setting `parameter_validation`. Without the check, values of any type are sent as JSON.
    pub fn into_request(mut self, check: bool, new_token: impl FnOnce() -> String) -> Result<Request> {
        // Python takes the parameters as keyword arguments of a method; the messages are Python's.
        if self.members.iter().any(|(name, _)| name.text().is_none()) {
            return Err(Error::General("keywords must be strings".to_owned()));
        }
        if self.has("self") {
            let method = "ClientCreator._create_api_method.<locals>._api_call()";
            return Err(Error::General(format!("{method} got multiple values for argument 'self'")));
        }
        if !self.has(CLIENT_TOKEN) {
            self.members.push((Item::string(CLIENT_TOKEN), Item::string(new_token())));
        }
        if check {
            self.validate()?;
        }
        let members = self.to_members()?;
        for (name, value) in &members {
            if matches!(value, Value::String(text) if os_text::holds_bytes(text)) {
                return Err(Error::General(format!("{name} holds bytes that are not UTF-8")));
            }
        }
        Ok(Request { members })
    }

    fn has(&self, wanted: &str) -> bool {
        self.members.iter().any(|(name, _)| name.text().is_some_and(|name| &**name == wanted))
    }

    fn names(&self) -> impl Iterator<Item = (Rc<str>, &Item)> {
        self.members.iter().map(|(name, value)| (name.text().map_or_else(|| "".into(), Rc::clone), value))
    }

    /// Every parameter that is missing, unknown, of a wrong type or too short gets a line.
    fn validate(&self) -> Result<()> {
        let mut lines = Vec::new();
        if !self.has(EXECUTION_ARN) {
            lines.push(format!("Missing required parameter in input: \"{EXECUTION_ARN}\""));
        }
        for (name, _) in self.names().filter(|(name, _)| !MEMBERS.contains(&&**name)) {
            let names = MEMBERS.join(", ");
            lines.push(format!("Unknown parameter in input: \"{name}\", must be one of: {names}"));
        }
        for (name, value) in self.names().filter(|(name, _)| MEMBERS.contains(&&**name)) {
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

    /// The members as JSON; first of all each must be one of the model's.
    fn to_members(&self) -> Result<Map> {
        if let Some((unknown, _)) = self.names().find(|(name, _)| !MEMBERS.contains(&&**name)) {
            // Python's `KeyError`, whose message is the key.
            return Err(Error::General(repr::string(&unknown)));
        }
        self.names().map(|(name, value)| Ok((name, value.to_value().map_err(Error::General)?))).collect()
    }
}
