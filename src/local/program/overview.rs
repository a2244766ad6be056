//! What `sfn-local` shows: what to paste, what there is, and in the end what was answered.

use comfy_table::{ContentArrangement, Table, presets::UTF8_FULL_CONDENSED};
use strum::VariantArray;

use super::super::actions::Redrivability;
use super::super::endpoint::Endpoint;
use super::super::service::{Counts, Service};
use super::super::store::{Kind, Machine, Status};
use super::environment::Change;
use crate::render::escape::Escaped;

/// More executions of one state machine than this are counted, not listed.
const LISTED: usize = 20;

/// What is printed when it serves, for a terminal of this width.
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
    endpoint.with_service(|service| {
        for machine in service.store.machines() {
            text.push_str(&machine_text(machine, service, columns));
        }
    });
    text.push_str("Ctrl-C ends it.\n");
    text
}

fn machine_text(machine: &Machine, service: &Service, columns: Option<u16>) -> String {
    let Machine { executions, .. } = machine;
    let arn = Escaped(&machine.arn).to_string();
    let kind = match (machine.kind, machine.deleting) {
        (Kind::Express, _) => "EXPRESS",
        (Kind::Standard, true) => "STANDARD, DELETING",
        (Kind::Standard, false) => "STANDARD",
    };
    let count = executions.len();
    let mut table = table(columns);
    let store = &service.store;
    let now = service.clock.now();
    if count > LISTED {
        table.set_header(["Status", "Executions"]);
        for status in Status::VARIANTS.iter().filter(|status| executions.count(**status) > 0) {
            table.add_row([status.to_string(), executions.count(*status).to_string()]);
        }
    } else {
        table.set_header(["Execution", "Status", "Redrive status"]);
        for key in executions.newest_first(None, None) {
            let execution = store.execution(key.id);
            let redrivability = Redrivability::of(execution, machine, now);
            let reason =
                redrivability.reason().map_or_else(String::new, |reason| format!(": {}", <&str>::from(reason)));
            table.add_row([
                Escaped(execution.name()).to_string(),
                execution.status().to_string(),
                format!("{}{reason}", redrivability.name()),
            ]);
        }
    }
    let table = if count > 0 { format!("{table}\n") } else { String::new() };
    let executions = arn.replacen(":stateMachine:", ":execution:", 1);
    let example = if count > 0 { format!("Execution ARNs: {executions}:NAME\n") } else { String::new() };
    format!("{arn} ({kind})\n{example}{table}\n")
}

/// A table that is no wider than this.
fn table(columns: Option<u16>) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    if let Some(columns) = columns {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(columns);
    }
    table
}

/// A table of what was answered, by operation and outcome.
pub(crate) fn counts(counts: &Counts) -> String {
    let mut table = table(None);
    table.set_header(["Operation", "Answer", "Requests"]);
    for ((operation, outcome), count) in counts {
        table.add_row([(*operation).to_owned(), (*outcome).to_owned(), count.to_string()]);
    }
    format!("{table}\n")
}

/// A value as a shell takes it.
fn quoted(value: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:@%+,=".contains(&byte);
    if !value.is_empty() && value.bytes().all(plain) {
        value.to_owned()
    } else {
        format!("'{}'", value.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn values_survive_a_shell() {
        for (value, shell) in
            [("http://127.0.0.1:1", "http://127.0.0.1:1"), ("", "''"), ("a b", "'a b'"), ("it's", r"'it'\''s'")]
        {
            assert_eq!(quoted(value), shell);
        }
    }
}
