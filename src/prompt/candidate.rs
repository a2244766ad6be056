//! What the menu offers for the place the cursor is at, apart from what has to be asked of the service.

use super::context::{self, Context, Place};
use super::fuzzy;
use super::shell::Shell;
use crate::cli::options::{GLOBALS, Kind, OPERATION, OptionSpec};
use crate::input::Skeleton;
use crate::jmespath::Expression;
use crate::settings::identity::REGIONS;
use crate::value::Value;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// What is put into the line, as it has to be typed.
    pub(crate) text: String,
    pub(crate) shown: String,
    pub(crate) note: String,
    /// Whether there is more to choose behind it, so that the menu opens again.
    pub(crate) leads_on: bool,
}

impl Candidate {
    /// A word that stands for itself.
    pub(crate) fn word(word: &str) -> Self {
        Self { text: context::quote(word), shown: word.to_owned(), ..Self::default() }
    }
}

/// What can be chosen at the cursor, best first, without the executions that the service knows.
pub(crate) fn candidates(context: &Context, shell: &dyn Shell) -> Vec<Candidate> {
    match context.place {
        Place::Command(word) => matching(&context.fragment, vec![Candidate::word(word)]),
        Place::Global => options(context, &[GLOBALS]),
        Place::Option => options(context, &[OPERATION, GLOBALS]),
        Place::Value(option) => values(option, &context.fragment, shell),
        Place::Unknown => Vec::new(),
    }
}

pub(crate) fn matching(fragment: &str, candidates: Vec<Candidate>) -> Vec<Candidate> {
    fuzzy::filter(fragment, candidates, |candidate| &candidate.shown)
}

