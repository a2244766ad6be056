//! The graph of nodes to the items they stand for, each under its node's number: ruamel.yaml's safe constructor.
//!
//! Refuses unknown tags, duplicate keys, and collections as keys. Scalars are made first and collections hold numbers, so a
//! document may hold itself.

use std::rc::Rc;

use super::composer::{Content, Graph, Node, NodeId};
use super::dictionary::{Dictionary, key};
use super::error::{LoadError, refuse};
use super::timestamp::{Timestamp, timestamp};
use super::{merge, numbers};
use crate::input::document::{Document, Item, ItemId};
use crate::value::Value;
use crate::value::yaml_types::{Tag, Version};

/// Makes the items of a document; gives the number of the outermost.
pub(super) fn construct(mut graph: Graph) -> Result<(Document, ItemId), LoadError> {
    let mut merges = merge::Budget::default();
    for node in 0..graph.nodes.len() {
        merge::flatten(&mut graph, node, &mut merges)?;
    }
    let mut document = Document::default();
    for node in &graph.nodes {
        document.add(scalar(node, graph.version)?);
    }
    check_use(&graph, graph.root)?;
    for (id, node) in graph.nodes.iter().enumerate() {
        match &node.content {
            Content::Scalar(_) => {}
            Content::Sequence(items) => {
                items.iter().try_for_each(|item| check_use(&graph, *item))?;
                document.replace(id, Item::List(items.clone()));
            }
            Content::Mapping(pairs) => {
                let mut dictionary = Dictionary::default();
                for (name, value) in pairs {
                    check_use(&graph, *name)?;
                    check_use(&graph, *value)?;
                    let known = dictionary.insert(key(&document, *name)?, *name, *value);
                    // What a merge brings may be there already.
                    if known && !graph.is_merged(id) {
                        return Err(refuse("found duplicate key"));
                    }
                }
                document.replace(id, Item::Map(dictionary.into_pairs()));
            }
        }
    }
    Ok((document, graph.root))
}

fn scalar(node: &Node, version: Version) -> Result<Item, LoadError> {
    let text = match &node.content {
        Content::Scalar(text) => text,
        Content::Sequence(_) if node.tag == Tag::Seq => return Ok(Item::List(Vec::new())),
        Content::Mapping(_) if node.tag == Tag::Map => return Ok(Item::Map(Vec::new())),
        _ => return Err(refuse("a tag that does not suit its node")),
    };
    Ok(Item::Plain(match node.tag {
        Tag::Null | Tag::Merge | Tag::Value => Value::Null,
        Tag::Bool => Value::Bool(numbers::boolean(text)?),
        Tag::Int => Value::Integer(numbers::integer(text, version)?),
        Tag::Float => Value::Float(numbers::float(text, version)?),
        Tag::Str => Value::String(Rc::clone(text)),
        Tag::Timestamp => {
            return match timestamp(text).ok_or_else(|| refuse("failed to construct timestamp"))?? {
                Timestamp::Date(date) => Ok(Item::Date(date)),
                Timestamp::Moment(moment) => Ok(Item::Moment(moment)),
            };
        }
        Tag::Seq | Tag::Map | Tag::Unknown => return Err(refuse("could not determine a constructor for the tag")),
    }))
}

/// `<<` and `=` mean something only as keys, where the merge has replaced them.
fn check_use(graph: &Graph, node: NodeId) -> Result<(), LoadError> {
    match graph.nodes.get(node).map(|node| node.tag) {
        Some(Tag::Merge | Tag::Value) => Err(refuse("could not determine a constructor for the tag")),
        _ => Ok(()),
    }
}
