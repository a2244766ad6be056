//! Tokens to a tree: a top-down operator-precedence parser that takes what jmespath.py takes and refuses what it refuses.
//!
//! Where the reference is lenient, so is this: commas between arguments and between the members of a hash may be left out, a
//! trailing comma among arguments is fine, and an index or a slice after an index joins its chain without a projection.

use super::ast::{ChainKind, Node, NodeId, Syntax};
use super::lexer::{Token, TokenKind, tokenize};
use super::messages::CompileError;
use crate::python::repr;
use crate::value::{Integer, JsonError, MAXIMUM_DEPTH, Value};

/// Tokens that bind less than this end a projection.
const PROJECTION_STOP: u8 = 10;

type Parsed = Result<NodeId, CompileError>;

pub(crate) fn parse(expression: &str) -> Result<Syntax, CompileError> {
    let tokens = tokenize(expression)?;
    let mut parser = Parser { expression, tokens, index: 0, open: 0, syntax: Syntax::default() };
    let root = parser.expression(0)?;
    let token = parser.token();
    if token.kind != TokenKind::End {
        return Err(parser.refuse(token, &format!("Unexpected token: {}", token.value.python_str())));
    }
    parser.syntax.root = root;
    Ok(parser.syntax)
}

struct Parser<'a> {
    expression: &'a str,
    tokens: Vec<Token>,
    index: usize,
    /// How many expressions around the current token are not complete.
    open: usize,
    syntax: Syntax,
}

