//! The bar at the bottom and the pane of keys: which keys do what, by who has the focus.

use super::state::{Focus, State};

pub(crate) type Hint = (&'static str, &'static str);

pub(crate) const GAP: &str = "    ";

const PROMPT: &[Hint] = &[
    ("[ENTER]", "Autocomplete Choice/Execute Command"),
    ("[F1]", "Show Shortkey Help"),
    ("[F2]", "Focus on next panel"),
    ("[F3]", "Hide/Show Docs"),
    ("[F5]", "Hide/Show Output"),
];
const DOCUMENT: &[Hint] = &[("[F1]", "Show Shortkey Help"), ("[F2]", "Focus on next panel"), ("[q]", "Focus on Input")];
const OUTPUT: &[Hint] = &[
    ("[F1]", "Show Shortkey Help"),
    ("[F2]", "Focus on next panel"),
    ("[F3]", "Hide/Show Docs"),
    ("[F5]", "Hide/Show Output"),
];

/// The keys of the bar, in as many lines as they need.
pub(crate) fn lines(state: &State<'_>, columns: u16) -> Vec<Vec<Hint>> {
    let mut hints: Vec<Hint> = Vec::new();
    if state.searches_history {
        hints.push(("bck-i-search", ""));
    }
    hints.extend(match state.focus {
        Focus::Input => PROMPT,
        Focus::Document => DOCUMENT,
        Focus::Output => OUTPUT,
    });
    let mut lines: Vec<Vec<Hint>> = vec![Vec::new()];
    let mut used = 0;
    for hint in hints {
        let width = hint.0.len() + 1 + hint.1.len();
        if used > 0 && used + GAP.len() + width > usize::from(columns) {
            lines.push(Vec::new());
            used = 0;
        }
        used += width + if used > 0 { GAP.len() } else { 0 };
        if let Some(line) = lines.last_mut() {
            line.push(hint);
        }
    }
    lines
}

/// The title of the pane of keys and its lines.
pub(crate) fn keys(focus: Focus) -> (&'static str, &'static [Hint]) {
    match focus {
        Focus::Input => (
            "Prompt panel help",
            &[
                ("[ENTER]", "Autocomplete Choice/Execute Command"),
                ("[F1]", "Hide Shortkey Help"),
                ("[F2]", "Focus on next panel"),
                ("[F3]", "Hide/Show Docs"),
                ("[F4]", "One/Multi column prompt"),
                ("[F5]", "Hide/Show Output"),
                ("[CONTROL+R]", "On/Off bck-i-search"),
            ],
        ),
        Focus::Document => ("Doc panel help", READING),
        Focus::Output => ("Output panel help", READING),
    }
}

const READING: &[Hint] = &[
    ("[/]", "Search Forward"),
    ("[?]", "Search Backward"),
    ("[n]", "Find Next Match"),
    ("[N]", "Find Previous Match"),
    ("[w]", "Go Up a Page"),
    ("[z]", "Go Down a Page"),
    ("[k]", "Go Up a Line"),
    ("[j]", "Go Down a Line"),
    ("[g]", "Go to Top"),
    ("[G]", "Go to Bottom"),
    ("[F1]", "Hide Shortkey Help"),
    ("[F2]", "Focus on next panel"),
    ("[q]", "Focus on Input"),
    ("[F3]", "Hide/Show Docs"),
    ("[F5]", "Hide/Show Output"),
];
