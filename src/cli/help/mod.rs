//! The page that `help` prints: the AWS CLI's sections, in words of our own, from the same tables as the parser.
//!
//! Owns the order of the sections; the words are in `texts`, lines and widths in `layout`. Refuses to print.

mod layout;
pub(crate) mod permissions;
pub(crate) mod texts;

use super::commands;
use super::options::{GLOBALS, Kind, OPERATION, OptionSpec};
use layout::Layout;
pub(crate) use layout::Look;

pub(crate) fn page(look: Look) -> String {
    let mut page = Layout::new(look);
    page.title("NAME");
    page.paragraph(4, texts::NAME);
    page.title("DESCRIPTION");
    texts::DESCRIPTION.iter().for_each(|paragraph| page.paragraph(4, paragraph));
    page.paragraph(4, texts::CONDITIONS_START);
    page.list(6, texts::CONDITIONS);
    page.paragraph(4, texts::THIS_PROGRAM);
    page.title("SYNOPSIS");
    synopsis(&mut page);
    page.title("OPTIONS");
    OPERATION.iter().for_each(|option| described(&mut page, option));
    page.title("GLOBAL OPTIONS");
    GLOBALS.iter().for_each(|option| described(&mut page, option));
    page.title("OTHER COMMANDS");
    page.paragraph(4, texts::COMMANDS_START);
    for (usage, about) in commands::listed() {
        page.term(4, &usage, "");
        page.paragraph(8, &about);
    }
    page.title("EXAMPLES");
    for (says, command) in texts::EXAMPLES {
        page.paragraph(4, says);
        page.verbatim(8, command);
    }
    page.title("OUTPUT");
    page.term(4, "redriveDate", " -> (timestamp)");
    page.paragraph(8, texts::OUTPUT);
    page.title("EXIT STATUS");
    for (status, meaning) in texts::EXIT_STATUSES {
        page.definition(4, status, meaning);
    }
    page.into_text()
}

/// Every option on a line of its own, what may be left out in brackets; the two documents exclude each other.
fn synopsis(page: &mut Layout) {
    page.line(6, "redrive-execution");
    for option in OPERATION.iter().chain(GLOBALS) {
        let line = match (option.name, option.kind) {
            ("--execution-arn", _) => format!("{} <value>", option.name),
            ("--cli-input-json", _) => "[--cli-input-json | --cli-input-yaml]".to_owned(),
            ("--cli-input-yaml", _) => continue,
            (name, Kind::Flag | Kind::Version) => format!("[{name}]"),
            (name, Kind::OptionalChoice(_)) => format!("[{name} [<value>]]"),
            (name, _) => format!("[{name} <value>]"),
        };
        page.line(4, &line);
    }
}

fn described(page: &mut Layout, option: &OptionSpec) {
    page.term(4, option.name, &format!(" ({})", option.type_name));
    page.paragraph(8, option.help);
    if let Kind::Choice(words) | Kind::OptionalChoice(words) = option.kind {
        page.paragraph(8, "Possible values:");
        page.list(8, words);
    }
}

#[cfg(test)]
mod tests {
    use super::super::options::{GLOBALS, Kind, OPERATION};
    use super::{Look, page};

    const PLAIN: Look = Look { columns: 80, bold: false };

    #[test]
    fn the_sections_stand_in_the_order_of_the_aws_cli() {
        let page = page(PLAIN);
        let titles: Vec<&str> =
            page.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase())).collect();
        assert_eq!(
            titles,
            [
                "NAME",
                "DESCRIPTION",
                "SYNOPSIS",
                "OPTIONS",
                "GLOBAL OPTIONS",
                "OTHER COMMANDS",
                "EXAMPLES",
                "OUTPUT",
                "EXIT STATUS"
            ]
        );
    }

    #[test]
    fn every_option_is_in_the_synopsis_with_its_choices() {
        let page = page(PLAIN);
        let (_, after_synopsis) = page.split_once("\nSYNOPSIS\n").unwrap();
        let (synopsis, described) = after_synopsis.split_once("\nOPTIONS\n").unwrap();
        for option in OPERATION.iter().chain(GLOBALS) {
            assert!(synopsis.contains(option.name), "{}", option.name);
            let start = format!("    {} ({})\n", option.name, option.type_name);
            let (_, text) = described.split_once(&start).unwrap_or_else(|| panic!("{}", option.name));
            let text = text.split("\n    --").next().unwrap();
            if let Kind::Choice(words) | Kind::OptionalChoice(words) = option.kind {
                words.iter().for_each(|word| assert!(text.contains(&format!("* {word}\n")), "{word}"));
            }
        }
    }

    #[test]
    fn prose_fills_the_terminal_and_is_never_wider() {
        for columns in [40, 60, 80, 200] {
            let page = page(Look { columns, bold: false });
            // What is typed is never broken.
            let (before, examples) = page.split_once("\nEXAMPLES\n").unwrap();
            let (_, after) = examples.split_once("\nOUTPUT\n").unwrap();
            let typed = ["    redrive-execution ", "    [--"];
            let prose =
                before.lines().chain(after.lines()).filter(|line| !typed.iter().any(|start| line.starts_with(start)));
            let widest = prose.map(str::len).max().unwrap();
            assert!(widest <= columns, "{columns}: {widest}");
            assert!(widest > columns - 12, "{columns}: {widest}");
        }
    }

    #[test]
    fn bold_adds_nothing_but_escapes() {
        let bold = page(Look { columns: 80, bold: true });
        assert_ne!(bold, page(PLAIN));
        assert_eq!(bold.replace("\u{1b}[1m", "").replace("\u{1b}[0m", ""), page(PLAIN));
    }

    #[test]
    fn no_line_ends_in_a_blank() {
        assert!(page(PLAIN).lines().all(|line| !line.ends_with(' ')));
    }
}