impl Parser<'_> {
    fn expression(&mut self, power: u8) -> Parsed {
        self.open += 1;
        if self.open > MAXIMUM_DEPTH {
            return Err(CompileError::Python(JsonError::TooDeep));
        }
        let mut left = self.prefix()?;
        while power < self.current().power() && self.syntax.depth(left) <= MAXIMUM_DEPTH {
            left = self.infix(left)?;
        }
        if self.syntax.depth(left) > MAXIMUM_DEPTH {
            return Err(CompileError::Python(JsonError::TooDeep));
        }
        self.open -= 1;
        Ok(left)
    }

    /// What a token means where an expression begins.
    fn prefix(&mut self) -> Parsed {
        let token = self.token().clone();
        self.index += 1;
        match token.kind {
            TokenKind::Literal => self.add(Node::Literal(token.value)),
            TokenKind::QuotedIdentifier if self.current() == TokenKind::LeftParenthesis => {
                Err(self.refuse_at(0, self.token(), "Quoted identifier not allowed for function names."))
            }
            TokenKind::UnquotedIdentifier | TokenKind::QuotedIdentifier => self.add(Node::Field(token.identifier())),
            TokenKind::Current => Ok(self.here()),
            TokenKind::Star => {
                let left = self.here();
                let right = match self.current() {
                    TokenKind::RightBracket => self.here(),
                    _ => self.projected(token.kind)?,
                };
                self.add(Node::ValueProjection(left, right))
            }
            TokenKind::Filter => {
                let left = self.here();
                self.filter(left)
            }
            TokenKind::Flatten => {
                let left = self.here();
                self.flatten(left)
            }
            TokenKind::LeftBrace => self.multi_select_map(),
            TokenKind::LeftBracket => self.bracket(),
            TokenKind::LeftParenthesis => {
                let inner = self.expression(0)?;
                self.expect(TokenKind::RightParenthesis)?;
                Ok(inner)
            }
            TokenKind::Not => {
                let inner = self.expression(token.kind.power())?;
                self.add(Node::Not(inner))
            }
            TokenKind::ExpressionReference => {
                let inner = self.expression(0)?;
                self.add(Node::Reference(inner))
            }
            TokenKind::End => Err(CompileError::Incomplete(self.expression.to_owned())),
            _ => Err(self.refuse(&token, "invalid token")),
        }
    }

    /// What a token means after an expression.
    fn infix(&mut self, left: NodeId) -> Parsed {
        let token = self.token().clone();
        self.index += 1;
        match token.kind {
            TokenKind::Dot => return self.dot(left),
            TokenKind::LeftParenthesis => return self.function(left),
            TokenKind::Filter => return self.filter(left),
            TokenKind::Flatten => return self.flatten(left),
            TokenKind::LeftBracket => return self.bracket_after(left),
            TokenKind::Star | TokenKind::Not | TokenKind::LeftBrace => return Err(self.refuse(&token, "invalid token")),
            _ => {}
        }
        let right = self.expression(token.kind.power())?;
        self.add(match token.kind {
            TokenKind::Pipe => Node::Chain(ChainKind::Pipe, vec![left, right]),
            TokenKind::Or => Node::Or(left, right),
            TokenKind::And => Node::And(left, right),
            comparator => Node::Comparison(comparator, left, right),
        })
    }

    fn dot(&mut self, left: NodeId) -> Parsed {
        if self.take(TokenKind::Star) {
            let right = self.projected(TokenKind::Dot)?;
            return self.add(Node::ValueProjection(left, right));
        }
        let right = self.after_dot(TokenKind::Dot)?;
        Ok(self.syntax.extend_chain(ChainKind::Subexpression, left, right))
    }

    fn after_dot(&mut self, by: TokenKind) -> Parsed {
        const ALLOWED: [&str; 4] = ["quoted_identifier", "unquoted_identifier", "lbracket", "lbrace"];
        match self.current() {
            TokenKind::QuotedIdentifier | TokenKind::UnquotedIdentifier | TokenKind::Star => {
                self.expression(by.power())
            }
            TokenKind::LeftBracket => {
                self.index += 1;
                self.multi_select_list()
            }
            TokenKind::LeftBrace => {
                self.index += 1;
                self.multi_select_map()
            }
            other => {
                let message = format!("Expecting: {}, got: {}", repr::list(&ALLOWED), other.name());
                Err(self.refuse(self.token(), &message))
            }
        }
    }

    fn function(&mut self, left: NodeId) -> Parsed {
        let Some(Node::Field(name)) = self.syntax.get(left) else {
            // The token before the parenthesis, which is taken.
            let token = self.token_at(self.index.saturating_sub(2));
            return Err(self.refuse(token, &format!("Invalid function name '{}'", token.value.python_str())));
        };
        let name = name.clone();
        let mut arguments = Vec::new();
        while !self.take(TokenKind::RightParenthesis) {
            arguments.push(self.expression(0)?);
            self.take(TokenKind::Comma);
        }
        self.add(Node::Function(name, arguments))
    }

    fn filter(&mut self, left: NodeId) -> Parsed {
        let condition = self.expression(0)?;
        self.expect(TokenKind::RightBracket)?;
        let right = match self.current() {
            TokenKind::Flatten => self.here(),
            _ => self.projected(TokenKind::Filter)?,
        };
        self.add(Node::FilterProjection(left, right, condition))
    }

    fn flatten(&mut self, left: NodeId) -> Parsed {
        let flattened = self.syntax.add(Node::Flatten(left));
        let right = self.projected(TokenKind::Flatten)?;
        self.add(Node::Projection(flattened, right))
    }

    /// `[` where an expression begins: an index, a slice, a projection, or a list of expressions.
    fn bracket(&mut self) -> Parsed {
        match self.current() {
            TokenKind::Number | TokenKind::Colon => {
                let left = self.here();
                let right = self.index_or_slice()?;
                self.indexed(left, right)
            }
            TokenKind::Star if self.following() == TokenKind::RightBracket => {
                self.index += 2;
                let left = self.here();
                let right = self.projected(TokenKind::Star)?;
                self.add(Node::Projection(left, right))
            }
            _ => self.multi_select_list(),
        }
    }

    /// `[` after an expression: an index, a slice or a projection.
    fn bracket_after(&mut self, left: NodeId) -> Parsed {
        if let TokenKind::Number | TokenKind::Colon = self.current() {
            let right = self.index_or_slice()?;
            if let Some(Node::Chain(ChainKind::Index, _)) = self.syntax.get(left) {
                return Ok(self.syntax.extend_chain(ChainKind::Index, left, right));
            }
            return self.indexed(left, right);
        }
        self.expect(TokenKind::Star)?;
        self.expect(TokenKind::RightBracket)?;
        let right = self.projected(TokenKind::Star)?;
        self.add(Node::Projection(left, right))
    }

    /// The first index of a chain; a slice is projected.
    fn indexed(&mut self, left: NodeId, right: NodeId) -> Parsed {
        let chain = self.syntax.add(Node::Chain(ChainKind::Index, vec![left, right]));
        if !matches!(self.syntax.get(right), Some(Node::Slice(_))) {
            return Ok(chain);
        }
        let right = self.projected(TokenKind::Star)?;
        self.add(Node::Projection(chain, right))
    }

    fn index_or_slice(&mut self) -> Parsed {
        if self.current() != TokenKind::Number || self.following() == TokenKind::Colon {
            return self.slice();
        }
        let index = self.number();
        self.index += 1;
        self.expect(TokenKind::RightBracket)?;
        self.add(Node::Index(index))
    }

    fn slice(&mut self) -> Parsed {
        let mut parts: [Option<Integer>; 3] = [None, None, None];
        let mut part = 0;
        while !self.take(TokenKind::RightBracket) {
            match self.current() {
                TokenKind::Colon if part < 2 => part += 1,
                TokenKind::Number if let Some(place) = parts.get_mut(part) => *place = Some(self.number()),
                _ => return Err(self.refuse(self.token(), "syntax error")),
            }
            self.index += 1;
        }
        self.add(Node::Slice(parts))
    }

    fn number(&self) -> Integer {
        match &self.token().value {
            Value::Integer(number) => number.clone(),
            _ => Integer::Small(0),
        }
    }

    fn multi_select_list(&mut self) -> Parsed {
        let mut items = Vec::new();
        loop {
            items.push(self.expression(0)?);
            if self.take(TokenKind::RightBracket) {
                return self.add(Node::MultiSelectList(items));
            }
            self.expect(TokenKind::Comma)?;
        }
    }

    fn multi_select_map(&mut self) -> Parsed {
        let mut members = Vec::new();
        loop {
            if !matches!(self.current(), TokenKind::QuotedIdentifier | TokenKind::UnquotedIdentifier) {
                return Err(self.refuse_or_incomplete(&repr::list(&["quoted_identifier", "unquoted_identifier"])));
            }
            let name = self.token().identifier();
            self.index += 1;
            self.expect(TokenKind::Colon)?;
            members.push((name, self.expression(0)?));
            if !self.take(TokenKind::Comma) && self.take(TokenKind::RightBrace) {
                return self.add(Node::MultiSelectMap(members));
            }
        }
    }

    /// What a projection, which this token begins, does with each item.
    fn projected(&mut self, by: TokenKind) -> Parsed {
        match self.current() {
            current if current.power() < PROJECTION_STOP => Ok(self.here()),
            TokenKind::LeftBracket | TokenKind::Filter => self.expression(by.power()),
            TokenKind::Dot => {
                self.index += 1;
                self.after_dot(by)
            }
            _ => Err(self.refuse(self.token(), "syntax error")),
        }
    }

    fn add(&mut self, node: Node) -> Parsed {
        Ok(self.syntax.add(node))
    }

    fn here(&mut self) -> NodeId {
        self.syntax.add(Node::Current)
    }

    fn take(&mut self, kind: TokenKind) -> bool {
        let found = self.current() == kind;
        self.index += usize::from(found);
        found
    }

    fn expect(&mut self, kind: TokenKind) -> Result<(), CompileError> {
        if self.take(kind) { Ok(()) } else { Err(self.refuse_or_incomplete(kind.name())) }
    }

    fn token(&self) -> &Token {
        self.token_at(self.index)
    }

    /// The token at a place; beyond the end it is still the end.
    #[expect(clippy::indexing_slicing, reason = "the last token is always there")]
    fn token_at(&self, index: usize) -> &Token {
        &self.tokens[index.min(self.tokens.len() - 1)]
    }

    fn current(&self) -> TokenKind {
        self.token().kind
    }

    fn following(&self) -> TokenKind {
        self.token_at(self.index + 1).kind
    }

    fn refuse(&self, token: &Token, message: &str) -> CompileError {
        self.refuse_at(token.start, token, message)
    }

    fn refuse_at(&self, position: usize, token: &Token, message: &str) -> CompileError {
        CompileError::Parse {
            expression: self.expression.to_owned(),
            position,
            message: message.to_owned(),
            token: token.value.python_str(),
            token_type: token.kind.name().to_uppercase(),
        }
    }

    fn refuse_or_incomplete(&self, expected: &str) -> CompileError {
        match self.current() {
            TokenKind::End => CompileError::Incomplete(self.expression.to_owned()),
            other => self.refuse(self.token(), &format!("Expecting: {expected}, got: {}", other.name())),
        }
    }
}
