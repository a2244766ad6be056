//! Block sequences and mappings, the indented ones.

use super::{Context, Event, Parser, State};
use crate::input::yaml::error::{LoadError, refuse};
use crate::input::yaml::token::{Token, Version};

impl Parser {
    pub(super) fn block_sequence_entry(&mut self) -> Result<Event, LoadError> {
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

    pub(super) fn indentless_sequence_entry(&mut self) -> Result<Event, LoadError> {
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

    pub(super) fn block_mapping_key(&mut self) -> Result<Event, LoadError> {
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

    pub(super) fn block_mapping_value(&mut self) -> Result<Event, LoadError> {
        if !self.next_is(&Token::Value)? {
            return Ok(self.nothing(State::BlockMappingKey));
        }
        self.scanner.take()?;
        match self.scanner.peek()? {
            Token::Key | Token::Value | Token::BlockEnd => Ok(self.nothing(State::BlockMappingKey)),
            _ => self.node_then(State::BlockMappingKey, Context::BlockValue),
        }
    }
}
