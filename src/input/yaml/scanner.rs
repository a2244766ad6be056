//! Characters to tokens: indentation, flow collections, and the keys that only their colon gives away.
//!
//! This is the pushdown scanner that every reader of the libyaml family shares, with the habits of the AWS CLI's one
//! (ruamel.yaml, pure Python): a tab is white space only within flow collections; indentation counts for nothing there;
//! `#` begins a comment wherever a token may begin; a simple key ends on its line and within 1024 characters.

use std::collections::VecDeque;
use std::rc::Rc;

use super::characters::{Characters, END, is_blank_or_end, is_break};
use super::error::{LoadError, refuse};
use super::token::{Directive, Token, Version};
use super::{properties, scalars};

/// How long a simple key may be.
const LONGEST_SIMPLE_KEY: usize = 1024;

/// A token that waits, and the line it begins on.
struct Waiting {
    token: Token,
    line: usize,
}

/// A place where a key may have begun: it has if a colon follows.
struct SimpleKey {
    flow_level: usize,
    /// Counted over the whole stream.
    token_number: usize,
    index: usize,
    line: usize,
    column: usize,
    /// Whether nothing but a key can stand there.
    required: bool,
}

/// Yields the tokens of a stream on demand.
pub(super) struct Scanner {
    characters: Characters,
    waiting: VecDeque<Waiting>,
    taken: usize,
    /// The column of the innermost block collection; -1 outside of all.
    indent: i64,
    outer_indents: Vec<i64>,
    /// The opening brackets of the flow collections around the next token.
    flow: Vec<char>,
    simple_key_allowed: bool,
    /// At most one for each flow level, so the outermost is always the oldest.
    simple_keys: VecDeque<SimpleKey>,
    version: Version,
    ended: bool,
}

impl Scanner {
    pub(super) fn new(characters: Characters) -> Self {
        Self {
            characters,
            waiting: VecDeque::new(),
            taken: 0,
            indent: -1,
            outer_indents: Vec::new(),
            flow: Vec::new(),
            simple_key_allowed: true,
            simple_keys: VecDeque::new(),
            version: Version::OneTwo,
            ended: false,
        }
    }

    /// The next token; the end of the stream comes again and again.
    pub(super) fn peek(&mut self) -> Result<&Token, LoadError> {
        self.fill()?;
        Ok(self.waiting.front().map_or(&Token::StreamEnd, |waiting| &waiting.token))
    }

    /// The line of the next token.
    pub(super) fn peek_line(&mut self) -> Result<usize, LoadError> {
        self.fill()?;
        Ok(self.waiting.front().map_or(usize::MAX, |waiting| waiting.line))
    }

    /// Takes the next token.
    pub(super) fn take(&mut self) -> Result<Token, LoadError> {
        self.fill()?;
        self.taken += 1;
        Ok(self.waiting.pop_front().map_or(Token::StreamEnd, |waiting| waiting.token))
    }

    /// The version that the directives up to here ask for.
    pub(super) fn version(&self) -> Version {
        self.version
    }

    /// Scans until the next token is certain: a token that may begin a simple key is not, for a `Key` may come before it.
    fn fill(&mut self) -> Result<(), LoadError> {
        while !self.ended {
            if !self.waiting.is_empty() {
                self.drop_stale_keys()?;
                if self.simple_keys.front().is_none_or(|key| key.token_number != self.taken) {
                    break;
                }
            }
            self.scan()?;
        }
        Ok(())
    }

