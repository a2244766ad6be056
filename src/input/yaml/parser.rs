//! Tokens to events: the grammar of YAML as a machine with a stack of states, so that nesting costs no recursion.
//!
//! Owns the handles of `%TAG`. Refuses to know what a tag means.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::error::{LoadError, fail, refuse};
use super::scanner::Scanner;
use super::token::{Directive, Token, Version, WrittenTag};

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

    // Documents.

    fn implicit_document_start(&mut self) -> Result<Event, LoadError> {
        if matches!(self.scanner.peek()?, Token::Directive(_) | Token::DocumentStart | Token::StreamEnd) {
            return self.document_start();
        }
        self.set_tag_prefixes(Vec::new())?;
        self.states.push(State::DocumentEnd);
        self.state = State::BlockNode;
        Ok(Event::DocumentStart)
    }

    fn document_start(&mut self) -> Result<Event, LoadError> {
        while self.next_is(&Token::DocumentEnd)? {
            self.scanner.take()?;
        }
        if self.next_is(&Token::StreamEnd)? {
            self.state = State::End;
            return Ok(Event::StreamEnd);
        }
        self.directives()?;
        if !self.next_is(&Token::DocumentStart)? {
            return Err(refuse("expected the start of a document"));
        }
        self.scanner.take()?;
        self.states.push(State::DocumentEnd);
        self.state = State::DocumentContent;
        Ok(Event::DocumentStart)
    }

    fn directives(&mut self) -> Result<(), LoadError> {
        let mut version = None;
        let mut tags: Vec<(String, String)> = Vec::new();
        while let Token::Directive(directive) = self.scanner.peek()? {
            match directive {
                Directive::Yaml { .. } if version.is_some() => return Err(refuse("found duplicate YAML directive")),
                Directive::Yaml { major, .. } if *major != 1 => return Err(refuse("version 1.* is required")),
                Directive::Yaml { minor, .. } => version = Some(*minor),
                Directive::Tag { handle, prefix } => tags.push((handle.clone(), prefix.clone())),
                Directive::Unknown => {}
            }
            if let Some(((handle, _), before)) = tags.split_last()
                && before.iter().any(|(other, _)| other == handle)
                && matches!(directive, Directive::Tag { .. })
            {
                return Err(refuse("duplicate tag handle"));
            }
            self.scanner.take()?;
        }
        if let Some(minor) = version.filter(|minor| !(1..=2).contains(minor)) {
            return Err(fail(format!("version minor part can only be 2 or 1, got (1, {minor})")));
        }
        self.set_tag_prefixes(tags)
    }

    fn set_tag_prefixes(&mut self, own: Vec<(String, String)>) -> Result<(), LoadError> {
        self.tag_prefixes =
            BTreeMap::from([("!".to_owned(), "!".to_owned()), ("!!".to_owned(), "tag:yaml.org,2002:".to_owned())]);
        self.tag_prefixes.extend(own);
        Ok(())
    }

    fn document_content(&mut self) -> Result<Event, LoadError> {
        match self.scanner.peek()? {
            Token::Directive(_) | Token::DocumentStart | Token::DocumentEnd | Token::StreamEnd => {
                let next = self.states.pop().unwrap_or(State::End);
                Ok(self.nothing(next))
            }
            _ => self.node(Context::Block),
        }
    }

    fn document_end(&mut self) -> Result<Event, LoadError> {
        self.state = State::DocumentStart;
        let line = self.scanner.peek_line()?;
        if self.next_is(&Token::DocumentEnd)? {
            self.scanner.take()?;
            if !self.next_is(&Token::StreamEnd)? && self.scanner.peek_line()? == line {
                return Err(refuse("content on the line of a document end"));
            }
            if self.version() == Version::OneTwo {
                self.state = State::ImplicitDocumentStart;
            }
        }
        Ok(Event::DocumentEnd)
    }

    // Nodes.

    fn node(&mut self, context: Context) -> Result<Event, LoadError> {
        if let Token::Alias(name) = self.scanner.peek()? {
            let name = Rc::clone(name);
            self.scanner.take()?;
            self.leave();
            return Ok(Event::Alias(name));
        }
        let (properties, written) = self.properties()?;
        // `!` alone counts as no tag, but what has it is never just text.
        let tagged = properties.tag.is_some();
        let bare = properties == Properties::default() && !written;
        let block = context != Context::Flow;
        Ok(match self.scanner.peek()? {
            Token::BlockEntry if context == Context::BlockValue => {
                self.state = State::IndentlessSequenceEntry;
                Event::SequenceStart(properties)
            }
            Token::Scalar { text, plain } => {
                let resolved = !tagged && (*plain || written);
                let text = Rc::clone(text);
                self.scanner.take()?;
                self.leave();
                Event::Scalar { properties, text, resolved }
            }
            Token::FlowSequenceStart => {
                self.scanner.take()?;
                self.state = State::FlowSequenceEntry { first: true };
                Event::SequenceStart(properties)
            }
            Token::FlowMappingStart => {
                self.scanner.take()?;
                self.state = State::FlowMappingKey { first: true };
                Event::MappingStart(properties)
            }
            Token::BlockSequenceStart if block => {
                self.scanner.take()?;
                self.state = State::BlockSequenceEntry;
                Event::SequenceStart(properties)
            }
            Token::BlockMappingStart if block => {
                self.scanner.take()?;
                self.state = State::BlockMappingKey;
                Event::MappingStart(properties)
            }
            _ if bare => return Err(refuse("expected a node")),
            _ => {
                self.leave();
                Event::Scalar { properties, text: "".into(), resolved: !tagged }
            }
        })
    }

    /// An anchor and a tag in either order, and whether a tag was written at all.
    fn properties(&mut self) -> Result<(Properties, bool), LoadError> {
        let mut anchor = None;
        let mut tag = None;
        for _ in 0..2 {
            match self.scanner.peek()? {
                Token::Anchor(name) if anchor.is_none() => anchor = Some(Rc::clone(name)),
                Token::Tag(written) if tag.is_none() => tag = Some(written.clone()),
                _ => break,
            }
            self.scanner.take()?;
        }
        let written = tag.is_some();
        let tag = tag.map(|tag| self.whole_tag(&tag)).transpose()?.filter(|tag| tag != "!");
        Ok((Properties { anchor, tag }, written))
    }

    /// A tag with its handle's prefix put in.
    fn whole_tag(&self, tag: &WrittenTag) -> Result<String, LoadError> {
        let prefix = match &tag.handle {
            None => "",
            Some(handle) => self.tag_prefixes.get(handle).ok_or_else(|| refuse("found undefined tag handle"))?,
        };
        // What the scanner has decoded once is decoded once more, as ruamel.yaml does.
        let mut whole = prefix.to_owned();
        let mut rest = tag.suffix.as_str();
        while let Some((before, after)) = rest.split_once('%') {
            let length = after.char_indices().nth(2).map_or(after.len(), |(at, _)| at);
            let (digits, further) = after.split_at(length);
            let code = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32).ok_or_else(|| {
                let digits = crate::value::python_string_repr(digits);
                fail(format!("invalid literal for int() with base 16: {digits}"))
            })?;
            whole.push_str(before);
            whole.push(code);
            rest = further;
        }
        whole.push_str(rest);
        Ok(whole)
    }

    // Block collections.

    fn block_sequence_entry(&mut self) -> Result<Event, LoadError> {
        match self.scanner.peek()? {
            Token::BlockEntry => {
                self.scanner.take()?;
                match self.scanner.peek()? {
                    Token::BlockEntry | Token::BlockEnd => Ok(self.nothing(State::BlockSequenceEntry)),
                    _ => self.node_then(State::BlockSequenceEntry, Context::Block),
                }
            }
            Token::BlockEnd => {
                self.scanner.take()?;
                Ok(self.end_collection())
            }
            _ => Err(refuse("expected the end of a block sequence")),
        }
    }

    fn indentless_sequence_entry(&mut self) -> Result<Event, LoadError> {
        if !self.next_is(&Token::BlockEntry)? {
            return Ok(self.end_collection());
        }
        self.scanner.take()?;
        match self.scanner.peek()? {
            Token::BlockEntry | Token::Key | Token::Value | Token::BlockEnd => {
                Ok(self.nothing(State::IndentlessSequenceEntry))
            }
            _ => self.node_then(State::IndentlessSequenceEntry, Context::Block),
        }
    }

    fn block_mapping_key(&mut self) -> Result<Event, LoadError> {
        let version = self.version();
        match self.scanner.peek()? {
            Token::Key => {
                self.scanner.take()?;
                match self.scanner.peek()? {
                    Token::Key | Token::Value | Token::BlockEnd => Ok(self.nothing(State::BlockMappingValue)),
                    _ => self.node_then(State::BlockMappingValue, Context::BlockValue),
                }
            }
            Token::Value if version == Version::OneTwo => Ok(self.nothing(State::BlockMappingValue)),
            Token::BlockEnd => {
                self.scanner.take()?;
                Ok(self.end_collection())
            }
            _ => Err(refuse("expected the end of a block mapping")),
        }
    }

    fn block_mapping_value(&mut self) -> Result<Event, LoadError> {
        if !self.next_is(&Token::Value)? {
            return Ok(self.nothing(State::BlockMappingKey));
        }
        self.scanner.take()?;
        match self.scanner.peek()? {
            Token::Key | Token::Value | Token::BlockEnd => Ok(self.nothing(State::BlockMappingKey)),
            _ => self.node_then(State::BlockMappingKey, Context::BlockValue),
        }
    }

    // Flow collections.

    fn flow_sequence_entry(&mut self, first: bool) -> Result<Event, LoadError> {
        let next = State::FlowSequenceEntry { first: false };
        if !self.next_is(&Token::FlowSequenceEnd)? {
            if !first {
                if !self.next_is(&Token::FlowEntry)? {
                    return Err(refuse("expected ',' or ']'"));
                }
                self.scanner.take()?;
            }
            match self.scanner.peek()? {
                // `[a: b]` holds a mapping of one pair.
                Token::Key => {
                    self.state = State::FlowPairKey;
                    return Ok(Event::MappingStart(Properties::default()));
                }
                Token::FlowSequenceEnd => {}
                _ => return self.node_then(next, Context::Flow),
            }
        }
        self.scanner.take()?;
        Ok(self.end_collection())
    }

    fn flow_pair_key(&mut self) -> Result<Event, LoadError> {
        self.scanner.take()?;
        match self.scanner.peek()? {
            Token::Value | Token::FlowEntry | Token::FlowSequenceEnd => Ok(self.nothing(State::FlowPairValue)),
            _ => self.node_then(State::FlowPairValue, Context::Flow),
        }
    }

    fn flow_pair_value(&mut self) -> Result<Event, LoadError> {
        if !self.next_is(&Token::Value)? {
            return Ok(self.nothing(State::FlowPairEnd));
        }
        self.scanner.take()?;
        match self.scanner.peek()? {
            Token::FlowEntry | Token::FlowSequenceEnd => Ok(self.nothing(State::FlowPairEnd)),
            _ => self.node_then(State::FlowPairEnd, Context::Flow),
        }
    }

    fn flow_mapping_key(&mut self, first: bool) -> Result<Event, LoadError> {
        if !self.next_is(&Token::FlowMappingEnd)? {
            if !first {
                if !self.next_is(&Token::FlowEntry)? {
                    return Err(refuse("expected ',' or '}'"));
                }
                self.scanner.take()?;
            }
            let version = self.version();
            match self.scanner.peek()? {
                Token::Key => {
                    self.scanner.take()?;
                    return match self.scanner.peek()? {
                        Token::Value | Token::FlowEntry | Token::FlowMappingEnd => {
                            Ok(self.nothing(State::FlowMappingValue))
                        }
                        _ => self.node_then(State::FlowMappingValue, Context::Flow),
                    };
                }
                Token::Value if version == Version::OneTwo => {
                    return Ok(self.nothing(State::FlowMappingValue));
                }
                Token::FlowMappingEnd => {}
                _ => return self.node_then(State::FlowMappingEmptyValue, Context::Flow),
            }
        }
        self.scanner.take()?;
        Ok(self.end_collection())
    }

    fn flow_mapping_value(&mut self) -> Result<Event, LoadError> {
        let next = State::FlowMappingKey { first: false };
        if !self.next_is(&Token::Value)? {
            return Ok(self.nothing(next));
        }
        self.scanner.take()?;
        match self.scanner.peek()? {
            Token::FlowEntry | Token::FlowMappingEnd => Ok(self.nothing(next)),
            _ => self.node_then(next, Context::Flow),
        }
    }
}
