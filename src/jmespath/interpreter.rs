//! Walks a query's tree over a value. Yields shared nodes where Python yields the same object; builds new lists and maps
//! where Python does. Refuses to know the functions beyond calling them.

use std::rc::Rc;

use super::ast::{Node, NodeId, Syntax};
use super::comparison::{compare, is_false, negate};
use super::functions;
use super::messages::{RunError, RunProblem};
use super::token::Comparator;
use crate::value::{ExpressionReference, Integer, MAXIMUM_TEXT, Map, Value};

pub(crate) fn search(syntax: &Syntax, value: &Value) -> Result<Value, RunError> {
    Interpreter { syntax }.visit(syntax.root, value)
}

pub(crate) struct Interpreter<'a> {
    syntax: &'a Syntax,
}

type Visited = Result<Value, RunError>;

impl Interpreter<'_> {
    pub(crate) fn visit(&self, node: NodeId, value: &Value) -> Visited {
        let Some(node) = self.syntax.get(node) else { return Ok(Value::Null) };
        match node {
            Node::Field(name) => Ok(field(name, value)),
            Node::Literal(literal) => Ok(literal.clone()),
            Node::Current => Ok(value.clone()),
            Node::Index(index) => Ok(item(index, value)),
            Node::Slice(parts) => slice(parts, value),
            Node::Chain(_, steps) => self.chain(steps, value),
            Node::Or(left, right) => self.either(*left, *right, true, value),
            Node::And(left, right) => self.either(*left, *right, false, value),
            Node::Not(operand) => self.visit(*operand, value).map(|value| Value::Bool(negate(&value))),
            Node::Comparison(comparator, left, right) => self.comparison(*comparator, *left, *right, value),
            Node::Reference(_) => Ok(Value::Expression(Rc::new(ExpressionReference))),
            Node::Function(name, arguments) => self.function(name, arguments, value),
            Node::Projection(list, each) => self.projection(*list, *each, None, value),
            Node::FilterProjection(list, each, condition) => self.projection(*list, *each, Some(*condition), value),
            Node::ValueProjection(map, each) => self.value_projection(*map, *each, value),
            Node::Flatten(list) => flatten(&self.visit(*list, value)?),
            Node::MultiSelectList(items) => self.multi_select_list(items, value),
            Node::MultiSelectMap(members) => self.multi_select_map(members, value),
        }
    }

    fn chain(&self, steps: &[NodeId], value: &Value) -> Visited {
        let mut result = value.clone();
        for step in steps {
            result = self.visit(*step, &result)?;
        }
        Ok(result)
    }

    /// `||` goes on where the left is false, `&&` where it is not.
    fn either(&self, left: NodeId, right: NodeId, where_false: bool, value: &Value) -> Visited {
        let matched = self.visit(left, value)?;
        if is_false(&matched) == where_false { self.visit(right, value) } else { Ok(matched) }
    }

    fn comparison(&self, by: Comparator, left: NodeId, right: NodeId, value: &Value) -> Visited {
        let left = self.visit(left, value)?;
        let right = self.visit(right, value)?;
        compare(by, &left, &right)
    }

    fn function(&self, name: &str, arguments: &[NodeId], value: &Value) -> Visited {
        let values: Vec<Value> =
            arguments.iter().map(|argument| self.visit(*argument, value)).collect::<Result<_, _>>()?;
        functions::call(self, name, arguments, &values)
    }

    /// The expression that an argument is, where it is one as written.
    pub(crate) fn reference(&self, argument: NodeId) -> Option<NodeId> {
        match self.syntax.get(argument) {
            Some(Node::Reference(node)) => Some(*node),
            _ => None,
        }
    }

    fn projection(&self, list: NodeId, each: NodeId, condition: Option<NodeId>, value: &Value) -> Visited {
        let Value::List(items) = self.visit(list, value)? else { return Ok(Value::Null) };
        let mut collected = Vec::new();
        for item in items.iter() {
            if let Some(condition) = condition
                && is_false(&self.visit(condition, item)?)
            {
                continue;
            }
            self.collect(&mut collected, each, item)?;
        }
        Ok(Value::list(collected))
    }

    fn value_projection(&self, map: NodeId, each: NodeId, value: &Value) -> Visited {
        let Value::Map(members) = self.visit(map, value)? else { return Ok(Value::Null) };
        let mut collected = Vec::new();
        for member in members.values() {
            self.collect(&mut collected, each, member)?;
        }
        Ok(Value::list(collected))
    }

    fn collect(&self, into: &mut Vec<Value>, node: NodeId, value: &Value) -> Result<(), RunError> {
        match self.visit(node, value)? {
            Value::Null => {}
            found => into.push(found),
        }
        Ok(())
    }

    fn multi_select_list(&self, items: &[NodeId], value: &Value) -> Visited {
        if let Value::Null = value {
            return Ok(Value::Null);
        }
        items.iter().map(|item| self.visit(*item, value)).collect::<Result<_, _>>().map(Value::list)
    }

    fn multi_select_map(&self, members: &[(Rc<str>, NodeId)], value: &Value) -> Visited {
        if let Value::Null = value {
            return Ok(Value::Null);
        }
        let mut collected = Map::with_capacity(members.len());
        for (name, member) in members {
            let found = self.visit(*member, value)?;
            collected.insert(Rc::clone(name), found);
        }
        Ok(Value::map(collected))
    }
}

