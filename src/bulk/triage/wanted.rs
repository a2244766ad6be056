//! What an execution that is looked at must be like: `--error-match`, `--cause-match`, `--failed-state`.
//!
//! Causes are compared in their normal form, which is what a summary shows and the cache keeps; a pattern with digits, which normal
//! forms have few of, is compared with the cause itself, too.

use std::time::Duration;

use super::look::Description;
use crate::bulk::arguments::Selection;
use crate::bulk::glob::Pattern;
use crate::bulk::pace::Quotas;

#[derive(Debug, Default)]
pub(crate) struct Wanted {
    /// Of the error or the cause.
    error: Option<Pattern>,
    cause: Option<Pattern>,
    pub(crate) failed_state: Option<Pattern>,
}

impl Wanted {
    pub(crate) fn of(selection: &Selection) -> Self {
        let pattern = |text: &Option<String>| text.as_deref().map(|text| Pattern::new(text, selection.ignore_case));
        Self {
            error: pattern(&selection.error_match),
            cause: pattern(&selection.cause_match),
            failed_state: pattern(&selection.failed_state),
        }
    }

    pub(crate) fn is_nothing(&self) -> bool {
        !self.is_about_description() && self.failed_state.is_none()
    }

    pub(crate) fn is_about_description(&self) -> bool {
        self.error.is_some() || self.cause.is_some()
    }

    /// How long it takes to look at `count` executions.
    pub(crate) fn time_for(&self, count: usize, rates: &Quotas) -> Duration {
        let of = |asked: bool, time: Duration| if asked { time } else { Duration::ZERO };
        // The second look runs beside the first.
        of(self.is_about_description(), rates.describe_execution.time_for(count))
            .max(of(self.failed_state.is_some(), rates.get_execution_history.time_for(count)))
    }

    /// Whether error and cause are as wanted; none where only the cause itself, `raw`, would show it.
    pub(crate) fn fits(&self, found: &Description, raw: Option<&str>) -> Option<bool> {
        let by_cause = |pattern: &Pattern| {
            let is_like = |text: &str| !text.is_empty() && pattern.is_like(text);
            match raw {
                _ if is_like(&found.cause) => Some(true),
                None if pattern.has_digits() && !found.cause.is_empty() => None,
                Some(raw) if pattern.has_digits() => Some(is_like(raw)),
                _ => Some(false),
            }
        };
        let by_error = |pattern: &Pattern| match !found.error.is_empty() && pattern.is_like(&found.error) {
            true => Some(true),
            false => by_cause(pattern),
        };
        let taken = |pattern: &Pattern, like: Option<bool>| like.map(|like| like != pattern.is_negated);
        let error = self.error.as_ref().map_or(Some(true), |pattern| taken(pattern, by_error(pattern)));
        let cause = self.cause.as_ref().map_or(Some(true), |pattern| taken(pattern, by_cause(pattern)));
        match (error, cause) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        }
    }
}
