//! Parameters to the request that is sent. Owns the client token's place in it, and what becomes of values that were not
//! checked.

use std::rc::Rc;

use super::document::Item;
use super::parameters::Parameters;
use super::validation::{CLIENT_TOKEN, EXECUTION_ARN, is_member, validate};
use crate::error::{Error, Result};
use crate::os_text;
use crate::python::repr;
use crate::value::{Map, Value};

/// The request of one redrive: its members in the order in which they are sent. Both are text, unless the check of
/// parameters is switched off.
#[derive(Clone, Debug)]
pub struct Request {
    members: Map,
}

impl Request {
    pub(crate) fn new(execution_arn: impl Into<Rc<str>>, client_token: impl Into<Rc<str>>) -> Self {
        let members = Map::from_iter([
            (EXECUTION_ARN.name.into(), Value::String(execution_arn.into())),
            (CLIENT_TOKEN.name.into(), Value::String(client_token.into())),
        ]);
        Self { members }
    }

    pub(crate) fn members(&self) -> &Map {
        &self.members
    }

    pub(crate) fn execution_arn(&self) -> Option<&str> {
        self.text(EXECUTION_ARN.name)
    }

    pub(crate) fn client_token(&self) -> Option<&str> {
        self.text(CLIENT_TOKEN.name)
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
        self.names_are_keywords()?;
        if !self.has(CLIENT_TOKEN.name) {
            self.members.push((Item::string(CLIENT_TOKEN.name), Item::string(new_token())));
        }
        if check {
            validate(&self.members)?;
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

    /// Python takes the parameters as keyword arguments of a method; the messages are Python's.
    fn names_are_keywords(&self) -> Result<()> {
        let message = if self.members.iter().any(|(name, _)| name.text().is_none()) {
            "keywords must be strings"
        } else if self.has("self") {
            "ClientCreator._create_api_method.<locals>._api_call() got multiple values for argument 'self'"
        } else {
            return Ok(());
        };
        Err(Error::General(message.to_owned()))
    }

    /// The members as JSON; first of all each must be one of the model's.
    fn to_members(&self) -> Result<Map> {
        let name = |name: &Item| name.text().map_or_else(|| "".into(), Rc::clone);
        if let Some(unknown) = self.members.iter().map(|(member, _)| name(member)).find(|name| !is_member(name)) {
            // Python's `KeyError`, whose message is the key.
            return Err(Error::General(repr::string(&unknown)));
        }
        let members = self.members.iter().map(|(member, value)| Ok((name(member), value.to_value()?)));
        members.collect::<std::result::Result<Map, String>>().map_err(Error::General)
    }
}
