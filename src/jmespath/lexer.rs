//! Text to tokens. Refuses to know which tokens may follow which.

use std::rc::Rc;

use super::messages::CompileError;
use crate::python::unicode::is_space;
use crate::value::{JsonError, Value, parse_integer};

#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    /// What was written; of an identifier its name, of a literal or a number its value.
    pub(crate) value: Value,
    /// Its place in the expression, in characters from 0.
    pub(crate) start: usize,
}

/// By their names in messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub(crate) enum TokenKind {
    UnquotedIdentifier,
    QuotedIdentifier,
    Literal,
    Number,
    Dot,
    Star,
    #[strum(serialize = "lbracket")]
    LeftBracket,
    #[strum(serialize = "rbracket")]
    RightBracket,
    Flatten,
    Filter,
    #[strum(serialize = "lparen")]
    LeftParenthesis,
    #[strum(serialize = "rparen")]
    RightParenthesis,
    #[strum(serialize = "lbrace")]
    LeftBrace,
    #[strum(serialize = "rbrace")]
    RightBrace,
    Comma,
    Colon,
    Current,
    #[strum(serialize = "expref")]
    ExpressionReference,
    Not,
    And,
    Or,
    Pipe,
    #[strum(serialize = "eq")]
    Equal,
    #[strum(serialize = "ne")]
    NotEqual,
    #[strum(serialize = "lt")]
    Less,
    #[strum(serialize = "lte")]
    LessOrEqual,
    #[strum(serialize = "gt")]
    Greater,
    #[strum(serialize = "gte")]
    GreaterOrEqual,
    #[strum(serialize = "eof")]
    End,
}

