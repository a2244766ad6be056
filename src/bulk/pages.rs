//! Lists of the service, page by page. Refuses a list without end.

use std::collections::HashSet;

use crate::aws::reads::Page;
use crate::error::{Error, Result};
use crate::python::repr;

/// Goes through the pages that `page` reads by their tokens, until one is `enough`.
pub(crate) async fn each<T>(
    page: impl AsyncFn(Option<String>) -> Result<Page<T>>,
    mut enough: impl FnMut(Vec<T>) -> bool,
) -> Result<()> {
    let (mut token, mut tokens) = (None, Tokens::default());
    loop {
        let (items, next) = page(token).await?;
        if enough(items) {
            return Ok(());
        }
        token = tokens.next(next)?;
        if token.is_none() {
            return Ok(());
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Tokens(HashSet<String>);

impl Tokens {
    /// The token of the next page; none at the end, which an empty one is, too.
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
