//! XML as far as the Security Token Service speaks it: elements by their local names, their children and their text.

use xmlparser::{ElementEnd, Token, Tokenizer};

/// Deeper documents are refused; the service's have four levels.
const DEEPEST: usize = 64;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    /// The name without its prefix.
    pub(crate) name: String,
    /// The text before the first child, if there is any.
    pub(crate) text: Option<String>,
    pub(crate) children: Vec<Element>,
}

/// Why bytes are not XML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Malformed {
    NoElement,
    Syntax,
}

impl std::fmt::Display for Malformed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::NoElement => "no element found",
            Self::Syntax => "syntax error",
        })
    }
}

impl Element {
    /// Reads a document; returns its outermost element.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let text = std::str::from_utf8(bytes).map_err(|_| Malformed::Syntax)?;
        let mut open: Vec<Self> = Vec::new();
        let mut root = None;
        for token in Tokenizer::from(text) {
            match token.map_err(|_| Malformed::Syntax)? {
                Token::ElementStart { local, .. } => {
                    if root.is_some() || open.len() >= DEEPEST {
                        return Err(Malformed::Syntax);
                    }
                    open.push(Self { name: local.as_str().to_owned(), ..Self::default() });
                }
                Token::ElementEnd { end: ElementEnd::Open, .. } => {}
                Token::ElementEnd { end, .. } => {
                    let closed = open.pop().ok_or(Malformed::Syntax)?;
                    if matches!(end, ElementEnd::Close(_, local) if local.as_str() != closed.name) {
                        return Err(Malformed::Syntax);
                    }
                    match open.last_mut() {
                        Some(parent) => parent.children.push(closed),
                        None => root = Some(closed),
                    }
                }
                Token::Text { text } => {
                    let text = unescaped(text.as_str()).ok_or(Malformed::Syntax)?;
                    push_text(&mut open, &text)?;
                }
                Token::Cdata { text, .. } => push_text(&mut open, text.as_str())?,
                _ => {}
            }
        }
        if open.is_empty() { root.ok_or(Malformed::NoElement) } else { Err(Malformed::Syntax) }
    }

    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }
}

fn push_text(open: &mut [Element], text: &str) -> Result<(), Malformed> {
    match open.last_mut() {
        Some(element) if element.children.is_empty() => element.text.get_or_insert_default().push_str(text),
        Some(_) => {}
        None if text.trim().is_empty() => {}
        None => return Err(Malformed::Syntax),
    }
    Ok(())
}

/// A text with its references replaced; `None` where one is unknown.
fn unescaped(text: &str) -> Option<String> {
    let mut sections = text.split('&');
    let mut out = sections.next().unwrap_or_default().to_owned();
    for section in sections {
        let (reference, rest) = section.split_once(';')?;
        out.push(match reference {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "quot" => '"',
            "apos" => '\'',
            _ => {
                let number = reference.strip_prefix('#')?;
                let code = match number.strip_prefix('x') {
                    Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                    None => number.parse().ok()?,
                };
                char::from_u32(code)?
            }
        });
        out.push_str(rest);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::{Element, Malformed};

    #[test]
    fn names_texts_and_references_are_read() {
        let root = Element::parse(
            b"<?xml version='1.0'?><a:r xmlns='x'><b>1 &lt;&#233;&#x1F600; <![CDATA[<&>]]></b><!-- --><c/> <b>2</b></a:r>",
        )
        .unwrap();
        assert_eq!(root.name, "r");
        assert_eq!(root.child("b").unwrap().text.as_deref(), Some("1 <é😀 <&>"));
        assert_eq!(root.child("c").unwrap().text, None);
        assert_eq!(root.children.len(), 3);
    }

    #[test]
    fn what_is_no_document_is_refused() {
        assert_eq!(Element::parse(b""), Err(Malformed::NoElement));
        for text in ["nope", "<a>", "<a></b>", "</a>", "<a/><b/>", "<a>&unknown;</a>", "<a>&</a>", "<a/>x", "{}"] {
            assert!(Element::parse(text.as_bytes()).is_err(), "{text}");
        }
        assert!(Element::parse("<a>".repeat(1_000_000).as_bytes()).is_err());
    }
}
