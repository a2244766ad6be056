//! argv → [`Invocation`]: what was typed, sorted by the AWS CLI's rules and in its order.
//!
//! A small pass (`words`) does what argparse does with names, prefixes and places; `usage` words errors as the
//! AWS CLI does. Pure: nothing is read, printed or decided here. The stages are apart because the AWS CLI reads its configuration between
//! them, and the first thing wrong wins. clap would have to be set up with every option before it looks at a word; it describes them
//! for completions and the man page (`definitions`).

pub(crate) mod completions;
pub(crate) mod definitions;
pub mod differences;
pub(crate) mod documents;
pub(crate) mod help;
pub(crate) mod invocation;
pub(crate) mod man;
pub mod options;
pub(crate) mod own;
pub(crate) mod usage;
pub(crate) mod words;

use crate::error::{Error, Result};
use crate::settings::Globals;
pub use invocation::Operation;
use options::{FIRST_PASS, GLOBALS, Kind, OPERATION, OptionSpec};
use words::{GivenOption, Pass, Positional, Stop, pass};

const SERVICE: &str = "stepfunctions";
const OPERATION_NAME: &str = "redrive-execution";

const HELP: &str = "help";

/// The AWS CLI whose behaviour this version has.
pub(crate) const AWS_CLI: &str = "2.38.1";

/// What `--version` prints, in the AWS CLI's shape: this program, the AWS CLI it stands in for, the SDK with its version, the platform.
pub(crate) fn version(sdk: &str) -> String {
    let (own, system, processor) = (env!("CARGO_PKG_VERSION"), std::env::consts::OS, std::env::consts::ARCH);
    format!("redrive-execution/{own} aws-cli/{AWS_CLI} aws-sdk-sfn/{sdk} {system}/{processor}\n")
}

/// A command line whose global options are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invocation {
    Version,
    /// A `help` in the place of the service or the operation.
    Help(Globals),
    /// The operation, with the words that are left for it.
    Operation(Globals, Vec<String>),
}

/// What the operation's words are for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    Help,
    Call(Operation),
}

/// The AWS CLI's first look: `--debug` and `--profile` alone, with a usage text of its own. Returns whether `--debug` was given.
pub fn first_pass(argv: &[String]) -> Result<bool> {
    let found = pass(argv, FIRST_PASS, Positional::None);
    match found.stop {
        Some(Stop::Wrong(message)) => Err(usage::wrong_at_first(&message)),
        _ => Ok(found.given.iter().any(|given| given.name == "--debug")),
    }
}

/// The words in the AWS CLI's complete form: `stepfunctions redrive-execution` is put before them unless it is there.
///
/// It is there where the first word that no global option takes is `stepfunctions`, and no option of the operation before it may.
pub fn full_form(argv: Vec<String>) -> Vec<String> {
    let found = pass(&argv, GLOBALS, Positional::One);
    let takes_a_word = |word| words::may_take_the_next(word, OPERATION) && !words::may_take_the_next(word, GLOBALS);
    let mut before = argv.iter().take_while(|word| *word != SERVICE);
    if found.positional.as_deref() == Some(SERVICE) && !before.any(|word| takes_a_word(word)) {
        return argv;
    }
    let mut full = vec![SERVICE.to_owned(), OPERATION_NAME.to_owned()];
    full.extend(argv);
    full
}

/// Whether these words after `aws` are a redrive, wherever its global options stand, without a mistake so far.
pub(crate) fn is_redrive(words: &[String]) -> bool {
    let found = pass(words, GLOBALS, Positional::One);
    let is_full = full_form(words.to_vec()).len() == words.len();
    is_full
        && found.stop.is_none()
        && pass(&found.rest, &[], Positional::One).positional.as_deref() == Some(OPERATION_NAME)
}

/// Sorts out the global options of a command line in its complete form.
pub fn globals(full: &[String]) -> Result<Invocation> {
    let found = pass(full, GLOBALS, Positional::One);
    check(&found, GLOBALS)?;
    if found.stop == Some(Stop::Version) {
        return Ok(Invocation::Version);
    }
    let globals = invocation::globals(&found);
    match found.positional.as_deref() {
        Some(SERVICE) => Ok(Invocation::Operation(globals, found.rest)),
        Some(HELP) => Ok(Invocation::Help(globals)),
        Some(other) => Err(usage::wrong(&usage::invalid_choice("command", other, &[SERVICE, HELP]))),
        None => Err(usage::wrong("the following arguments are required: command")),
    }
}

