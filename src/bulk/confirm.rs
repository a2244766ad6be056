//! What a run is about to do, said before it begins, and the one question.

use super::Streams;
use super::arguments::{Bulk, wrong};
use super::arn::ExecutionArn;
use super::moment::readable;
use super::plan::Plan;
use super::quotas::Quotas;
use crate::error::{Error, Result};
use crate::host::Host;
use crate::platform::signals::interruptible;
use crate::settings::Connection;
use crate::trace::secrets::without_users;

/// How many state machines are named.
const MACHINES: usize = 20;

/// What did not come into the plan, by reason.
pub type LeftOut = Vec<(&'static str, usize)>;

/// The counts, the machines, where, and how long it takes.
#[must_use]
pub fn text(plan: &Plan, left_out: &LeftOut, connection: &Connection, rates: &Quotas) -> String {
    let account = plan.get(0).and_then(|first| Some(ExecutionArn::parse(&first.arn)?.account.to_owned()));
    let place = match (&account, &connection.endpoint_url) {
        (Some(account), Some(url)) => {
            format!(" in account {account}, region {}, at {}", connection.region, without_users(url))
        }
        (Some(account), None) => format!(" in account {account}, region {}", connection.region),
        (None, _) => String::new(),
    };
    let mut text = format!("{} to redrive{place}\n", executions(plan.len()));
    let groups = plan.groups();
    for (prefix, count) in groups.iter().take(MACHINES) {
        let machine = prefix.trim_end_matches(':').rsplit(':').next().unwrap_or_default();
        text.push_str(&format!("  {machine}: {count}\n"));
    }
    if let Some(more @ 1..) = groups.len().checked_sub(MACHINES) {
        text.push_str(&format!("  and {more} more state machines\n"));
    }
    for (reason, count) in left_out {
        text.push_str(&format!("left out: {} {reason}\n", executions(*count)));
    }
    let rate = rates.redrive_execution;
    if !plan.is_empty() && rate.per_second.is_finite() {
        let time = readable(rate.time_for(plan.len()));
        text.push_str(&format!(
            "time: about {time} ({:.0} at once, then {:.0} a second)\n",
            rate.burst, rate.per_second
        ));
    }
    text
}

/// `1 execution`, `2 executions`.
#[must_use]
pub fn executions(count: usize) -> String {
    format!("{count} execution{}", if count == 1 { "" } else { "s" })
}

/// Says what is about to happen and asks. Returns whether it may.
///
/// # Errors
/// There is nobody to ask, and `--yes` was not given.
pub async fn confirm(bulk: &Bulk, text: &str, host: &Host, streams: &mut Streams<'_>) -> Result<bool> {
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
