//! The texts that our own words ask for: completion scripts, the manual page, the page of permissions. Refuses to print.

use clap::error::{ContextKind, ErrorKind};
use clap::{ArgMatches, Command};

use super::help::permissions;
use super::{SERVICE, commands, completions, man, usage};
use crate::error::{Error, Result};

/// The text that these words ask for, if they are ours; `columns` is the width of help. A word that is nearly ours is an error.
pub(crate) fn document(argv: &[String], columns: usize) -> Option<Result<String>> {
    let (first, rest) = argv.split_first()?;
    match (first.as_str(), rest) {
        ("completions", _) => Some(parsed(first, rest, columns, |matches| {
            matches.get_one("shell").map(|shell| completions::script(*shell)).unwrap_or_default()
        })),
        ("man", _) => Some(parsed(first, rest, columns, |_| man::page())),
        ("help", [topic]) if topic == "permissions" => Some(Ok(permissions::TEXT.to_owned())),
        ("help" | SERVICE, _) => None,
        (word, _) if word.starts_with('-') => None,
        (word, _) => mistyped(word).map(Err),
    }
}

fn parsed(name: &str, words: &[String], columns: usize, text: impl Fn(&ArgMatches) -> String) -> Result<String> {
    let command = commands::all().into_iter().find(|command| command.get_name() == name).unwrap_or_default();
    match command.term_width(columns).try_get_matches_from(words) {
        Ok(matches) => Ok(text(&matches)),
        Err(error) if error.kind() == ErrorKind::DisplayHelp => Ok(error.to_string()),
        Err(error) => Err(usage::of_ours(&error, &format!("{name} --help"))),
    }
}

/// What is wrong with a word that one of ours may be meant by.
fn mistyped(word: &str) -> Option<Error> {
    let line = Command::new("redrive-execution")
        .no_binary_name(true)
        .disable_help_subcommand(true)
        .subcommands(commands::all());
    let error = line.try_get_matches_from([word]).err()?;
    error.get(ContextKind::SuggestedSubcommand).is_some().then(|| usage::of_ours(&error, "help"))
}

#[cfg(test)]
mod tests {
    use super::document;

    fn asked(line: &str) -> Option<Result<String, String>> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        document(&words, 80).map(|result| result.map_err(|error| error.to_string()))
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
        for line in ["", "--region man", "help", "--execution-arn a man", "stepfunctions", "x"] {
            assert_eq!(asked(line), None, "{line}");
        }
    }

    #[test]
    fn wrong_words_of_ours_are_refused_with_what_is_right() {
        for (line, part) in [
            ("completions", "<SHELL>"),
            ("completions tcsh", "[possible values: bash, elvish, fish, powershell, zsh]"),
            ("completions bash zsh", "unexpected argument 'zsh'"),
            ("man 1", "unexpected argument '1'"),
            ("bluk --yes", "'bulk'"),
        ] {
            let error = asked(line).unwrap().unwrap_err();
            assert!(error.contains(part), "{line}: {error}");
        }
    }
}
