//! `redrive-execution bulk`, from the options over the plan and the question to the run.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::rc::Rc;

use super::arguments::{Bulk, Selection};
use super::calls::Calls;
use super::clients::Clients;
use super::confirm;
use super::console::Console;
use super::journal::{Header, OpenJournal, Part, Profile, open};
use super::patience::Patience;
use super::plan::Plan;
use super::report::Records;
use super::times::{milliseconds, rfc3339};
use super::triage::looks::Looks;
use super::triage::summary;
use super::wait::WaitOptions;
use super::window::Window;
use super::{Context, Streams, list_file, patience, planner, run};
use crate::error::Result;
use crate::platform::signals::{Watch, interruptible};
use crate::render::escape::Escaped;
use crate::settings::Settings;

/// Returns the exit status of a run that came to its end.
pub(crate) async fn bulk(
    settings: &Settings<'_>,
    bulk: &Bulk,
    records: Records,
    streams: &mut Streams<'_>,
) -> Result<u8> {
    let (host, globals) = (settings.sources.host, settings.sources.globals);
    // Options that mean nothing are refused before any call is made.
    let waiting = WaitOptions::parse(bulk.timeout.as_deref(), bulk.poll.as_deref())?;
    let patience = patience::limit(bulk.patience.as_deref())?;
    bulk.pace.rates("us-east-1")?;
    let (window, started) = Window::parse(&bulk.selection, host)?;
    bulk.selection.from.as_deref().map_or(Ok(()), list_file::check)?;
    let clients = interruptible(Clients::open(settings)).await?;
    let (here, profile) = (here(&clients), settings.sources.profile_name());
    let resume = |path: &String| OpenJournal::resume(path, &here, profile.as_deref());
    let mut resumed = bulk.resume.as_ref().map(resume).transpose()?;
    let (mut pace, mut guards) = (bulk.pace.clone(), bulk.guards.clone());
    if let Some(resumed) = &mut resumed {
        pace = resumed.contents.pace.or(&bulk.pace);
        guards = resumed.contents.guards.or(&bulk.guards);
        bulk.check_guards(&guards)?;
        // Not for a look at what is left, which changes nothing.
        if !bulk.dry_run {
            resumed.suspect_lost_lines(&here.region)?;
        }
        if bulk.retry_refused {
            resumed.contents.retry_refused();
        }
    }
    let rates = pace.rates(&here.region)?;
    let (mut console, notices) = Console::new(streams, records, host.stderr_is_terminal, bulk.quiet);
    console.bar_is_enough =
        host.stdout_is_terminal && console.progress.has_bar && globals.output.is_none() && globals.query.is_none();
    let calls = Rc::new(Calls::new(clients, &rates, Patience::new(patience, notices)));
    let (looks, now, is_partial) = (Looks::new(&calls, host), milliseconds(host.clock.now()), Cell::new(false));
    let context =
        Context { host, globals, profile, bulk, pace, guards, rates, calls, now, window, started, looks, is_partial };
    if bulk.summary {
        return summarize(&context, &mut console).await;
    }
    // A signal that comes between the stages from here on waits for the next one, and the report is made.
    let _watch = Watch::new();
    let begun = match resumed {
        Some(journal) => confirm_rest(&context, journal, &mut console).await?,
        None => begin(&context, here, &mut console).await?,
    };
    match begun {
        ControlFlow::Continue(journal) => run::run(&context, journal, waiting, &mut console).await,
        ControlFlow::Break(status) => Ok(status),
    }
}

/// The journal of a run to carry out, or the exit status where there is none.
type Begun = ControlFlow<u8, OpenJournal>;

fn here(clients: &Clients) -> Part {
    let connection = &clients.session.connection;
    let endpoint = connection.endpoint_url.as_deref().map(confirm::without_userinfo);
    Part { account: clients.account(), region: connection.region.clone(), endpoint }
}

async fn summarize(context: &Context<'_>, console: &mut Console<'_, '_>) -> Result<u8> {
    let (plan, left_out) = console.attend(planner::plan(context)).await?;
    console.note(&confirm::text(&plan, &left_out, context));
    let rows = console.attend(summary::rows(&plan, context)).await?;
    let has_format = context.globals.output.is_some() || context.globals.query.is_some();
    summary::print(&rows, context.host.stdout_is_terminal && !has_format, console)?;
    Ok(u8::from(context.is_partial.get()))
}

