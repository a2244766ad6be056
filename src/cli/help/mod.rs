//! The pages that `help` prints: the AWS CLI's sections in words of our own, and topics, each from the tables that the code reads.
//!
//! Owns the order of the sections; the words are in `texts`, lines and widths in `layout`. Refuses to print.

mod layout;
mod settings;
pub(crate) mod texts;
mod topics;

use super::options::{GROUPS, Kind, OptionSpec, of_group};
use super::{OPERATION_NAME, definitions};
use crate::error::STATUSES;
use layout::Layout;
pub(crate) use layout::{BOLD, Look, QUOTES, set_off};
pub(crate) use topics::{TOPICS, topic};

pub(crate) fn page(look: Look) -> String {
    let mut page = Layout::new(look);
    page.title("NAME");
    page.paragraph(4, &format!("{OPERATION_NAME} - {}", texts::NAME));
    page.verbatim(4, texts::EXAMPLE);
    page.title("DESCRIPTION");
    texts::DESCRIPTION.iter().for_each(|paragraph| page.paragraph(4, paragraph));
    page.paragraph(4, texts::CONDITIONS_START);
    texts::CONDITIONS.iter().for_each(|condition| page.definition(6, 2, "*", condition));
    page.blank();
    page.paragraph(4, texts::THIS_PROGRAM);
    page.title("SYNOPSIS");
    page.parts(4, OPERATION_NAME, &definitions::synopsis(definitions::typed_line()));
    page.title("OPTIONS");
    for (group, names) in GROUPS {
        page.term(2, group, "");
        of_group(names).for_each(|option| described(&mut page, option));
    }
    page.title("COMMANDS");
    page.paragraph(4, texts::COMMANDS_START);
    for (usage, about) in definitions::listed() {
        page.term(4, &usage, "");
        page.paragraph(8, &about);
    }
    page.title("TOPICS");
    for topic in TOPICS {
        page.definition(4, 16, topic.name, topic.sentence);
    }
    page.title("EXAMPLES");
    for (purpose, command) in texts::EXAMPLES {
        page.paragraph(4, purpose);
        page.verbatim(8, command);
    }
    page.title("OUTPUT");
    page.term(4, "redriveDate", " -> (timestamp)");
    page.paragraph(8, texts::OUTPUT);
    page.title("EXIT STATUS");
    STATUSES.iter().for_each(|(status, meaning)| page.definition(4, 6, status, meaning));
    page.into_text()
}

fn described(page: &mut Layout, option: &OptionSpec) {
    page.term(4, option.name, &format!(" ({})", option.type_name()));
    page.paragraph(8, option.help);
    if let Kind::Choice(words) | Kind::OptionalChoice(words) = option.kind {
        page.paragraph(8, &format!("Possible values: {}.", words.join(", ")));
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
            ["NAME", "DESCRIPTION", "SYNOPSIS", "OPTIONS", "COMMANDS", "TOPICS", "EXAMPLES", "OUTPUT", "EXIT STATUS"]
        );
    }

    #[test]
    fn every_option_is_in_the_synopsis_with_its_choices() {
        let page = page(PLAIN);
        let (_, after_synopsis) = page.split_once("\nSYNOPSIS\n").unwrap();
        let (synopsis, described) = after_synopsis.split_once("\nOPTIONS\n").unwrap();
        for option in OPERATION.iter().chain(GLOBALS) {
            assert!(synopsis.contains(option.name), "{}", option.name);
            let start = format!("    {} ({})\n", option.name, option.type_name());
            let (_, text) = described.split_once(&start).unwrap_or_else(|| panic!("{}", option.name));
            let text = text.split("\n    --").next().unwrap();
            if let Kind::Choice(words) | Kind::OptionalChoice(words) = option.kind {
                assert!(text.contains(words[words.len() - 1]), "{words:?}: {text}");
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
            let typed = ["    redrive-execution ", "    arn:", "        arn:", "        [--"];
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
        let without = |page: &str| page.replace("\u{1b}[1m", "").replace("\u{1b}[0m", "").replace('"', "");
        assert_eq!(without(&bold), without(&page(PLAIN)));
    }
}
