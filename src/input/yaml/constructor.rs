//! The graph of nodes to the items they stand for: ruamel.yaml's safe constructor.
//!
//! Refuses unknown tags, duplicate keys, and keys that cannot be keys. Collections are made empty and filled later, outermost
//! first, so a document may hold itself; only keys are filled at once. What a document yields depends on that order in
//! places (a list that is a key before it is filled is an empty key), so the order is the AWS CLI's.

use std::rc::Rc;

use super::composer::{Content, Graph, NodeId};
use super::dictionary::{self, Dictionary};
use super::error::{LoadError, fail, refuse, too_deep};
use super::timestamp::{Timestamp, timestamp};
use super::{binary, merge, numbers};
use crate::input::document::{Document, Item, ItemId};
use crate::value::yaml_types::Tag;
use crate::value::{MAXIMUM_DEPTH, Value};

/// How far a node has come.
#[derive(Clone, Copy)]
enum Progress {
    Untouched,
    /// Its key is being made.
    Begun,
    Done(ItemId),
}

struct Constructor {
    graph: Graph,
    document: Document,
    progress: Vec<Progress>,
    /// Collections to fill, in order.
    pending: Vec<(NodeId, ItemId)>,
    /// Whether collections are filled at once.
    deep: bool,
    /// How many collections of a key are being filled at this point.
    depth: usize,
    merges: merge::Budget,
}

/// Makes the items of a document; gives the number of the outermost.
///
/// # Errors
/// As the AWS CLI, for tags, keys and values that it refuses.
pub(super) fn construct(graph: Graph) -> Result<(Document, ItemId), LoadError> {
    let root = graph.root;
    let mut constructor = Constructor {
        progress: vec![Progress::Untouched; graph.nodes.len()],
        graph,
        document: Document::default(),
        pending: Vec::new(),
        deep: false,
        depth: 0,
        merges: merge::Budget::default(),
    };
    let item = constructor.item(root, false)?;
    while !constructor.pending.is_empty() {
        for (node, item) in std::mem::take(&mut constructor.pending) {
            constructor.fill(node, item)?;
        }
    }
    Ok((constructor.document, item))
}

impl Constructor {
    /// The item of a node.
    fn item(&mut self, node: NodeId, deep: bool) -> Result<ItemId, LoadError> {
        let progress = self.progress.get(node).copied().unwrap_or(Progress::Untouched);
        if let Progress::Done(item) = progress {
            return Ok(item);
        }
        let outer = self.deep;
        self.deep |= deep;
        if matches!(progress, Progress::Begun) {
            // The key holds itself. The AWS CLI puts None there, and fills at once from here on.
            return Ok(self.document.add(Item::Plain(Value::Null)));
        }
        self.set_progress(node, Progress::Begun);
        let item = self.make(node)?;
        self.set_progress(node, Progress::Done(item));
        if deep {
            self.deep = outer;
        }
        Ok(item)
    }

    fn set_progress(&mut self, node: NodeId, progress: Progress) {
        if let Some(place) = self.progress.get_mut(node) {
            *place = progress;
        }
    }

    fn tag(&self, node: NodeId) -> Tag {
        self.graph.nodes.get(node).map_or(Tag::Unknown, |node| node.tag)
    }

    fn make(&mut self, node: NodeId) -> Result<ItemId, LoadError> {
        let version = self.graph.version;
        let item = match self.tag(node) {
            Tag::Null => {
                self.scalar(node)?;
                Item::Plain(Value::Null)
            }
            Tag::Bool => Item::Plain(Value::Bool(numbers::boolean(&self.scalar(node)?)?)),
            Tag::Int => Item::Plain(Value::Integer(numbers::integer(&self.scalar(node)?, version)?)),
            Tag::Float => Item::Plain(Value::Float(numbers::float(&self.scalar(node)?, version)?)),
            Tag::Str => Item::Plain(Value::String(self.scalar(node)?)),
            Tag::Binary => {
                let bytes = binary::decode(&self.scalar(node)?);
                Item::Bytes(bytes.ok_or_else(|| refuse("failed to decode base64 data"))?.into())
            }
            Tag::Timestamp => self.timestamp(node)?,
            Tag::Seq | Tag::Pairs => return self.collection(node, Item::List(Vec::new())),
            Tag::Map => return self.collection(node, Item::Map(Vec::new())),
            Tag::OrderedMap => return self.collection(node, Item::OrderedMap(Vec::new())),
            Tag::Set => return self.collection(node, Item::Set(Vec::new())),
            Tag::Merge | Tag::Value | Tag::Unknown => {
                return Err(refuse("could not determine a constructor for the tag"));
            }
        };
        Ok(self.document.add(item))
    }

