//! Files to choose from after `file://` and `fileb://`.

use super::candidate::{Candidate, matching};
use super::context::quote;
use super::surroundings::Surroundings;

/// The files that go on with `fragment`; `None` where it does not begin as a path.
pub(crate) fn candidates(fragment: &str, surroundings: &dyn Surroundings) -> Option<Vec<Candidate>> {
    let prefix = ["file://", "fileb://"].into_iter().find(|prefix| fragment.starts_with(prefix))?;
    let path = fragment.strip_prefix(prefix)?;
    if path == "~" {
        let text = format!("{prefix}~/");
        return Some(vec![Candidate { shown: "~/".to_owned(), text, leads_on: true, ..Candidate::default() }]);
    }
    let (folder, name) = path.split_at(path.rfind('/').map_or(0, |at| at + 1));
    let entries = surroundings.folder(folder).into_iter();
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
    if quote(&plain) == plain {
        return word.to_owned();
    }
    let mut quoted = quote(word);
    if open && quoted.ends_with('\'') {
        quoted.pop();
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::super::surroundings::{Entry, Fixed};
    use super::candidates;

    fn offered(fragment: &str) -> Option<Vec<(String, bool)>> {
        let entry = |name: &str, is_folder| Entry { name: name.to_owned(), is_folder };
        let here = vec![entry(".aws", true), entry("in put", true), entry("input.json", false), entry("x", false)];
        let folders = vec![(String::new(), here), ("~/in put/".to_owned(), vec![entry("it's", false)])];
        let fixed = Fixed { folders, ..Fixed::default() };
        let found = candidates(fragment, &fixed)?;
        Some(found.into_iter().map(|candidate| (candidate.text, candidate.leads_on)).collect())
    }

    fn words(list: &[(&str, bool)]) -> Option<Vec<(String, bool)>> {
        Some(list.iter().map(|&(text, leads_on)| (text.to_owned(), leads_on)).collect())
    }

    #[test]
    fn only_a_path_has_files() {
        assert_eq!(offered("fil"), None);
        assert_eq!(offered("file:/"), None);
    }

    #[test]
    fn folders_lead_on_and_hidden_ones_want_to_be_asked_for() {
        let all = [("'file://in put/", true), ("file://input.json", false), ("file://x", false)];
        assert_eq!(offered("file://"), words(&all));
        assert_eq!(offered("fileb://.a"), words(&[("fileb://.aws/", true)]));
        assert_eq!(offered("file://~"), words(&[("file://~/", true)]));
        assert_eq!(offered("file://ij"), words(&[("file://input.json", false)]));
    }

    #[test]
    fn a_quote_that_is_open_is_closed_by_the_last_name() {
        assert_eq!(offered("file://~/in put/"), words(&[("'file://~/in put/it'\"'\"'s'", false)]));
    }
}
