//! `redrive-execution wait`, and what `bulk --wait` has in common with it: options, and a word on what still runs.

use std::rc::Rc;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::arguments::Wait;
use super::calls::Calls;
use super::clients::Clients;
use super::confirm::{are, without_userinfo};
use super::console::Console;
use super::ends::{End, Pending};
use super::hint::quoted;
use super::pace::{Quotas, SHARE};
use super::patience::{self, Event, Patience};
use super::plan::{Plan, Planned};
use super::report::{Records, Tally};
use super::times::{self, span};
use super::{Streams, list_file};
use crate::cli::own::wrong;
use crate::error::Result;
use crate::platform::signals::interruptible;
use crate::render::escape::Escaped;
use crate::settings::Settings;

/// How often to look, by default.
const POLL: Duration = Duration::from_secs(5);
const NAMED: usize = 10;

#[derive(Clone, Copy, Debug)]
pub(crate) struct WaitOptions {
    pub(crate) poll: Duration,
    pub(crate) timeout: Option<Duration>,
}

impl WaitOptions {
    pub(crate) fn parse(timeout: Option<&str>, poll: Option<&str>) -> Result<Self> {
        let timeout = timeout.map(span).transpose().map_err(|what| wrong(&format!("argument --timeout: {what}")))?;
        let poll = poll.map(span).transpose().map_err(|what| wrong(&format!("argument --poll: {what}")))?;
        Ok(Self { poll: poll.unwrap_or(POLL).max(Duration::from_millis(10)), timeout })
    }

    /// When to give up, counted from now; far in the future where there is no limit.
    pub(crate) fn deadline(&self) -> Instant {
        const FAR: Duration = Duration::from_secs(30 * 365 * 86_400);
        Instant::now() + self.timeout.map_or(FAR, |timeout| timeout.min(FAR))
    }
}

/// `redrive-execution wait`; `argv` are its words, for the command that goes on.
pub(crate) async fn command(
    argv: &[String],
    settings: &Settings<'_>,
    wait: &Wait,
    records: Records,
    streams: &mut Streams<'_>,
) -> Result<u8> {
    let options = WaitOptions::parse(wait.timeout.as_deref(), wait.poll.as_deref())?;
    let until = options.deadline();
    let patience = patience::limit(wait.patience.as_deref())?;
    let (plan, redriven) = interruptible(plan(wait)).await?;
    let mut pending = Pending::new(&plan, redriven.into_iter().enumerate());
    let (mut console, events) = Console::new(streams, records, settings.sources.host.stderr_is_terminal, wait.quiet);
    let mut tally = Tally::default();
    let (mut began, mut refused) = (false, None);
    let waited = async {
        let clients = Clients::open(settings).await?;
        began = true;
        let rates = Quotas::of_region(&clients.session.connection.region, SHARE);
        let calls = Rc::new(Calls::new(clients, &rates, Patience::new(patience, events)));
        let each = |n: usize, end: End| {
            tally.count_end(end.status());
            let arn = plan.get(n).map(|planned| planned.arn).unwrap_or_default();
            calls.patience.show(Event::Record(end.record(&arn)));
            if let End::Gone(error) | End::Unknown(error) = end {
                refused.get_or_insert(error);
            }
            Ok(())
        };
        pending.settle(&calls, options.poll, each).await
    };
    let waited = console.attend(async { timeout_at(until, waited).await.unwrap_or(Ok(())) }).await;
    tally.running = pending.count();
    if tally.running > 0 && (began || waited.is_ok()) {
        console.line(&still_running(&pending));
        console.line(&format!("continue with: {}", command_line(argv)));
    }
    waited?;
    // Nothing could be waited for at all.
    if let Some(error) = refused
        && tally.running == 0
        && tally.ended.keys().all(|status| matches!(status.as_str(), "GONE" | "UNKNOWN"))
    {
        return Err(error);
    }
    console.status(tally.is_good())
}

/// What is to be waited for, and the `redriveDate` of each in milliseconds since 1970, where known.
async fn plan(wait: &Wait) -> Result<(Plan, Vec<Option<i64>>)> {
    let since = wait.redrive_date.as_deref().map(|text| {
        times::date(text).ok_or_else(|| {
            wrong(&format!("argument --redrive-date: '{}' is not a date such as 2026-11-22T08:00:00Z", Escaped(text)))
        })
    });
    let since = since.transpose()?;
    let (mut plan, mut redriven) = (Plan::default(), Vec::new());
    for arn in &wait.executions {
        if !plan.push(&Planned::from(&**arn)) {
            return Err(wrong(&format!("'{}' is not the ARN of an execution of a Standard workflow", Escaped(arn))));
        }
        redriven.push(since);
    }
    if let Some(path) = &wait.from {
        list_file::read_aside(path, |line| {
            if plan.push(&line.execution) {
                redriven.push(line.redrive_date.or(since));
            }
        })
        .await?;
    }
    Ok((plan, redriven))
}

pub(crate) fn still_running(pending: &Pending<'_>) -> String {
    let count = pending.count();
    let names: Vec<String> = pending.names().take(NAMED).map(|name| Escaped(name).to_string()).collect();
    let more = count.checked_sub(NAMED + 1).map(|more| format!(" and {} more", more + 1));
    format!("{} still running: {}{}", are(count), names.join(", "), more.unwrap_or_default())
}

/// The command line again, safe to paste: without the userinfo of a URL.
fn command_line(argv: &[String]) -> String {
    let words = argv.iter().map(|word| quoted(&without_userinfo(word)));
    std::iter::once("redrive-execution".to_owned()).chain(words).collect::<Vec<_>>().join(" ")
}
