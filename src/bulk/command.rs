//! `redrive-execution bulk`, from the options over the plan and the question to the run.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use super::arguments::{Bulk, Selection};
use super::calls::Calls;
use super::clients::Clients;
use super::confirm::{self, LeftOut};
use super::console::Console;
use super::context::Context;
use super::journal::{Draft, Header, OpenJournal, Part, State, open};
use super::patience::Patience;
use super::plan::Plan;
use super::report::Records;
use super::times::{milliseconds, rfc3339};
use super::triage::looks::Looks;
use super::triage::summary;
use super::wait::WaitOptions;
use super::window::Window;
use super::{Streams, list_file, patience, planner, run};
use crate::error::Result;
use crate::platform::signals::interruptible;
use crate::render::escape::Escaped;
use crate::settings::Settings;

/// Returns the exit status of a run that came to its end.
pub(crate) async fn bulk(
    settings: &Settings<'_>,
    bulk: &Bulk,
    records: Records,
    streams: &mut Streams<'_>,
) -> Result<u8> {
    let (host, globals) = (settings.sources.host, settings.globals);
    // Options that mean nothing are refused before anything is asked.
    let waiting = WaitOptions::parse(bulk.timeout.as_deref(), bulk.poll.as_deref())?;
    let patience = patience::limit(bulk.patience.as_deref())?;
    bulk.pace.rates("us-east-1")?;
    let (window, started) = (Window::parse(bulk, host)?, Window::of_starts(bulk, host)?);
    let clients = interruptible(Clients::open(settings)).await?;
    let here = here(&clients);
    let profile = settings.sources.profile_name();
    let resume = |path: &String| OpenJournal::resume(path, &here, profile.as_deref());
    let mut resumed = bulk.resume.as_ref().map(resume).transpose()?;
    let (mut pace, mut guards) = (bulk.pace.clone(), bulk.guards.clone());
    if let Some(OpenJournal { contents, .. }) = &mut resumed {
        pace = contents.header.pace.or(&bulk.pace);
        guards = contents.header.guards.or(&bulk.guards);
        bulk.check_guards(&guards)?;
        for state in contents.states.iter_mut().filter(|state| bulk.retry_refused && matches!(state, State::Refused(_)))
        {
            *state = State::Waiting;
        }
    }
    let rates = pace.rates(&here.region)?;
    // Not for a look at what is left, which changes nothing.
    if let Some(resumed) = resumed.as_mut().filter(|_| !bulk.dry_run) {
        // The pace of the run as it was, not the one that is asked for now.
        let then = resumed.contents.header.pace.clone();
        resumed.suspect_lost_lines(&then.rates(&here.region)?, then.concurrency())?;
    }
    let (mut console, notices) = Console::new(streams, records, host.stderr_is_terminal, bulk.quiet);
    console.bar_is_enough =
        host.stdout_is_terminal && console.progress.has_bar() && globals.output.is_none() && globals.query.is_none();
    let calls = Rc::new(Calls::new(clients, &rates, Patience::new(patience, notices), Rc::default()));
    let (looks, now) = (Looks::new(&calls, host), milliseconds(host.clock.now()));
    let context = Context { host, globals, bulk, pace, guards, rates, calls, now, window, started, looks };
    if bulk.summary {
        return summarize(&context, &mut console).await;
    }
    let begun = match resumed {
        Some(journal) if bulk.dry_run => return Ok(remaining(&context, &journal, &mut console)),
        Some(journal) => confirm_rest(&context, journal, &mut console).await?,
        None => begin(&context, &mut console).await?,
    };
    match begun {
        Begun::Run(journal) => {
            console.note(&format!("journal: {}\n", Escaped(journal.journal.path())));
            run::run(&context, *journal, waiting, &mut console).await
        }
        Begun::NothingToDo => console.printed().map(|()| 0),
        Begun::Declined => {
            console.line("nothing was redriven");
            Ok(1)
        }
    }
}

/// What came of the beginning of a run.
enum Begun {
    Run(Box<OpenJournal>),
    NothingToDo,
    /// Somebody was asked, and did not agree.
    Declined,
}

/// Who calls, and where.
fn here(clients: &Clients) -> Part {
    let connection = clients.connection();
    let endpoint = connection.endpoint_url.as_deref().map(confirm::without_userinfo);
    Part { account: clients.account(), region: connection.region.clone(), endpoint }
}

/// Looks at what would be redriven, and prints what failed, how, and how often.
async fn summarize(context: &Context<'_>, console: &mut Console<'_, '_>) -> Result<u8> {
    let (plan, left_out) = console.attend(planner::plan(context, &RefCell::default())).await?;
    console.note(&confirm::text(&plan, &left_out, context));
    let rows = console.attend(summary::rows(&plan, context)).await?;
    let is_asked_for = context.globals.output.is_some() || context.globals.query.is_some();
    summary::print(&rows, context.host.stdout_is_terminal && !is_asked_for, console).map(|()| 0)
}

