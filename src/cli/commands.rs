//! The first words that are this program's own: the AWS CLI refuses each of them in this place, so no script can mean anything else.
//!
//! Owns their list, and the texts that `completions` and `man` print. Refuses to print.

use super::help::permissions;
use super::{completions, man};
use crate::error::{Error, Result};

/// A command of our own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CommandSpec {
    pub(crate) name: &'static str,
    /// How it is typed.
    pub(crate) words: &'static str,
    pub(crate) help: &'static str,
    /// What its next word may be, where that is one of a few.
    pub(crate) choices: &'static [&'static str],
}

pub(crate) const COMMANDS: &[CommandSpec] = &[
    CommandSpec {
        name: "help",
        words: "help [permissions]",
        help: "Print this page, or the permissions that each part needs.",
        choices: &[],
    },
    CommandSpec {
        name: "aws",
        words: "aws WORD...",
        help: "Stand in for `aws`: do a redrive, and hand every other command line to the next `aws` on PATH. Meant for a shell \
               function. A link to this program that is named `aws` does the same.",
        choices: &[],
    },
    CommandSpec {
        name: "bulk",
        words: "bulk [OPTIONS]",
        help: "Redrive many executions at the pace the service allows, with a journal to go on from. `bulk help` says more.",
        choices: &[],
    },
    CommandSpec {
        name: "wait",
        words: "wait [OPTIONS]",
        help: "Wait until redriven executions end. `wait help` says more.",
        choices: &[],
    },
    CommandSpec {
        name: "completions",
        words: "completions bash|zsh|fish|powershell",
        help: "Print a completion script for that shell.",
        choices: completions::SHELLS,
    },
    CommandSpec { name: "man", words: "man", help: "Print the manual page, in roff.", choices: &[] },
];

/// The text that these words ask for, if they start with `completions` or `man`.
pub(crate) fn document(argv: &[String]) -> Option<Result<String>> {
    let words: Vec<&str> = argv.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["completions", shell] => {
            Some(completions::script(shell).ok_or_else(|| wrong_shell(&format!("not {shell:?}"))))
        }
        ["completions", rest @ ..] => Some(Err(wrong_shell(&format!("not {} words", rest.len())))),
        ["help", "permissions"] => Some(Ok(permissions::TEXT.to_owned())),
        ["man"] => Some(Ok(man::page())),
        ["man", ..] => Some(Err(Error::ParamValidation("`man` takes no further word.".to_owned()))),
        _ => None,
    }
}

fn wrong_shell(instead: &str) -> Error {
    Error::ParamValidation(format!("`completions` takes one of {}, {instead}.", completions::SHELLS.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::document;

    fn asked(line: &str) -> Option<Result<String, String>> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        document(&words).map(|result| result.map_err(|error| error.to_string()))
    }

    #[test]
    fn permissions_have_a_page() {
        assert!(
            asked("help permissions")
                .is_some_and(|text| text.is_ok_and(|text| text.contains("states:RedriveExecution")))
        );
        assert_eq!(asked("help other"), None);
    }

    #[test]
    fn other_words_are_not_ours() {
        for line in ["", "--region man", "help", "--execution-arn a man", "manual"] {
            assert_eq!(asked(line), None, "{line}");
        }
    }

    #[test]
    fn wrong_words_after_ours_are_named() {
        let shells = "`completions` takes one of bash, zsh, fish, powershell, not";
        assert_eq!(asked("completions"), Some(Err(format!("{shells} 0 words."))));
        assert_eq!(asked("completions tcsh"), Some(Err(format!("{shells} \"tcsh\"."))));
        assert_eq!(asked("completions bash zsh"), Some(Err(format!("{shells} 2 words."))));
        assert_eq!(asked("man 1"), Some(Err("`man` takes no further word.".to_owned())));
    }
}
