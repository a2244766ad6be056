//! JMESPath as the AWS CLI has it: the language, the quirks and the messages of Python's jmespath 1.0.1 on Python 3.14.
//!
//! A query is compiled before anything is sent and evaluated when the answer is there, so both halves fail on their own:
//! [`CompileError`] and [`RunError`] print as Python's `str(exception)` does. Touches nothing but [`crate::value`].
//!
//! A query nests to [`crate::value::MAXIMUM_DEPTH`], which the parser checks: it bounds the stack and the depth of results.

mod ast;
mod functions;
mod interpreter;
mod lexer;
mod messages;
mod parser;
#[cfg(test)]
mod tests;

use crate::value::Value;
use messages::RunProblem;

pub(crate) use messages::{CompileError, RunError};

#[derive(Debug)]
pub struct Expression {
    syntax: ast::Syntax,
}

impl Expression {
    /// Compiles a query.
    ///
    /// # Errors
    /// Where the text is not JMESPath (the AWS CLI answers with status 252 before it calls the service).
    pub fn compile(text: &str) -> Result<Self, CompileError> {
        parser::parse(text).map(|syntax| Self { syntax })
    }

    /// Evaluates the query. What it yields shares the nodes of the value (and of the query's literals) wherever Python yields
    /// the same object.
    ///
    /// # Errors
    /// Where a function does not exist, or an argument does not suit it, or Python itself fails, or the result would fill the memory
    /// (status 255, after the call).
    pub fn search(&self, value: &Value) -> Result<Value, RunError> {
        let found = interpreter::search(&self.syntax, value)?;
        if found.fits_as_text() { Ok(found) } else { Err(RunProblem::TooLarge.into()) }
    }
}
