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
    pub(crate) fn symbol(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

impl TokenKind {
    /// The type's name in messages.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::UnquotedIdentifier(_) => "unquoted_identifier",
            Self::QuotedIdentifier(_) => "quoted_identifier",
            Self::Literal(_) => "literal",
            Self::Number(_) => "number",
            Self::Dot => "dot",
            Self::Star => "star",
            Self::LeftBracket => "lbracket",
            Self::RightBracket => "rbracket",
            Self::Flatten => "flatten",
            Self::Filter => "filter",
            Self::LeftParenthesis => "lparen",
            Self::RightParenthesis => "rparen",
            Self::LeftBrace => "lbrace",
            Self::RightBrace => "rbrace",
            Self::Comma => "comma",
            Self::Colon => "colon",
            Self::Current => "current",
            Self::ExpressionReference => "expref",
            Self::Not => "not",
            Self::And => "and",
            Self::Or => "or",
            Self::Pipe => "pipe",
            Self::Comparator(Comparator::Equal) => "eq",
            Self::Comparator(Comparator::NotEqual) => "ne",
            Self::Comparator(Comparator::Less) => "lt",
            Self::Comparator(Comparator::LessOrEqual) => "lte",
            Self::Comparator(Comparator::Greater) => "gt",
            Self::Comparator(Comparator::GreaterOrEqual) => "gte",
            Self::End => "eof",
        }
    }

    /// Its value in messages: what was written, for a literal Python's `str` of the value.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::UnquotedIdentifier(name) | Self::QuotedIdentifier(name) => (&**name).into(),
            Self::Literal(value) => value.python_str().into(),
            Self::Number(number) => number.to_string().into(),
            Self::Dot => ".".into(),
            Self::Star => "*".into(),
            Self::LeftBracket => "[".into(),
            Self::RightBracket => "]".into(),
            Self::Flatten => "[]".into(),
            Self::Filter => "[?".into(),
            Self::LeftParenthesis => "(".into(),
            Self::RightParenthesis => ")".into(),
            Self::LeftBrace => "{".into(),
            Self::RightBrace => "}".into(),
            Self::Comma => ",".into(),
            Self::Colon => ":".into(),
            Self::Current => "@".into(),
            Self::ExpressionReference => "&".into(),
            Self::Not => "!".into(),
            Self::And => "&&".into(),
            Self::Or => "||".into(),
            Self::Pipe => "|".into(),
            Self::Comparator(comparator) => comparator.symbol().into(),
            Self::End => "".into(),
        }
    }

    /// How tightly it binds what is left of it.
    pub(crate) fn power(&self) -> u8 {
        match self {
            Self::Pipe => 1,
            Self::Or => 2,
            Self::And => 3,
            Self::Comparator(_) => 5,
            Self::Flatten => 9,
            Self::Star => 20,
            Self::Filter => 21,
            Self::Dot => 40,
            Self::Not => 45,
            Self::LeftBrace => 50,
            Self::LeftBracket => 55,
            Self::LeftParenthesis => 60,
            _ => 0,
        }
    }
}
