//! What the cursor stands at: the command's name, an option, an option's value.
//!
//! Reads the line as a shell does (quotes, backslashes) but forgives what is not finished. Refuses to offer anything.

use crate::cli;
use crate::cli::options::{GLOBALS, OPERATION, OptionSpec};
use crate::error::Result;
use crate::settings::Globals;

pub(crate) const COMMANDS: [&str; 2] = ["stepfunctions", "redrive-execution"];
/// The option whose values are looked up at the service.
pub(crate) const EXECUTION_ARN: &str = "--execution-arn";

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum WordKind {
    Command(&'static str),
    /// An option of every command: the operation is not named yet.
    Global,
    Option,
    Value(&'static OptionSpec),
    Unknown,
}

/// What the cursor stands at.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub(crate) kind: WordKind,
    /// What is typed of it so far, without quotes.
    pub(crate) fragment: String,
    /// Where that begins in the line, in bytes.
    pub(crate) start: usize,
    /// The options that stand elsewhere in the line.
    pub(crate) given: Vec<&'static str>,
    /// The option the cursor is at, by its name or at its value.
    pub(crate) option: Option<&'static OptionSpec>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Token {
    start: usize,
    word: String,
}

/// The words of `text`; the last one reaches to its end, and is empty where the text ends with a space.
fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut current: Option<Token> = None;
    let mut quote: Option<char> = None;
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        let token = match (quote, character) {
            (None, ' ' | '\t' | '\r' | '\n') => {
                tokens.extend(current.take());
                continue;
            }
            _ => current.get_or_insert(Token { start: at, word: String::new() }),
        };
        match (quote, character) {
            (Some(open), _) if open == character => quote = None,
            (None, '\'' | '"') => quote = Some(character),
            (None | Some('"'), '\\') => token.word.extend(characters.next().map(|(_, escaped)| escaped)),
            _ => token.word.push(character),
        }
    }
    tokens.push(current.unwrap_or(Token { start: text.len(), word: String::new() }));
    tokens
}

fn option(name: &str) -> Option<&'static OptionSpec> {
    OPERATION.iter().chain(GLOBALS).find(|option| option.name == name)
}

/// What the cursor stands at in `before`, with `after` behind it.
pub(crate) fn context(before: &str, after: &str) -> Context {
    let mut words = tokens(before);
    let current = words.pop().unwrap_or(Token { start: before.len(), word: String::new() });
    let mut commands = 0;
    let mut expecting: Option<&'static OptionSpec> = None;
    let mut given = Vec::new();
    for Token { word, .. } in &words {
        let is_option = word.starts_with("--");
        if expecting.take().is_some() && !is_option {
            continue;
        }
        if is_option {
            let (name, value) = word.split_once('=').map_or((word.as_str(), None), |(name, value)| (name, Some(value)));
            expecting = option(name).filter(|option| option.takes_value() && value.is_none());
            given.extend(option(name).map(|option| option.name));
        } else {
            commands += 1;
        }
    }
    given.extend(
        tokens(after).iter().filter_map(|token| option(token.word.split('=').next()?)).map(|option| option.name),
    );
    let Token { start, word } = current;
    let mut found = Context { kind: WordKind::Unknown, fragment: word, start, given, option: None };
    if let Some(option) = expecting.filter(|_| !found.fragment.starts_with("--")) {
        return Context { kind: WordKind::Value(option), option: Some(option), ..found };
    }
    if let Some((name, value)) = found.fragment.split_once('=')
        && let Some(option) = option(name).filter(|option| option.takes_value())
        && before.get(start..).is_some_and(|word| word.starts_with(name))
    {
        let (start, fragment) = (start + name.len() + 1, value.to_owned());
        return Context { kind: WordKind::Value(option), option: Some(option), fragment, start, ..found };
    }
    found.option = option(&found.fragment);
    found.kind = match (COMMANDS.get(commands), found.fragment.starts_with('-')) {
        (Some(_), true) => WordKind::Global,
        (Some(command), false) => WordKind::Command(command),
        (None, _) if commands > COMMANDS.len() => WordKind::Unknown,
        (None, _) => WordKind::Option,
    };
    found
}

/// The value that an option of the line has, the last one given.
pub(crate) fn value_of(text: &str, name: &str) -> Option<String> {
    let words = tokens(text);
    let mut values = words.iter().enumerate().filter_map(|(at, token)| match token.word.strip_prefix(name) {
        Some("") => Some(words.get(at + 1).map_or(String::new(), |next| next.word.clone())),
        Some(rest) => rest.strip_prefix('=').map(str::to_owned),
        None => None,
    });
    values.next_back()
}

