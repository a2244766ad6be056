//! Events to a graph of nodes: aliases become the nodes they name, and every node gets its tag.
//!
//! Refuses a second document, and nesting beyond what the AWS CLI can follow. Nodes live in one list and refer to each other
//! by number: a document may hold itself (`&a [*a]`), and dropping one needs no recursion.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::error::{LoadError, fail, refuse, too_deep};
use super::parser::{Event, Parser, Properties};
use super::resolver::{Tag, resolve};
use super::token::Version;

/// How many collections may stand around a node: where Python's recursion limit stops the AWS CLI.
const DEEPEST: usize = 485;

/// How many nodes a document may have. The AWS CLI takes more, a gigabyte or two at a time; the service takes two texts.
const MOST_NODES: usize = 500_000;

/// A node's number in its graph.
pub(super) type NodeId = usize;

/// A node.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) tag: Tag,
    pub(super) content: Content,
    /// Whether a mapping holds pairs of others, by the merge key.
    merged: bool,
}

/// What a node holds.
#[derive(Clone, Debug)]
pub(super) enum Content {
    Scalar(Rc<str>),
    Sequence(Vec<NodeId>),
    Mapping(Vec<(NodeId, NodeId)>),
}

/// A document.
#[derive(Debug)]
pub(super) struct Graph {
    pub(super) nodes: Vec<Node>,
    pub(super) root: NodeId,
    /// The version its `%YAML` directive asks for.
    pub(super) version: Version,
}

impl Graph {
    /// What a node holds.
    pub(super) fn content(&self, node: NodeId) -> Option<&Content> {
        self.nodes.get(node).map(|node| &node.content)
    }

    /// One pair of a mapping.
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

/// A collection that is being read.
enum Open {
    Sequence(NodeId, Vec<NodeId>),
    Mapping { node: NodeId, pairs: Vec<(NodeId, NodeId)>, key: Option<NodeId> },
}

/// Reads the one document of a stream; `None` for a stream without any.
///
/// # Errors
/// For what is no YAML, for two documents, and for an alias of nothing.
pub(super) fn compose(mut parser: Parser) -> Result<Option<Graph>, LoadError> {
    if parser.next()? == Event::StreamEnd {
        return Ok(None);
    }
    let mut composer = Composer { nodes: Vec::new(), anchors: BTreeMap::new() };
    let root = composer.document(&mut parser)?;
    let version = parser.version();
    if parser.next()? != Event::StreamEnd {
        return Err(refuse("expected a single document"));
    }
    Ok(Some(Graph { nodes: composer.nodes, root, version }))
}

struct Composer {
    nodes: Vec<Node>,
    anchors: BTreeMap<Rc<str>, NodeId>,
}

impl Composer {
    /// Reads from after the start of a document to its end.
    fn document(&mut self, parser: &mut Parser) -> Result<NodeId, LoadError> {
        let mut open: Vec<Open> = Vec::new();
        let mut root = None;
        loop {
            let event = parser.next()?;
            if open.len() > DEEPEST {
                return Err(too_deep());
            }
            if self.nodes.len() > MOST_NODES {
                return Err(fail(format!("more than {MOST_NODES} values in one document")));
            }
            let node = match event {
                Event::Alias(name) => *self.anchors.get(&name).ok_or_else(|| refuse("found undefined alias"))?,
                Event::Scalar { properties, text, resolved } => {
                    let plain = resolved.then(|| resolve(&text, parser.version()));
                    self.add(properties, plain.unwrap_or(Tag::Str), Content::Scalar(text))
                }
                Event::SequenceStart(properties) => {
                    let node = self.add(properties, Tag::Seq, Content::Sequence(Vec::new()));
                    open.push(Open::Sequence(node, Vec::new()));
                    continue;
                }
                Event::MappingStart(properties) => {
                    let node = self.add(properties, Tag::Map, Content::Mapping(Vec::new()));
                    open.push(Open::Mapping { node, pairs: Vec::new(), key: None });
                    continue;
                }
                Event::CollectionEnd => match open.pop() {
                    Some(Open::Sequence(node, items)) => self.fill(node, Content::Sequence(items)),
                    Some(Open::Mapping { node, pairs, .. }) => self.fill(node, Content::Mapping(pairs)),
                    None => return Err(refuse("a collection ends that never began")),
                },
                Event::DocumentEnd | Event::DocumentStart | Event::StreamEnd => {
                    return root.ok_or_else(|| refuse("a document without a node"));
                }
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

    fn add(&mut self, properties: Properties, implied: Tag, content: Content) -> NodeId {
        let tag = properties.tag.map_or(implied, |tag| Tag::named(&tag));
        let node = self.nodes.len();
        self.nodes.push(Node { tag, content, merged: false });
        if let Some(anchor) = properties.anchor {
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
