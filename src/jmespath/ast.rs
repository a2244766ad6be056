//! What a query means: a tree of nodes, kept in one list and named by their number. Refuses to evaluate.
//!
//! A list and not boxes, because a chain such as `a || a || …` leans as far to the left as it is long: dropping such a tree of
//! boxes would need a stack as deep as the tree.

use std::rc::Rc;

use super::lexer::TokenKind;
use crate::value::{Integer, Value};

pub(crate) type NodeId = usize;

#[derive(Debug, Default)]
pub(crate) struct Syntax {
    /// Each with its depth.
    nodes: Vec<(Node, usize)>,
    /// Where it begins.
    pub(crate) root: NodeId,
}

#[derive(Debug)]
pub(crate) enum Node {
    /// `name`
    Field(Rc<str>),
    /// `@`, or nothing where something could stand.
    Current,
    /// `` `1` `` or `'raw'`
    Literal(Value),
    /// `[0]`
    Index(Integer),
    /// `[0:1:2]`
    Slice([Option<Integer>; 3]),
    /// One after the other, each on what the one before yields: `a.b.c`, `a[0][1]`, `a | b`.
    Chain(ChainKind, Vec<NodeId>),
    /// `a || b`
    Or(NodeId, NodeId),
    /// `a && b`
    And(NodeId, NodeId),
    /// `!a`
    Not(NodeId),
    /// `a == b`
    Comparison(TokenKind, NodeId, NodeId),
    /// `&a`
    Reference(NodeId),
    /// `name(a, b)`
    Function(Rc<str>, Vec<NodeId>),
    /// `a[*].b`: the list, and what to do with each item.
    Projection(NodeId, NodeId),
    /// `a.*.b`
    ValueProjection(NodeId, NodeId),
    /// `a[?c].b`: the list, what to do with each item, the condition.
    FilterProjection(NodeId, NodeId, NodeId),
    /// `a[]`
    Flatten(NodeId),
    /// `[a, b]`
    MultiSelectList(Vec<NodeId>),
    /// `{x: a, y: b}`
    MultiSelectMap(Vec<(Rc<str>, NodeId)>),
}

/// Which construct a chain was written as; a chain grows only by its own kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChainKind {
    /// With dots.
    Subexpression,
    /// With brackets.
    Index,
    Pipe,
}

impl Syntax {
    pub(crate) fn add(&mut self, node: Node) -> NodeId {
        let depth = self.depth_of(&node);
        self.nodes.push((node, depth));
        self.nodes.len() - 1
    }

    /// A bound of both how deep the evaluation of a node recurses and how many levels it adds to the values it gets.
    pub(crate) fn depth(&self, id: NodeId) -> usize {
        self.nodes.get(id).map_or(0, |(_, depth)| *depth)
    }

    fn depth_of(&self, node: &Node) -> usize {
        let depth = |id: &NodeId| self.depth(*id);
        1 + match node {
            Node::Field(_) | Node::Current | Node::Literal(_) | Node::Index(_) | Node::Slice(_) => return 0,
            Node::Or(left, right) | Node::And(left, right) | Node::Comparison(_, left, right) => {
                depth(left).max(depth(right))
            }
            Node::Not(inner) | Node::Reference(inner) | Node::Flatten(inner) => depth(inner),
            Node::MultiSelectList(items) => items.iter().map(depth).max().unwrap_or(0),
            Node::MultiSelectMap(members) => members.iter().map(|(_, member)| depth(member)).max().unwrap_or(0),
            // One works on what another has built.
            Node::Chain(_, parts) | Node::Function(_, parts) => parts.iter().map(depth).sum(),
            Node::Projection(list, each) | Node::ValueProjection(list, each) => depth(list) + depth(each),
            Node::FilterProjection(list, each, condition) => (depth(list) + depth(each)).max(depth(condition)),
        }
    }

    /// The node of a number; `None` for a number from another query.
    pub(crate) fn get(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id).map(|(node, _)| node)
    }

    /// Appends to a chain of this kind, in place; where the left node is not one, makes one of the two.
    pub(crate) fn extend_chain(&mut self, kind: ChainKind, left: NodeId, right: NodeId) -> NodeId {
        let added = self.depth(right);
        match self.nodes.get_mut(left) {
            Some((Node::Chain(existing, steps), depth)) if *existing == kind => {
                steps.push(right);
                *depth += added;
                left
            }
            _ => self.add(Node::Chain(kind, vec![left, right])),
        }
    }
}
