//! Patterns of names: `*` is any text, `?` any one character; everything else is itself, in upper and lower case as written.

/// A pattern as an option gives it: after a `!` it takes everything else.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    text: String,
    pub(crate) is_negated: bool,
    ignores_case: bool,
}

impl Pattern {
    pub(crate) fn new(text: &str, ignores_case: bool) -> Self {
        let text = if ignores_case { text.to_lowercase() } else { text.to_owned() };
        let (is_negated, text) = match text.strip_prefix('!') {
            Some(rest) => (true, rest.to_owned()),
            None => (false, text),
        };
        Self { text, is_negated, ignores_case }
    }

    pub(crate) fn takes(&self, text: &str) -> bool {
        self.is_like(text) != self.is_negated
    }

    /// Whether the text is of the pattern, whatever is before it.
    pub(crate) fn is_like(&self, text: &str) -> bool {
        if self.ignores_case { matches(&self.text, &text.to_lowercase()) } else { matches(&self.text, text) }
    }

    pub(crate) fn has_digits(&self) -> bool {
        self.text.contains(|c: char| c.is_ascii_digit())
    }
}

/// Whether the whole of `text` is of this pattern.
pub fn matches(pattern: &str, text: &str) -> bool {
    let (mut pattern, mut text) = (pattern.chars(), text.chars());
    // Where the last star stands, and the text that it has not swallowed yet.
    let mut star = None;
    loop {
        let at = text.clone();
        match (pattern.next(), text.next()) {
            (None, None) => return true,
            (Some('*'), _) => {
                text = at.clone();
                star = Some((pattern.clone(), at));
            }
            (Some('?'), Some(_)) => {}
            (Some(wanted), Some(found)) if wanted == found => {}
            _ => {
                let Some((after, rest)) = &mut star else { return false };
                if rest.next().is_none() {
                    return false;
                }
                (pattern, text) = (after.clone(), rest.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Pattern, matches};

    #[test]
    fn an_option_may_take_everything_else_and_ignore_case() {
        for (pattern, ignores_case, text, expected) in [
            ("Pay*", false, "Payment", true),
            ("pay*", false, "Payment", false),
            ("pay*", true, "PAYMENT", true),
            ("!pay*", true, "Payment", false),
            ("!Pay*", false, "Other", true),
            ("É?", true, "éx", true),
        ] {
            assert_eq!(Pattern::new(pattern, ignores_case).takes(text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn stars_and_question_marks() {
        let good = [("", ""), ("*", ""), ("a*", "abc"), ("*c", "abc"), ("a*b*c", "a-b-b-c"), ("a?c", "abc")];
        let good = good.into_iter().chain([("é*", "été"), ("**x", "xx")]);
        assert!(good.clone().all(|(pattern, text)| matches(pattern, text)), "{good:?}");
        let bad = [("a*b*c", "a-b-b"), ("a?c", "ac"), ("abc", "abcd"), ("*.*", "name")];
        assert!(!bad.iter().any(|(pattern, text)| matches(pattern, text)), "{bad:?}");
    }
}