fn options(context: &Context, tables: &[&'static [OptionSpec]]) -> Vec<Candidate> {
    // The two that open and close the prompt are of no use in it.
    let hidden = ["--cli-auto-prompt", "--no-cli-auto-prompt"];
    let all = tables.iter().copied().flatten().filter(|option| !hidden.contains(&option.name));
    let left: Vec<&OptionSpec> = all.filter(|option| !context.given.contains(&option.name)).collect();
    let pattern = if context.fragment == "--" { "" } else { &context.fragment };
    let mut fitting = fuzzy::filter(pattern, left, |option| option.name);
    fitting.sort_by_key(|option| option.name != context::EXECUTION_ARN);
    fitting
        .into_iter()
        .map(|option| {
            let required = if option.name == context::EXECUTION_ARN { " (required)" } else { "" };
            Candidate {
                text: option.name.to_owned(),
                shown: format!("{}{required}", option.name),
                note: format!("[{}] {}", option.type_name, option.help),
                leads_on: false,
            }
        })
        .collect()
}

fn values(option: &OptionSpec, fragment: &str, shell: &dyn Shell) -> Vec<Candidate> {
    if let Some(found) = files(fragment, shell) {
        return found;
    }
    let words = |words: &[&str]| matching(fragment, words.iter().map(|word| Candidate::word(word)).collect());
    match (option.kind, option.name) {
        (Kind::Choice(choices) | Kind::OptionalChoice(choices), _) => words(choices),
        (_, "--profile") => matching(fragment, shell.profiles().iter().map(|name| Candidate::word(name)).collect()),
        (_, "--region") => matching(fragment, REGIONS.split_whitespace().map(Candidate::word).collect()),
        (_, "--query") => members(fragment),
        _ => Vec::new(),
    }
}

/// The members that a query can go on with, by what the query before the last point yields of the result's shape.
fn members(fragment: &str) -> Vec<Candidate> {
    let (head, last) = fragment.rsplit_once('.').map_or((None, fragment), |(head, last)| (Some(head), last));
    let shape = Skeleton::response();
    let reached = match head {
        None => Some(shape),
        Some(head) => Expression::compile(head).ok().and_then(|query| query.search(&shape).ok()),
    };
    let reached = match reached {
        Some(Value::List(items)) => items.first().cloned(),
        other => other,
    };
    let Some(Value::Map(members)) = reached else { return Vec::new() };
    let before = head.map_or(String::new(), |head| format!("{head}."));
    let candidates = members.keys().map(|name| Candidate {
        text: context::quote(&format!("{before}{name}")),
        shown: name.to_string(),
        ..Candidate::default()
    });
    matching(last, candidates.collect())
}

/// The files that go on with `fragment`; `None` where it does not begin as a path.
fn files(fragment: &str, shell: &dyn Shell) -> Option<Vec<Candidate>> {
    let prefix = ["file://", "fileb://"].into_iter().find(|prefix| fragment.starts_with(prefix))?;
    let path = fragment.strip_prefix(prefix)?;
    if path == "~" {
        let text = format!("{prefix}~/");
        return Some(vec![Candidate { shown: "~/".to_owned(), text, leads_on: true, ..Candidate::default() }]);
    }
    let (folder, name) = path.split_at(path.rfind('/').map_or(0, |at| at + 1));
    let entries = shell.folder(folder).into_iter();
    // Hidden files show where they are asked for.
    let entries = entries.filter(|entry| name.starts_with('.') || !entry.name.starts_with('.'));
    let all = entries.map(|entry| {
        let shown = format!("{}{}", entry.name, if entry.is_folder { "/" } else { "" });
        Candidate {
            text: quoted(&format!("{prefix}{folder}{shown}"), entry.is_folder),
            shown,
            note: String::new(),
            leads_on: entry.is_folder,
        }
    });
    Some(matching(name, all.collect()))
}

/// A word in quotes where it needs them; those of a folder stay open, for its path is not finished.
fn quoted(word: &str, open: bool) -> String {
    // The home is known by a `~` that nothing quotes; the program expands it itself, in quotes or not.
    let plain = word.replace('~', "_");
    if context::quote(&plain) == plain {
        return word.to_owned();
    }
    let mut quoted = context::quote(word);
    if open && quoted.ends_with('\'') {
        quoted.pop();
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::super::context::context;
    use super::super::shell::{Entry, Fixed, Shell};
    use super::{candidates, files};

    fn offered(rest: &str) -> Vec<String> {
        let fixed = Fixed { profiles: vec!["default".into(), "prod eu".into()], ..Fixed::default() };
        let found = context(&format!("stepfunctions redrive-execution {rest}"), "");
        candidates(&found, &fixed as &dyn Shell).into_iter().map(|candidate| candidate.text).collect()
    }

    #[test]
    fn options_are_offered_as_the_aws_cli_offers_them() {
        assert_eq!(offered("--out"), ["--output", "--no-sign-request", "--cli-read-timeout", "--cli-connect-timeout"]);
        let all = offered("");
        assert_eq!(&all[..3], ["--execution-arn", "--client-token", "--cli-input-json"]);
        assert_eq!(offered("--"), all);
        assert!(!all.iter().any(|name| name.contains("auto-prompt")));
    }

    #[test]
    fn what_is_required_comes_first() {
        assert_eq!(offered("--r").first().map(String::as_str), Some("--execution-arn"));
        assert!(!offered("--execution-arn a ").contains(&"--execution-arn".to_owned()));
    }

    #[test]
    fn values_are_offered_by_option() {
        assert_eq!(offered("--output y"), ["yaml", "yaml-stream"]);
        assert_eq!(offered("--color "), ["on", "off", "auto"]);
        assert_eq!(offered("--profile "), ["default", "'prod eu'"]);
        assert_eq!(offered("--region euce"), ["eu-central-1", "eu-central-2"]);
        assert_eq!(offered("--client-token "), [""; 0]);
    }

    #[test]
    fn a_query_goes_on_with_what_is_there() {
        assert_eq!(offered("--query re"), ["redriveDate"]);
        assert_eq!(offered("--query @.re"), ["@.redriveDate"]);
        assert_eq!(offered("--query [@].re"), ["'[@].redriveDate'"]);
        assert_eq!(offered("--query redriveDate."), [""; 0]);
        assert_eq!(offered("--query x["), [""; 0]);
    }

    fn files_after(fragment: &str) -> Option<Vec<(String, bool)>> {
        let entry = |name: &str, is_folder| Entry { name: name.to_owned(), is_folder };
        let here = vec![entry(".aws", true), entry("in put", true), entry("input.json", false), entry("x", false)];
        let folders = vec![(String::new(), here), ("~/in put/".to_owned(), vec![entry("it's", false)])];
        let fixed = Fixed { folders, ..Fixed::default() };
        let found = files(fragment, &fixed)?;
        Some(found.into_iter().map(|candidate| (candidate.text, candidate.leads_on)).collect())
    }

    fn words(list: &[(&str, bool)]) -> Option<Vec<(String, bool)>> {
        Some(list.iter().map(|&(text, leads_on)| (text.to_owned(), leads_on)).collect())
    }

    #[test]
    fn only_a_path_has_files() {
        assert_eq!(files_after("fil"), None);
        assert_eq!(files_after("file:/"), None);
    }

    #[test]
    fn folders_lead_on_and_hidden_ones_want_to_be_asked_for() {
        let all = [("'file://in put/", true), ("file://input.json", false), ("file://x", false)];
        assert_eq!(files_after("file://"), words(&all));
        assert_eq!(files_after("fileb://.a"), words(&[("fileb://.aws/", true)]));
        assert_eq!(files_after("file://~"), words(&[("file://~/", true)]));
        assert_eq!(files_after("file://ij"), words(&[("file://input.json", false)]));
    }

    #[test]
    fn a_quote_that_is_open_is_closed_by_the_last_name() {
        assert_eq!(files_after("file://~/in put/"), words(&[("'file://~/in put/it'\"'\"'s'", false)]));
    }
}