/// Sorts out the service's words: the operation's name, then its options.
pub fn operation(words: &[String]) -> Result<Action> {
    let service = pass(words, &[], Positional::One);
    match service.positional.as_deref() {
        Some(OPERATION_NAME) => {}
        Some(HELP) => return Ok(Action::Help),
        Some(other) => return Err(usage::wrong(&usage::invalid_choice("operation", other, &[OPERATION_NAME, HELP]))),
        None => return Err(usage::wrong("the following arguments are required: operation")),
    }
    let words = service.rest;
    if let [only] = words.as_slice()
        && only == HELP
    {
        return Ok(Action::Help);
    }
    let found = pass(&words, OPERATION, Positional::Optional);
    check(&found, OPERATION)?;
    let operation = Operation::from_pass(&found);
    if operation.execution_arn.is_none() && arn_is_required(&words) {
        return Err(usage::wrong("the following arguments are required: --execution-arn"));
    }
    let mut unknown = found.rest;
    match found.positional {
        Some(word) if word == HELP => return Ok(Action::Help),
        extra => unknown.extend(extra.filter(|word| !word.is_empty())),
    }
    if unknown.is_empty() { Ok(Action::Call(operation)) } else { Err(Error::UnknownOptions(unknown)) }
}

/// Whether `--execution-arn` must be given: not where a document or a skeleton is requested by the exact word, anywhere,
/// as in the AWS CLI (so `--generate-cli-skeleton=input` does not lift it, nor does a prefix).
fn arn_is_required(words: &[String]) -> bool {
    let has = |name: &str| words.iter().any(|word| word == name);
    let skeleton = words.iter().position(|word| word == "--generate-cli-skeleton");
    let lifted = skeleton.is_some_and(|at| words.get(at + 1).is_none_or(|value| value != "output"));
    !(has("--cli-input-json") || has("--cli-input-yaml") || lifted)
}

/// Refuses the first wrong value that was found, else what ended the pass.
fn check(found: &Pass, options: &[OptionSpec]) -> Result<()> {
    for GivenOption { name, value } in &found.given {
        let kind = options.iter().find(|option| option.name == *name).map(|option| option.kind);
        if let (Some(Kind::Choice(choices) | Kind::OptionalChoice(choices)), Some(value)) = (kind, value)
            && !choices.contains(&value.as_str())
        {
            return Err(usage::wrong(&usage::invalid_choice(name, value, choices)));
        }
    }
    match &found.stop {
        Some(Stop::Wrong(message)) => Err(usage::wrong(message)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Action, Invocation, Operation, full_form, globals, is_redrive, operation};
    use crate::error::Result;

    fn words(line: &[&str]) -> Vec<String> {
        line.iter().map(|&word| word.to_owned()).collect()
    }

    fn action(line: &[&str]) -> Result<Action> {
        match globals(&full_form(words(line)))? {
            Invocation::Operation(_, words) => operation(&words),
            other => panic!("{other:?}"),
        }
    }

    fn arn(value: &str) -> Action {
        Action::Call(Operation { execution_arn: Some(value.to_owned()), ..Operation::default() })
    }

    #[test]
    fn both_forms_mean_the_same() {
        for line in [
            &["--execution-arn", "a", "--region", "r"][..],
            &["stepfunctions", "redrive-execution", "--execution-arn", "a"],
            &["--region", "r", "stepfunctions", "--output", "text", "redrive-execution", "--execution-arn", "a"],
        ] {
            assert_eq!(action(line).unwrap(), arn("a"), "{line:?}");
        }
    }

    #[test]
    fn a_redrive_is_known_wherever_its_global_options_stand() {
        for (line, redrive) in [
            ("stepfunctions redrive-execution", true),
            ("--profile p stepfunctions --region=r redrive-execution --execution-arn a --output text", true),
            ("stepfunctions redrive-execution help", true),
            ("--pro stepfunctions redrive-execution", false),
            ("--profile stepfunctions redrive-execution", false),
            ("stepfunctions --version redrive-execution", false),
            ("stepfunctions redrive-execution --cli x", false),
            ("stepfunctions help", false),
            ("stepfunctions list-executions --x redrive-execution", false),
            ("s3 stepfunctions redrive-execution", false),
            ("--client-token stepfunctions redrive-execution", false),
            ("--client-token=t stepfunctions redrive-execution", true),
            ("help", false),
            ("", false),
        ] {
            let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
            assert_eq!(is_redrive(&words), redrive, "{line}");
        }
    }

    #[test]
    fn help_is_a_word_in_its_place() {
        assert_eq!(action(&["help"]).unwrap(), Action::Help);
        assert_eq!(action(&["--debug", "help"]).unwrap(), Action::Help);
        assert_eq!(action(&["--execution-arn", "a", "help"]).unwrap(), Action::Help);
        assert_eq!(action(&["--execution-arn", "help"]).unwrap(), arn("help"));
    }
}
