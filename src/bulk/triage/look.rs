//! What a look at an execution shows of its failure, never its input or output; and what of it a redrive wants.

use aws_sdk_sfn::types::HistoryEvent;
use serde::{Deserialize, Serialize};

use super::cause;
use crate::aws::reads::{Execution, REDRIVABLE};
use crate::bulk::arguments::Selection;
use crate::bulk::glob::Pattern;

/// A history with this many events has no room for a redrive (API reference, RedriveExecution).
const EVENT_LIMIT: i64 = 24_999;

/// Texts are empty where there is nothing to show.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Look {
    pub(crate) status: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) error: String,
    /// In its normal form.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) cause: String,
    /// Why it cannot be redriven.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) refusal: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) failed_state: Option<String>,
}

impl Look {
    /// What a description shows.
    pub(crate) fn described(found: &Execution) -> Self {
        let refused = found.redrive_status.as_deref() == Some("NOT_REDRIVABLE");
        let reason = || found.redrive_status_reason.clone().unwrap_or_else(|| "NOT_REDRIVABLE".to_owned());
        Self {
            status: found.status.clone(),
            error: found.error.clone().unwrap_or_default(),
            cause: found.cause.as_deref().map(cause::normal).unwrap_or_default(),
            refusal: refused.then(reason).unwrap_or_default(),
            failed_state: None,
        }
    }

    /// What the last event of a history shows, with the cause as it is; `None` where that is not all that a description would.
    pub(crate) fn ended(event: &HistoryEvent) -> Option<(Self, String)> {
        let failed = event.execution_failed_event_details().map(|details| (0, details.error(), details.cause()));
        let timed_out = event.execution_timed_out_event_details().map(|details| (1, details.error(), details.cause()));
        let aborted = event.execution_aborted_event_details().map(|details| (2, details.error(), details.cause()));
        let (status, error, cause) = failed.or(timed_out).or(aborted)?;
        // Only an execution that was stopped may have ended without an error.
        let error = error.or((status == 2).then_some(""))?;
        let refusal = if event.id() >= EVENT_LIMIT { "Execution history event limit exceeded." } else { "" };
        let look = Self {
            status: REDRIVABLE.get(status).copied().unwrap_or_default().to_owned(),
            error: error.to_owned(),
            cause: cause.map(cause::normal).unwrap_or_default(),
            refusal: refusal.to_owned(),
            failed_state: None,
        };
        Some((look, cause.unwrap_or_default().to_owned()))
    }

    /// Whether it will be the same at the next look: not of what runs, or waits for its turn.
    pub(crate) fn is_final(&self) -> bool {
        REDRIVABLE.contains(&self.status.as_str())
    }
}

/// `--error-match`, `--cause-match` and `--failed-state`.
///
/// Causes are compared in their normal form, which is what a summary shows and the cache keeps; a pattern with digits, which normal
/// forms have few of, is compared with the cause itself, too.
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

    pub(crate) fn is_everything(&self) -> bool {
        self.error.is_none() && self.cause.is_none() && self.failed_state.is_none()
    }

    /// Whether an execution is as wanted; `None` where only its history, or the cause as it is, `raw`, would show it.
    pub(crate) fn fits(&self, look: &Look, raw: Option<&str>) -> Option<bool> {
        let is_like = |pattern: &Pattern, text: &str| !text.is_empty() && pattern.is_like(text);
        let by_cause = |pattern: &Pattern| match raw {
            _ if is_like(pattern, &look.cause) => Some(true),
            None if pattern.has_digits() && !look.cause.is_empty() => None,
            Some(raw) if pattern.has_digits() => Some(is_like(pattern, raw)),
            _ => Some(false),
        };
        let by_error = |pattern: &Pattern| if is_like(pattern, &look.error) { Some(true) } else { by_cause(pattern) };
        let by_state = |pattern: &Pattern| look.failed_state.as_ref().map(|state| is_like(pattern, state));
        let taken = |pattern: &Option<Pattern>, like: &dyn Fn(&Pattern) -> Option<bool>| match pattern {
            Some(pattern) => like(pattern).map(|like| like != pattern.is_negated),
            None => Some(true),
        };
        let has_state = look.failed_state.as_deref() != Some("") || self.failed_state.is_none();
        let all = [
            Some(has_state),
            taken(&self.error, &by_error),
            taken(&self.cause, &by_cause),
            taken(&self.failed_state, &by_state),
        ];
        if all.contains(&Some(false)) { Some(false) } else { all.into_iter().collect::<Option<Vec<_>>>().map(|_| true) }
    }
}
