//! The tokens that have characters, one method for each kind.

use std::rc::Rc;

use super::{Scanner, Waiting};
use crate::input::yaml::error::{LoadError, refuse};
use crate::input::yaml::token::{Directive, Token, Version};
use crate::input::yaml::{properties, scalars};

impl Scanner {
    pub(super) fn stream_end(&mut self) -> Result<(), LoadError> {
        self.close_blocks(-1);
        self.forget_key()?;
        self.simple_keys.clear();
        self.simple_key_allowed = false;
        self.push(Token::StreamEnd);
        self.ended = true;
        Ok(())
    }

    pub(super) fn directive(&mut self) -> Result<(), LoadError> {
        self.close_blocks(-1);
        self.forget_key()?;
        self.simple_key_allowed = false;
        let line = self.characters.place().line;
        let directive = properties::directive(&mut self.characters, self.version)?;
        if let Directive::Yaml { major, minor } = directive {
            self.version = if (major, minor) == (1, 1) { Version::OneOne } else { Version::OneTwo };
        }
        self.waiting.push_back(Waiting { token: Token::Directive(directive), line });
        Ok(())
    }

    pub(super) fn document_marker(&mut self) -> Result<(), LoadError> {
        self.close_blocks(-1);
        self.forget_key()?;
        self.simple_key_allowed = false;
        self.push(if self.characters.peek() == '-' { Token::DocumentStart } else { Token::DocumentEnd });
        self.characters.take(3);
        Ok(())
    }

    pub(super) fn flow_start(&mut self) -> Result<(), LoadError> {
        self.begin_key()?;
        let bracket = self.characters.peek();
        self.flow.push(bracket);
        self.simple_key_allowed = true;
        self.push(if bracket == '[' { Token::FlowSequenceStart } else { Token::FlowMappingStart });
        self.characters.advance();
        Ok(())
    }

    /// Any closing bracket closes the innermost collection; whether it is the right one is the parser's question.
    pub(super) fn flow_end(&mut self) -> Result<(), LoadError> {
        self.forget_key()?;
        self.flow.pop();
        self.simple_key_allowed = false;
        self.push(if self.characters.peek() == ']' { Token::FlowSequenceEnd } else { Token::FlowMappingEnd });
        self.characters.advance();
        Ok(())
    }

    pub(super) fn flow_entry(&mut self) -> Result<(), LoadError> {
        self.simple_key_allowed = true;
        self.forget_key()?;
        self.push(Token::FlowEntry);
        self.characters.advance();
        Ok(())
    }

    pub(super) fn block_entry(&mut self) -> Result<(), LoadError> {
        if self.flow.is_empty() {
            if !self.simple_key_allowed {
                return Err(refuse("sequence entries are not allowed here"));
            }
            if self.open_block(self.characters.column()) {
                self.push(Token::BlockSequenceStart);
            }
        }
        self.simple_key_allowed = true;
        self.forget_key()?;
        self.push(Token::BlockEntry);
        self.characters.advance();
        Ok(())
    }

    pub(super) fn key(&mut self) -> Result<(), LoadError> {
        self.explicit(Token::Key, "mapping keys are not allowed here")
    }

    /// A `?`, or a `:` that belongs to one.
    fn explicit(&mut self, token: Token, reason: &'static str) -> Result<(), LoadError> {
        let block = self.flow.is_empty();
        if block && !self.simple_key_allowed {
            return Err(refuse(reason));
        }
        if self.open_block(self.characters.column()) {
            self.push(Token::BlockMappingStart);
        }
        self.simple_key_allowed = block;
        self.forget_key()?;
        self.push(token);
        self.characters.advance();
        Ok(())
    }

    pub(super) fn value(&mut self) -> Result<(), LoadError> {
        let Some(key) = self.take_key() else {
            return self.explicit(Token::Value, "mapping values are not allowed here");
        };
        self.insert(Token::Key, &key);
        if self.open_block(key.column) {
            self.insert(Token::BlockMappingStart, &key);
        }
        // No simple key comes right after another.
        self.simple_key_allowed = false;
        self.push(Token::Value);
        self.characters.advance();
        Ok(())
    }

    pub(super) fn anchor(&mut self) -> Result<(), LoadError> {
        self.begin_key()?;
        self.simple_key_allowed = false;
        let alias = self.characters.peek() == '*';
        let line = self.characters.place().line;
        let name: Rc<str> = properties::anchor(&mut self.characters)?.into();
        let token = if alias { Token::Alias(name) } else { Token::Anchor(name) };
        self.waiting.push_back(Waiting { token, line });
        Ok(())
    }

    pub(super) fn tag(&mut self) -> Result<(), LoadError> {
        self.begin_key()?;
        self.simple_key_allowed = false;
        let line = self.characters.place().line;
        let tag = properties::tag(&mut self.characters, self.version)?;
        self.waiting.push_back(Waiting { token: Token::Tag(tag), line });
        Ok(())
    }

    fn scalar(&mut self, line: usize, text: String, plain: bool) -> Result<(), LoadError> {
        self.waiting.push_back(Waiting { token: Token::Scalar { text: text.into(), plain }, line });
        Ok(())
    }

    pub(super) fn block_scalar(&mut self) -> Result<(), LoadError> {
        self.simple_key_allowed = true;
        self.forget_key()?;
        let line = self.characters.place().line;
        let text = scalars::block(&mut self.characters, self.indent)?;
        self.scalar(line, text, false)
    }

    pub(super) fn quoted_scalar(&mut self) -> Result<(), LoadError> {
        self.begin_key()?;
        self.simple_key_allowed = false;
        let line = self.characters.place().line;
        let text = scalars::quoted(&mut self.characters)?;
        self.scalar(line, text, false)
    }

    pub(super) fn plain_scalar(&mut self) -> Result<(), LoadError> {
        self.begin_key()?;
        let line = self.characters.place().line;
        let plain = scalars::plain(&mut self.characters, self.indent, !self.flow.is_empty(), self.version);
        self.simple_key_allowed = plain.line_ended;
        self.scalar(line, plain.text, true)
    }
}
