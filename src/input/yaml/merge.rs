//! The merge key `<<`: the pairs of other mappings, put before a mapping's own. Refuses to merge anything but mappings.

use super::composer::{Content, Graph, NodeId};
use super::error::{LoadError, fail, refuse, too_deep};
use crate::value::MAXIMUM_DEPTH;
use crate::value::yaml_types::Tag;

/// How many pairs merges may move. Python has no bound but its memory: nine mappings that merge each other ten times keep it
/// busy for ever.
const MOST_PAIRS: usize = 4_000_000;

#[derive(Default)]
pub(super) struct Budget {
    pairs: usize,
    depth: usize,
}

impl Budget {
    fn spend(&mut self, pairs: usize) -> Result<(), LoadError> {
        self.pairs = self.pairs.saturating_add(pairs);
        if self.pairs > MOST_PAIRS {
            return Err(fail("The YAML document merges too many mappings."));
        }
        Ok(())
    }
}

/// Resolves the merge keys of a mapping, and of those it merges; says whether it has any. Does nothing to other nodes.
///
/// # Errors
/// For a second merge key, and for one whose value is neither a mapping nor a list of such.
pub(super) fn flatten(graph: &mut Graph, node: NodeId, budget: &mut Budget) -> Result<bool, LoadError> {
    budget.depth += 1;
    if budget.depth > MAXIMUM_DEPTH {
        return Err(too_deep());
    }
    let mut merged: Vec<(NodeId, NodeId)> = Vec::new();
    let mut index = 0;
    while let Some((key, value)) = graph.pair(node, index) {
        match graph.nodes.get(key).map(|node| node.tag) {
            Some(Tag::Merge) => {
                if !merged.is_empty() {
                    return Err(refuse("found duplicate key <<"));
                }
                // Moving pairs up is cheap.
                budget.spend(graph.remove_pair(node, index) / 256)?;
                merged = pairs_to_merge(graph, value, budget)?;
                budget.spend(merged.len())?;
            }
            Some(Tag::Value) => {
                // As a key, `=` is just text.
                if let Some(key) = graph.nodes.get_mut(key) {
                    key.tag = Tag::Str;
                }
                index += 1;
            }
            _ => index += 1,
        }
    }
    budget.depth -= 1;
    if !merged.is_empty() {
        graph.put_before(node, merged);
    }
    Ok(graph.is_merged(node))
}

/// The pairs that a merge key's value stands for; of several mappings the last comes first, so that the first wins.
fn pairs_to_merge(graph: &mut Graph, value: NodeId, budget: &mut Budget) -> Result<Vec<(NodeId, NodeId)>, LoadError> {
    let no_mapping = || refuse("expected a mapping or a list of mappings for merging");
    let sources = match graph.content(value) {
        Some(Content::Mapping(_)) => vec![value],
        Some(Content::Sequence(nodes)) => nodes.clone(),
        _ => return Err(no_mapping()),
    };
    let mut parts = Vec::new();
    for source in sources {
        if !matches!(graph.content(source), Some(Content::Mapping(_))) {
            return Err(no_mapping());
        }
        flatten(graph, source, budget)?;
        if let Some(Content::Mapping(pairs)) = graph.content(source) {
            budget.spend(pairs.len())?;
            parts.push(pairs.clone());
        }
    }
    parts.reverse();
    Ok(parts.concat())
}