    /// Scans one token, with the block starts and ends that its column brings.
    fn scan(&mut self) -> Result<(), LoadError> {
        self.skip_to_token();
        self.drop_stale_keys()?;
        self.close_blocks(i64::try_from(self.characters.column()).unwrap_or(i64::MAX));
        let (character, next) = (self.characters.peek(), self.characters.peek_at(1));
        let block = self.flow.is_empty();
        let first_column = self.characters.column() == 0;
        match character {
            END => self.stream_end(),
            '%' if first_column => self.directive(),
            '-' | '.' if first_column && self.characters.at_document_marker() => self.document_marker(),
            '[' | '{' => self.flow_start(),
            ']' | '}' => self.flow_end(),
            ',' => self.flow_entry(),
            '-' if is_blank_or_end(next) => self.block_entry(),
            '?' if !block || is_blank_or_end(next) => self.key(),
            ':' if self.is_value(next) => self.value(),
            '*' | '&' => self.anchor(),
            '!' => self.tag(),
            '|' | '>' if block => self.block_scalar(),
            '\'' | '"' => self.quoted_scalar(),
            _ if self.is_plain(character, next) => self.plain_scalar(),
            _ => Err(refuse("a character that cannot start any token")),
        }
    }

    /// Passes white space, comments and line breaks. After a line break a block collection or a simple key may begin.
    fn skip_to_token(&mut self) {
        if self.characters.place().index == 0 && self.characters.peek() == '\u{feff}' {
            self.characters.advance();
        }
        let block = self.flow.is_empty();
        loop {
            self.characters.skip_while(|character| character == ' ' || (character == '\t' && !block));
            if self.characters.peek() == '#' {
                self.characters.skip_while(|character| !is_break(character));
            }
            if self.characters.take_line_break().is_none() {
                break;
            }
            self.simple_key_allowed |= block;
        }
    }

    fn is_value(&self, next: char) -> bool {
        let spaced = is_blank_or_end(next);
        match self.flow.last() {
            None => spaced,
            Some(_) if self.version == Version::OneOne => true,
            Some('[') => spaced,
            Some(_) => spaced || self.waiting.back().is_none_or(|waiting| waiting.token != Token::Value),
        }
    }

    fn is_plain(&self, character: char, next: char) -> bool {
        let block = self.flow.is_empty();
        match character {
            '-' => !is_blank_or_end(next),
            ':' if !block && self.version == Version::OneTwo => !matches!(next, ' ' | '\t'),
            '?' | ':' => block && !is_blank_or_end(next),
            _ => !is_blank_or_end(character) && !",[]{}#&*!|>'\"%@`".contains(character),
        }
    }

    fn push(&mut self, token: Token) {
        let line = self.characters.place().line;
        self.waiting.push_back(Waiting { token, line });
    }

    /// Puts a token before one that already waits.
    fn insert(&mut self, token: Token, key: &SimpleKey) {
        let at = key.token_number.saturating_sub(self.taken).min(self.waiting.len());
        self.waiting.insert(at, Waiting { token, line: key.line });
    }

    // Simple keys.

    /// Forgets the places that cannot be keys any more. The oldest comes first, and if it still can, all can.
    fn drop_stale_keys(&mut self) -> Result<(), LoadError> {
        let place = self.characters.place();
        while let Some(key) = self.simple_keys.front() {
            if key.line == place.line && place.index - key.index <= LONGEST_SIMPLE_KEY {
                break;
            }
            if key.required {
                return Err(refuse("could not find expected ':' after a simple key"));
            }
            self.simple_keys.pop_front();
        }
        Ok(())
    }

    /// Notes that the next token may be a simple key.
    fn begin_key(&mut self) -> Result<(), LoadError> {
        if self.simple_key_allowed {
            self.forget_key()?;
            let place = self.characters.place();
            self.simple_keys.push_back(SimpleKey {
                flow_level: self.flow.len(),
                token_number: self.taken + self.waiting.len(),
                index: place.index,
                line: place.line,
                column: place.column,
                required: self.flow.is_empty() && i64::try_from(place.column) == Ok(self.indent),
            });
        }
        Ok(())
    }

    fn take_key(&mut self) -> Option<SimpleKey> {
        self.simple_keys.pop_back_if(|key| key.flow_level == self.flow.len())
    }

    /// Forgets the place noted on this flow level.
    fn forget_key(&mut self) -> Result<(), LoadError> {
        match self.take_key() {
            Some(key) if key.required => Err(refuse("could not find expected ':' after a simple key")),
            _ => Ok(()),
        }
    }

