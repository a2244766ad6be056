//! The plan as text, and the question before a run begins.

use std::collections::BTreeSet;
use std::time::Duration;

use indexmap::IndexMap;

use super::Context;
use super::console::Console;
use super::plan::{Group, Plan, Status};
use super::times::readable;
use crate::cli::own::wrong;
use crate::error::{Error, Result};
use crate::platform::signals::{Watch, interruptible};
use crate::render::escape::Escaped;

const MACHINES: usize = 20;

/// What did not come into the plan, by reason.
pub(crate) type LeftOut = IndexMap<&'static str, usize>;

/// The counts, the machines, where, and how long it takes.
pub(crate) fn text(plan: &Plan, left_out: &LeftOut, context: &Context<'_>) -> String {
    let groups = plan.groups();
    // A summary redrives nothing.
    let is_plan = !context.bulk.summary;
    let purpose = if is_plan { " to redrive" } else { "" };
    let mut text = format!("{}{purpose}{}\n", executions(plan.len()), place(&groups, context));
    for group in groups.iter().take(MACHINES) {
        let machine = group.prefix.trim_end_matches(':').rsplit(':').next().unwrap_or_default();
        let more = if group.count > group.names.len() { ", …" } else { "" };
        let names = Escaped(&group.names.join(", ")).to_string();
        let statuses = statuses(group);
        let age = group.stopped.map(|(first, last)| age(first, last, context.now)).unwrap_or_default();
        text.push_str(&format!("  {}: {} ({names}{more}){statuses}{age}\n", Escaped(machine), group.count));
    }
    if let Some(more @ 1..) = groups.len().checked_sub(MACHINES) {
        text.push_str(&format!("  and {more} more state machines\n"));
    }
    text.push_str(&context.window.text());
    text.push_str(&context.started.text());
    for (reason, count) in left_out {
        text.push_str(&format!("left out: {} {reason}\n", executions(*count)));
    }
    if is_plan {
        text.push_str(&time(plan.len(), context));
    }
    text
}

fn statuses(group: &Group<'_>) -> String {
    let mut known: Vec<_> = group.statuses.iter().collect();
    known.sort_by_key(|(status, _)| status.is_none());
    let is_any_known = known.first().is_some_and(|(status, _)| status.is_some());
    let shown = known.into_iter().filter(|_| is_any_known);
    shown.map(|(status, count)| format!(", {count} {}", status.map_or("of unknown status", Status::name))).collect()
}

fn age(first: i64, last: i64, now: i64) -> String {
    let ago = |moment: i64| readable(Duration::from_millis(now.saturating_sub(moment).try_into().unwrap_or(0)));
    match (ago(first), ago(last)) {
        (first, last) if first == last => format!(", stopped {first} ago"),
        (first, last) => format!(", stopped {first} to {last} ago"),
    }
}

/// Where executions are: their accounts, the region, the endpoint.
fn place(groups: &[Group<'_>], context: &Context<'_>) -> String {
    let connection = &context.calls.clients.session.connection;
    let accounts: BTreeSet<&str> = groups.iter().filter_map(|group| group.prefix.split(':').nth(4)).collect();
    let Some(first) = accounts.first() else { return String::new() };
    let accounts = match accounts.len() {
        1 => format!("account {first}"),
        _ => format!("accounts {}", accounts.iter().copied().collect::<Vec<_>>().join(", ")),
    };
    let endpoint = connection.endpoint_url.as_deref().map(|url| format!(", at {}", Escaped(&without_userinfo(url))));
    format!(" in {accounts}, region {}{}", Escaped(&connection.region), endpoint.unwrap_or_default())
}

pub(crate) fn without_userinfo(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest.get(..end).and_then(|authority| authority.rfind('@')).and_then(|at| rest.get(at + 1..)) {
        Some(rest) => format!("{scheme}://{rest}"),
        None => url.to_owned(),
    }
}

pub(crate) fn remaining(plan: &Plan, left: usize, context: &Context<'_>) -> String {
    let (place, time) = (place(&plan.groups(), context), time(left, context));
    format!("{left} of {} left to redrive{place}\n{time}", executions(plan.len()))
}

fn time(count: usize, context: &Context<'_>) -> String {
    if let Some(most) = context.guards.max_running.filter(|most| *most < count) {
        return format!("time: as executions end, for no more than {most} run at a time\n");
    }
    let rate = context.rates.redrive_execution;
    if count == 0 || !rate.per_second.is_finite() {
        return String::new();
    }
    let time = readable(rate.time_for(count));
    format!("time: about {time} ({:.0} at once, then {:.0} a second)\n", rate.burst, rate.per_second)
}

pub(crate) fn executions(count: usize) -> String {
    format!("{count} execution{}", if count == 1 { "" } else { "s" })
}

pub(crate) fn are(count: usize) -> String {
    format!("{} {}", executions(count), if count == 1 { "is" } else { "are" })
}

/// Prints `text` and asks, unless `--yes` is the answer. Returns whether the run may begin.
pub(crate) async fn confirm(context: &Context<'_>, text: &str, console: &mut Console<'_, '_>) -> Result<bool> {
    if context.bulk.yes {
        console.note(text);
        return Ok(true);
    }
    if !(context.host.stdin_is_terminal && context.host.stderr_is_terminal) {
        return Err(wrong(
            "There is no terminal for the question. Give --yes to redrive without it, or --dry-run to see the plan.",
        ));
    }
    // Before the question: whoever sees it may press Ctrl-C.
    let _watch = Watch::new();
    console.print(&format!("{text}Redrive them? [y/N] "));
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

#[cfg(test)]
mod tests {
    use super::without_userinfo;

    #[test]
    fn urls_lose_user_and_password_alone() {
        for (url, shown) in [("https://u:p@ss@h/x@y", "https://h/x@y"), ("http://h:1", "http://h:1")] {
            assert_eq!(without_userinfo(url), shown, "{url}");
        }
    }
}
