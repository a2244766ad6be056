//! What `sfn-local` prints: the lines to paste, the state machines and executions, and at the end a table of the requests.

use strum::VariantArray;

use super::super::actions::Redrivability;
use super::super::endpoint::Endpoint;
use super::super::service::{Counts, Service};
use super::super::store::{Kind, Machine, Status};
use super::environment::Change;
use crate::bulk::hint::quoted;
use crate::render::escape::Escaped;
use crate::render::report_table::{UTF8_FULL_CONDENSED, report_table};

/// More executions of one state machine than this are counted, not listed.
const LISTED: usize = 20;

pub(crate) fn text(endpoint: &Endpoint, changes: &[Change], columns: Option<u16>) -> String {
    let mut text = format!(
        "sfn-local serves Step Functions at {}\nState is in memory: it is gone when this ends, and begins anew.\n\nPaste into another shell:\n\n",
        endpoint.url()
    );
    for (name, value) in changes {
        match value {
            Some(value) => text.push_str(&format!("export {name}={}\n", quoted(value))),
            None => text.push_str(&format!("unset {name}\n")),
        }
    }
    text.push('\n');
    let service = endpoint.service();
    for machine in service.store.machines.values() {
        text.push_str(&machine_text(machine, &service, columns));
    }
    text.push_str("Ctrl-C ends it.\n");
    text
}

fn machine_text(machine: &Machine, service: &Service, columns: Option<u16>) -> String {
    let executions = &machine.executions;
    let arn = Escaped(&machine.arn).to_string();
    let kind = match (machine.kind, machine.deleting) {
        (Kind::Express, _) => "EXPRESS",
        (Kind::Standard, true) => "STANDARD, DELETING",
        (Kind::Standard, false) => "STANDARD",
    };
    let count = executions.len();
    if count == 0 {
        return format!("{arn} ({kind})\n\n");
    }
    let table = if count > LISTED {
        let statuses = Status::VARIANTS.iter().filter(|status| executions.count(**status) > 0);
        let rows = statuses.map(|status| [status.to_string(), executions.count(*status).to_string()]);
        report_table(UTF8_FULL_CONDENSED, columns, ["Status", "Executions"], rows)
    } else {
        let rows = executions.newest_first(None, None).map(|key| {
            let execution = service.store.execution(key.id);
            let redrivability = Redrivability::of(execution, machine, service.clock.now());
            let reason = redrivability.reason().map_or_else(String::new, |reason| format!(": {reason}"));
            let redrive_status = format!("{}{reason}", redrivability.name());
            let name = Escaped(execution.name()).to_string();
            [name, execution.status().to_string(), redrive_status]
        });
        report_table(UTF8_FULL_CONDENSED, columns, ["Execution", "Status", "Redrive status"], rows)
    };
    let executions = arn.replacen(":stateMachine:", ":execution:", 1);
    format!("{arn} ({kind})\nExecution ARNs: {executions}:NAME\n{table}\n")
}

/// How many requests there were, by operation and outcome.
pub(crate) fn counts(counts: &Counts) -> String {
    let rows = counts
        .iter()
        .map(|((operation, outcome), count)| [(*operation).to_owned(), (*outcome).to_owned(), count.to_string()]);
    report_table(UTF8_FULL_CONDENSED, None, ["Operation", "Answer", "Requests"], rows)
}
