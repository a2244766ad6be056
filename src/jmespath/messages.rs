//! What can be wrong with a query, in the words of Python's jmespath: each error prints as `str(exception)`.

use std::fmt;

use super::token::Token;
use crate::python::repr;
use crate::value::{JsonError, MAXIMUM_TEXT, Value};

/// Why a text is not a query. The AWS CLI prints it after `Bad value for --query <text>: `.
#[derive(Clone, Debug)]
pub struct CompileError(Box<CompileProblem>);

#[derive(Clone, Debug)]
enum CompileProblem {
    Empty,
    Lexer {
        expression: String,
        position: usize,
        message: String,
    },
    Parse {
        expression: String,
        position: usize,
        message: String,
        token: String,
        token_type: String,
    },
    Incomplete {
        expression: String,
    },
    /// A failure of Python itself, which no jmespath error wraps.
    Python(JsonError),
}

impl CompileError {
    pub(super) fn empty() -> Self {
        Self(Box::new(CompileProblem::Empty))
    }

    pub(super) fn lexer(expression: &str, position: usize, message: String) -> Self {
        Self(Box::new(CompileProblem::Lexer { expression: expression.to_owned(), position, message }))
    }

    pub(super) fn parse(expression: &str, position: usize, message: String, token: &Token) -> Self {
        Self(Box::new(CompileProblem::Parse {
            expression: expression.to_owned(),
            position,
            message,
            token: token.kind.text().into_owned(),
            token_type: token.kind.name().to_uppercase(),
        }))
    }

    pub(super) fn incomplete(expression: &str) -> Self {
        Self(Box::new(CompileProblem::Incomplete { expression: expression.to_owned() }))
    }

    pub(super) fn python(error: JsonError) -> Self {
        Self(Box::new(CompileProblem::Python(error)))
    }
}

impl fmt::Display for CompileError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            CompileProblem::Empty => formatter.write_str("Invalid JMESPath expression: cannot be empty."),
            CompileProblem::Lexer { expression, position, message } => {
                write!(formatter, "Bad jmespath expression: {message}:\n{expression}\n{}^", " ".repeat(*position))
            }
            CompileProblem::Parse { expression, position, message, token, token_type } => write!(
                formatter,
                "{message}: Parse error at column {position}, token \"{token}\" ({token_type}), \
                 for expression:\n\"{expression}\"\n{}^",
                " ".repeat(position + 1)
            ),
            CompileProblem::Incomplete { expression } => write!(
                formatter,
                "Invalid jmespath expression: Incomplete expression:\n\"{expression}\"\n{}^",
                " ".repeat(expression.chars().count() + 1)
            ),
            CompileProblem::Python(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for CompileError {}

/// Why a query that compiled has no result.
#[derive(Clone, Debug)]
pub struct RunError(Box<RunProblem>);

/// What went wrong in an evaluation. The last ones are Python's own exceptions, which jmespath lets through; but `TooLarge` is a
/// limit of ours, where Python fills the memory.
#[derive(Clone, Debug)]
pub(super) enum RunProblem {
    UnknownFunction {
        name: String,
    },
    Arity {
        function: &'static str,
        expected: usize,
        variadic: bool,
        received: usize,
    },
    Type {
        function: &'static str,
        value: Value,
        expected: Vec<&'static str>,
        received: &'static str,
    },
    NotOrdered {
        symbol: &'static str,
        left: &'static str,
        right: &'static str,
    },
    NotInString {
        searched: &'static str,
    },
    NotNumeric {
        received: &'static str,
    },
    SliceStepZero,
    IntegerTooLargeForFloat,
    InfinityToInteger,
    NanToInteger,
    /// An expression that is not written where the function is called.
    DistantExpression {
        function: &'static str,
    },
    TooLarge,
}

impl From<RunProblem> for RunError {
    fn from(problem: RunProblem) -> Self {
        Self(Box::new(match problem {
            // Its message shows the value.
            RunProblem::Type { value, .. } if !value.fits_as_text() => RunProblem::TooLarge,
            problem => problem,
        }))
    }
}

impl fmt::Display for RunError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            RunProblem::UnknownFunction { name } => write!(formatter, "Unknown function: {name}()"),
            RunProblem::Arity { function, expected, variadic, received } => {
                let at_least = if *variadic { "at least " } else { "" };
                let plural = if *expected == 1 { "" } else { "s" };
                write!(
                    formatter,
                    "Expected {at_least}{expected} argument{plural} for function {function}(), received {received}"
                )
            }
            RunProblem::Type { function, value, expected, received } => write!(
                formatter,
                "In function {function}(), invalid type for value: {}, expected one of: {}, received: \"{received}\"",
                value.python_str(),
                repr::list(expected)
            ),
            RunProblem::NotOrdered { symbol, left, right } => {
                write!(formatter, "'{symbol}' not supported between instances of '{left}' and '{right}'")
            }
            RunProblem::NotInString { searched } => {
                write!(formatter, "'in <string>' requires string as left operand, not {searched}")
            }
            RunProblem::NotNumeric { received } => write!(
                formatter,
                "int() argument must be a string, a bytes-like object or a real number, not '{received}'"
            ),
            RunProblem::SliceStepZero => formatter.write_str("slice step cannot be zero"),
            RunProblem::IntegerTooLargeForFloat => formatter.write_str("int too large to convert to float"),
            RunProblem::InfinityToInteger => formatter.write_str("cannot convert float infinity to integer"),
            RunProblem::NanToInteger => formatter.write_str("cannot convert float NaN to integer"),
            RunProblem::DistantExpression { function } => {
                write!(
                    formatter,
                    "In function {function}(), an expression (&...) must be written as the argument itself"
                )
            }
            RunProblem::TooLarge => {
                write!(formatter, "What the query yields is larger than {} MiB", MAXIMUM_TEXT >> 20)
            }
        }
    }
}

impl std::error::Error for RunError {}
