//! What has no character of its own: the beginning and the end of block collections, and the keys that only their colon gives
//! away.

use super::{Scanner, SimpleKey};
use crate::input::yaml::error::{LoadError, refuse};
use crate::input::yaml::token::Token;

/// How long a simple key may be.
const LONGEST_SIMPLE_KEY: usize = 1024;

impl Scanner {
    /// Forgets the places that cannot be keys any more. The oldest comes first, and if it still can, all can.
    pub(super) fn drop_stale_keys(&mut self) -> Result<(), LoadError> {
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
    pub(super) fn begin_key(&mut self) -> Result<(), LoadError> {
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

    pub(super) fn take_key(&mut self) -> Option<SimpleKey> {
        self.simple_keys.pop_back_if(|key| key.flow_level == self.flow.len())
    }

    /// Forgets the place noted on this flow level.
    pub(super) fn forget_key(&mut self) -> Result<(), LoadError> {
        match self.take_key() {
            Some(key) if key.required => Err(refuse("could not find expected ':' after a simple key")),
            _ => Ok(()),
        }
    }

    pub(super) fn close_blocks(&mut self, column: i64) {
        while self.flow.is_empty() && self.indent > column {
            self.indent = self.outer_indents.pop().unwrap_or(-1);
            self.push(Token::BlockEnd);
        }
    }

    /// Begins a block collection where the column is deeper than the one around it.
    pub(super) fn open_block(&mut self, column: usize) -> bool {
        let column = i64::try_from(column).unwrap_or(i64::MAX);
        let deeper = self.flow.is_empty() && self.indent < column;
        if deeper {
            self.outer_indents.push(self.indent);
            self.indent = column;
        }
        deeper
    }
}
