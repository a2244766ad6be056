//! What the commands of our own have in common: how they are read, how their help looks, the options of every command.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Command, ValueHint};

use super::help::{BOLD, QUOTES, set_off};
use super::options::{GLOBALS, Kind, OptionSpec};
use crate::error::Error;

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

pub(super) fn typed(option: &OptionSpec) -> Arg {
    let argument = Arg::new(option.id()).long(option.id()).help(option.help);
    if !option.takes_value() {
        return argument.action(ArgAction::SetTrue);
    }
    let hint = if option.name == "--ca-bundle" { ValueHint::FilePath } else { ValueHint::Other };
    let argument = argument.value_name(option.type_name()).value_hint(hint);
    match option.kind {
        Kind::Choice(words) => argument.value_parser(PossibleValuesParser::new(words)),
        Kind::OptionalChoice(words) => argument
            .value_parser(PossibleValuesParser::new(words))
            .num_args(0..=1)
            .default_missing_value(words.first().copied().unwrap_or_default()),
        _ => argument,
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

/// A wrong line of one of these commands.
pub(crate) fn wrong(message: &str) -> Error {
    Error::ParamValidation(message.to_owned())
}
