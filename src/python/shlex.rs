//! A text split into words as Python's `shlex.split` does: quotes, backslashes, no comments, no expansion.

/// Why a text cannot be split; the messages are Python's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsplittable {
    #[error("No closing quotation")]
    NoClosingQuotation,
    #[error("No escaped character")]
    NoEscapedCharacter,
}

pub fn split(text: &str) -> Result<Vec<String>, Unsplittable> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            ' ' | '\t' | '\r' | '\n' => words.extend(word.take()),
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match characters.next().ok_or(Unsplittable::NoClosingQuotation)? {
                        '\'' => break,
                        other => word.push(other),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match characters.next().ok_or(Unsplittable::NoClosingQuotation)? {
                        '"' => break,
                        '\\' => match characters.next().ok_or(Unsplittable::NoEscapedCharacter)? {
                            escaped @ ('"' | '\\') => word.push(escaped),
                            other => word.extend(['\\', other]),
                        },
                        other => word.push(other),
                    }
                }
            }
            '\\' => word.get_or_insert_default().push(characters.next().ok_or(Unsplittable::NoEscapedCharacter)?),
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::{Unsplittable, split};

    #[test]
    fn words_split_as_in_python() {
        for (text, words) in [
            ("a 'b c' d", &["a", "b c", "d"][..]),
            ("a\\ b \"c\\\"d\\e\"", &["a b", "c\"d\\e"]),
            ("'' x", &["", "x"]),
            ("a#b # c", &["a#b", "#", "c"]),
            ("", &[]),
        ] {
            assert_eq!(split(text).unwrap(), words, "{text}");
        }
        assert_eq!(split("'a"), Err(Unsplittable::NoClosingQuotation));
        assert_eq!(split("a\\"), Err(Unsplittable::NoEscapedCharacter));
    }
}
