//! Lists of the service, page by page. Refuses a list without end.

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
    let mut token = None;
    loop {
        let (page, following) = calls.list(machine, status, token.clone()).await?;
        if enough(page) {
            return Ok(());
        }
        token = next_token(token, following)?;
        if token.is_none() {
            return Ok(());
        }
    }
}

/// The token of the next page; none at the end, which an empty one is, too.
///
/// # Errors
/// The token that led to this page again, in the AWS CLI's words.
pub(crate) fn next_token(last: Option<String>, next: Option<String>) -> Result<Option<String>> {
    match next.filter(|next| !next.is_empty()) {
        Some(next) if last.as_ref() == Some(&next) => Err(Error::General(format!(
            "Error during pagination: The same next token was received twice: {{'nextToken': {}}}",
            repr::string(&next)
        ))),
        next => Ok(next),
    }
}
