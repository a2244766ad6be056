//! Queries against Python's jmespath: results with their sharing of nodes, and every message.

use std::collections::HashMap;

use redrive_execution::jmespath::Expression;
use redrive_execution::value::Value;

use super::cases::{compare_all, numbers, text};

#[test]
#[ignore = "needs DIFFERENTIAL_PYTHON"]
fn queries_agree_with_python() {
    compare_all("query.py", |case| {
        let (expression, value) = (text(case, "expression"), text(case, "value"));
        let expected = (text(case, "outcome"), without_addresses(text(case, "text")), numbers(case, "nodes"));
        let (outcome, found, order) = outcome(expression, &Value::from_json(value).unwrap());
        let actual = (outcome, without_addresses(&found), order);
        if actual == expected {
            return Ok(());
        }
        Err(format!("query    {expression}\nvalue    {value}\nexpected {expected:?}\nactual   {actual:?}"))
    });
}

fn outcome(expression: &str, value: &Value) -> (&'static str, String, Vec<usize>) {
    let expression = match Expression::compile(expression) {
        Ok(expression) => expression,
        Err(error) => return ("compile", error.to_string(), Vec::new()),
    };
    match expression.search(value) {
        Ok(result) => {
            let to_string = match &result {
                Value::String(text) => text.to_string(),
                other => other.to_json_compact(),
            };
            let mut order = Vec::new();
            walk(&result, &mut HashMap::new(), &mut order);
            ("result", format!("{}\n{to_string}", result.python_repr()), order)
        }
        Err(error) => ("run", error.to_string(), Vec::new()),
    }
}

/// Numbers the containers in the order of a walk, the same node with the same number.
fn walk(value: &Value, seen: &mut HashMap<usize, usize>, order: &mut Vec<usize>) {
    let (address, children): (usize, Vec<&Value>) = match value {
        Value::List(items) => (std::rc::Rc::as_ptr(items).addr(), items.iter().collect()),
        Value::Map(members) => (std::rc::Rc::as_ptr(members).addr(), members.values().collect()),
        _ => return,
    };
    let next = seen.len();
    let known = seen.contains_key(&address);
    order.push(*seen.entry(address).or_insert(next));
    if !known {
        for child in children {
            walk(child, seen, order);
        }
    }
}

/// Where an expression prints as an object at an address, the address is chance.
fn without_addresses(text: &str) -> String {
    let mut parts = text.split(" object at 0x");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(" object at 0x");
        plain.push_str(part.trim_start_matches(|character: char| character.is_ascii_hexdigit()));
    }
    plain
}
