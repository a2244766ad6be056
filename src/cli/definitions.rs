//! The options as a clap command: the source of completions and the man page.
//!
//! Nothing is parsed with it: what is typed is judged by the tables of `options`.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Command, ValueHint};

use super::commands::{COMMANDS, CommandSpec};
use super::options::{GLOBALS, Kind, OPERATION, OptionSpec};

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
        super::whole().debug_assert();
    }
}
