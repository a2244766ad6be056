//! How deep the values may nest that a query builds.
//!
//! Text nests to a bounded depth, but a long chain such as `@.[@].[@]…` adds a level with each step, and whatever walks or drops
//! the result later does so by recursion. Python builds such values and fails to print them from some hundred levels on; this
//! program refuses them where they are built. A query that cannot build many levels, which is any that is meant, is not watched.

use std::collections::HashMap;
use std::rc::Rc;

use super::ast::{Node, Syntax};
use crate::value::{MAXIMUM_DEPTH, Value};

/// So many levels may a query add to those of its document or literals.
const MAXIMUM_ADDED: usize = 500;

/// The functions that evaluate an expression and keep it from becoming part of a value.
const TAKE_EXPRESSIONS: [&str; 4] = ["map", "max_by", "min_by", "sort_by"];

/// Whether the query may add more levels than are safe, so that what it builds has to be looked at.
///
/// Each node of the tree adds at most one level, and none is evaluated on what itself has built; unless an expression gets
/// among the values, for that can be evaluated again and again.
#[must_use]
pub fn must_be_watched(syntax: &Syntax) -> bool {
    let building = syntax.nodes().filter(|node| builds(node)).count();
    let references = syntax.nodes().filter(|node| matches!(node, Node::Reference(_))).count();
    let taken: usize = syntax.nodes().map(|node| taken_references(syntax, node)).sum();
    building > MAXIMUM_ADDED || references > taken
}

/// Whether what the node yields can be deeper than what it gets.
#[must_use]
pub fn builds(node: &Node) -> bool {
    matches!(
        node,
        Node::MultiSelectList(_)
            | Node::MultiSelectMap(_)
            | Node::Projection(..)
            | Node::ValueProjection(..)
            | Node::FilterProjection(..)
            | Node::Function(..)
    )
}

/// Whether a value nests deeper than is safe.
#[must_use]
pub fn is_too_deep(value: &Value) -> bool {
    levels(value, MAXIMUM_DEPTH + MAXIMUM_ADDED, &mut HashMap::new()).is_none()
}

/// How many containers are inside one another; `None` for more than allowed. A shared node is walked once.
fn levels(value: &Value, allowed: usize, known: &mut HashMap<usize, usize>) -> Option<usize> {
    let (address, owners) = match value {
        Value::List(items) => (Rc::as_ptr(items).addr(), Rc::strong_count(items)),
        Value::Map(members) => (Rc::as_ptr(members).addr(), Rc::strong_count(members)),
        _ => return Some(0),
    };
    if let Some(levels) = known.get(&address).filter(|_| owners > 1) {
        return Some(*levels).filter(|levels| *levels <= allowed);
    }
    let allowed = allowed.checked_sub(1)?;
    let deepest = match value {
        Value::List(items) => deepest(items.iter(), allowed, known)?,
        Value::Map(members) => deepest(members.values(), allowed, known)?,
        _ => 0,
    };
    if owners > 1 {
        known.insert(address, deepest + 1);
    }
    Some(deepest + 1)
}

fn deepest<'a>(
    mut values: impl Iterator<Item = &'a Value>,
    allowed: usize,
    known: &mut HashMap<usize, usize>,
) -> Option<usize> {
    values.try_fold(0, |deepest, value| Some(deepest.max(levels(value, allowed, known)?)))
}

fn taken_references(syntax: &Syntax, node: &Node) -> usize {
    match node {
        Node::Function(name, arguments) if TAKE_EXPRESSIONS.contains(&&**name) => {
            arguments.iter().filter(|argument| matches!(syntax.get(**argument), Some(Node::Reference(_)))).count()
        }
        _ => 0,
    }
}
