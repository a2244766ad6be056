//! Flow sequences and mappings, those in brackets and braces.

use super::{Context, Event, Parser, Properties, State};
use crate::input::yaml::error::{LoadError, refuse};
use crate::input::yaml::token::{Token, Version};

impl Parser {
    pub(super) fn flow_sequence_entry(&mut self, first: bool) -> Result<Event, LoadError> {
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

    pub(super) fn flow_pair_key(&mut self) -> Result<Event, LoadError> {
        self.scanner.take()?;
        match self.scanner.peek()? {
            Token::Value | Token::FlowEntry | Token::FlowSequenceEnd => Ok(self.nothing(State::FlowPairValue)),
            _ => self.node_then(State::FlowPairValue, Context::Flow),
        }
    }

    pub(super) fn flow_pair_value(&mut self) -> Result<Event, LoadError> {
        if !self.next_is(&Token::Value)? {
            return Ok(self.nothing(State::FlowPairEnd));
        }
        self.scanner.take()?;
        match self.scanner.peek()? {
            Token::FlowEntry | Token::FlowSequenceEnd => Ok(self.nothing(State::FlowPairEnd)),
            _ => self.node_then(State::FlowPairEnd, Context::Flow),
        }
    }

    pub(super) fn flow_mapping_key(&mut self, first: bool) -> Result<Event, LoadError> {
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

    pub(super) fn flow_mapping_value(&mut self) -> Result<Event, LoadError> {
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
