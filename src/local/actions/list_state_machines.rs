//! ListStateMachines.

use serde::Serialize;

use super::Context;
use crate::local::clock::Timestamp;
use crate::local::members::{Members, PAGE_TOKEN};
use crate::local::page_token::{self, Place};
use crate::local::refusal::Refusal;
use crate::local::store::{Kind, Machine};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Answer<'a> {
    state_machines: Vec<Item<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item<'a> {
    state_machine_arn: &'a str,
    name: &'a str,
    #[serde(rename = "type")]
    kind: Kind,
    creation_date: Timestamp,
}

impl<'a> From<&'a Machine> for Item<'a> {
    fn from(machine: &'a Machine) -> Self {
        let Machine { arn, name, kind, created, .. } = machine;
        Self { state_machine_arn: arn, name, kind: *kind, creation_date: *created }
    }
}

const ARGUMENTS: [&str; 1] = ["ListStateMachines"];

pub(crate) fn act<'a>(mut members: Members, context: &'a mut Context<'_>) -> Result<Answer<'a>, Refusal> {
    let page_size = members.page_size()?;
    let token = members.text("nextToken", &PAGE_TOKEN)?;
    members.finish()?;
    let first = match token {
        None => 0,
        Some(token) => page_token::read(&token, &ARGUMENTS, context.now)?.position,
    };
    let machines = context.store.machines();
    let from = machines.get(first as usize..).unwrap_or_default();
    let next = (from.len() > page_size).then(|| u32::try_from(page_size).ok()?.checked_add(first)).flatten();
    Ok(Answer {
        state_machines: from.iter().take(page_size).map(Item::from).collect(),
        next_token: next.map(|next| page_token::write(&ARGUMENTS, Place::position(next), context.now)),
    })
}
