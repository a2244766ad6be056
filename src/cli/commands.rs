//! The first words that are this program's own: the AWS CLI refuses each of them in this place, so no script can mean anything else.
//!
//! Owns their list, and the definition of everything a user can type, for completions and the man page.

use clap::{Arg, Command, CommandFactory};
use clap_complete::env::Shells;

use super::definitions::{self, own, with_globals};
use super::help::TOPICS;
use super::{HELP, OPERATION_NAME};
use crate::bulk::arguments::{Bulk, JournalReport, Wait};
use crate::doctor::Doctor;

/// The endpoint for trying, whose completions and manual page come from here, too.
pub(crate) const SFN_LOCAL: &str = "sfn-local";
const PROGRAMS: &[&str] = if cfg!(feature = "sfn-local") { &[OPERATION_NAME, SFN_LOCAL] } else { &[OPERATION_NAME] };

/// The options of `sfn-local`, where it is built.
pub(crate) fn sfn_local() -> Option<Command> {
    #[cfg(feature = "sfn-local")]
    return Some(<crate::local::program::Arguments as CommandFactory>::command());
    #[cfg(not(feature = "sfn-local"))]
    None
}

/// The commands of our own, in the order of the help page.
pub(crate) fn all() -> Vec<Command> {
    let program = || Arg::new("program").value_name("PROGRAM").value_parser(PROGRAMS.to_vec());
    let shells: Vec<_> = Shells::builtins().names().collect();
    let mut commands = vec![
        with_globals(Bulk::command()),
        with_globals(Wait::command()),
        JournalReport::with_globals(),
        with_globals(Doctor::command()),
        own(Command::new("aws"))
            .about(
                "Stand in for `aws`: do a redrive, hand every other command line to the next `aws` on PATH. Meant for a shell \
                 function; a link to this program that is named `aws` does the same",
            )
            .before_help("  aws() { redrive-execution aws \"$@\"; }")
            .arg(Arg::new("words").value_name("WORD").num_args(0..)),
        own(Command::new("completions"))
            .about("Print a completion script for a shell")
            .before_help("  source <(redrive-execution completions bash)")
            .args([Arg::new("shell").value_name("SHELL").required(true).value_parser(shells), program()]),
        own(Command::new("man"))
            .about("Print a manual page, in roff")
            .before_help("  redrive-execution man | man -l -")
            .arg(program()),
    ];
    let topics = TOPICS.iter().map(|topic| topic.name);
    let subjects: Vec<_> = topics.map(str::to_owned).chain(commands.iter().map(|c| c.get_name().to_owned())).collect();
    let help = own(Command::new(HELP))
        .about("Print the page of the program, of a topic or of a command")
        .before_help("  redrive-execution help settings")
        .arg(Arg::new("subject").value_name("TOPIC|COMMAND").value_parser(subjects));
    commands.insert(0, help);
    commands
}

/// One of them.
pub(crate) fn named(name: &str) -> Option<Command> {
    all().into_iter().find(|command| command.get_name() == name)
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
    definitions::typed_line().subcommands(all().into_iter().map(|command| command.no_binary_name(false)))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_definitions_are_sound() {
        super::all().into_iter().for_each(clap::Command::debug_assert);
        super::everything().debug_assert();
    }
}
