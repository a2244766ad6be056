//! Characters to tokens: indentation, flow collections, and the keys that only their colon gives away.
//!
//! This is the pushdown scanner that every reader of the libyaml family shares, with the habits of the AWS CLI's one
//! (ruamel.yaml, pure Python): a tab is white space only within flow collections; indentation counts for nothing there;
//! `#` begins a comment wherever a token may begin; a simple key ends on its line and within 1024 characters.

mod structure;
mod tokens;

use std::collections::VecDeque;

use super::characters::{Characters, END, is_blank_or_end, is_break};
use super::error::{LoadError, refuse};
use super::token::{Token, Version};

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
}
