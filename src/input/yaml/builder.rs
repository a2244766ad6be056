//! Events to the items they stand for: ruamel.yaml's safe constructor, with aliases and the merge key `<<`.
//!
//! Refuses unknown tags, duplicate keys, collections as keys, and a collection that holds itself. What is not YAML counts more
//! than what cannot be made, wherever either stands.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use granit_parser::{self as granit, Event, ScalarStyle};

use super::scalars::scalar;
use super::{Events, LoadError, fail, refuse, too_deep};
use crate::input::document::Item;
use crate::value::yaml_types::{Tag, resolve};
use crate::value::{Integer, MAXIMUM_DEPTH, Value};

/// What a document may take with its aliases written out, in bytes: a few lines may hold their own parts billions of times. The
/// service takes two texts.
const LARGEST: usize = 64 << 20;
/// What an item takes beside its text.
const OVERHEAD: usize = 64;

#[derive(Clone)]
struct Node {
    tag: Tag,
    item: Item,
    size: usize,
    /// How many collections lie in one another.
    depth: usize,
}

/// A collection that has not ended.
struct Open {
    /// 0 where there is none.
    anchor: usize,
    tag: Tag,
    is_mapping: bool,
    /// Of a mapping, keys and values in turn.
    nodes: Vec<Node>,
}

/// Reads the one document of a stream; `None` (Python's) for a stream without any.
pub(super) fn read(mut events: Events<'_>) -> Result<Item, LoadError> {
    if events.next()? == Event::StreamEnd {
        return Ok(Item::Plain(Value::Null));
    }
    let mut builder = Builder::default();
    let root = builder.document(&mut events)?;
    if events.next()? != Event::StreamEnd {
        return Err(refuse("expected a single document"));
    }
    builder.failed.map_or_else(|| root.value(), Err)
}

#[derive(Default)]
struct Builder {
    /// By the numbers that the parser gives to anchors.
    anchors: BTreeMap<usize, Node>,
    size: usize,
    /// The first item that could not be made.
    failed: Option<LoadError>,
}

impl Builder {
    /// Reads from after the start of a document to its end.
    fn document(&mut self, events: &mut Events<'_>) -> Result<Node, LoadError> {
        let mut open: Vec<Open> = Vec::new();
        let mut root = None;
        loop {
            let node = match events.next()? {
                Event::Alias(anchor) => {
                    let node = self.anchors.get(&anchor).cloned().ok_or_else(|| refuse("found undefined alias"))?;
                    self.size += node.size;
                    node
                }
                Event::Scalar(text, style, anchor, written) => {
                    // `!` alone counts as no tag, but a scalar that has it is never just text.
                    let is_text = style != ScalarStyle::Plain && written.is_none();
                    let tag =
                        tag(written.as_deref()).unwrap_or_else(|| if is_text { Tag::Str } else { resolve(&text) });
                    self.size += OVERHEAD + text.len();
                    self.node(anchor, tag, OVERHEAD + text.len(), 0, scalar(tag, &text))
                }
                Event::SequenceStart(_, anchor, written) => {
                    let tag = tag(written.as_deref()).unwrap_or(Tag::Seq);
                    open.push(Open { anchor, tag, is_mapping: false, nodes: Vec::new() });
                    continue;
                }
                Event::MappingStart(_, anchor, written) => {
                    let tag = tag(written.as_deref()).unwrap_or(Tag::Map);
                    open.push(Open { anchor, tag, is_mapping: true, nodes: Vec::new() });
                    continue;
                }
                Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                    Some(ended) => self.collection(&ended),
                    None => return Err(refuse("a collection ends that never began")),
                },
                _ => return root.ok_or_else(|| refuse("a document without a node")),
            };
            if self.size > LARGEST {
                return Err(fail("The YAML document is too large, or holds its own parts too many times."));
            }
            if node.depth + open.len() > MAXIMUM_DEPTH {
                return Err(too_deep());
            }
            match open.last_mut() {
                Some(around) => around.nodes.push(node),
                None => root = Some(node),
            }
        }
    }

    fn collection(&mut self, ended: &Open) -> Node {
        let item = match (ended.tag, ended.is_mapping) {
            (Tag::Seq, false) => {
                ended.nodes.iter().map(Node::value).collect::<Result<_, _>>().map(|items| Item::List(Rc::new(items)))
            }
            (Tag::Map, true) => mapping(&ended.nodes),
            _ => Err(refuse("a tag that does not suit its node")),
        };
        self.size += OVERHEAD;
        let size = ended.nodes.iter().map(|node| node.size).sum::<usize>() + OVERHEAD;
        let depth = 1 + ended.nodes.iter().map(|node| node.depth).max().unwrap_or(0);
        self.node(ended.anchor, ended.tag, size, depth, item)
    }

    fn node(&mut self, anchor: usize, tag: Tag, size: usize, depth: usize, item: Result<Item, LoadError>) -> Node {
        let item = item.unwrap_or_else(|error| {
            self.failed.get_or_insert(error);
            Item::Plain(Value::Null)
        });
        let node = Node { tag, item, size, depth };
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        node
    }
}

