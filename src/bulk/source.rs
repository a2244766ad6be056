//! Where executions come from: lists of the service, a file, map runs. Puts them into a [`Plan`], not yet in order.

use std::collections::HashSet;

use indexmap::IndexMap;

use super::arguments::{Bulk, wrong};
use super::arn::ExecutionArn;
use super::calls::Calls;
use super::confirm::LeftOut;
use super::event::Event;
use super::plan::{Plan, Planned};
use super::progress::Standing;
use super::window::Window;
use super::{list_file, pages};
use crate::error::{Error, Result};

pub(crate) const REDRIVABLE: [&str; 3] = ["FAILED", "TIMED_OUT", "ABORTED"];

#[derive(Debug, Default)]
pub(crate) struct Gathered {
    pub(crate) plan: Plan,
    /// What leads to no execution.
    pub(crate) left_out: LeftOut,
    /// Whether a list goes on with executions that stopped too long ago.
    pub(crate) is_cut: bool,
}

/// Everything that is asked for, from wherever.
pub(crate) async fn gather(bulk: &Bulk, calls: &Calls, window: &Window, now: i64) -> Result<Gathered> {
    let mut found = Gathered::default();
    let mut children = Vec::new();
    if let Some(path) = &bulk.from {
        let mut room = true;
        list_file::read_aside(path, |listed| match ExecutionArn::parse(&listed.execution.arn) {
            Some(arn) if arn.label.is_some() => children.push(listed.execution.arn),
            _ => room &= found.plan.push(&listed.execution),
        })
        .await?;
        if !room {
            return Err(wrong("--from: the names of the executions are longer than 4 GB together"));
        }
    }
    let default: Vec<String> = REDRIVABLE.iter().map(|status| (*status).to_owned()).collect();
    let statuses = if bulk.statuses.is_empty() { &default } else { &bulk.statuses };
    let start = window.start(now);
    for machine in &bulk.machines {
        for status in statuses {
            pages::executions(calls, machine, status, |page| {
                // What has ended is listed by its stop, the last first (the service's documentation of ListExecutions).
                let is_past = !page.is_empty() && page.iter().all(|one| one.stopped.is_some_and(|stop| stop < start));
                for execution in page {
                    found.plan.push(&execution.into());
                }
                found.is_cut |= is_past;
                calls.patience.show(Event::Standing(Standing::Listing(found.plan.len())));
                is_past
            })
            .await?;
        }
    }
    parents(&bulk.map_runs, &children, calls, &mut found).await?;
    Ok(found)
}

/// Map runs and what they started lead to the executions that can be redriven: each once.
async fn parents(map_runs: &[String], children: &[String], calls: &Calls, found: &mut Gathered) -> Result<()> {
    // How many children lead to a map run.
    let mut known: IndexMap<String, usize> = map_runs.iter().map(|map_run| (map_run.clone(), 0)).collect();
    let (mut gone, mut without) = (0, 0);
    for child in children {
        match calls.describe(child).await.map(|child| child.map_run_arn) {
            Ok(Some(map_run)) => *known.entry(map_run).or_default() += 1,
            Ok(None) => without += 1,
            Err(error) if is_gone(&error) => gone += 1,
            Err(error) => return Err(error),
        }
    }
    let mut added = HashSet::new();
    for (map_run, children) in known {
        match parent(&map_run, calls, &mut added, &mut found.plan).await {
            // A map run that was asked for by name is there, or the name is wrong.
            Err(error) if is_gone(&error) && !map_runs.contains(&map_run) => gone += children,
            done => done?,
        }
    }
    found.left_out.extend([("of map runs not found", gone), ("not started by a map run", without)]);
    Ok(())
}

async fn parent(map_run: &str, calls: &Calls, added: &mut HashSet<String>, plan: &mut Plan) -> Result<()> {
    let parent = calls.parent_of_map_run(map_run).await?;
    if !added.contains(&parent) {
        let found = calls.describe(&parent).await?;
        plan.push(&Planned { arn: parent.clone(), ..found.into() });
        added.insert(parent);
    }
    Ok(())
}

fn is_gone(error: &Error) -> bool {
    matches!(error, Error::Service(refusal) if matches!(refusal.code.as_str(), "ExecutionDoesNotExist" | "ResourceNotFound"))
}
