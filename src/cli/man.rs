//! The manual page, made at run time: the options from the definitions that the parser has, the rest from the help page's texts.

use clap::{Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::help::{TOPICS, set_off, texts};
use super::{AWS_CLI, OPERATION_NAME, definitions};
use crate::bulk::arguments::{Bulk, Wait};
use crate::env_vars;
use crate::error::STATUSES;

pub(crate) fn page(program: &str) -> String {
    if program == definitions::SFN_LOCAL
        && let Some(command) = definitions::sfn_local()
    {
        let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let mut roff = Roff::new();
        roff.control("SH", ["DESCRIPTION"]);
        after.split("\n\n").for_each(|paragraph| paragraph_of(&mut roff, paragraph));
        return start(&command) + &roff.render() + &options(command, "OPTIONS") + &see_also(OPERATION_NAME).render();
    }
    let command = definitions::typed_line();
    let parts = [
        start(&command),
        description().render(),
        options(command, "OPTIONS"),
        section("COMMANDS", texts::COMMANDS_START, definitions::listed()),
        options(Bulk::command(), "BULK OPTIONS"),
        options(Wait::command(), "WAIT OPTIONS"),
        examples().render(),
        section("OUTPUT", "", [("redriveDate", texts::OUTPUT)]),
        section("EXIT STATUS", "", STATUSES.iter().copied()),
        section("ENVIRONMENT", "", env_vars::ALL.iter().copied()),
        section(
            "FILES",
            "",
            [("~/.aws/config", "Profiles and their settings."), ("~/.aws/credentials", "Profiles and their keys.")],
        ),
        see_also(definitions::SFN_LOCAL).render(),
    ];
    set_off(&parts.concat(), ("\\fB", "\\fR"))
}

fn start(command: &Command) -> String {
    let name = command.get_name();
    let man = Man::new(command.clone())
        .title(name.to_uppercase())
        .section("1")
        // The same page on every day.
        .date("")
        .source(format!("{name} {}", env!("CARGO_PKG_VERSION")))
        .manual(format!("Standing in for AWS CLI {AWS_CLI}"));
    let mut text = Vec::new();
    // Writing to a vector cannot fail.
    let _ = man.render_title(&mut text);
    let _ = man.render_name_section(&mut text);
    let mut synopsis = Roff::new();
    synopsis.control("SH", ["SYNOPSIS"]);
    let parts = [bold(name), roman(format!(" {}", definitions::synopsis(command.clone()).join(" ")))];
    synopsis.text(parts);
    if name == OPERATION_NAME {
        for (usage, _) in definitions::listed() {
            synopsis.control("br", []).text([roman(usage)]);
        }
    }
    String::from_utf8(text).unwrap_or_default() + &synopsis.render()
}

fn description() -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["DESCRIPTION"]);
    let paragraphs = texts::DESCRIPTION.iter().chain([&texts::CONDITIONS_START]);
    paragraphs.for_each(|paragraph| paragraph_of(&mut roff, paragraph));
    for condition in texts::CONDITIONS {
        roff.control("IP", ["\\(bu", "2"]).text([roman(*condition)]);
    }
    paragraph_of(&mut roff, texts::THIS_PROGRAM);
    roff
}

fn options(command: Command, title: &str) -> String {
    let mut text = Vec::new();
    let _ = Man::new(command.disable_help_flag(true)).render_options_section(&mut text);
    let text = String::from_utf8(text).unwrap_or_default().replace("\n.SH ", "\n.SS ");
    format!(".SH \"{title}\"\n{}", text.replacen("\n.SS OPTIONS\n", "\n", 1))
}

fn examples() -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["EXAMPLES"]);
    for (purpose, command) in texts::EXAMPLES {
        paragraph_of(&mut roff, purpose);
        roff.control("RS", ["4"]).control("nf", []);
        command.lines().for_each(|line| {
            roff.text([roman(line)]);
        });
        roff.control("fi", []).control("RE", []);
    }
    roff
}

fn section<T: AsRef<str>>(title: &str, lead: &str, terms: impl IntoIterator<Item = (T, T)>) -> String {
    let mut roff = Roff::new();
    roff.control("SH", [title]);
    if !lead.is_empty() {
        paragraph_of(&mut roff, lead);
    }
    terms.into_iter().for_each(|(term, meaning)| entry(&mut roff, term.as_ref(), meaning.as_ref().trim()));
    roff.render()
}

fn see_also(other: &str) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["SEE ALSO"]);
    roff.text([bold(other), roman("(1), "), bold("aws"), roman("(1)")]);
    for topic in TOPICS {
        entry(&mut roff, &format!("redrive-execution help {}", topic.name), topic.sentence);
    }
    roff
}

fn paragraph_of(roff: &mut Roff, text: &str) {
    roff.control("PP", []).text([roman(text)]);
}

fn entry(roff: &mut Roff, term: &str, meaning: &str) {
    roff.control("TP", []).text([bold(term)]).text([roman(meaning)]);
}

#[cfg(test)]
mod tests {
    use super::super::options::{GLOBALS, Kind, OPERATION};
    use super::{Bulk, CommandFactory, Wait, definitions, page};
    use crate::env_vars;

    /// The page with roff's ways to write a dash and a font undone.
    fn readable() -> String {
        let mut text = page("").replace("\\-", "-");
        for font in ["\\fB", "\\fR", "\\fI"] {
            text = text.replace(font, "");
        }
        text
    }

    #[test]
    fn every_option_choice_command_and_variable_is_there() {
        let page = readable();
        for option in OPERATION.iter().chain(GLOBALS) {
            let start = format!("\n{}", option.name);
            let (_, text) = page.rsplit_once(&start).unwrap_or_else(|| panic!("{}", option.name));
            let text = text.split("\n.TP").next().unwrap();
            if let Kind::Choice(words) | Kind::OptionalChoice(words) = option.kind {
                words.iter().for_each(|word| assert!(text.contains(word), "{} {word}: {text}", option.name));
            }
        }
        definitions::listed().for_each(|(usage, _)| assert!(page.contains(&usage), "{usage}"));
        for command in [Bulk::command(), Wait::command()] {
            let names = command.get_arguments().filter_map(|option| option.get_long());
            names.for_each(|name| assert!(page.contains(&format!("\n--{name}")), "{name}"));
        }
        env_vars::ALL.iter().for_each(|(name, _)| assert!(page.contains(name), "{name}"));
    }
}
