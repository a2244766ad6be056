//! Tokens to events: the grammar of YAML as a machine with a stack of states, so that nesting costs no recursion.
//!
//! Owns the handles of `%TAG`. Refuses to know what a tag means.

mod block;
mod document;
mod flow;
mod node;

use std::collections::BTreeMap;
use std::rc::Rc;

use super::error::LoadError;
use super::scanner::Scanner;
use super::token::{Token, Version};

/// What stands before a node: `&anchor !tag`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Properties {
    pub(super) anchor: Option<Rc<str>>,
    /// The whole tag. `None` also for `!` alone, which asks for the tag that a plain scalar would get.
    pub(super) tag: Option<String>,
}

/// An event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Event {
    DocumentStart,
    DocumentEnd,
    StreamEnd,
    Alias(Rc<str>),
    /// `resolved`: the tag, where there is none, follows from the text.
    Scalar {
        properties: Properties,
        text: Rc<str>,
        resolved: bool,
    },
    SequenceStart(Properties),
    MappingStart(Properties),
    /// The end of the innermost sequence or mapping.
    CollectionEnd,
}

/// What to expect next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    ImplicitDocumentStart,
    DocumentStart,
    DocumentContent,
    DocumentEnd,
    BlockNode,
    BlockSequenceEntry,
    IndentlessSequenceEntry,
    BlockMappingKey,
    BlockMappingValue,
    FlowSequenceEntry { first: bool },
    FlowPairKey,
    FlowPairValue,
    FlowPairEnd,
    FlowMappingKey { first: bool },
    FlowMappingValue,
    FlowMappingEmptyValue,
    End,
}

/// Where a node stands; it decides what the node may be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Context {
    Block,
    /// A value of a block mapping may be a sequence that is not indented.
    BlockValue,
    Flow,
}

/// Yields the events of a stream on demand.
pub(super) struct Parser {
    scanner: Scanner,
    state: State,
    /// Where to go on after the collection that is open.
    states: Vec<State>,
    tag_prefixes: BTreeMap<String, String>,
}

impl Parser {
    pub(super) fn new(scanner: Scanner) -> Self {
        Self { scanner, state: State::ImplicitDocumentStart, states: Vec::new(), tag_prefixes: BTreeMap::new() }
    }

    /// The version that the directives up to here ask for.
    pub(super) fn version(&self) -> Version {
        self.scanner.version()
    }

    /// The next event; the end of the stream comes again and again.
    pub(super) fn next(&mut self) -> Result<Event, LoadError> {
        match self.state {
            State::ImplicitDocumentStart => self.implicit_document_start(),
            State::DocumentStart => self.document_start(),
            State::DocumentContent => self.document_content(),
            State::DocumentEnd => self.document_end(),
            State::BlockNode => self.node(Context::Block),
            State::BlockSequenceEntry => self.block_sequence_entry(),
            State::IndentlessSequenceEntry => self.indentless_sequence_entry(),
            State::BlockMappingKey => self.block_mapping_key(),
            State::BlockMappingValue => self.block_mapping_value(),
            State::FlowSequenceEntry { first } => self.flow_sequence_entry(first),
            State::FlowPairKey => self.flow_pair_key(),
            State::FlowPairValue => self.flow_pair_value(),
            State::FlowPairEnd => {
                self.state = State::FlowSequenceEntry { first: false };
                Ok(Event::CollectionEnd)
            }
            State::FlowMappingKey { first } => self.flow_mapping_key(first),
            State::FlowMappingValue => self.flow_mapping_value(),
            State::FlowMappingEmptyValue => Ok(self.nothing(State::FlowMappingKey { first: false })),
            State::End => Ok(Event::StreamEnd),
        }
    }

    fn next_is(&mut self, token: &Token) -> Result<bool, LoadError> {
        Ok(self.scanner.peek()? == token)
    }

    /// An empty scalar where a node is missing.
    fn nothing(&mut self, state: State) -> Event {
        self.state = state;
        Event::Scalar { properties: Properties::default(), text: "".into(), resolved: true }
    }

    /// A node, after which `state` goes on.
    fn node_then(&mut self, state: State, context: Context) -> Result<Event, LoadError> {
        self.states.push(state);
        self.node(context)
    }

    fn leave(&mut self) {
        self.state = self.states.pop().unwrap_or(State::End);
    }

    fn end_collection(&mut self) -> Event {
        self.leave();
        Event::CollectionEnd
    }
}
