//! What the commands that only print a text print: help, completion scripts, manual pages.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgMatches, Command};

use super::help::{self, Look, TOPICS};
use super::{HELP, OPERATION_NAME, SERVICE, completions, definitions, man, own, usage};
use crate::error::{Error, Result};
use crate::render::escape::Escaped;

/// A text to print.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Document {
    /// For a pager, where there is a terminal.
    Page(String),
    Text(String),
}

/// The text that these words request, if they are ours. The terminal is looked at only then.
pub(crate) fn document(argv: &[String], look: impl Fn() -> Look) -> Option<Result<Document>> {
    let argv = match argv {
        [service, operation, rest @ ..] if service == SERVICE && operation == OPERATION_NAME && is_help(rest) => rest,
        argv => argv,
    };
    let (first, rest) = argv.split_first()?;
    let one = |matches: &ArgMatches, name: &str| matches.get_one::<String>(name).cloned().unwrap_or_default();
    match (first.as_str(), rest) {
        _ if is_help(argv) => Some(Ok(Document::Page(help::page(look())))),
        // With options behind it, `help` is the AWS CLI's.
        (HELP, [subject]) if is_help(rest) || !subject.starts_with('-') => Some(about(subject, look())),
        ("completions", _) => Some(parsed(first, rest, look(), |matches| {
            completions::script(
                &one(matches, "shell"),
                matches.get_one::<String>("program").map_or(OPERATION_NAME, |p| p),
            )
        })),
        ("man", _) => Some(parsed(first, rest, look(), |matches| man::page(&one(matches, "program")))),
        _ => None,
    }
}

fn is_help(words: &[String]) -> bool {
    matches!(words, [word] if word == "-h" || word == "--help")
}

/// The page of what stands behind `help`.
fn about(subject: &str, look: Look) -> Result<Document> {
    let page = match subject {
        HELP | "-h" | "--help" => Some(help::page(look)),
        subject => help::topic(subject, look)
            .or_else(|| definitions::named(subject).map(|command| own::rendered(command, look.columns, look.bold))),
    };
    page.map(Document::Page).ok_or_else(|| {
        let names: Vec<&str> = TOPICS.iter().map(|topic| topic.name).collect();
        let mut message = format!("there is no help for '{}'", Escaped(subject));
        if let Some(meant) = nearest(subject, definitions::all().into_iter().chain(names.iter().map(Command::new))) {
            message.push_str(&format!("; did you mean '{meant}'?"));
        }
        Error::ParamValidation(format!("{message}\n\nThere is help for {}, and for each command.\n", names.join(", ")))
    })
}

fn parsed(name: &str, words: &[String], look: Look, text: impl Fn(&ArgMatches) -> String) -> Result<Document> {
    let command = definitions::named(name).unwrap_or_default();
    match command.clone().try_get_matches_from(words) {
        Ok(matches) => Ok(Document::Text(text(&matches))),
        Err(error) if error.kind() == ErrorKind::DisplayHelp => {
            Ok(Document::Text(own::rendered(command, look.columns, look.bold)))
        }
        Err(error) => Err(usage::of_ours(&error, &command)),
    }
}

/// The error to show for a refused line that begins with a word which is nearly one of ours.
pub(crate) fn meant(argv: &[String], error: Error) -> Error {
    let Some(first) = argv.first().filter(|first| !first.starts_with('-')) else { return error };
    let about_it = match &error {
        Error::UnknownOptions(words) => words.contains(first),
        Error::ParamValidation(message) => message.starts_with("the following arguments are required: --execution-arn"),
        _ => false,
    };
    match nearest(first, definitions::all().into_iter()) {
        Some(name) if about_it => Error::ParamValidation(format!(
            "there is no command '{}'; did you mean '{name}'?\n\nTo see help text, you can run:\n\n  {OPERATION_NAME} {HELP}\n",
            Escaped(first)
        )),
        _ => error,
    }
}

fn nearest(word: &str, commands: impl Iterator<Item = Command>) -> Option<String> {
    let line = Command::new(OPERATION_NAME).no_binary_name(true).disable_help_subcommand(true).subcommands(commands);
    match line.try_get_matches_from([word]).err()?.get(ContextKind::SuggestedSubcommand)? {
        ContextValue::String(name) => Some(name.clone()),
        ContextValue::Strings(names) => names.last().cloned(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Document, Look, document, meant};
    use crate::error::Error;

    const LOOK: Look = Look { columns: 80, bold: false };

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    fn requested(line: &str) -> Option<Result<Document, String>> {
        document(&words(line), || LOOK).map(|result| result.map_err(|error| error.to_string()))
    }

    fn page(line: &str) -> String {
        match requested(line) {
            Some(Ok(Document::Page(text) | Document::Text(text))) => text,
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn every_form_of_help_alone_is_the_same_page() {
        let help = page("--help");
        assert!(help.starts_with("NAME\n    redrive-execution - resume "));
        for line in ["-h", "help help", "help --help", "help -h", "stepfunctions redrive-execution --help"] {
            assert_eq!(page(line), help, "{line}");
        }
    }

    #[test]
    fn topics_and_commands_have_help() {
        for (line, start) in [
            ("help permissions", "What the caller's IAM policy has to allow."),
            ("help bulk", "Redrive many executions in one run"),
            ("help man", "Print a manual page"),
            ("man --help", "Print a manual page"),
            ("completions -h", "Print a completion script"),
        ] {
            assert!(page(line).starts_with(start), "{line}: {}", page(line));
        }
    }

    #[test]
    fn other_words_are_not_ours() {
        for line in [
            "",
            "--region man",
            "help",
            "help --region r",
            "help bulk --version",
            "--help --region r",
            "--execution-arn a --help",
            "--execution-arn a man",
            "--hel",
            "stepfunctions",
            "stepfunctions --help",
            "bluk",
            "x",
        ] {
            assert_eq!(requested(line), None, "{line}");
        }
    }

    #[test]
    fn a_mistyped_command_is_named_only_where_it_is_what_is_wrong() {
        let missing = || Error::ParamValidation("the following arguments are required: --execution-arn\n".to_owned());
        let unknown = || Error::UnknownOptions(vec!["bluk".to_owned()]);
        for (line, error, command) in [
            ("bluk --yes", missing(), Some("'bulk'")),
            ("bluk --execution-arn a", unknown(), Some("'bulk'")),
            ("wiat", missing(), Some("'wait'")),
            ("complete bash", missing(), Some("'completions'")),
            ("--region bluk", missing(), None),
            ("--execution-arn a x bluk", unknown(), None),
            ("bluk", Error::NoRegion, None),
            ("stepfunctions", missing(), None),
            ("order-1", missing(), None),
        ] {
            let before = error.to_string();
            let after = meant(&words(line), error).to_string();
            match command {
                Some(command) => assert!(after.contains(command), "{line}: {after}"),
                None => assert_eq!(after, before, "{line}"),
            }
        }
    }
}
