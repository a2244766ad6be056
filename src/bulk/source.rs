//! Where executions come from: lists of the service, a file, map runs. Puts them into a [`Plan`], not yet in order.

use std::cell::RefCell;
use std::collections::HashSet;

use indexmap::IndexMap;

use super::Context;
use super::arn::ExecutionArn;
use super::confirm::LeftOut;
use super::glob::Pattern;
use super::list_file::Listed;
use super::patience::Event;
use super::plan::Plan;
use super::progress::Standing;
use super::triage::looks::side_by_side;
use super::verdict::Verdict;
use super::{list_file, pages};
use crate::aws::reads::{Execution, REDRIVABLE};
use crate::cli::own::wrong;
use crate::error::{Error, Result};
use crate::render::escape::Escaped;

#[derive(Debug, Default)]
pub(crate) struct Gathered {
    pub(crate) plan: Plan,
    /// What leads to no execution.
    pub(crate) left_out: LeftOut,
    /// How many were not started when they must have been.
    pub(crate) by_start: usize,
    /// Whether a list goes on with executions that stopped too long ago.
    pub(crate) is_cut: bool,
    /// The state machines that the service does not list: the caller may not, they are gone, or they are Express.
    pub(crate) unlisted: IndexMap<String, Error>,
}

impl Gathered {
    /// Adds an execution, unless it was started at another time than it must have been. Returns whether there is room.
    fn add(&mut self, context: &Context<'_>, listed: &Listed) -> bool {
        if context.started.contains(listed.started) {
            return self.plan.push(&listed.execution);
        }
        context.show_left_out(&listed.execution.arn, "by --started-since or --started-until");
        self.by_start += 1;
        true
    }
}

impl From<Execution> for Listed {
    fn from(found: Execution) -> Self {
        Self { started: Some(found.started), redrive_date: None, execution: found.into() }
    }
}

pub(crate) async fn gather(context: &Context<'_>) -> Result<Gathered> {
    let (bulk, calls) = (context.bulk, &context.calls);
    let mut found = Gathered::default();
    let mut children = Vec::new();
    if let Some(path) = &bulk.selection.from {
        let (mut room, mut has_starts) = (true, true);
        list_file::read_aside(path, |listed| match ExecutionArn::parse(&listed.execution.arn) {
            Some(arn) if arn.label.is_some() => children.push(listed.execution.arn),
            _ => {
                has_starts &= listed.started.is_some();
                room &= found.add(context, &listed);
            }
        })
        .await?;
        if !room {
            return Err(wrong("--from: the names of the executions are longer than 4 GB together"));
        }
        if !has_starts && !context.started.is_open() {
            return Err(wrong(
                "--started-since and --started-until need to know when each execution was started, which --from does not say (startDate)",
            ));
        }
    }
    let mut machines = bulk.selection.machines.clone();
    machines.extend(named_like(context).await?);
    let chosen = &bulk.selection.statuses;
    let statuses = REDRIVABLE.iter().filter(|status| chosen.is_empty() || chosen.iter().any(|one| one == *status));
    let lists = machines.iter().flat_map(|machine| statuses.clone().map(move |status| (machine, status)));
    let gathered = RefCell::new(&mut found);
    let start = context.window.start(context.now);
    let read = async |(machine, status): (&String, &&str)| {
        let list = async |token| calls.list(machine, status, token).await;
        let read = pages::each(list, |page| {
            let mut found = gathered.borrow_mut();
            // What has ended is listed by its stop, the last first (the service's documentation of ListExecutions).
            let is_past = !page.is_empty() && page.iter().all(|one| one.stopped.is_some_and(|stop| stop < start));
            for execution in page {
                found.add(context, &execution.into());
            }
            found.is_cut |= is_past;
            calls.patience.show(Event::Standing(Standing::Listing(found.plan.len())));
            is_past
        });
        match read.await {
            Err(error) if matches!(Verdict::of(&error), Verdict::Denied | Verdict::Refused) => {
                gathered.borrow_mut().unlisted.insert(machine.clone(), error);
            }
            read => read?,
        }
        Ok(false)
    };
    side_by_side(lists, |_| {}, read).await?;
    parents(context, &children, &mut found).await?;
    Ok(found)
}

/// The ARNs of the state machines that `--state-machine` names, each once.
async fn named_like(context: &Context<'_>) -> Result<Vec<String>> {
    let bulk = context.bulk;
    // Whoever has an ARN need not take it apart.
    let (arns, globs): (Vec<_>, Vec<_>) =
        bulk.selection.machine_globs.iter().partition(|text| text.starts_with("arn:"));
    let mut found: Vec<String> = arns.into_iter().cloned().collect();
    if globs.is_empty() {
        return Ok(found);
    }
    let globs: Vec<_> = globs.into_iter().map(|text| Pattern::new(text, bulk.selection.ignore_case)).collect();
    let list = async |token| context.calls.machines(token).await;
    pages::each(list, |machines| {
        let named = machines.into_iter().filter(|machine| globs.iter().any(|glob| glob.takes(&machine.name)));
        found.extend(named.map(|machine| machine.arn).filter(|arn| !bulk.selection.machines.contains(arn)));
        false
    })
    .await?;
    if found.is_empty() && bulk.selection.machines.is_empty() {
        let globs = bulk.selection.machine_globs.join("' or '");
        return Err(wrong(&format!("--state-machine: no state machine is like '{}'", Escaped(&globs))));
    }
    // An ARN may be among them, too.
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// Map runs and what they started lead to the executions that can be redriven: each once.
async fn parents(context: &Context<'_>, children: &[String], found: &mut Gathered) -> Result<()> {
    let (calls, map_runs) = (&context.calls, &context.bulk.selection.map_runs);
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
        let parent = async {
            let parent = calls.parent_of_map_run(&map_run).await?;
            let known = added.contains(&parent);
            Ok((if known { None } else { Some(calls.describe(&parent).await?) }, parent))
        };
        match parent.await {
            Ok((None, _)) => {}
            Ok((Some(execution), parent)) => {
                let mut listed = Listed::from(execution);
                listed.execution.arn.clone_from(&parent);
                found.add(context, &listed);
                added.insert(parent);
            }
            // A map run that was named is there, or the name is wrong.
            Err(error) if is_gone(&error) && !map_runs.contains(&map_run) => gone += children,
            Err(error) => return Err(error),
        }
    }
    found.left_out.extend([("of map runs not found", gone), ("not started by a map run", without)]);
    Ok(())
}

fn is_gone(error: &Error) -> bool {
    matches!(error, Error::Service(refusal) if matches!(refusal.code.as_str(), "ExecutionDoesNotExist" | "ResourceNotFound"))
}
