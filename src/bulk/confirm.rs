//! What a run is about to do, said before it begins, and the one question.

use super::Streams;
use super::arguments::{Bulk, wrong};
use super::arn::ExecutionArn;
use super::moment::readable;
use super::plan::{Plan, Planned};
use super::quotas::Quotas;
use super::window::Window;
use crate::error::{Error, Result};
use crate::host::Host;
use crate::platform::signals::interruptible;
use crate::render::escape::Escaped;
use crate::settings::Connection;

/// How many state machines are named.
const MACHINES: usize = 20;

/// What did not come into the plan, by reason.
pub(crate) type LeftOut = Vec<(&'static str, usize)>;

/// The counts, the machines, where, and how long it takes.
pub(crate) fn text(
    plan: &Plan,
    window: &Window,
    left_out: &LeftOut,
    connection: &Connection,
    rates: &Quotas,
) -> String {
    let mut text = format!("{} to redrive{}\n", executions(plan.len()), place(plan.get(0).as_ref(), connection));
    let groups = plan.groups();
    for (prefix, count) in groups.iter().take(MACHINES) {
        let machine = prefix.trim_end_matches(':').rsplit(':').next().unwrap_or_default();
        text.push_str(&format!("  {}: {count}\n", Escaped(machine)));
    }
    if let Some(more @ 1..) = groups.len().checked_sub(MACHINES) {
        text.push_str(&format!("  and {more} more state machines\n"));
    }
    text.push_str(&window.text());
    for (reason, count) in left_out {
        text.push_str(&format!("left out: {} {reason}\n", executions(*count)));
    }
    text.push_str(&time(plan.len(), rates));
    text
}

/// Where the first of some executions is, and so all of them.
fn place(first: Option<&Planned>, connection: &Connection) -> String {
    let Some(arn) = first.and_then(|first| ExecutionArn::parse(&first.arn)) else { return String::new() };
    let endpoint = connection.endpoint_url.as_deref().map(|url| format!(", at {}", Escaped(&without_userinfo(url))));
    format!(" in account {}, region {}{}", arn.account, Escaped(&connection.region), endpoint.unwrap_or_default())
}

/// A URL without the user and password in it.
pub(crate) fn without_userinfo(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest.get(..end).and_then(|authority| authority.rfind('@')).and_then(|at| rest.get(at + 1..)) {
        Some(rest) => format!("{scheme}://{rest}"),
        None => url.to_owned(),
    }
}

/// What a run that is resumed has left, and where.
pub(crate) fn remaining(plan: &Plan, left: &[usize], connection: &Connection, rates: &Quotas) -> String {
    let first = left.first().and_then(|n| plan.get(*n));
    let place = place(first.as_ref(), connection);
    format!("{} of {} left to redrive{place}\n{}", left.len(), executions(plan.len()), time(left.len(), rates))
}

/// How long `count` redrives take.
fn time(count: usize, rates: &Quotas) -> String {
    let rate = rates.redrive_execution;
    if count == 0 || !rate.per_second.is_finite() {
        return String::new();
    }
    let time = readable(rate.time_for(count));
    format!("time: about {time} ({:.0} at once, then {:.0} a second)\n", rate.burst, rate.per_second)
}

pub(crate) fn executions(count: usize) -> String {
    format!("{count} execution{}", if count == 1 { "" } else { "s" })
}

/// Says what is about to happen and asks. Returns whether it may.
pub(crate) async fn confirm(bulk: &Bulk, text: &str, host: &Host, streams: &mut Streams<'_>) -> Result<bool> {
    if bulk.yes {
        return Ok(true);
    }
    if !(host.stdin_is_terminal && host.stderr_is_terminal) {
        return Err(wrong(
            "There is no terminal to ask on. Give --yes to redrive without being asked, or --dry-run to see the plan.",
        ));
    }
    let _ = write!(streams.stderr, "{text}Redrive them? [y/N] ");
    let _ = streams.stderr.flush();
    let answer = interruptible(async {
        let read = tokio::task::spawn_blocking(|| {
            let mut answer = String::new();
            std::io::stdin().read_line(&mut answer).map(|_| answer)
        });
        Ok(read.await.ok().and_then(std::result::Result::ok).unwrap_or_default())
    });
    match answer.await {
        Ok(answer) => Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")),
        Err(error @ Error::Interrupted(_)) => Err(error),
        Err(_) => Ok(false),
    }
}
