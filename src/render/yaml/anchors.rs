//! Which nodes occur more than once, and what they are called: `&id001` where one stands first, `*id001` after that.
//!
//! Only identity counts, as in Python: two equal lists are two nodes, one list that a query yields twice is one.

use std::collections::HashMap;
use std::rc::Rc;

use crate::render::{RenderError, sorted_members};
use crate::value::Value;

/// The placeholder date is one object in Python; no allocation has the address 0.
const EPOCH: usize = 0;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mention {
    /// It occurs once: no anchor.
    Only,
    /// It occurs again later: an anchor.
    First(u32),
    /// It has been written: an alias stands for it.
    Again(u32),
}

#[derive(Debug)]
struct Node {
    number: Option<u32>,
    written: bool,
}

/// The nodes of one document that may occur more than once.
#[derive(Debug, Default)]
pub(crate) struct Anchors {
    nodes: HashMap<usize, Node>,
    last_number: u32,
}

impl Anchors {
    /// Walks a document in the order it will be written and numbers the nodes it meets again.
    pub(crate) fn of(document: &Value) -> Result<Self, RenderError> {
        let mut anchors = Self::default();
        anchors.visit(document)?;
        Ok(anchors)
    }

    fn visit(&mut self, value: &Value) -> Result<(), RenderError> {
        if let Some(address) = address(value) {
            if let Some(node) = self.nodes.get_mut(&address) {
                if node.number.is_none() {
                    self.last_number += 1;
                    node.number = Some(self.last_number);
                }
                return Ok(());
            }
            self.nodes.insert(address, Node { number: None, written: false });
        }
        match value {
            Value::List(items) => items.iter().try_for_each(|item| self.visit(item)),
            Value::Map(map) => sorted_members(map).into_iter().try_for_each(|(_, item)| self.visit(item)),
            Value::Expression(_) => Err(RenderError::NotRepresentable(value.python_str())),
            _ => Ok(()),
        }
    }

    pub(crate) fn mention(&mut self, value: &Value) -> Mention {
        let node = address(value).and_then(|address| self.nodes.get_mut(&address));
        match node {
            Some(Node { number: Some(number), written }) if *written => Mention::Again(*number),
            Some(Node { number: Some(number), written }) => {
                *written = true;
                Mention::First(*number)
            }
            _ => Mention::Only,
        }
    }
}

/// What identifies a node; `None` for what cannot occur twice (a node with one owner) or has no identity.
fn address(value: &Value) -> Option<usize> {
    match value {
        Value::List(items) if Rc::strong_count(items) > 1 => Some(Rc::as_ptr(items).addr()),
        Value::Map(map) if Rc::strong_count(map) > 1 => Some(Rc::as_ptr(map).addr()),
        Value::Epoch => Some(EPOCH),
        _ => None,
    }
}
