//! The menu under the line: what can be chosen, what is chosen, and what the line then reads.

use super::candidate::Candidate;
use super::line::Line;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Menu {
    pub(crate) typed: Line,
    /// Where in it the word begins that is chosen for, in bytes.
    pub(crate) start: usize,
    candidates: Vec<Candidate>,
    pub(crate) selected: Option<usize>,
}

impl Menu {
    /// A menu for the word of `typed` from byte `start` to the cursor. It may be empty, and be filled later.
    pub(crate) fn new(typed: Line, start: usize, candidates: Vec<Candidate>) -> Self {
        Self { typed, start, candidates, selected: None }
    }

    /// What is shown: nothing where the only choice is what stands there already.
    pub(crate) fn candidates(&self) -> &[Candidate] {
        match self.candidates.as_slice() {
            [only] if self.typed.before().get(self.start..) == Some(&only.text) => &[],
            all => all,
        }
    }

    pub(crate) fn choice(&self) -> Option<&Candidate> {
        self.candidates().get(self.selected?)
    }

    /// Puts others in the place of the candidates; the choice stays on what was chosen.
    pub(crate) fn refill(&mut self, candidates: Vec<Candidate>) {
        let chosen = self.choice().map(|candidate| candidate.text.clone());
        self.candidates = candidates;
        self.selected = chosen.and_then(|text| self.candidates().iter().position(|candidate| candidate.text == text));
    }

    /// Chooses the next one; after the last one none, unless there is `more` to come.
    pub(crate) fn next(&mut self, more: bool) {
        let count = self.candidates().len();
        self.selected = match self.selected {
            None if count > 0 => Some(0),
            Some(at) if at + 1 < count => Some(at + 1),
            Some(at) if more => Some(at),
            _ => None,
        };
    }

    /// Chooses the one before; before the first one none.
    pub(crate) fn previous(&mut self) {
        self.selected = match self.selected {
            None => self.candidates().len().checked_sub(1),
            Some(at) => at.checked_sub(1),
        };
    }

    /// Moves the choice by `places`, as far as there are any; from none it goes to the first one.
    pub(crate) fn jump(&mut self, places: isize) {
        let Some(last) = self.candidates().len().checked_sub(1) else { return };
        self.selected = Some(self.selected.map_or(0, |at| at.saturating_add_signed(places).min(last)));
    }

    pub(crate) fn line(&self) -> Line {
        let mut line = self.typed.clone();
        if let Some(choice) = self.choice() {
            line.replace_from(self.start, &choice.text);
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::super::candidate::Candidate;
    use super::super::line::Line;
    use super::Menu;

    fn menu(words: &[&str]) -> Menu {
        Menu::new(Line::new("x a"), 2, words.iter().map(|word| Candidate::word(word)).collect())
    }

    #[test]
    fn choices_go_round_by_way_of_what_was_typed() {
        let mut menu = menu(&["aa", "ab"]);
        let mut read = |forward: bool| {
            if forward {
                menu.next(false)
            } else {
                menu.previous()
            }
            menu.line().text().to_owned()
        };
        assert_eq!([(); 4].map(|()| read(true)), ["x aa", "x ab", "x a", "x aa"]);
        assert_eq!([(); 3].map(|()| read(false)), ["x a", "x ab", "x aa"]);
    }

    #[test]
    fn the_end_of_a_list_that_goes_on_is_not_left() {
        let mut menu = menu(&["aa", "ab"]);
        (0..4).for_each(|_| menu.next(true));
        assert_eq!(menu.selected, Some(1));
        menu.refill(["aa", "ax", "ab"].map(Candidate::word).to_vec());
        assert_eq!(menu.choice().map(|choice| choice.text.as_str()), Some("ab"));
        for (places, at) in [(-9, 0), (1, 1), (9, 2)] {
            menu.jump(places);
            assert_eq!(menu.selected, Some(at));
        }
        let mut untouched = Menu::new(Line::default(), 0, vec![Candidate::word("a"), Candidate::word("b")]);
        untouched.jump(15);
        assert_eq!(untouched.selected, Some(0));
    }
}