impl Node {
    /// The item anywhere but as a key, where alone `<<` and `=` mean something.
    fn value(&self) -> Result<Item, LoadError> {
        match self.tag {
            Tag::Merge | Tag::Value => Err(refuse("could not determine a constructor for the tag")),
            _ => Ok(self.item.clone()),
        }
    }
}

/// The tag with its handle's prefix put in; `None` also for `!` alone, which stands for the tag that a plain scalar would get.
fn tag(written: Option<&granit::Tag>) -> Option<Tag> {
    let tag = written.map(|tag| format!("{}{}", tag.handle(), tag.suffix())).filter(|tag| tag != "!");
    tag.map(|tag| Tag::named(&tag))
}

/// A `dict`: keys keep their first place and their first form, and take their last value.
fn mapping(nodes: &[Node]) -> Result<Item, LoadError> {
    let (own, _) = nodes.as_chunks::<2>();
    let mut merged = Vec::new();
    for [_, value] in own.iter().filter(|[key, _]| key.tag == Tag::Merge) {
        if !merged.is_empty() {
            return Err(refuse("found duplicate key <<"));
        }
        merged = pairs_to_merge(&value.item)?;
    }
    let mut pairs: Vec<(Item, Item)> = Vec::new();
    let mut places: HashMap<Key, usize> = HashMap::new();
    // Returns whether the key was there.
    let mut insert = |key: Item, value: Item| {
        let place = *places.entry(Key::of(&key)?).or_insert(pairs.len());
        match pairs.get_mut(place) {
            Some(pair) => pair.1 = value,
            None => {
                pairs.push((key, value));
                return Ok(false);
            }
        }
        Ok(true)
    };
    // What a merge brings may be there already.
    let may_repeat = !merged.is_empty();
    for (key, value) in merged {
        insert(key, value)?;
    }
    for [key, value] in own.iter().filter(|[key, _]| key.tag != Tag::Merge) {
        // As a key, `=` is just text.
        if insert(key.item.clone(), value.value()?)? && !may_repeat {
            return Err(refuse("found duplicate key"));
        }
    }
    Ok(Item::Map(Rc::new(pairs)))
}

/// The pairs that a merge key's value stands for; of several mappings the last comes first, so that the first wins.
fn pairs_to_merge(value: &Item) -> Result<Vec<(Item, Item)>, LoadError> {
    let pairs = |item: &Item| match item {
        Item::Map(pairs) => Ok(pairs.to_vec()),
        _ => Err(refuse("expected a mapping or a list of mappings for merging")),
    };
    match value {
        Item::List(items) => Ok(items.iter().rev().map(pairs).collect::<Result<Vec<_>, _>>()?.concat()),
        item => pairs(item),
    }
}

/// A key by what makes it equal to another: `1`, `1.0` and `True` are one.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    None,
    /// Also booleans and floats without a fraction.
    Integer(Integer),
    /// The bits of a float with a fraction. Python's loader has only one NaN.
    Float(u64),
    Text(Rc<str>),
    /// A date or a moment, as it prints.
    Date(String),
}

impl Key {
    fn of(item: &Item) -> Result<Self, LoadError> {
        Ok(match item {
            Item::Plain(Value::Null) => Self::None,
            Item::Plain(Value::Bool(value)) => Self::Integer(Integer::from(i64::from(*value))),
            Item::Plain(Value::Integer(number)) => Self::Integer(number.clone()),
            Item::Plain(Value::Float(number)) => match Integer::from_float(*number) {
                Some(integer) if number.fract() == 0.0 => Self::Integer(integer),
                _ => Self::Float(if number.is_nan() { f64::NAN } else { *number }.to_bits()),
            },
            Item::Plain(Value::String(text)) => Self::Text(Rc::clone(text)),
            Item::Date(_) | Item::Moment(_) => Self::Date(item.python_str()),
            // The AWS CLI reads it, and has no parameter of such a name.
            Item::List(_) => return Err(fail("A list of the YAML document is used as a key.")),
            Item::Map(_) | Item::Bytes(_) | Item::Plain(_) => return Err(refuse("found unhashable key")),
        })
    }
}