/// Opens the journal, plans, asks, and writes the plan down.
async fn begin(context: &Context<'_>, console: &mut Console<'_, '_>) -> Result<Begun> {
    let bulk = context.bulk;
    bulk.selection.from.as_deref().map_or(Ok(()), list_file::check)?;
    // What cannot be asked later need not be looked up now.
    let somebody_is_there = context.host.stdin_is_terminal && context.host.stderr_is_terminal;
    if !bulk.yes && !bulk.dry_run && !somebody_is_there {
        confirm::confirm(bulk, "", context.host, console.streams).await?;
    }
    // Nothing is listed for a run that could not be journaled.
    let draft = RefCell::new(if bulk.dry_run { None } else { Some(draft(context)?) });
    let planned = console.attend(planner::plan(context, &draft)).await;
    let mut draft = draft.into_inner();
    let begun = agree(context, planned, &mut draft, console).await;
    if let Some(draft) = draft {
        draft.abandon();
    }
    begun
}

/// Shows the plan, asks, and turns the draft of the journal into one.
async fn agree(
    context: &Context<'_>,
    planned: Result<(Plan, LeftOut)>,
    draft: &mut Option<Draft>,
    console: &mut Console<'_, '_>,
) -> Result<Begun> {
    let (plan, left_out) = planned?;
    let bulk = context.bulk;
    let text = confirm::text(&plan, &left_out, context);
    if bulk.dry_run {
        for planned in plan.iter() {
            console.record(console.records.planned(&planned));
        }
    }
    if bulk.dry_run || bulk.yes || plan.is_empty() {
        console.note(&text);
    }
    let Some(journal) = draft.take_if(|_| !plan.is_empty()) else { return Ok(Begun::NothingToDo) };
    let text = format!("{text}journal: {}\n", Escaped(journal.path()));
    match confirm::confirm(bulk, &text, context.host, console.streams).await {
        Ok(true) => Ok(Begun::Run(Box::new(journal.begin(plan)?))),
        declined => {
            *draft = Some(journal);
            declined.map(|_| Begun::Declined)
        }
    }
}

/// The journal of a run that begins.
fn draft(context: &Context<'_>) -> Result<Draft> {
    let Context { host, bulk, now, .. } = *context;
    let path = bulk.journal.clone().map_or_else(|| open::default_path(host, now), Ok)?;
    let here = here(&context.calls.clients);
    let Selection { machines, map_runs, .. } = &bulk.selection;
    let named: BTreeSet<&str> = machines.iter().chain(map_runs).filter_map(|arn| arn.split(':').nth(4)).collect();
    let part = |account: &str| Part { account: Some(account.to_owned()), ..here.clone() };
    let parts = match here.account {
        None if !named.is_empty() => named.into_iter().map(part).collect(),
        _ => vec![here],
    };
    let ends = |window: &Window| (window.ends().0.map(rfc3339), window.ends().1.map(rfc3339));
    let ((since, until), (started_since, started_until)) = (ends(&context.window), ends(&context.started));
    let selection = Selection { since, until, started_since, started_until, ..bulk.selection.clone() };
    let header = Header::new(parts, selection, context.pace.clone(), now);
    Draft::open(&path, Header { guards: context.guards.clone(), ..header })
}

/// Says what a run that is resumed has left, and asks as a first run does.
async fn confirm_rest(context: &Context<'_>, journal: OpenJournal, console: &mut Console<'_, '_>) -> Result<Begun> {
    let left = journal.contents.left();
    let text = confirm::remaining(&journal.contents.plan, left.len(), context);
    // Where nothing is left to redrive there is nothing to agree to.
    if context.bulk.yes || left.is_empty() {
        console.note(&text);
    } else if !confirm::confirm(context.bulk, &text, context.host, console.streams).await? {
        return Ok(Begun::Declined);
    }
    Ok(Begun::Run(Box::new(journal)))
}

/// Shows what a journal has left, for `--dry-run --resume`.
fn remaining(context: &Context<'_>, journal: &OpenJournal, console: &mut Console<'_, '_>) -> u8 {
    let contents = &journal.contents;
    let left = contents.left();
    for planned in left.iter().filter_map(|n| contents.plan.get(*n)) {
        console.record(console.records.planned(&planned));
    }
    console.note(&confirm::remaining(&contents.plan, left.len(), context));
    console.printed().map_or_else(|error| error.status(), |()| 0)
}
