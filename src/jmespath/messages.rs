//! What can be wrong with a query, in the words of Python's jmespath: each error prints as `str(exception)`.

use thiserror::Error;

use crate::python::repr;
use crate::value::{JsonError, MAXIMUM_TEXT, Value};

/// Why a text is not a query. The AWS CLI prints it after `Bad value for --query <text>: `.
#[derive(Clone, Debug, Error)]
pub enum CompileError {
    #[error("Invalid JMESPath expression: cannot be empty.")]
    Empty,
    #[error("Bad jmespath expression: {message}:\n{expression}\n{}^", " ".repeat(*position))]
    Lexer { expression: String, position: usize, message: String },
    #[error(
        "{message}: Parse error at column {position}, token \"{token}\" ({token_type}), for expression:\n\"{expression}\"\n{}^",
        " ".repeat(position + 1)
    )]
    Parse { expression: String, position: usize, message: String, token: String, token_type: String },
    #[error("Invalid jmespath expression: Incomplete expression:\n\"{0}\"\n{blanks}^", blanks = " ".repeat(.0.chars().count() + 1))]
    Incomplete(String),
    /// A failure of Python itself, which no jmespath error wraps.
    #[error(transparent)]
    Python(#[from] JsonError),
}

/// Why a query that compiled has no result.
#[derive(Clone, Debug, Error)]
#[error(transparent)]
pub struct RunError(Box<RunProblem>);

/// What went wrong in an evaluation. The last ones are Python's own exceptions, which jmespath lets through; but `TooLarge` is a
/// limit of ours, where Python fills the memory.
#[derive(Clone, Debug, Error)]
pub(super) enum RunProblem {
    #[error("Unknown function: {0}()")]
    UnknownFunction(String),
    #[error(
        "Expected {}{expected} argument{} for function {function}(), received {received}",
        if *variadic { "at least " } else { "" },
        if *expected == 1 { "" } else { "s" }
    )]
    Arity { function: &'static str, expected: usize, variadic: bool, received: usize },
    #[error(
        "In function {function}(), invalid type for value: {}, expected one of: {}, received: \"{received}\"",
        value.python_str(),
        repr::list(expected)
    )]
    Type { function: &'static str, value: Value, expected: Vec<&'static str>, received: &'static str },
    #[error("'{symbol}' not supported between instances of '{left}' and '{right}'")]
    NotOrdered { symbol: &'static str, left: &'static str, right: &'static str },
    #[error("'in <string>' requires string as left operand, not {0}")]
    NotInString(&'static str),
    #[error("int() argument must be a string, a bytes-like object or a real number, not '{0}'")]
    NotNumeric(&'static str),
    #[error("slice step cannot be zero")]
    SliceStepZero,
    #[error("int too large to convert to float")]
    IntegerTooLargeForFloat,
    #[error("cannot convert float infinity to integer")]
    InfinityToInteger,
    #[error("cannot convert float NaN to integer")]
    NanToInteger,
    /// An expression that is not written where the function is called.
    #[error("In function {0}(), an expression (&...) must be written as the argument itself")]
    DistantExpression(&'static str),
    #[error("What the query yields is larger than {} MiB", MAXIMUM_TEXT >> 20)]
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
