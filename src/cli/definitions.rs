//! The options as clap commands: values, choices, what is required, and the source of completions and the man page.
//!
//! clap sees words that `words` has already sorted: full names, each value after `=`. Its errors never show; `usage` words them.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Command, ValueHint};

use super::commands::{COMMANDS, CommandSpec};
use super::options::{GLOBALS, Kind, OPERATION, OptionSpec};

/// The command with the options of every command of the AWS CLI.
pub(crate) fn globals() -> Command {
    command("aws", GLOBALS)
}

/// The command with the options of the operation; `required` is false where a document or a skeleton lifts that.
pub(crate) fn operation(required: bool) -> Command {
    command("redrive-execution", OPERATION).mut_arg("execution-arn", |arn| arn.required(required))
}

/// Everything a user can type, for completions and the man page; nothing is parsed with it.
pub(crate) fn whole() -> Command {
    let globals = GLOBALS.iter().map(argument);
    command("redrive-execution", OPERATION)
        .args(globals)
        .mut_args(|argument| {
            let hint = if argument.get_id() == "ca-bundle" { ValueHint::FilePath } else { ValueHint::Other };
            match argument.get_action() {
                // Both `--region r` and `--region=r`, as users type them.
                ArgAction::Set => argument.require_equals(false).value_hint(hint),
                _ => argument,
            }
        })
        .mut_arg("execution-arn", |arn| arn.required(true))
        .disable_help_subcommand(true)
        .subcommands(COMMANDS.iter().map(subcommand))
        .about("carry on an unsuccessful execution of AWS Step Functions where it stopped")
}

/// A choice is a subcommand, for the scripts of all shells can complete those.
fn subcommand(command: &CommandSpec) -> Command {
    let bare = |name| Command::new(name).disable_help_flag(true).disable_help_subcommand(true);
    bare(command.name).about(command.help).subcommands(command.choices.iter().map(|choice| bare(choice)))
}

fn command(name: &'static str, options: &'static [OptionSpec]) -> Command {
    Command::new(name)
        .no_binary_name(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
        .args_override_self(true)
        .args(options.iter().map(argument))
}

fn argument(option: &OptionSpec) -> Arg {
    let argument = Arg::new(option.id()).long(option.id()).help(option.help);
    match option.kind {
        Kind::Flag | Kind::Version => argument.action(ArgAction::SetTrue),
        Kind::Value => value(argument, option),
        Kind::Choice(words) => value(argument, option).value_parser(PossibleValuesParser::new(words)),
        Kind::OptionalChoice(words) => value(argument, option)
            .value_parser(PossibleValuesParser::new(words))
            .num_args(0..=1)
            .default_missing_value(words.first().copied().unwrap_or_default()),
    }
}

fn value(argument: Arg, option: &OptionSpec) -> Arg {
    argument.action(ArgAction::Set).require_equals(true).value_name(option.type_name)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_definitions_are_sound() {
        super::globals().debug_assert();
        super::operation(true).debug_assert();
        super::whole().debug_assert();
    }
}