/// Opens the journal, plans, asks, and writes the plan down.
async fn begin(context: &Context<'_>, here: Part, console: &mut Console<'_, '_>) -> Result<Begun> {
    let bulk = context.bulk;
    // A question that nobody can answer is not worth a plan.
    let is_interactive = context.host.stdin_is_terminal && context.host.stderr_is_terminal;
    if !bulk.yes && !bulk.dry_run && !is_interactive {
        confirm::confirm(context, "", console).await?;
    }
    // Nothing is listed for a run that could not be journaled.
    let journal = if bulk.dry_run { None } else { Some(create(context, here)?) };
    let agreed = agree(context, journal.as_ref(), console).await;
    match (journal, agreed) {
        (Some(journal), Ok(ControlFlow::Continue(plan))) => journal.begin(plan).map(ControlFlow::Continue),
        (journal, agreed) => {
            journal.into_iter().for_each(OpenJournal::abandon);
            agreed.map(|agreed| ControlFlow::Break(agreed.break_value().unwrap_or_default()))
        }
    }
}

/// Plans, shows the plan, and asks; returns the plan to carry out, or the exit status.
async fn agree(
    context: &Context<'_>,
    journal: Option<&OpenJournal>,
    console: &mut Console<'_, '_>,
) -> Result<ControlFlow<u8, Plan>> {
    let (plan, left_out) = console.attend(planner::plan(context)).await?;
    let text = confirm::text(&plan, &left_out, context);
    if context.bulk.dry_run {
        plan.iter().for_each(|planned| console.record(console.records.planned(&planned)));
    }
    let Some(journal) = journal.filter(|_| !plan.is_empty()) else {
        console.note(&text);
        return console.printed().map(|()| ControlFlow::Break(u8::from(context.is_partial.get())));
    };
    Ok(match may_begin(&text, plan.len(), journal, context, console).await? {
        true => ControlFlow::Continue(plan),
        false => ControlFlow::Break(1),
    })
}

/// Shows `text` and where the journal is, and asks, unless nothing is left to redrive.
async fn may_begin(
    text: &str,
    left: usize,
    journal: &OpenJournal,
    context: &Context<'_>,
    console: &mut Console<'_, '_>,
) -> Result<bool> {
    let text = format!("{text}journal: {}\n", Escaped(&journal.journal.path));
    if left == 0 {
        console.note(&text);
        return Ok(true);
    }
    let may_begin = confirm::confirm(context, &text, console).await?;
    if !may_begin {
        console.line("nothing was redriven");
    }
    Ok(may_begin)
}

fn create(context: &Context<'_>, here: Part) -> Result<OpenJournal> {
    let Context { host, bulk, now, .. } = *context;
    let path = bulk.journal.clone().map_or_else(|| open::default_path(host, now), Ok)?;
    let Selection { machines, map_runs, .. } = &bulk.selection;
    let named: BTreeSet<&str> = machines.iter().chain(map_runs).filter_map(|arn| arn.split(':').nth(4)).collect();
    let part = |account: &str| Part { account: Some(account.to_owned()), ..here.clone() };
    let parts = match here.account {
        None if !named.is_empty() => named.into_iter().map(part).collect(),
        _ => vec![here],
    };
    let ends = |window: &Window| (window.since.map(rfc3339), window.until.map(rfc3339));
    let ((since, until), (started_since, started_until)) = (ends(&context.window), ends(&context.started));
    let selection = Selection { since, until, started_since, started_until, ..bulk.selection.clone() };
    let by = if context.globals.profile.is_some() { Profile::Option } else { Profile::Variable };
    let (profile, guards) = (context.profile.clone().map(by), context.guards.clone());
    OpenJournal::create(&path, Header { profile, guards, ..Header::new(parts, selection, context.pace.clone(), now) })
}

/// Prints what a run that is resumed has left, and asks as a first run does; with `--dry-run` only prints.
async fn confirm_rest(context: &Context<'_>, journal: OpenJournal, console: &mut Console<'_, '_>) -> Result<Begun> {
    let contents = &journal.contents;
    let left = contents.left();
    let text = confirm::remaining(&contents.plan, left.len(), context);
    if context.bulk.dry_run {
        for planned in left.iter().filter_map(|n| contents.plan.get(*n)) {
            console.record(console.records.planned(&planned));
        }
        console.note(&text);
        return Ok(ControlFlow::Break(console.printed().map_or_else(|error| error.status(), |()| 0)));
    }
    Ok(match may_begin(&text, left.len(), &journal, context, console).await? {
        true => ControlFlow::Continue(journal),
        false => ControlFlow::Break(1),
    })
}
