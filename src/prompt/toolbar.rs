//! The bar at the bottom and the pane of keys: which keys do what, by who has the focus.

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Focus {
    #[default]
    Input,
    Document,
    Output,
}

/// A key in brackets, and what it does.
pub(crate) type Hint = &'static str;

pub(crate) const GAP: &str = "    ";

const ENTER: Hint = "[ENTER] Autocomplete Choice/Execute Command";
const SHOW_KEYS: Hint = "[F1] Show Shortkey Help";
const HIDE_KEYS: Hint = "[F1] Hide Shortkey Help";
const NEXT: Hint = "[F2] Focus on next panel";
const DOCS: Hint = "[F3] Hide/Show Docs";
const COLUMNS: Hint = "[F4] One/Multi column prompt";
const OUTPUT: Hint = "[F5] Hide/Show Output";
const HISTORY: Hint = "[CONTROL+R] On/Off bck-i-search";
const BACK: Hint = "[q] Focus on Input";

/// The keys of the bar, in as many lines as they need.
pub(crate) fn lines(focus: Focus, searches_history: bool, columns: u16) -> Vec<Vec<Hint>> {
    let mut hints: Vec<Hint> = Vec::new();
    if searches_history {
        hints.push("bck-i-search");
    }
    hints.extend(match focus {
        Focus::Input => &[ENTER, SHOW_KEYS, NEXT, DOCS, OUTPUT][..],
        Focus::Document => &[SHOW_KEYS, NEXT, BACK],
        Focus::Output => &[SHOW_KEYS, NEXT, DOCS, OUTPUT],
    });
    let mut lines: Vec<Vec<Hint>> = vec![Vec::new()];
    let mut used = 0;
    for hint in hints {
        if used > 0 && used + GAP.len() + hint.len() > usize::from(columns) {
            lines.push(Vec::new());
            used = 0;
        }
        used += hint.len() + if used > 0 { GAP.len() } else { 0 };
        if let Some(line) = lines.last_mut() {
            line.push(hint);
        }
    }
    lines
}

/// The title of the pane of keys and its lines.
pub(crate) fn keys(focus: Focus) -> (&'static str, &'static [Hint]) {
    match focus {
        Focus::Input => ("Prompt panel help", &[ENTER, HIDE_KEYS, NEXT, DOCS, COLUMNS, OUTPUT, HISTORY]),
        Focus::Document => ("Doc panel help", READING),
        Focus::Output => ("Output panel help", READING),
    }
}

const READING: &[Hint] = &[
    "[/] Search Forward",
    "[?] Search Backward",
    "[n] Find Next Match",
    "[N] Find Previous Match",
    "[w] Go Up a Page",
    "[z] Go Down a Page",
    "[k] Go Up a Line",
    "[j] Go Down a Line",
    "[g] Go to Top",
    "[G] Go to Bottom",
    HIDE_KEYS,
    NEXT,
    BACK,
    DOCS,
    OUTPUT,
];
