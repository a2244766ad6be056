//! What the panels say: the documentation, and the output's skeleton through the `--query` and `--output` of the line as they stand.

use super::context::{self, Context};
use super::shell::Shell;
use crate::aws::OPERATION;
use crate::cli::help::{self, Look};
use crate::cli::options::{Kind, OUTPUT_FORMATS};
use crate::input::Skeleton;
use crate::jmespath::Expression;
use crate::render::{Format, Style, render};

/// The documentation of the option at the cursor, else of the command.
pub(crate) fn documentation(context: &Context, columns: u16) -> String {
    let Some(option) = context.option else {
        return help::page(Look { columns: usize::from(columns), bold: false });
    };
    let mut text = format!("{} ({})\n\n{}\n", option.name, option.type_name, option.help);
    if let Kind::Choice(words) | Kind::OptionalChoice(words) = option.kind {
        text.push_str("\nPossible values:\n");
        words.iter().for_each(|word| text.push_str(&format!("  {word}\n")));
    }
    text
}

/// What the result will look like, or what is wrong with the options it depends on.
pub(crate) fn preview(line: &str, columns: u16, shell: &dyn Shell) -> String {
    attempt(line, columns, shell).unwrap_or_else(|wrong| wrong)
}

fn attempt(line: &str, columns: u16, shell: &dyn Shell) -> Result<String, String> {
    let profile = context::value_of(line, "--profile").filter(|name| !name.is_empty());
    let output = context::value_of(line, "--output").filter(|name| !name.is_empty());
    let output = output.or_else(|| shell.output_format(profile.as_deref())).unwrap_or_else(|| "json".to_owned());
    let format: Format = output
        .parse()
        .map_err(|_| format!("Bad value for --output: {output}\n\nValid values are: {}", OUTPUT_FORMATS.join(", ")))?;
    let mut result = Skeleton::response();
    let query = context::value_of(line, "--query").unwrap_or_default();
    let query = finished(&query);
    if !query.is_empty() {
        let wrong = |error: String| format!("Bad value for --query: {query}\n\n{error}");
        let expression = Expression::compile(query).map_err(|error| wrong(error.to_string()))?;
        result = expression.search(&result).map_err(|error| wrong(error.to_string()))?;
    }
    let mut text = String::new();
    render(format, OPERATION, &result, Style::new(false, Some(columns)), &mut text)
        .map_err(|error| error.to_string())?;
    Ok(text.replace('\t', "  "))
}

/// The part of a query that is not still being typed: without an open bracket at its end, or a point.
fn finished(query: &str) -> &str {
    let open = query.char_indices().filter(|(_, character)| matches!(character, '[' | '{'));
    let mut halves = open.filter_map(|(at, _)| query.split_at_checked(at));
    let closed = halves.find(|(_, after)| !after.contains([']', '}'])).map_or(query, |(before, _)| before);
    closed.trim_matches('.')
}

#[cfg(test)]
mod tests {
    use super::super::context::context;
    use super::super::shell::Fixed;

    fn preview(line: &str) -> String {
        super::preview(line, 80, &Fixed { output: Some("text".to_owned()), ..Fixed::default() })
    }

    #[test]
    fn query_and_output_are_applied_as_they_stand() {
        assert_eq!(preview(""), "1970-01-01 00:00:00\n");
        assert_eq!(preview("--output json"), "{\n    \"redriveDate\": \"1970-01-01T00:00:00\"\n}\n");
        assert_eq!(preview("--output yaml --query redriveDate"), "\"1970-01-01T00:00:00\"\n");
        assert_eq!(preview("--output off"), "");
    }

    #[test]
    fn a_query_is_previewed_while_it_is_typed() {
        for query in ["redriveDate.", "redriveDate[", "redriveDate", "redriveDate{a: b"] {
            assert_eq!(preview(&format!("--query '{query}'")), "1970-01-01 00:00:00\n", "{query}");
        }
        assert!(preview("--query a||").starts_with("Bad value for --query: a||\n\n"));
        assert!(preview("--query nothing(@)").starts_with("Bad value for --query: nothing(@)\n\nUnknown function"));
    }

    #[test]
    fn an_output_that_is_none_is_said() {
        assert_eq!(
            preview("--output xml"),
            "Bad value for --output: xml\n\nValid values are: json, text, table, yaml, yaml-stream, off"
        );
    }

    #[test]
    fn the_option_at_the_cursor_or_the_command_is_explained() {
        let at =
            |rest: &str| super::documentation(&context(&format!("stepfunctions redrive-execution {rest}"), ""), 80);
        assert!(at("--output ").starts_with("--output (string)\n"));
        assert!(at("--output").contains("\n  yaml-stream\n"));
        assert!(at("--outpu").contains("redrive-execution"));
        assert_eq!(at("--output json "), at(""));
    }
}
