//! The options as clap commands: for help, completions and the man page, and to read the commands of our own.
//!
//! The drop-in's line is not parsed with it: what is typed there is judged by the tables of `options`.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Command, ValueHint};

use super::help::{BOLD, QUOTES, set_off, texts};
use super::options::{self, GLOBALS, GROUPS, Kind, OptionSpec};

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

/// A command of our own: how it is read, and how its help looks.
pub(crate) fn own(command: Command) -> Command {
    let help = Arg::new("help").long("help").short('h').help("Print help").action(ArgAction::HelpShort);
    let name = format!("redrive-execution {}", command.get_name());
    command
        .bin_name(name)
        .no_binary_name(true)
        .infer_long_args(true)
        .args_override_self(true)
        .disable_help_flag(true)
        .arg(help.hide_short_help(true))
        .help_template("{about-with-newline}\n{before-help}{usage-heading} {usage}\n\n{all-args}{after-help}")
}

/// The help of a command of our own.
pub(crate) fn rendered(command: Command, columns: usize, bold: bool) -> String {
    let help = command.term_width(columns).render_help().to_string();
    let line = |line: &str| match line.strip_suffix(':') {
        Some(heading) if bold && !heading.starts_with(' ') => format!("`{heading}:`\n"),
        _ => format!("{line}\n"),
    };
    set_off(&help.lines().map(line).collect::<String>(), if bold { BOLD } else { QUOTES })
}

/// A command of our own that takes the options of every command, too. Its help leaves them out.
pub(crate) fn with_globals(command: Command) -> Command {
    let globals = GLOBALS.iter().filter(|option| option.kind != Kind::Version);
    own(command).args(globals.map(|option| typed(option).hide_short_help(true)))
}

/// An option, with what its value is.
fn typed(option: &OptionSpec) -> Arg {
    let hint = if option.name == "--ca-bundle" { ValueHint::FilePath } else { ValueHint::Other };
    match option.kind {
        Kind::Flag | Kind::Version => argument(option),
        _ => argument(option).value_hint(hint),
    }
}

/// A parser of whole numbers in a range.
pub(crate) fn whole<N: FromStr + PartialOrd + Display + Clone>(
    range: RangeInclusive<N>,
) -> impl Fn(&str) -> Result<N, String> + Clone {
    move |text| {
        let number = text.parse().ok().filter(|number| range.contains(number));
        number.ok_or_else(|| format!("it must be a whole number from {} to {}", range.start(), range.end()))
    }
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
    argument.action(ArgAction::Set).value_name(option.type_name)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_definitions_are_sound() {
        super::typed_line().debug_assert();
    }

    #[test]
    fn every_option_is_in_one_group() {
        let mut grouped: Vec<&str> = super::GROUPS.iter().flat_map(|(_, names)| *names).copied().collect();
        let mut all: Vec<&str> =
            crate::cli::options::OPERATION.iter().chain(super::GLOBALS).map(|option| option.name).collect();
        grouped.sort_unstable();
        all.sort_unstable();
        assert_eq!(grouped, all);
    }
}
