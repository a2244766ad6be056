//! Lists of the service, page by page. Refuses a list without end.

use std::collections::HashSet;

use super::calls::Calls;
use crate::aws::reads::Execution;
use crate::error::{Error, Result};
use crate::python::repr;

/// Goes through a state machine's executions of this status, a page at a time, until one is `enough`.
///
/// # Errors
/// What the service refuses; a repeated token.
pub(crate) async fn executions(
    calls: &Calls,
    machine: &str,
    status: &str,
    mut enough: impl FnMut(Vec<Execution>) -> bool,
) -> Result<()> {
    let (mut token, mut tokens) = (None, Tokens::default());
    loop {
        let (page, next) = calls.list(machine, status, token).await?;
        if enough(page) {
            return Ok(());
        }
        token = tokens.next(next)?;
        if token.is_none() {
            return Ok(());
        }
    }
}

/// The tokens that have led to the pages of a list.
#[derive(Debug, Default)]
pub(crate) struct Tokens(HashSet<String>);

impl Tokens {
    /// The token of the next page; none at the end, which an empty one is, too.
    ///
    /// # Errors
    /// A token that led to an earlier page, in the AWS CLI's words.
    pub(crate) fn next(&mut self, next: Option<String>) -> Result<Option<String>> {
        let Some(next) = next.filter(|next| !next.is_empty()) else { return Ok(None) };
        if !self.0.insert(next.clone()) {
            return Err(Error::General(format!(
                "Error during pagination: The same next token was received twice: {{'nextToken': {}}}",
                repr::string(&next)
            )));
        }
        Ok(Some(next))
    }
}
