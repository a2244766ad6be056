//! The 26 functions: their names, how many arguments of which types they take, and the call. Refuses to evaluate arguments;
//! what the functions do is in the files beside this one, by the kind of value they work on.

mod numbers;
mod ordering;
mod values;

use std::rc::Rc;

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
    let (function, parameters, body) = *function;
    check(function, parameters, arguments)?;
    body(&Call { interpreter, function, nodes, arguments })
}

impl Call<'_> {
    /// An argument; `null` for one that is not there, which the check has excluded.
    fn argument(&self, index: usize) -> &Value {
        self.arguments.get(index).unwrap_or(&Value::Null)
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

    fn members(&self, index: usize) -> impl Iterator<Item = (&Rc<str>, &Value)> {
        let members = if let Value::Map(members) = self.argument(index) { Some(members) } else { None };
        members.into_iter().flat_map(|members| members.iter())
    }

    fn evaluate(&self, index: usize, value: &Value) -> Called {
        let reference = self.nodes.get(index).and_then(|node| self.interpreter.reference(*node));
        let reference = reference.ok_or(RunProblem::DistantExpression(self.function))?;
        self.interpreter.visit(reference, value)
    }
}

/// JMESPath's name for the type of a value; `unknown` for what it has no name for.
pub(crate) fn jmespath_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Integer(_) | Value::Float(_) => "number",
        Value::String(_) => "string",
        Value::List(_) => "array",
        Value::Map(_) => "object",
        Value::Expression(_) => "expref",
        Value::Epoch => "unknown",
    }
}

/// Checks number and types of the arguments, in Python's order and words.
fn check(function: &'static str, parameters: &'static str, arguments: &[Value]) -> Result<(), RunError> {
    let variadic = parameters.ends_with("...");
    let parameters: Vec<&'static str> = parameters.trim_end_matches('.').split(' ').collect();
    let (expected, received) = (parameters.len(), arguments.len());
    if received < expected || (received > expected && !variadic) {
        return Err(RunProblem::Arity { function, expected, variadic, received }.into());
    }
    let more = parameters.iter().chain(parameters.last().into_iter().cycle());
    more.zip(arguments).try_for_each(|(types, argument)| check_argument(function, types, argument))
}

fn check_argument(function: &'static str, types: &'static str, argument: &Value) -> Result<(), RunError> {
    let refuse = |value: &Value, received| {
        let expected = types.split('|').collect();
        Err(RunProblem::Type { function, value: value.clone(), expected, received }.into())
    };
    // What an array's items must be, where it matters, follows the dash.
    let received = jmespath_type(argument);
    if types != "any" && !types.split('|').any(|allowed| allowed.split('-').next() == Some(received)) {
        return refuse(argument, received);
    }
    let Value::List(items) = argument else { return Ok(()) };
    // Where items may be of several types, the first decides which all must be of.
    let mut kinds = types.split('|').filter_map(|allowed| allowed.strip_prefix("array-"));
    let (Some(first), second) = (kinds.next(), kinds.next()) else { return Ok(()) };
    let kind =
        second.filter(|second| items.first().is_some_and(|item| jmespath_type(item) == *second)).unwrap_or(first);
    match items.iter().find(|item| jmespath_type(item) != kind) {
        Some(item) => refuse(item, item.python_type_name()),
        None => Ok(()),
    }
}

/// A name, the types that each argument may have (`...` where more may follow the last), and what the function does.
type Function = (&'static str, &'static str, fn(&Call<'_>) -> Called);

static FUNCTIONS: [Function; 26] = [
    ("abs", "number", numbers::abs),
    ("avg", "array-number", numbers::avg),
    ("ceil", "number", numbers::ceil),
    ("contains", "array|string any", values::contains),
    ("ends_with", "string string", values::ends_with),
    ("floor", "number", numbers::floor),
    ("join", "string array-string", values::join),
    ("keys", "object", values::keys),
    ("length", "string|array|object", values::length),
    ("map", "expref array", values::map),
    ("max", "array-number|array-string", ordering::max),
    ("max_by", "array expref", ordering::max_by),
    ("merge", "object...", values::merge),
    ("min", "array-number|array-string", ordering::min),
    ("min_by", "array expref", ordering::min_by),
    ("not_null", "any...", values::not_null),
    ("reverse", "array|string", values::reverse),
    ("sort", "array-string|array-number", ordering::sort),
    ("sort_by", "array expref", ordering::sort_by),
    ("starts_with", "string string", values::starts_with),
    ("sum", "array-number", numbers::sum),
    ("to_array", "any", values::to_array),
    ("to_number", "any", values::to_number),
    ("to_string", "any", values::to_string),
    ("type", "any", values::type_name),
    ("values", "object", values::values),
];
