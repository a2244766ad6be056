//! Where documents begin and end, and the directives before them.

use std::collections::BTreeMap;

use super::{Context, Event, Parser, State};
use crate::input::yaml::error::{LoadError, fail, refuse};
use crate::input::yaml::token::{Directive, Token, Version};

impl Parser {
    pub(super) fn implicit_document_start(&mut self) -> Result<Event, LoadError> {
        if matches!(self.scanner.peek()?, Token::Directive(_) | Token::DocumentStart | Token::StreamEnd) {
            return self.document_start();
        }
        self.set_tag_prefixes(BTreeMap::new());
        self.states.push(State::DocumentEnd);
        self.state = State::BlockNode;
        Ok(Event::DocumentStart)
    }

    pub(super) fn document_start(&mut self) -> Result<Event, LoadError> {
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
        let mut own = BTreeMap::new();
        while let Token::Directive(directive) = self.scanner.peek()? {
            match directive {
                Directive::Yaml { .. } if version.is_some() => return Err(refuse("found duplicate YAML directive")),
                Directive::Yaml { major, .. } if *major != 1 => return Err(refuse("version 1.* is required")),
                Directive::Yaml { minor, .. } => version = Some(*minor),
                Directive::Tag { handle, prefix } => {
                    if own.insert(handle.clone(), prefix.clone()).is_some() {
                        return Err(refuse("duplicate tag handle"));
                    }
                }
                Directive::Unknown => {}
            }
            self.scanner.take()?;
        }
        if let Some(minor) = version.filter(|minor| !(1..=2).contains(minor)) {
            return Err(fail(format!("version minor part can only be 2 or 1, got (1, {minor})")));
        }
        self.set_tag_prefixes(own);
        Ok(())
    }

    /// The handles that always exist, and a document's own.
    fn set_tag_prefixes(&mut self, own: BTreeMap<String, String>) {
        self.tag_prefixes =
            BTreeMap::from([("!".to_owned(), "!".to_owned()), ("!!".to_owned(), "tag:yaml.org,2002:".to_owned())]);
        self.tag_prefixes.extend(own);
    }

    pub(super) fn document_content(&mut self) -> Result<Event, LoadError> {
        match self.scanner.peek()? {
            Token::Directive(_) | Token::DocumentStart | Token::DocumentEnd | Token::StreamEnd => {
                let next = self.states.pop().unwrap_or(State::End);
                Ok(self.nothing(next))
            }
            _ => self.node(Context::Block),
        }
    }

    pub(super) fn document_end(&mut self) -> Result<Event, LoadError> {
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
}
