//! RedriveExecution.
//!
//! A token that redrove the execution in the last 15 minutes is answered first, whatever the state is by now; then come the
//! rules. An execution of a map run has a labelled ARN, which this operation does not take: its parent is to be redriven. That
//! this is a `ValidationException` with the reason `API_DOES_NOT_SUPPORT_LABELED_ARNS` is our reading of the model.

use serde::Serialize;

use super::Context;
use crate::local::arn::Arn;
use crate::local::clock::Timestamp;
use crate::local::members::{ARN, CLIENT_TOKEN, Members};
use crate::local::redrive::Redrivability;
use crate::local::refusal::Refusal;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Answer {
    redrive_date: Timestamp,
}

pub(crate) fn act(mut members: Members, context: &mut Context<'_>) -> Result<Answer, Refusal> {
    let arn = members.required_text("executionArn", &ARN)?;
    let token = members.text("clientToken", &CLIENT_TOKEN)?;
    members.finish()?;
    if Arn::execution(&arn)?.label.is_some() {
        return Err(Refusal::labeled_arn(&arn));
    }
    let (store, now) = (&mut *context.store, context.now);
    let id = store.find_execution(&arn).ok_or_else(|| Refusal::execution_does_not_exist(&arn))?;
    let execution = store.execution(id);
    if let Some(redrive_date) = token.as_deref().and_then(|token| execution.tokens.redrive_date(token, now)) {
        return Ok(Answer { redrive_date });
    }
    if let Some(reason) = Redrivability::of(execution, store.machine(execution.machine), now).reason() {
        return Err(Refusal::execution_not_redrivable(&arn, reason));
    }
    if store.running() >= context.open_limit {
        return Err(Refusal::execution_limit_exceeded(context.open_limit));
    }
    store.redrive(id, now);
    if let Some(token) = token {
        store.execution_mut(id).tokens.remember(token, now);
    }
    Ok(Answer { redrive_date: now })
}
