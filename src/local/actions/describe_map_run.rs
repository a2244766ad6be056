//! DescribeMapRun. Each child execution processes one item, so the two counts are alike.

use serde::Serialize;

use super::Context;
use crate::local::arn::Arn;
use crate::local::clock::Timestamp;
use crate::local::members::{LONG_ARN, Members};
use crate::local::redrive::Redrivability;
use crate::local::refusal::Refusal;
use crate::local::store::{MapRun, Status};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Answer<'a> {
    map_run_arn: &'a str,
    execution_arn: &'a str,
    status: &'static str,
    start_date: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop_date: Option<Timestamp>,
    max_concurrency: u32,
    tolerated_failure_percentage: f32,
    tolerated_failure_count: u32,
    item_counts: Counts,
    execution_counts: Counts,
    redrive_count: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    redrive_date: Option<Timestamp>,
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
struct Counts {
    pending: usize,
    running: usize,
    succeeded: usize,
    failed: usize,
    timed_out: usize,
    aborted: usize,
    total: usize,
    results_written: usize,
    failures_not_redrivable: usize,
    pending_redrive: usize,
}

pub(crate) fn act<'a>(mut members: Members, context: &'a mut Context<'_>) -> Result<Answer<'a>, Refusal> {
    let arn = members.required_text("mapRunArn", &LONG_ARN)?;
    members.finish()?;
    Arn::map_run(&arn)?;
    let store = &*context.store;
    let map_run = store.find_map_run(&arn).ok_or_else(|| Refusal::resource_not_found(&arn))?;
    let parent = store.execution(map_run.parent);
    let machine = store.machine(parent.machine);
    let not_redrivable = |status| {
        let children = map_run.children.newest_first(Some(status), None);
        let redrivability = children.map(|key| Redrivability::of(store.execution(key.id), machine, context.now));
        redrivability.filter(|redrivability| redrivability.reason().is_some()).count()
    };
    let count = |status| map_run.children.count(status);
    let counts = Counts {
        pending: 0,
        running: count(Status::Running),
        succeeded: count(Status::Succeeded),
        failed: count(Status::Failed),
        timed_out: count(Status::TimedOut),
        aborted: count(Status::Aborted),
        total: Status::ALL.into_iter().map(count).sum(),
        results_written: 0,
        failures_not_redrivable: [Status::Failed, Status::TimedOut, Status::Aborted].map(not_redrivable).iter().sum(),
        pending_redrive: count(Status::PendingRedrive),
    };
    Ok(Answer {
        map_run_arn: &map_run.arn,
        execution_arn: &parent.arn,
        status: MapRun::status(parent),
        start_date: parent.first.began,
        stop_date: parent.stopped(),
        max_concurrency: map_run.max_concurrency,
        tolerated_failure_percentage: map_run.tolerated_failure_percentage,
        tolerated_failure_count: map_run.tolerated_failure_count,
        item_counts: counts,
        execution_counts: counts,
        redrive_count: parent.redrives.len(),
        redrive_date: parent.redrive_date(),
    })
}
