//! Walks a query's tree over a value. Yields shared nodes where Python yields the same object; builds new lists and maps
//! where Python does. Refuses to know the functions beyond calling them.

use std::cmp::Ordering;
use std::rc::Rc;

use super::ast::{Node, NodeId, Syntax};
use super::functions;
use super::lexer::TokenKind;
use super::messages::{RunError, RunProblem};
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
            Node::Comparison(comparator, left, right) => {
                compare(*comparator, &self.visit(*left, value)?, &self.visit(*right, value)?)
            }
            Node::Reference(_) => Ok(Value::Expression(Rc::new(ExpressionReference))),
            Node::Function(name, arguments) => {
                let values = self.each(arguments, value)?;
                functions::call(self, name, arguments, &values)
            }
            Node::Projection(list, each) => match self.visit(*list, value)? {
                Value::List(items) => self.projected(items.iter(), *each, None),
                _ => Ok(Value::Null),
            },
            Node::FilterProjection(list, each, condition) => match self.visit(*list, value)? {
                Value::List(items) => self.projected(items.iter(), *each, Some(*condition)),
                _ => Ok(Value::Null),
            },
            Node::ValueProjection(map, each) => match self.visit(*map, value)? {
                Value::Map(members) => self.projected(members.values(), *each, None),
                _ => Ok(Value::Null),
            },
            Node::Flatten(list) => flatten(&self.visit(*list, value)?),
            Node::MultiSelectList(_) | Node::MultiSelectMap(_) if matches!(value, Value::Null) => Ok(Value::Null),
            Node::MultiSelectList(items) => self.each(items, value).map(Value::list),
            Node::MultiSelectMap(members) => {
                let member = |(name, node): &(Rc<str>, NodeId)| Ok((Rc::clone(name), self.visit(*node, value)?));
                members.iter().map(member).collect::<Result<Map, RunError>>().map(Value::map)
            }
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

    fn each(&self, nodes: &[NodeId], value: &Value) -> Result<Vec<Value>, RunError> {
        nodes.iter().map(|node| self.visit(*node, value)).collect()
    }

    /// The expression that an argument is, where it is one as written.
    pub(crate) fn reference(&self, argument: NodeId) -> Option<NodeId> {
        match self.syntax.get(argument) {
            Some(Node::Reference(node)) => Some(*node),
            _ => None,
        }
    }

    /// What a node yields for each value that suits the condition, `null` apart.
    fn projected<'v>(
        &self,
        values: impl Iterator<Item = &'v Value>,
        node: NodeId,
        condition: Option<NodeId>,
    ) -> Visited {
        let mut collected = Vec::new();
        for value in values {
            if let Some(condition) = condition
                && is_false(&self.visit(condition, value)?)
            {
                continue;
            }
            match self.visit(node, value)? {
                Value::Null => {}
                found => collected.push(found),
            }
        }
        Ok(Value::list(collected))
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

/// Compares two values; an order of anything but numbers and strings is `null`.
fn compare(comparator: TokenKind, left: &Value, right: &Value) -> Visited {
    let (symbol, orders): (_, &[Ordering]) = match comparator {
        TokenKind::Equal => return Ok(Value::Bool(equals(left, right))),
        TokenKind::NotEqual => return Ok(Value::Bool(!equals(left, right))),
        TokenKind::Less => ("<", &[Ordering::Less]),
        TokenKind::LessOrEqual => ("<=", &[Ordering::Less, Ordering::Equal]),
        TokenKind::Greater => (">", &[Ordering::Greater]),
        _ => (">=", &[Ordering::Greater, Ordering::Equal]),
    };
    let is_ordered = |value| is_number(value) || matches!(value, Value::String(_));
    if !(is_ordered(left) && is_ordered(right)) {
        return Ok(Value::Null);
    }
    let order = order(left, right, symbol)?;
    Ok(Value::Bool(order.is_some_and(|order| orders.contains(&order))))
}

/// The order of two numbers or two strings; `None` where NaN is one of them.
///
/// # Errors
/// Python's `TypeError` for the given operator where they are not of one kind.
pub(crate) fn order(left: &Value, right: &Value, symbol: &'static str) -> Result<Option<Ordering>, RunError> {
    match (left, right) {
        // Bytes of UTF-8 are ordered as the code points are, which is Python's order.
        (Value::String(left), Value::String(right)) => Ok(Some(left.cmp(right))),
        _ if is_number(left) && is_number(right) => Ok(left.compare_numbers(right)),
        _ => {
            let (left, right) = (left.python_type_name(), right.python_type_name());
            Err(RunProblem::NotOrdered { symbol, left, right }.into())
        }
    }
}

/// An `int` or a `float`, and not a `bool`.
fn is_number(value: &Value) -> bool {
    matches!(value, Value::Integer(_) | Value::Float(_))
}

/// What `||`, `&&` and filters take for false. Nought is not.
fn is_false(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::String(text) => text.is_empty(),
        Value::List(items) => items.is_empty(),
        Value::Map(members) => members.is_empty(),
        _ => false,
    }
}

/// What `!` yields. Every number is true for it.
fn negate(value: &Value) -> bool {
    !is_number(value) && !value.python_truth()
}

/// Python's, except that `1` and `true` differ (at the top only).
fn equals(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Bool(_), other) | (other, Value::Bool(_)) if is_number(other) => false,
        _ => left.python_eq(right),
    }
}
