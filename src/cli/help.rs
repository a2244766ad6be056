//! The page that `help` prints, made from the same tables as the parser.

use super::options::{GLOBALS, Kind, OPERATION, OptionSpec};

const DESCRIPTION: &str = "Redrives an execution of a Standard workflow of AWS Step Functions that failed, timed out or was aborted in \
    the last 14 days. The execution goes on from the step that was not successful, with the same input, the same definition and the \
    same ARN; what had succeeded is kept and not run again.";

/// The page, `columns` wide.
#[must_use]
pub fn page(columns: usize) -> String {
    let columns = columns.max(40);
    let mut page = String::new();
    section(
        &mut page,
        "NAME",
        "redrive-execution - the AWS CLI's `stepfunctions redrive-execution`, in one small program",
        columns,
    );
    section(&mut page, "DESCRIPTION", DESCRIPTION, columns);
    page.push_str("SYNOPSIS\n    redrive-execution\n");
    for option in OPERATION.iter().chain(GLOBALS) {
        let words = match option.kind {
            Kind::Flag | Kind::Version => option.name.to_owned(),
            _ => format!("{} <value>", option.name),
        };
        let words = if option.name == "--execution-arn" { words } else { format!("[{words}]") };
        page.push_str(&format!("    {words}\n"));
    }
    page.push('\n');
    options(&mut page, "OPTIONS", OPERATION, columns);
    options(&mut page, "GLOBAL OPTIONS", GLOBALS, columns);
    section(&mut page, "OUTPUT", "redriveDate -> (timestamp): the date the execution was last redriven.", columns);
    page
}

fn section(page: &mut String, title: &str, text: &str, columns: usize) {
    page.push_str(title);
    page.push('\n');
    paragraph(page, text, 4, columns);
    page.push('\n');
}

fn options(page: &mut String, title: &str, options: &[OptionSpec], columns: usize) {
    page.push_str(title);
    page.push('\n');
    for option in options {
        page.push_str(&format!("    {} ({})\n", option.name, option.type_name));
        paragraph(page, option.help, 8, columns);
        if let Kind::Choice(words) | Kind::OptionalChoice(words) = option.kind {
            paragraph(page, &format!("One of: {}.", words.join(", ")), 8, columns);
        }
        page.push('\n');
    }
}

fn paragraph(page: &mut String, text: &str, indent: usize, columns: usize) {
    let mut width = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if width > 0 && indent + width + 1 + length > columns {
            page.push('\n');
            width = 0;
        }
        page.push_str(if width == 0 { "        ".get(..indent).unwrap_or_default() } else { " " });
        width += length + usize::from(width > 0);
        page.push_str(word);
    }
    page.push('\n');
}
