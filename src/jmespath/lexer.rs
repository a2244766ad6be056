//! Text to tokens. Refuses to know which tokens may follow which.

use super::messages::CompileError;
use super::token::{Comparator, Token, TokenKind};
use crate::python::unicode::is_space;
use crate::value::{JsonError, Value, parse_integer};

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
    tokens.push(Token { kind: TokenKind::End, start: characters.len() });
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
        let kind = match first {
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
            '<' if self.take('=') => TokenKind::Comparator(Comparator::LessOrEqual),
            '<' => TokenKind::Comparator(Comparator::Less),
            '>' if self.take('=') => TokenKind::Comparator(Comparator::GreaterOrEqual),
            '>' => TokenKind::Comparator(Comparator::Greater),
            '!' if self.take('=') => TokenKind::Comparator(Comparator::NotEqual),
            '!' => TokenKind::Not,
            '=' if self.take('=') => TokenKind::Comparator(Comparator::Equal),
            '=' => return Err(self.refuse(start, "Unknown token '='")),
            'a'..='z' | 'A'..='Z' | '_' => self.identifier(start),
            '-' | '0'..='9' => self.number(start)?,
            '\'' => {
                let text = self.until('\'', start)?.replace("\\'", "'");
                TokenKind::Literal(Value::string(text))
            }
            '`' => self.literal(start)?,
            '"' => self.quoted_identifier(start)?,
            other => return Err(self.refuse(start, format!("Unknown token {other}"))),
        };
        Ok(Some(Token { kind, start }))
    }

    fn identifier(&mut self, start: usize) -> TokenKind {
        self.skip(|character| character.is_ascii_alphanumeric() || character == '_');
        TokenKind::UnquotedIdentifier(self.since(start).into())
    }

    fn number(&mut self, start: usize) -> Result<TokenKind, CompileError> {
        self.skip(|character| character.is_ascii_digit());
        match &*self.since(start) {
            "-" => Err(self.refuse(start, "Unknown token '-'")),
            digits => parse_integer(digits)
                .map(TokenKind::Number)
                .map_err(|digits| CompileError::Python(JsonError::IntegerTooLong { digits })),
        }
    }

    /// JSON between backquotes. Other text is a string all the same, if quotes make it one (as in `` `running` ``).
    fn literal(&mut self, start: usize) -> Result<TokenKind, CompileError> {
        let text = self.until('`', start)?.replace("\\`", "`");
        let value = match Value::from_json(&text) {
            Err(JsonError::TooDeep) => return Err(CompileError::Python(JsonError::TooDeep)),
            Err(_) => {
                let quoted = format!("\"{}\"", text.trim_start_matches(is_space));
                Value::from_json(&quoted).map_err(|_| self.refuse(start, format!("Bad token {text}")))?
            }
            Ok(value) => value,
        };
        Ok(TokenKind::Literal(value))
    }

    fn quoted_identifier(&mut self, start: usize) -> Result<TokenKind, CompileError> {
        let quoted = format!("\"{}\"", self.until('"', start)?);
        match Value::from_json(&quoted) {
            Ok(Value::String(name)) => Ok(TokenKind::QuotedIdentifier(name)),
            Err(JsonError::Syntax { problem, .. }) => Err(self.refuse(start, problem)),
            // Text in quotes is a string or a syntax error.
            Ok(_) => Err(self.refuse(start, "Bad token")),
            Err(error) => Err(CompileError::Python(error)),
        }
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

    fn since(&self, start: usize) -> String {
        self.between(start, self.at)
    }

    fn between(&self, start: usize, end: usize) -> String {
        self.characters.get(start..end).unwrap_or_default().iter().collect()
    }

    fn refuse(&self, position: usize, message: impl Into<String>) -> CompileError {
        CompileError::Lexer { expression: self.expression.to_owned(), position, message: message.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(expression: &str) -> Vec<(&'static str, String, usize)> {
        let tokens = tokenize(expression).unwrap();
        tokens.iter().map(|token| (token.kind.name(), token.kind.text().into_owned(), token.start)).collect()
    }

    fn literal(expression: &str) -> String {
        match &tokenize(expression).unwrap()[0].kind {
            TokenKind::Literal(value) => value.python_repr(),
            other => panic!("{other:?} is no literal"),
        }
    }

    #[test]
    fn places_count_characters() {
        let found = words("'é'|\"é\".b");
        let places: Vec<usize> = found.iter().map(|(_, _, place)| *place).collect();
        assert_eq!(places, [0, 3, 4, 7, 8, 9]);
    }

    #[test]
    fn brackets_join_only_what_stands_together() {
        let names: Vec<&str> = words("[] [ ] [? [*").iter().map(|(name, ..)| *name).collect();
        assert_eq!(names, ["flatten", "lbracket", "rbracket", "filter", "lbracket", "star", "eof"]);
    }

    #[test]
    fn a_literal_that_is_no_json_is_a_string() {
        assert_eq!(literal("`running`"), "'running'");
        assert_eq!(literal("`\u{1f}\u{a0} x `"), "'x '");
        assert_eq!(literal("`[1,]`"), "'[1,]'");
        assert_eq!(literal("` 1 `"), "1");
        assert_eq!(literal("`\"\\`\"`"), "'`'");
        assert_eq!(literal("`\\``"), "'`'");
        assert!(tokenize("`a\"b`").is_err());
    }

    #[test]
    fn raw_strings_keep_every_backslash_but_those_before_quotes() {
        assert_eq!(literal(r"'a\'b\\c\n'"), r#""a'b\\\\c\\n""#);
    }
}