impl TokenKind {
    pub(crate) fn name(self) -> &'static str {
        self.into()
    }

    /// How tightly it binds what is left of it.
    pub(crate) fn power(self) -> u8 {
        match self {
            Self::Pipe => 1,
            Self::Or => 2,
            Self::And => 3,
            Self::Equal | Self::NotEqual | Self::Less | Self::LessOrEqual | Self::Greater | Self::GreaterOrEqual => 5,
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

impl Token {
    pub(crate) fn identifier(&self) -> Rc<str> {
        match &self.value {
            Value::String(name) => Rc::clone(name),
            _ => "".into(),
        }
    }
}

/// Splits an expression into its tokens, [`TokenKind::End`] last.
pub(crate) fn tokenize(expression: &str) -> Result<Vec<Token>, CompileError> {
    if expression.is_empty() {
        return Err(CompileError::Empty);
    }
    let characters: Vec<char> = expression.chars().collect();
    let mut lexer = Lexer { expression, characters: &characters, at: 0 };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.token()? {
        tokens.push(token);
    }
    tokens.push(Token { kind: TokenKind::End, value: Value::string(""), start: characters.len() });
    Ok(tokens)
}

struct Lexer<'a> {
    expression: &'a str,
    characters: &'a [char],
    at: usize,
}

impl Lexer<'_> {
    fn token(&mut self) -> Result<Option<Token>, CompileError> {
        while let Some(' ' | '\t' | '\n' | '\r') = self.peek() {
            self.at += 1;
        }
        let start = self.at;
        let Some(first) = self.peek() else { return Ok(None) };
        self.at += 1;
        let (kind, value) = match first {
            '\'' => (TokenKind::Literal, Value::string(self.until('\'', start)?.replace("\\'", "'"))),
            '`' => (TokenKind::Literal, self.literal(start)?),
            '"' => (TokenKind::QuotedIdentifier, self.quoted_identifier(start)?),
            '-' | '0'..='9' => (TokenKind::Number, self.number(start)?),
            _ => (self.symbol(first)?, Value::string(self.between(start, self.at))),
        };
        Ok(Some(Token { kind, value, start }))
    }

    /// What is written as it is: a name without quotes, or a symbol of one or two characters.
    fn symbol(&mut self, first: char) -> Result<TokenKind, CompileError> {
        Ok(match first {
            '.' => TokenKind::Dot,
            '*' => TokenKind::Star,
            ']' => TokenKind::RightBracket,
            ',' => TokenKind::Comma,
            ':' => TokenKind::Colon,
            '@' => TokenKind::Current,
            '(' => TokenKind::LeftParenthesis,
            ')' => TokenKind::RightParenthesis,
            '{' => TokenKind::LeftBrace,
            '}' => TokenKind::RightBrace,
            '[' if self.take(']') => TokenKind::Flatten,
            '[' if self.take('?') => TokenKind::Filter,
            '[' => TokenKind::LeftBracket,
            '|' if self.take('|') => TokenKind::Or,
            '|' => TokenKind::Pipe,
            '&' if self.take('&') => TokenKind::And,
            '&' => TokenKind::ExpressionReference,
            '<' if self.take('=') => TokenKind::LessOrEqual,
            '<' => TokenKind::Less,
            '>' if self.take('=') => TokenKind::GreaterOrEqual,
            '>' => TokenKind::Greater,
            '!' if self.take('=') => TokenKind::NotEqual,
            '!' => TokenKind::Not,
            '=' if self.take('=') => TokenKind::Equal,
            'a'..='z' | 'A'..='Z' | '_' => {
                self.skip(|character| character.is_ascii_alphanumeric() || character == '_');
                TokenKind::UnquotedIdentifier
            }
            '=' => return Err(self.refuse(self.at - 1, "Unknown token '='")),
            other => return Err(self.refuse(self.at - 1, format!("Unknown token {other}"))),
        })
    }

    fn number(&mut self, start: usize) -> Result<Value, CompileError> {
        self.skip(|character| character.is_ascii_digit());
        match self.between(start, self.at).as_str() {
            "-" => Err(self.refuse(start, "Unknown token '-'")),
            digits => parse_integer(digits)
                .map(Value::Integer)
                .map_err(|digits| CompileError::Python(JsonError::IntegerTooLong { digits })),
        }
    }

    /// JSON between backquotes. Other text is a string all the same, if quotes make it one (as in `` `running` ``).
    fn literal(&mut self, start: usize) -> Result<Value, CompileError> {
        let text = self.until('`', start)?.replace("\\`", "`");
        Value::from_json(&text).or_else(|error| match error {
            JsonError::TooDeep => Err(CompileError::Python(error)),
            _ => Value::from_json(&format!("\"{}\"", text.trim_start_matches(is_space)))
                .map_err(|_| self.refuse(start, format!("Bad token {text}"))),
        })
    }

    fn quoted_identifier(&mut self, start: usize) -> Result<Value, CompileError> {
        let quoted = format!("\"{}\"", self.until('"', start)?);
        Value::from_json(&quoted).map_err(|error| match error {
            JsonError::Syntax { problem, .. } => self.refuse(start, problem),
            error => CompileError::Python(error),
        })
    }

    /// Takes everything up to the closing delimiter; a backslash keeps the character after it from closing, and stays.
    fn until(&mut self, delimiter: char, start: usize) -> Result<String, CompileError> {
        let from = self.at;
        while let Some(character) = self.peek() {
            self.at += 1;
            if character == delimiter {
                return Ok(self.between(from, self.at - 1));
            }
            if character == '\\' {
                self.at += 1;
            }
        }
        Err(self.refuse(start, format!("Unclosed {delimiter} delimiter")))
    }

    fn peek(&self) -> Option<char> {
        self.characters.get(self.at).copied()
    }

    fn take(&mut self, character: char) -> bool {
        let found = self.peek() == Some(character);
        self.at += usize::from(found);
        found
    }

    fn skip(&mut self, belongs: impl Fn(char) -> bool) {
        while self.peek().is_some_and(&belongs) {
            self.at += 1;
        }
    }

    fn between(&self, start: usize, end: usize) -> String {
        self.characters.get(start..end).unwrap_or_default().iter().collect()
    }

    fn refuse(&self, position: usize, message: impl Into<String>) -> CompileError {
        CompileError::Lexer { expression: self.expression.to_owned(), position, message: message.into() }
    }
}
