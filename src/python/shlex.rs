//! A text split into words as Python's `shlex.split` does (quotes, backslashes, no comments, no expansion), and as the AWS CLI does
//! on Windows.

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

/// The words as the C runtime of Windows reads them, and with it the AWS CLI there: only double quotes quote, and a backslash is
/// one unless it stands, with others, before a double quote.
pub fn split_by_windows_rules(text: &str) -> Result<Vec<String>, Unsplittable> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quoted = false;
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let after = rest.trim_start_matches('\\');
        let backslashes = rest.len() - after.len();
        rest = after;
        if backslashes > 0 {
            let before_quote = after.starts_with('"');
            let kept = if before_quote { backslashes / 2 } else { backslashes };
            word.get_or_insert_default().push_str(&"\\".repeat(kept));
            if before_quote && backslashes % 2 == 1 {
                word.get_or_insert_default().push('"');
                rest = after.strip_prefix('"').unwrap_or(after);
            }
            continue;
        }
        rest = rest.strip_prefix(character).unwrap_or(rest);
        match character {
            '"' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            ' ' | '\t' if !quoted => words.extend(word.take()),
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    if quoted { Err(Unsplittable::NoClosingQuotation) } else { Ok(words) }
}

#[cfg(test)]
mod tests {
    use super::{Unsplittable, split, split_by_windows_rules};

    #[test]
    fn windows_words_keep_their_backslashes() {
        for (text, words) in [
            (r"C:\x\y.exe  a", &[r"C:\x\y.exe", "a"][..]),
            (r#""C:\Program Files\y.exe" "" 'b c'"#, &[r"C:\Program Files\y.exe", "", "'b", "c'"]),
            (r#"a\"b c\\"d e" \\"#, &["a\"b", r"c\d e", r"\\"]),
            (" \t", &[]),
        ] {
            assert_eq!(split_by_windows_rules(text).unwrap(), words, "{text}");
        }
        assert_eq!(split_by_windows_rules(r#"a "b"#), Err(Unsplittable::NoClosingQuotation));
    }

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