    // Indentation.

    fn close_blocks(&mut self, column: i64) {
        while self.flow.is_empty() && self.indent > column {
            self.indent = self.outer_indents.pop().unwrap_or(-1);
            self.push(Token::BlockEnd);
        }
    }

    /// Begins a block collection where the column is deeper than the one around it.
    fn open_block(&mut self, column: usize) -> bool {
        let column = i64::try_from(column).unwrap_or(i64::MAX);
        let deeper = self.flow.is_empty() && self.indent < column;
        if deeper {
            self.outer_indents.push(self.indent);
            self.indent = column;
        }
        deeper
    }

    // One for each kind of token.

    fn stream_end(&mut self) -> Result<(), LoadError> {
        self.close_blocks(-1);
        self.forget_key()?;
        self.simple_keys.clear();
        self.simple_key_allowed = false;
        self.push(Token::StreamEnd);
        self.ended = true;
        Ok(())
    }

    fn directive(&mut self) -> Result<(), LoadError> {
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

    fn document_marker(&mut self) -> Result<(), LoadError> {
        self.close_blocks(-1);
        self.forget_key()?;
        self.simple_key_allowed = false;
        self.push(if self.characters.peek() == '-' { Token::DocumentStart } else { Token::DocumentEnd });
        self.characters.take(3);
        Ok(())
    }

    fn flow_start(&mut self) -> Result<(), LoadError> {
        self.begin_key()?;
        let bracket = self.characters.peek();
        self.flow.push(bracket);
        self.simple_key_allowed = true;
        self.push(if bracket == '[' { Token::FlowSequenceStart } else { Token::FlowMappingStart });
        self.characters.advance();
        Ok(())
    }

    /// Any closing bracket closes the innermost collection; whether it is the right one is the parser's question.
    fn flow_end(&mut self) -> Result<(), LoadError> {
        self.forget_key()?;
        self.flow.pop();
        self.simple_key_allowed = false;
        self.push(if self.characters.peek() == ']' { Token::FlowSequenceEnd } else { Token::FlowMappingEnd });
        self.characters.advance();
        Ok(())
    }

    fn flow_entry(&mut self) -> Result<(), LoadError> {
        self.simple_key_allowed = true;
        self.forget_key()?;
        self.push(Token::FlowEntry);
        self.characters.advance();
        Ok(())
    }

    fn block_entry(&mut self) -> Result<(), LoadError> {
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

    fn key(&mut self) -> Result<(), LoadError> {
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

    fn value(&mut self) -> Result<(), LoadError> {
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

    fn anchor(&mut self) -> Result<(), LoadError> {
        self.begin_key()?;
        self.simple_key_allowed = false;
        let alias = self.characters.peek() == '*';
        let line = self.characters.place().line;
        let name: Rc<str> = properties::anchor(&mut self.characters)?.into();
        let token = if alias { Token::Alias(name) } else { Token::Anchor(name) };
        self.waiting.push_back(Waiting { token, line });
        Ok(())
    }

    fn tag(&mut self) -> Result<(), LoadError> {
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

    fn block_scalar(&mut self) -> Result<(), LoadError> {
        self.simple_key_allowed = true;
        self.forget_key()?;
        let line = self.characters.place().line;
        let text = scalars::block(&mut self.characters, self.indent)?;
        self.scalar(line, text, false)
    }

    fn quoted_scalar(&mut self) -> Result<(), LoadError> {
        self.begin_key()?;
        self.simple_key_allowed = false;
        let line = self.characters.place().line;
        let text = scalars::quoted(&mut self.characters)?;
        self.scalar(line, text, false)
    }

    fn plain_scalar(&mut self) -> Result<(), LoadError> {
        self.begin_key()?;
        let line = self.characters.place().line;
        let plain = scalars::plain(&mut self.characters, self.indent, !self.flow.is_empty(), self.version);
        self.simple_key_allowed = plain.line_ended;
        self.scalar(line, plain.text, true)
    }
}
