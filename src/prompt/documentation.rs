//! What the documentation pane says: of the option at the cursor, else of the command.

use super::context::Context;
use crate::cli::help::{self, Look};
use crate::cli::options::{Kind, OptionSpec};

/// The text for a pane of this width.
pub(crate) fn text(context: &Context, columns: u16) -> String {
    match context.option {
        Some(option) => of_option(option),
        None => of_command(usize::from(columns)),
    }
}

fn of_command(columns: usize) -> String {
    help::page(Look { columns, bold: false })
}

fn of_option(option: &OptionSpec) -> String {
    let mut text = format!("{} ({})\n\n{}\n", option.name, option.type_name, option.help);
    if let Kind::Choice(words) | Kind::OptionalChoice(words) = option.kind {
        text.push_str("\nPossible values:\n");
        words.iter().for_each(|word| text.push_str(&format!("  {word}\n")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::context::context;
    use super::text;

    #[test]
    fn the_option_at_the_cursor_or_the_command_is_explained() {
        let at = |rest: &str| text(&context(&format!("stepfunctions redrive-execution {rest}"), ""), 80);
        assert!(at("--output ").starts_with("--output (string)\n"));
        assert!(at("--output").contains("\n  yaml-stream\n"));
        assert!(at("--outpu").contains("redrive-execution"));
        assert_eq!(at("--output json "), at(""));
    }
}
