//! One node: an alias, or anchor and tag and what they belong to. Owns what becomes of a tag's handle.

use std::rc::Rc;

use super::{Context, Event, Parser, Properties, State};
use crate::input::yaml::error::{LoadError, fail, refuse};
use crate::input::yaml::token::{Token, WrittenTag};
use crate::value::python_string_repr;

impl Parser {
    pub(super) fn node(&mut self, context: Context) -> Result<Event, LoadError> {
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
                let digits = python_string_repr(digits);
                fail(format!("invalid literal for int() with base 16: {digits}"))
            })?;
            whole.push_str(before);
            whole.push(code);
            rest = further;
        }
        whole.push_str(rest);
        Ok(whole)
    }
}
