//! The 26 functions: their names, how many arguments of which types they take, and the call. Refuses to evaluate arguments;
//! what the functions do is in the files beside this one, by the kind of value they work on.

mod collections;
mod conversion;
mod numbers;
mod ordering;
mod signature;
mod strings;

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
    let Some(function) = FUNCTIONS.iter().find(|function| function.name == name) else {
        return Err(RunProblem::UnknownFunction { name: name.to_owned() }.into());
    };
    check(function, arguments)?;
    (function.body)(&Call { interpreter, function: function.name, nodes, arguments })
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
        let reference = reference.ok_or(RunProblem::DistantExpression { function: self.function })?;
        self.interpreter.visit(reference, value)
    }
}

const ANY: &[Type] = &[];

const FUNCTIONS: [Function; 26] = [
    Function::new("abs", &[&[Type::Number]], numbers::abs),
    Function::new("avg", &[&[Type::ArrayNumber]], numbers::avg),
    Function::new("ceil", &[&[Type::Number]], numbers::ceil),
    Function::new("contains", &[&[Type::Array, Type::String], ANY], collections::contains),
    Function::new("ends_with", &[&[Type::String], &[Type::String]], strings::ends_with),
    Function::new("floor", &[&[Type::Number]], numbers::floor),
    Function::new("join", &[&[Type::String], &[Type::ArrayString]], strings::join),
    Function::new("keys", &[&[Type::Object]], collections::keys),
    Function::new("length", &[&[Type::String, Type::Array, Type::Object]], collections::length),
    Function::new("map", &[&[Type::Expression], &[Type::Array]], collections::map),
    Function::new("max", &[&[Type::ArrayNumber, Type::ArrayString]], ordering::max),
    Function::new("max_by", &[&[Type::Array], &[Type::Expression]], ordering::max_by),
    Function::variadic("merge", &[&[Type::Object]], collections::merge),
    Function::new("min", &[&[Type::ArrayNumber, Type::ArrayString]], ordering::min),
    Function::new("min_by", &[&[Type::Array], &[Type::Expression]], ordering::min_by),
    Function::variadic("not_null", &[ANY], collections::not_null),
    Function::new("reverse", &[&[Type::Array, Type::String]], collections::reverse),
    Function::new("sort", &[&[Type::ArrayString, Type::ArrayNumber]], ordering::sort),
    Function::new("sort_by", &[&[Type::Array], &[Type::Expression]], ordering::sort_by),
    Function::new("starts_with", &[&[Type::String], &[Type::String]], strings::starts_with),
    Function::new("sum", &[&[Type::ArrayNumber]], numbers::sum),
    Function::new("to_array", &[ANY], conversion::to_array),
    Function::new("to_number", &[ANY], conversion::to_number),
    Function::new("to_string", &[ANY], conversion::to_string),
    Function::new("type", &[ANY], conversion::type_name),
    Function::new("values", &[&[Type::Object]], collections::values),
];
