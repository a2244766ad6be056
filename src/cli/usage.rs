//! Wrong command lines in the AWS CLI's words: argparse's messages with their usage text.

use crate::error::Error;
use crate::python::difflib::close_matches;

/// The usage text that follows a wrong command line.
pub(crate) const USAGE: &str = "usage: aws [options] <command> <subcommand> [<subcommand> ...] [parameters]\n\
    To see help text, you can run:\n\n  aws help\n  aws <command> help\n  aws <command> <subcommand> help\n";

/// The usage text of the AWS CLI's first look at `--profile` and `--debug`.
const FIRST_PASS_USAGE: &str = "usage: aws [--profile PROFILE] [--debug]\n";

/// A wrong command line, in the words of the main parser.
pub(crate) fn wrong(message: &str) -> Error {
    Error::ParamValidation(format!("{message}\n\n{USAGE}"))
}

/// A wrong command line, in the words of the first look.
pub(crate) fn wrong_at_first(message: &str) -> Error {
    Error::ParamValidation(format!("{message}\n\n{FIRST_PASS_USAGE}"))
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
