//! Events to a graph of nodes: aliases become the nodes they name, and every node gets its tag.
//!
//! Refuses a second document, and nesting beyond what the AWS CLI can follow. Nodes live in one list and refer to each other
//! by number: a document may hold itself (`&a [*a]`), and dropping one needs no recursion.

use std::collections::BTreeMap;
use std::rc::Rc;

use granit_parser::{Event, ScalarStyle};

use super::error::{LoadError, fail, refuse, too_deep};
use super::events::{Events, full_tag};
use crate::value::MAXIMUM_DEPTH;
use crate::value::yaml_types::{Tag, Version, resolve};

/// How many nodes a document may have. The AWS CLI takes more, a gigabyte or two at a time; the service takes two texts.
const MOST_NODES: usize = 500_000;

pub(super) type NodeId = usize;

#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) tag: Tag,
    pub(super) content: Content,
    /// Whether a mapping holds pairs of others, by the merge key.
    merged: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Content {
    Scalar(Rc<str>),
    Sequence(Vec<NodeId>),
    Mapping(Vec<(NodeId, NodeId)>),
}

#[derive(Debug)]
pub(super) struct Graph {
    pub(super) nodes: Vec<Node>,
    pub(super) root: NodeId,
    /// The version its `%YAML` directive asks for.
    pub(super) version: Version,
}

impl Graph {
    pub(super) fn content(&self, node: NodeId) -> Option<&Content> {
        self.nodes.get(node).map(|node| &node.content)
    }

    pub(super) fn pair(&self, node: NodeId, index: usize) -> Option<(NodeId, NodeId)> {
        match self.content(node) {
            Some(Content::Mapping(pairs)) => pairs.get(index).copied(),
            _ => None,
        }
    }

    fn pairs_mut(&mut self, node: NodeId) -> Option<&mut Vec<(NodeId, NodeId)>> {
        match self.nodes.get_mut(node).map(|node| &mut node.content) {
            Some(Content::Mapping(pairs)) => Some(pairs),
            _ => None,
        }
    }

    /// Removes a pair of a mapping; gives how many had to move.
    pub(super) fn remove_pair(&mut self, node: NodeId, index: usize) -> usize {
        let Some(pairs) = self.pairs_mut(node).filter(|pairs| index < pairs.len()) else { return 0 };
        pairs.remove(index);
        pairs.len() - index
    }

    /// Puts merged pairs before a mapping's own.
    pub(super) fn put_before(&mut self, node: NodeId, mut merged: Vec<(NodeId, NodeId)>) {
        if let Some(pairs) = self.pairs_mut(node) {
            merged.append(pairs);
            *pairs = merged;
        }
        if let Some(node) = self.nodes.get_mut(node) {
            node.merged = true;
        }
    }

    /// Whether a mapping has got pairs from others.
    pub(super) fn is_merged(&self, node: NodeId) -> bool {
        self.nodes.get(node).is_some_and(|node| node.merged)
    }
}

enum Open {
    Sequence(NodeId, Vec<NodeId>),
    Mapping { node: NodeId, pairs: Vec<(NodeId, NodeId)>, key: Option<NodeId> },
}

/// Reads the one document of a stream; `None` for a stream without any.
pub(super) fn compose(mut events: Events<'_>) -> Result<Option<Graph>, LoadError> {
    if events.next()? == Event::StreamEnd {
        return Ok(None);
    }
    let mut composer = Composer { nodes: Vec::new(), anchors: BTreeMap::new() };
    let root = composer.document(&mut events)?;
    let version = events.version();
    if events.next()? != Event::StreamEnd {
        return Err(refuse("expected a single document"));
    }
    Ok(Some(Graph { nodes: composer.nodes, root, version }))
}

struct Composer {
    nodes: Vec<Node>,
    /// By the numbers that the parser gives to anchors.
    anchors: BTreeMap<usize, NodeId>,
}

impl Composer {
    /// Reads from after the start of a document to its end.
    fn document(&mut self, events: &mut Events<'_>) -> Result<NodeId, LoadError> {
        let mut open: Vec<Open> = Vec::new();
        let mut root = None;
        loop {
            let event = events.next()?;
            if open.len() > MAXIMUM_DEPTH {
                return Err(too_deep());
            }
            if self.nodes.len() > MOST_NODES {
                return Err(fail(format!("more than {MOST_NODES} values in one document")));
            }
            let node = match event {
                Event::Alias(anchor) => *self.anchors.get(&anchor).ok_or_else(|| refuse("found undefined alias"))?,
                Event::Scalar(text, style, anchor, tag) => {
                    let implied = match style {
                        ScalarStyle::Plain => resolve(&text, events.version()),
                        // `!` alone counts as no tag, but a scalar that has it is never just text.
                        _ if tag.is_some() => resolve(&text, events.version()),
                        _ => Tag::Str,
                    };
                    self.add(anchor, full_tag(tag.as_deref()), implied, Content::Scalar(text.into()))
                }
                Event::SequenceStart(_, anchor, tag) => {
                    let tag = full_tag(tag.as_deref());
                    let node = self.add(anchor, tag, Tag::Seq, Content::Sequence(Vec::new()));
                    open.push(Open::Sequence(node, Vec::new()));
                    continue;
                }
                Event::MappingStart(_, anchor, tag) => {
                    let tag = full_tag(tag.as_deref());
                    let node = self.add(anchor, tag, Tag::Map, Content::Mapping(Vec::new()));
                    open.push(Open::Mapping { node, pairs: Vec::new(), key: None });
                    continue;
                }
                Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                    Some(Open::Sequence(node, items)) => self.fill(node, Content::Sequence(items)),
                    Some(Open::Mapping { node, pairs, .. }) => self.fill(node, Content::Mapping(pairs)),
                    None => return Err(refuse("a collection ends that never began")),
                },
                _ => return root.ok_or_else(|| refuse("a document without a node")),
            };
            match open.last_mut() {
                None => root = Some(node),
                Some(Open::Sequence(_, items)) => items.push(node),
                Some(Open::Mapping { pairs, key, .. }) => match key.take() {
                    None => *key = Some(node),
                    Some(key) => pairs.push((key, node)),
                },
            }
        }
    }

    /// `anchor` is 0 where there is none.
    fn add(&mut self, anchor: usize, tag: Option<String>, implied: Tag, content: Content) -> NodeId {
        let tag = tag.map_or(implied, |tag| Tag::named(&tag));
        let node = self.nodes.len();
        self.nodes.push(Node { tag, content, merged: false });
        if anchor != 0 {
            self.anchors.insert(anchor, node);
        }
        node
    }

    fn fill(&mut self, node: NodeId, content: Content) -> NodeId {
        if let Some(node) = self.nodes.get_mut(node) {
            node.content = content;
        }
        node
    }
}
