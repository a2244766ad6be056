//! The 26 functions: their names, how many arguments of which types they take, and the call. Refuses to evaluate arguments;
//! what the functions do is in the files beside this one, by the kind of value they work on.

mod collections;
mod conversion;
mod numbers;
mod ordering;
mod signature;

use signature::{Function, Type, check};

use super::ast::NodeId;
use super::interpreter::Interpreter;
use super::messages::{RunError, RunProblem};
use crate::value::Value;

type Called = Result<Value, RunError>;

/// What a function gets: the evaluated arguments, checked, and the means to evaluate an expression among them.
struct Call<'a> {
    interpreter: &'a Interpreter<'a>,
    function: &'static str,
    nodes: &'a [NodeId],
    arguments: &'a [Value],
}

/// Calls a function by its name, with its arguments as written and as evaluated.
pub(crate) fn call(interpreter: &Interpreter<'_>, name: &str, nodes: &[NodeId], arguments: &[Value]) -> Called {
    let Some(function) = FUNCTIONS.iter().find(|(known, ..)| *known == name) else {
        return Err(RunProblem::UnknownFunction(name.to_owned()).into());
    };
    check(function, arguments)?;
    let (function, _, body) = *function;
    body(&Call { interpreter, function, nodes, arguments })
}

impl Call<'_> {
    /// An argument; `null` for one that is not there, which the check has excluded.
    fn argument(&self, index: usize) -> &Value {
        self.arguments.get(index).unwrap_or(&Value::Null)
    }

    fn number(&self) -> &Value {
        self.argument(0)
    }

    fn text(&self, index: usize) -> &str {
        match self.argument(index) {
            Value::String(text) => text,
            _ => "",
        }
    }

    fn list(&self, index: usize) -> &[Value] {
        match self.argument(index) {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// Evaluates an expression argument on a value.
    fn evaluate(&self, index: usize, value: &Value) -> Called {
        let reference = self.nodes.get(index).and_then(|node| self.interpreter.reference(*node));
        let reference = reference.ok_or(RunProblem::DistantExpression(self.function))?;
        self.interpreter.visit(reference, value)
    }
}

const ANY: &[Type] = &[];

const FUNCTIONS: [Function; 26] = [
    ("abs", &[&[Type::Number]], numbers::abs),
    ("avg", &[&[Type::ArrayNumber]], numbers::avg),
    ("ceil", &[&[Type::Number]], numbers::ceil),
    ("contains", &[&[Type::Array, Type::String], ANY], collections::contains),
    ("ends_with", &[&[Type::String], &[Type::String]], collections::ends_with),
    ("floor", &[&[Type::Number]], numbers::floor),
    ("join", &[&[Type::String], &[Type::ArrayString]], collections::join),
    ("keys", &[&[Type::Object]], collections::keys),
    ("length", &[&[Type::String, Type::Array, Type::Object]], collections::length),
    ("map", &[&[Type::Expression], &[Type::Array]], collections::map),
    ("max", &[&[Type::ArrayNumber, Type::ArrayString]], ordering::max),
    ("max_by", &[&[Type::Array], &[Type::Expression]], ordering::max_by),
    ("merge", &[&[Type::Object]], collections::merge),
    ("min", &[&[Type::ArrayNumber, Type::ArrayString]], ordering::min),
    ("min_by", &[&[Type::Array], &[Type::Expression]], ordering::min_by),
    ("not_null", &[ANY], collections::not_null),
    ("reverse", &[&[Type::Array, Type::String]], collections::reverse),
    ("sort", &[&[Type::ArrayString, Type::ArrayNumber]], ordering::sort),
    ("sort_by", &[&[Type::Array], &[Type::Expression]], ordering::sort_by),
    ("starts_with", &[&[Type::String], &[Type::String]], collections::starts_with),
    ("sum", &[&[Type::ArrayNumber]], numbers::sum),
    ("to_array", &[ANY], conversion::to_array),
    ("to_number", &[ANY], conversion::to_number),
    ("to_string", &[ANY], conversion::to_string),
    ("type", &[ANY], conversion::type_name),
    ("values", &[&[Type::Object]], collections::values),
];
