//! The words of the language, what they are called in messages, and how tightly they bind. Refuses to look at text.

use std::borrow::Cow;
use std::rc::Rc;

use crate::value::{Integer, Value};

#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    /// Its place in the expression, in characters from 0.
    pub(crate) start: usize,
}

#[derive(Clone, Debug)]
pub(crate) enum TokenKind {
    UnquotedIdentifier(Rc<str>),
    QuotedIdentifier(Rc<str>),
    Literal(Value),
    Number(Integer),
    Dot,
    Star,
    LeftBracket,
    RightBracket,
    Flatten,
    Filter,
    LeftParenthesis,
    RightParenthesis,
    LeftBrace,
    RightBrace,
    Comma,
    Colon,
    Current,
    ExpressionReference,
    Not,
    And,
    Or,
    Pipe,
    Comparator(Comparator),
    End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparator {
    /// Its type's name in messages, and how it is written.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Equal => ("eq", "=="),
            Self::NotEqual => ("ne", "!="),
            Self::Less => ("lt", "<"),
            Self::LessOrEqual => ("lte", "<="),
            Self::Greater => ("gt", ">"),
            Self::GreaterOrEqual => ("gte", ">="),
        }
    }

    pub(crate) fn symbol(self) -> &'static str {
        self.names().1
    }
}

impl TokenKind {
    /// The type's name in messages, how it is written where that is always the same, and how tightly it binds what is left of it.
    fn traits(&self) -> (&'static str, &'static str, u8) {
        match self {
            Self::UnquotedIdentifier(_) => ("unquoted_identifier", "", 0),
            Self::QuotedIdentifier(_) => ("quoted_identifier", "", 0),
            Self::Literal(_) => ("literal", "", 0),
            Self::Number(_) => ("number", "", 0),
            Self::Dot => ("dot", ".", 40),
            Self::Star => ("star", "*", 20),
            Self::LeftBracket => ("lbracket", "[", 55),
            Self::RightBracket => ("rbracket", "]", 0),
            Self::Flatten => ("flatten", "[]", 9),
            Self::Filter => ("filter", "[?", 21),
            Self::LeftParenthesis => ("lparen", "(", 60),
            Self::RightParenthesis => ("rparen", ")", 0),
            Self::LeftBrace => ("lbrace", "{", 50),
            Self::RightBrace => ("rbrace", "}", 0),
            Self::Comma => ("comma", ",", 0),
            Self::Colon => ("colon", ":", 0),
            Self::Current => ("current", "@", 0),
            Self::ExpressionReference => ("expref", "&", 0),
            Self::Not => ("not", "!", 45),
            Self::And => ("and", "&&", 3),
            Self::Or => ("or", "||", 2),
            Self::Pipe => ("pipe", "|", 1),
            Self::Comparator(comparator) => (comparator.names().0, comparator.symbol(), 5),
            Self::End => ("eof", "", 0),
        }
    }

    pub(crate) fn name(&self) -> &'static str {
        self.traits().0
    }

    /// Its value in messages: what was written, for a literal Python's `str` of the value.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::UnquotedIdentifier(name) | Self::QuotedIdentifier(name) => (&**name).into(),
            Self::Literal(value) => value.python_str().into(),
            Self::Number(number) => number.to_string().into(),
            other => other.traits().1.into(),
        }
    }

    pub(crate) fn power(&self) -> u8 {
        self.traits().2
    }
}