/// The options of the line that say whom to call and how; the others are left out.
pub(crate) fn connection_options(text: &str) -> Result<Globals> {
    let mut words = Vec::new();
    let mut tokens = tokens(text).into_iter().map(|token| token.word).peekable();
    while let Some(word) = tokens.next() {
        if word == EXECUTION_ARN {
            tokens.next_if(|next| !next.starts_with("--"));
        } else if !word.is_empty() {
            words.push(word);
        }
    }
    let (cli::Invocation::Operation(globals, _) | cli::Invocation::Help(globals)) =
        cli::globals(&cli::full_form(words))?
    else {
        return Ok(Globals::default());
    };
    let (debug, no_pager, binary_format_given) = (false, false, false);
    let (output, query, color, error_format) = (None, None, None, None);
    Ok(Globals { debug, output, query, color, binary_format_given, no_pager, error_format, ..globals })
}

/// A word as it has to be typed so that a shell reads it as one (Python's `shlex.quote`).
pub fn quote(word: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "@%+=:,./-_".contains(character);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\"'\"'"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{WordKind, connection_options, context, quote, value_of};

    const COMMAND: &str = "stepfunctions redrive-execution ";

    fn place(before: &str) -> (WordKind, String, usize) {
        let context = context(before, "");
        (context.kind, context.fragment, context.start)
    }

    fn value(rest: &str) -> Option<(&'static str, String, usize)> {
        match place(&format!("{COMMAND}{rest}")) {
            (WordKind::Value(option), fragment, start) => Some((option.name, fragment, start - COMMAND.len())),
            _ => None,
        }
    }

    #[test]
    fn the_command_comes_first() {
        assert_eq!(place(""), (WordKind::Command("stepfunctions"), String::new(), 0));
        assert_eq!(place("step"), (WordKind::Command("stepfunctions"), "step".to_owned(), 0));
        assert_eq!(place("stepfunctions r"), (WordKind::Command("redrive-execution"), "r".to_owned(), 14));
        assert_eq!(place("--region x --o"), (WordKind::Global, "--o".to_owned(), 11));
        assert_eq!(place(COMMAND), (WordKind::Option, String::new(), COMMAND.len()));
        assert_eq!(place(&format!("{COMMAND}out")).0, WordKind::Option);
        assert_eq!(place(&format!("{COMMAND}x ")).0, WordKind::Unknown);
    }

    #[test]
    fn an_option_and_a_space_want_a_value() {
        assert_eq!(value("--output "), Some(("--output", String::new(), 9)));
        assert_eq!(value("--output js"), Some(("--output", "js".to_owned(), 9)));
        assert_eq!(value("--output=js"), Some(("--output", "js".to_owned(), 9)));
        assert_eq!(value("--query 'a b"), Some(("--query", "a b".to_owned(), 8)));
        assert_eq!(value("--output"), None);
        assert_eq!(value("--debug "), None);
        assert_eq!(value("--output json "), None);
        assert_eq!(value("--output --que"), None);
        assert_eq!(context(&format!("{COMMAND}--output"), "").option.map(|option| option.name), Some("--output"));
    }

    #[test]
    fn options_on_both_sides_of_the_cursor_are_given() {
        let context = context(&format!("{COMMAND}--region x --out"), " --debug --query=y");
        assert_eq!(context.given, ["--region", "--debug", "--query"]);
    }

    #[test]
    fn the_last_value_counts() {
        assert_eq!(value_of("--output text --output=yaml x", "--output").as_deref(), Some("yaml"));
        assert_eq!(value_of("--output", "--output").as_deref(), Some(""));
        assert_eq!(value_of("--output-x y", "--output"), None);
    }

    #[test]
    fn options_of_the_connection_are_kept_alone() {
        let options =
            connection_options(&format!("{COMMAND}--execution-arn a:b --reg eu-west-1 --output text --query ["));
        let options = options.unwrap();
        assert_eq!((options.region.as_deref(), options.output, options.query), (Some("eu-west-1"), None, None));
        assert!(connection_options("stepfunctions redrive-execution --cli x").is_err());
    }

    proptest! {
        #[test]
        fn a_quoted_word_is_read_back(word in "[ a'\"\\\\$é-]{0,10}") {
            let line = quote(&word);
            prop_assert_eq!(crate::python::shlex::split(&line).unwrap(), [word.clone()]);
            if !word.starts_with("--") {
                prop_assert_eq!(value(&format!("--query {line}")).unwrap().1, word);
            }
        }

        #[test]
        fn no_line_is_too_strange(before in "\\PC{0,20}", after in "\\PC{0,10}") {
            let context = context(&before, &after);
            prop_assert!(before.is_char_boundary(context.start));
        }
    }
}
