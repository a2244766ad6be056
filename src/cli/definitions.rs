//! Everything that can be typed as clap commands: for help, completions and the man page, and to read the commands of our own.
//!
//! Owns the list of those commands: the AWS CLI refuses each of their names in that place, so no script can mean anything else. The
//! drop-in's line is not parsed with it: what is typed there is judged by the tables of `options`.

use clap::{Arg, Command, CommandFactory};
use clap_complete::env::Shells;

use super::help::{TOPICS, texts};
use super::options::{self, GROUPS, OptionSpec};
use super::own::{own, typed, with_globals};
use super::{HELP, OPERATION_NAME};
use crate::bulk::arguments::{Bulk, JournalReport, Wait};
use crate::doctor::Doctor;

/// The drop-in's line as users type it, for help, completions and the man page; nothing is parsed with it.
pub(crate) fn typed_line() -> Command {
    let of_group = |(group, names): &(&'static str, &[&str])| {
        let heading = *group;
        let required = |option: &OptionSpec| option.name == "--execution-arn";
        let grouped = move |option| typed(option).help_heading(heading).required(required(option));
        options::of_group(names).map(grouped).collect::<Vec<_>>()
    };
    Command::new("redrive-execution")
        .disable_help_flag(true)
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .args(GROUPS.iter().flat_map(of_group))
        .about(texts::NAME)
}

/// The options and values of a command as a synopsis shows them, in brackets what may be left out.
pub(crate) fn synopsis(mut command: Command) -> Vec<String> {
    command.build();
    let hidden =
        |argument: &Arg| argument.is_hide_set() && !argument.is_last_set() || argument.is_hide_short_help_set();
    let shown = command.get_arguments().filter(|argument| !hidden(argument));
    let part = |argument: &Arg| match argument.to_string() {
        text if argument.is_last_set() => format!("[-- {text}]"),
        text if argument.is_required_set() || text.starts_with('[') => text,
        text => format!("[{text}]"),
    };
    shown.map(part).collect()
}

/// The endpoint for trying, whose completions and manual page come from here, too.
pub(crate) const SFN_LOCAL: &str = "sfn-local";
const PROGRAMS: &[&str] = if cfg!(feature = "sfn-local") { &[OPERATION_NAME, SFN_LOCAL] } else { &[OPERATION_NAME] };

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
    typed_line().subcommands(all().into_iter().map(|command| command.no_binary_name(false)))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_definitions_are_sound() {
        super::all().into_iter().for_each(clap::Command::debug_assert);
        super::everything().debug_assert();
    }

    #[test]
    fn every_option_is_in_one_group() {
        let mut grouped: Vec<&str> = super::GROUPS.iter().flat_map(|(_, names)| *names).copied().collect();
        let mut all: Vec<&str> = crate::cli::options::OPERATION
            .iter()
            .chain(crate::cli::options::GLOBALS)
            .map(|option| option.name)
            .collect();
        grouped.sort_unstable();
        all.sort_unstable();
        assert_eq!(grouped, all);
    }
}
