//! What the menu offers for the word at the cursor, apart from what the service has to be called for.

use super::context::{self, Context, WordKind};
use super::{Computer, fuzzy};
use crate::cli::options::{GLOBALS, Kind, OPERATION, OptionSpec};
use crate::host::Host;
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
pub(crate) fn candidates(context: &Context, computer: Computer<'_>) -> Vec<Candidate> {
    match context.kind {
        WordKind::Command(word) => matching(&context.fragment, vec![Candidate::word(word)]),
        WordKind::Global => options(context, &[GLOBALS]),
        WordKind::Option => options(context, &[OPERATION, GLOBALS]),
        WordKind::Value(option) => values(option, &context.fragment, computer),
        WordKind::Unknown => Vec::new(),
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
                note: format!("[{}] {}", option.type_name(), option.help),
                leads_on: false,
            }
        })
        .collect()
}

fn values(option: &OptionSpec, fragment: &str, computer: Computer<'_>) -> Vec<Candidate> {
    if let Some(found) = files(fragment, computer.host) {
        return found;
    }
    let words = |words: &[&str]| matching(fragment, words.iter().map(|word| Candidate::word(word)).collect());
    match (option.kind, option.name) {
        (Kind::Choice(choices) | Kind::OptionalChoice(choices), _) => words(choices),
        (_, "--profile") => matching(fragment, computer.files.profile_names().map(Candidate::word).collect()),
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
fn files(fragment: &str, host: &Host) -> Option<Vec<Candidate>> {
    let prefix = ["file://", "fileb://"].into_iter().find(|prefix| fragment.starts_with(prefix))?;
    let path = fragment.strip_prefix(prefix)?;
    if path == "~" {
        let text = format!("{prefix}~/");
        return Some(vec![Candidate { shown: "~/".to_owned(), text, leads_on: true, ..Candidate::default() }]);
    }
    let (folder, name) = path.split_at(path.rfind('/').map_or(0, |at| at + 1));
    // Hidden files show where a dot is typed.
    let entries =
        entries(folder, host).into_iter().filter(|(entry, _)| name.starts_with('.') || !entry.starts_with('.'));
    let all = entries.map(|(entry, is_folder)| {
        let shown = format!("{entry}{}", if is_folder { "/" } else { "" });
        let text = quoted(&format!("{prefix}{folder}{shown}"), is_folder);
        Candidate { text, shown, note: String::new(), leads_on: is_folder }
    });
    Some(matching(name, all.collect()))
}

/// What is in a folder (`~` stands for the home), by name, and whether it is a folder; nothing where it cannot be read.
fn entries(folder: &str, host: &Host) -> Vec<(String, bool)> {
    let path = host.expand_home(if folder.is_empty() { "." } else { folder });
    let entries = path.and_then(|path| std::fs::read_dir(path).ok()).into_iter().flatten().flatten();
    let mut entries: Vec<_> =
        entries.filter_map(|entry| Some((entry.file_name().into_string().ok()?, entry.path().is_dir()))).collect();
    entries.sort_unstable();
    entries
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
    use super::super::Computer;
    use super::super::context::context;
    use super::{candidates, files};
    use crate::host::Host;
    use crate::settings::ConfigFiles;

    fn offered(rest: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("config");
        std::fs::write(&config, "[default]\n[profile 'prod eu']\n").unwrap();
        let host = Host::fixed(&[("AWS_CONFIG_FILE", config.to_str().unwrap())]);
        let files = ConfigFiles::load(&host).unwrap();
        let found = context(&format!("stepfunctions redrive-execution {rest}"), "");
        let computer = Computer { host: &host, files: &files };
        candidates(&found, computer).into_iter().map(|candidate| candidate.text).collect()
    }

    #[test]
    fn options_are_offered_as_the_aws_cli_offers_them() {
        assert_eq!(offered("--out"), ["--output", "--no-sign-request", "--cli-read-timeout", "--cli-connect-timeout"]);
        let all = offered("");
        assert_eq!(&all[..3], ["--execution-arn", "--client-token", "--cli-input-json"]);
        assert_eq!(offered("--"), all);
        assert!(!all.iter().any(|name| name.contains("auto-prompt")));
        assert_eq!(offered("--r").first().map(String::as_str), Some("--execution-arn"), "what is required comes first");
        assert!(!offered("--execution-arn a ").contains(&"--execution-arn".to_owned()));
    }

    #[test]
    fn values_are_offered_by_option() {
        for (rest, expected) in [
            ("--output y", &["yaml", "yaml-stream"][..]),
            ("--color ", &["on", "off", "auto"]),
            ("--profile ", &["default", "'prod eu'"]),
            ("--region euce", &["eu-central-1", "eu-central-2"]),
            ("--client-token ", &[]),
            ("--query re", &["redriveDate"]),
            ("--query @.re", &["@.redriveDate"]),
            ("--query [@].re", &["'[@].redriveDate'"]),
            ("--query redriveDate.", &[]),
            ("--query x[", &[]),
        ] {
            assert_eq!(offered(rest), expected, "{rest}");
        }
    }

    #[test]
    fn paths_go_on_with_files_and_folders() {
        let home = tempfile::tempdir().unwrap();
        for folder in [".aws", "in put"] {
            std::fs::create_dir(home.path().join(folder)).unwrap();
        }
        for file in ["input.json", "x", "in put/it's"] {
            std::fs::write(home.path().join(file), "").unwrap();
        }
        let host = Host::fixed(&[("HOME", home.path().to_str().unwrap())]);
        let offered = |fragment: &str| {
            let found = files(fragment, &host)?.into_iter();
            Some(found.map(|candidate| (candidate.text, candidate.leads_on)).collect::<Vec<_>>())
        };
        for (fragment, expected) in [
            ("file://~/", &[("'file://~/in put/", true), ("file://~/input.json", false), ("file://~/x", false)][..]),
            ("fileb://~/.a", &[("fileb://~/.aws/", true)]),
            ("file://~", &[("file://~/", true)]),
            ("file://~/ij", &[("file://~/input.json", false)]),
            // A quote that is open is closed by the last name.
            ("file://~/in put/", &[("'file://~/in put/it'\"'\"'s'", false)]),
            ("file://~/none/", &[]),
        ] {
            let expected = expected.iter().map(|&(text, leads_on)| (text.to_owned(), leads_on)).collect();
            assert_eq!(offered(fragment), Some(expected), "{fragment}");
        }
        assert_eq!((offered("fil"), offered("file:/")), (None, None), "only a path has files");
    }
}