    /// The text of a scalar; of a mapping, the text under its key `=`.
    fn scalar(&self, mut node: NodeId) -> Result<Rc<str>, LoadError> {
        for _ in 0..MAXIMUM_DEPTH {
            match self.graph.content(node) {
                Some(Content::Scalar(text)) => return Ok(Rc::clone(text)),
                Some(Content::Mapping(pairs)) => {
                    let value = pairs.iter().find(|(key, _)| self.tag(*key) == Tag::Value);
                    node = value.ok_or_else(|| refuse("expected a scalar node"))?.1;
                }
                _ => return Err(refuse("expected a scalar node")),
            }
        }
        Err(too_deep())
    }

    fn timestamp(&self, node: NodeId) -> Result<Item, LoadError> {
        let Some(Content::Scalar(text)) = self.graph.content(node) else {
            return Err(refuse("failed to construct timestamp"));
        };
        Ok(match timestamp(text).ok_or_else(|| refuse("failed to construct timestamp"))?? {
            Timestamp::Date(date) => Item::Date(date),
            Timestamp::Moment(moment) => Item::Moment(moment),
        })
    }

    /// An empty collection, to be filled now or later.
    fn collection(&mut self, node: NodeId, empty: Item) -> Result<ItemId, LoadError> {
        let item = self.document.add(empty);
        if self.deep {
            self.depth += 1;
            if self.depth > MAXIMUM_DEPTH {
                return Err(too_deep());
            }
            self.fill(node, item)?;
            self.depth -= 1;
        } else {
            self.pending.push((node, item));
        }
        Ok(item)
    }

    fn fill(&mut self, node: NodeId, item: ItemId) -> Result<(), LoadError> {
        let filled = match self.tag(node) {
            Tag::Seq => Item::List(self.sequence(node)?),
            Tag::Map => Item::Map(self.mapping(node)?),
            Tag::Set => Item::Set(self.mapping(node)?.into_iter().map(|(key, _)| key).collect()),
            Tag::OrderedMap => Item::OrderedMap(self.ordered_map(node)?),
            _ => Item::List(self.pairs(node)?),
        };
        self.document.replace(item, filled);
        Ok(())
    }

    fn sequence(&mut self, node: NodeId) -> Result<Vec<ItemId>, LoadError> {
        let Some(Content::Sequence(nodes)) = self.graph.content(node).cloned() else {
            return Err(refuse("expected a sequence node"));
        };
        nodes.into_iter().map(|node| self.item(node, false)).collect()
    }

    fn mapping(&mut self, node: NodeId) -> Result<Vec<(ItemId, ItemId)>, LoadError> {
        let merged = merge::flatten(&mut self.graph, node, &mut self.merges)?;
        let Some(Content::Mapping(pairs)) = self.graph.content(node).cloned() else {
            return Err(refuse("expected a mapping node"));
        };
        let mut dictionary = Dictionary::default();
        for (key, value) in pairs {
            let mut key = self.item(key, true)?;
            // A list is no key in Python, but a tuple is.
            if let Some(Item::List(items)) = self.document.get(key) {
                let tuple = Item::Tuple(items.clone());
                key = self.document.add(tuple);
            }
            if matches!(self.document.get(key), Some(Item::Map(_) | Item::OrderedMap(_) | Item::Set(_))) {
                return Err(refuse("found unhashable key"));
            }
            let value = self.item(value, false)?;
            let known = dictionary.insert(dictionary::key(&self.document, key)?, key, value);
            // What a merge brings may be there already.
            if known && !merged {
                return Err(refuse("found duplicate key"));
            }
        }
        Ok(dictionary.into_pairs())
    }

    /// The nodes of a sequence of mappings.
    fn single_mappings(&self, node: NodeId) -> Result<Vec<NodeId>, LoadError> {
        match self.graph.content(node) {
            Some(Content::Sequence(nodes)) => Ok(nodes.clone()),
            _ => Err(refuse("expected a sequence")),
        }
    }

    /// The only pair of a mapping.
    fn single_pair(&self, node: NodeId) -> Result<(NodeId, NodeId), LoadError> {
        match self.graph.content(node) {
            Some(Content::Mapping(pairs)) if let [pair] = pairs.as_slice() => Ok(*pair),
            _ => Err(refuse("expected a mapping of length 1")),
        }
    }

    fn ordered_map(&mut self, node: NodeId) -> Result<Vec<(ItemId, ItemId)>, LoadError> {
        let mut dictionary = Dictionary::default();
        for mapping in self.single_mappings(node)? {
            let (key, value) = self.single_pair(mapping)?;
            let key = self.item(key, false)?;
            let hashed = dictionary::key(&self.document, key)?;
            if dictionary.contains(&hashed) {
                return Err(fail("An ordered map of the YAML document holds a key twice."));
            }
            let value = self.item(value, false)?;
            dictionary.insert(hashed, key, value);
        }
        Ok(dictionary.into_pairs())
    }

    fn pairs(&mut self, node: NodeId) -> Result<Vec<ItemId>, LoadError> {
        let mut items = Vec::new();
        for mapping in self.single_mappings(node)? {
            let (key, value) = self.single_pair(mapping)?;
            let pair = vec![self.item(key, false)?, self.item(value, false)?];
            items.push(self.document.add(Item::Tuple(pair)));
        }
        Ok(items)
    }
}
