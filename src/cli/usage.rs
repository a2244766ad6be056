//! Wrong command lines in the AWS CLI's words: argparse's messages with their usage text, and clap's errors by kind.

use clap::Command;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::error::Error;
use crate::python::difflib::close_matches;
use crate::render::escape::Escaped;

pub(crate) const USAGE: &str = "usage: aws [options] <command> <subcommand> [<subcommand> ...] [parameters]\n\
    To see help text, you can run:\n\n  aws help\n  aws <command> help\n  aws <command> <subcommand> help\n";

/// The usage text of the AWS CLI's first look at the command line, and the same in argparse's colours.
const USAGE_AT_FIRST: &str = "usage: aws [--profile PROFILE] [--debug]\n";
const COLOURED_AT_FIRST: &str = "\x1b[1;34musage: \x1b[0m\x1b[1;35maws\x1b[0m [\x1b[36m--profile \x1b[33mPROFILE\x1b[0m] \
    [\x1b[36m--debug\x1b[0m]\n";

/// A wrong command line, in the words of the main parser.
pub(crate) fn wrong(message: &str) -> Error {
    Error::ParamValidation(format!("{message}\n\n{USAGE}"))
}

/// A wrong command line, in the words of the AWS CLI's first look at `--profile` and `--debug`.
pub(crate) fn wrong_at_first(message: &str) -> Error {
    Error::ParamValidation(format!("{message}\n\n{USAGE_AT_FIRST}"))
}

/// The same failure with its usage text in argparse's colours.
pub(crate) fn coloured(error: Error) -> Error {
    let Error::ParamValidation(text) = &error else { return error };
    if let Some(message) = text.strip_suffix(USAGE) {
        let usage = USAGE.replacen("usage: ", "\x1b[1;34musage: \x1b[0m\x1b[35m", 1);
        Error::ParamValidation(format!("{message}{usage}\x1b[0m\n"))
    } else if let Some(message) = text.strip_suffix(USAGE_AT_FIRST) {
        Error::ParamValidation(format!("{message}{COLOURED_AT_FIRST}"))
    } else {
        error
    }
}

/// `argument NAME: Found invalid choice …`, with what might have been meant.
pub(crate) fn invalid_choice(argument: &str, word: &str, choices: &[&str]) -> String {
    let mut message = format!("argument {argument}: Found invalid choice '{word}'\n");
    let close = close_matches(word, choices);
    if !close.is_empty() {
        message.push_str("\nMaybe you meant:\n");
        for word in close {
            message.push_str(&format!("\n  * {word}"));
        }
    }
    message
}

/// clap's error about a command of our own: its sentence, what was meant or what is allowed, then how to see help.
pub(crate) fn of_ours(error: &clap::Error, command: &Command) -> Error {
    let text = error.to_string();
    let lines = text.trim_start_matches("error: ").lines();
    let kept = lines.take_while(|line| !line.starts_with("Usage: ") && !line.starts_with("For more information"));
    let mut text: String = kept.map(|line| format!("{}\n", Escaped(line))).collect();
    if let (ErrorKind::UnknownArgument, Some(ContextValue::String(word))) =
        (error.kind(), error.get(ContextKind::InvalidArg))
    {
        let meant = command.get_arguments().filter_map(|option| option.get_long()).map(|name| format!("--{name}"));
        let meant: Vec<String> = meant.filter(|name| name.starts_with(word.as_str()) && word.len() > 2).collect();
        if !word.starts_with('-') {
            let example = command.get_arguments().find_map(|option| {
                Some(format!(", as in --{} {}", option.get_long()?, option.get_value_names()?.first()?))
            });
            let example = example.unwrap_or_default();
            text = format!("{}; a value stands behind its option{example}\n", text.trim_end());
        } else if meant.len() > 1 {
            text = format!("ambiguous option: {word} could match {}\n", meant.join(", "));
        }
    }
    Error::ParamValidation(format!(
        "{}\n\nTo see help text, you can run:\n\n  redrive-execution {} --help\n",
        text.trim_end(),
        command.get_name()
    ))
}
