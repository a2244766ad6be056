//! The first words that are this program's own: the AWS CLI refuses each of them in this place, so no script can mean anything else.
//!
//! Owns their list, and the definition of everything a user can type, for completions and the man page.

use clap::{Arg, Command, CommandFactory, value_parser};
use clap_complete::Shell;

use super::definitions::{self, own, with_globals};
use crate::bulk::arguments::{Bulk, JournalReport, Wait};
use crate::doctor::Doctor;

/// The commands of our own, in the order of the help page.
pub(crate) fn all() -> Vec<Command> {
    vec![
        own(Command::new("help"))
            .about("Print this page, or the permissions that each part needs")
            .arg(Arg::new("topic").value_name("permissions").value_parser(["permissions"])),
        own(Command::new("aws"))
            .about(
                "Stand in for `aws`: do a redrive, hand every other command line to the next `aws` on PATH. Meant for a shell \
                 function; a link to this program that is named `aws` does the same",
            )
            .arg(Arg::new("words").value_name("WORD").num_args(0..)),
        with_globals(Bulk::command()),
        with_globals(Wait::command()),
        JournalReport::with_globals(),
        with_globals(Doctor::command()),
        own(Command::new("completions"))
            .about("Print a completion script for a shell: bash, elvish, fish, powershell or zsh")
            .arg(Arg::new("shell").value_name("SHELL").required(true).value_parser(value_parser!(Shell))),
        own(Command::new("man")).about("Print the manual page, in roff"),
    ]
}

/// How each command of our own is typed, and what it does.
pub(crate) fn listed() -> impl Iterator<Item = (String, String)> {
    all().into_iter().map(|mut command| {
        let usage = command.render_usage().to_string().replacen("Usage: ", "", 1);
        (usage, command.get_about().map(ToString::to_string).unwrap_or_default())
    })
}

/// Everything a user can type; nothing is parsed with it.
pub(crate) fn everything() -> Command {
    definitions::typed_line().subcommands(all().into_iter().map(|command| {
        let choices: Vec<_> = command.get_positionals().flat_map(Arg::get_possible_values).collect();
        if choices.is_empty() {
            return command;
        }
        // A choice is a subcommand: the scripts of all shells can complete those.
        let bare = |name: &str| Command::new(name.to_owned()).disable_help_flag(true).disable_help_subcommand(true);
        let about = command.get_about().cloned().unwrap_or_default();
        bare(command.get_name()).about(about).subcommands(choices.iter().map(|choice| bare(choice.get_name())))
    }))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_definitions_are_sound() {
        super::all().into_iter().for_each(clap::Command::debug_assert);
        super::everything().debug_assert();
    }
}