fn field(name: &str, value: &Value) -> Value {
    match value {
        Value::Map(members) => members.get(name).cloned().unwrap_or(Value::Null),
        _ => Value::Null,
    }
}

fn item(index: &Integer, value: &Value) -> Value {
    let (Value::List(items), Integer::Small(index)) = (value, index) else { return Value::Null };
    let place = if *index < 0 {
        usize::try_from(index.unsigned_abs()).ok().and_then(|back| items.len().checked_sub(back))
    } else {
        usize::try_from(*index).ok()
    };
    place.and_then(|place| items.get(place)).cloned().unwrap_or(Value::Null)
}

/// A slice as Python takes it: bounds beyond the list are cut, a negative step walks back.
fn slice(parts: &[Option<Integer>; 3], value: &Value) -> Visited {
    let Value::List(items) = value else { return Ok(Value::Null) };
    let [start, stop, step] = parts;
    let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let step = step.as_ref().map_or(1, saturated);
    if step == 0 {
        return Err(RunProblem::SliceStepZero.into());
    }
    // The places just outside the list, where a walk may begin or end.
    let (first, last) = if step < 0 { (-1, length - 1) } else { (0, length) };
    let place = |bound: &Option<Integer>, absent: i64| {
        bound.as_ref().map_or(absent, |bound| {
            let bound = saturated(bound);
            (if bound < 0 { bound.saturating_add(length) } else { bound }).clamp(first, last)
        })
    };
    let (mut at, end) =
        if step < 0 { (place(start, last), place(stop, first)) } else { (place(start, first), place(stop, last)) };
    let mut taken = Vec::new();
    while (step > 0 && at < end) || (step < 0 && at > end) {
        taken.extend(usize::try_from(at).ok().and_then(|at| items.get(at)).cloned());
        at = at.saturating_add(step);
    }
    Ok(Value::list(taken))
}

fn saturated(number: &Integer) -> i64 {
    match number {
        Integer::Small(number) => *number,
        Integer::Big(_) if number.is_negative() => i64::MIN,
        Integer::Big(_) => i64::MAX,
    }
}

fn flatten(value: &Value) -> Visited {
    let Value::List(items) = value else { return Ok(Value::Null) };
    let counts = items.iter().map(|item| if let Value::List(inner) = item { inner.len() } else { 1 });
    if counts.sum::<usize>() > MAXIMUM_TEXT / size_of::<Value>() {
        return Err(RunProblem::TooLarge.into());
    }
    let mut merged = Vec::with_capacity(items.len());
    for item in items.iter() {
        match item {
            Value::List(inner) => merged.extend(inner.iter().cloned()),
            other => merged.push(other.clone()),
        }
    }
    Ok(Value::list(merged))
}
