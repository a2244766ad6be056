//! The formats against the AWS CLI's own formatters; the Python needs `awscli` and `ruamel.yaml`.

#![expect(clippy::unwrap_used, reason = "a test: it fails where something is missing")]

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use redrive_execution::error::{Error, ServiceError};
use redrive_execution::python::codecs::Codec;
use redrive_execution::render::error::{ErrorFormat, render_error};
use redrive_execution::render::{Format, Style, render};
use redrive_execution::value::{Integer, Map, Value};

use super::cases::{compare_all, member, text};

#[test]
#[ignore = "needs DIFFERENTIAL_PYTHON"]
fn formats_agree_with_the_aws_cli() {
    let counts = RefCell::new(BTreeMap::new());
    compare_all("output.py", |case| {
        *counts.borrow_mut().entry(text(case, "format").to_owned()).or_insert(0) += 1;
        let value = decoded(member(case, "value"), &mut HashMap::new());
        let error = match member(case, "error") {
            Value::Null => None,
            _ => Some(text(case, "error").to_owned()),
        };
        let expected = (text(case, "output").to_owned(), error);
        let actual = printed(case, &value);
        if actual == expected {
            return Ok(());
        }
        let (format, value) = (text(case, "format"), value.python_repr());
        Err(format!("{format} of {value}\nexpected {expected:?}\nactual   {actual:?}"))
    });
    for (format, count) in counts.into_inner() {
        println!("output.py: {count} of {format}");
    }
}

/// What the program prints, and the message where it fails.
fn printed(case: &Value, value: &Value) -> (String, Option<String>) {
    let style = Style {
        color: matches!(member(case, "color"), Value::Bool(true)),
        columns: number(member(case, "columns")).try_into().unwrap(),
    };
    if text(case, "format") == "enhanced" {
        let (error, mut output) = (own_error(value), Vec::new());
        render_error(&error, ErrorFormat::Enhanced, style, Codec::Utf8, &mut Vec::new(), &mut output).unwrap();
        return (String::from_utf8(output).unwrap(), None);
    }
    let format: Format = text(case, "format").parse().unwrap();
    let mut output = String::new();
    let result = render(format, "RedriveExecution", value, style, &mut output);
    (output, result.err().map(|error| error.to_string()))
}

/// An error with a message of its own and the members of the case.
fn own_error(value: &Value) -> Error {
    let Value::Map(members) = member(value, "members") else { panic!("no members: {value:?}") };
    Error::Service(Box::new(ServiceError {
        operation: "RedriveExecution".to_owned(),
        status: 400,
        service_code: None,
        code: "Code".to_owned(),
        message: member(value, "message").clone(),
        exhausted_retries: None,
        members: members.iter().map(|(name, value)| (name.to_string(), value.clone())).collect(),
    }))
}

/// The value that the generator's nested lists stand for, its nodes shared as there.
fn decoded(encoded: &Value, nodes: &mut HashMap<i64, Value>) -> Value {
    let parts = list(encoded);
    let node = match (string(&parts[0]), &parts[1..]) {
        ("e", _) => return Value::Epoch,
        ("v", [scalar]) => return scalar.clone(),
        ("r", [id]) => return nodes[&number(id)].clone(),
        ("l", [_, items]) => Value::list(list(items).iter().map(|item| decoded(item, nodes)).collect()),
        ("m", [_, members]) => {
            let members = list(members).iter().map(|member| {
                let [key, value] = list(member) else { panic!("not a member: {member:?}") };
                (Rc::from(string(key)), decoded(value, nodes))
            });
            Value::map(members.collect::<Map>())
        }
        other => panic!("not a value: {other:?}"),
    };
    nodes.insert(number(&parts[1]), node.clone());
    node
}

fn list(value: &Value) -> &[Value] {
    let Value::List(items) = value else { panic!("not a list: {value:?}") };
    items
}

fn string(value: &Value) -> &str {
    let Value::String(text) = value else { panic!("not a string: {value:?}") };
    text
}

fn number(value: &Value) -> i64 {
    let Value::Integer(Integer::Small(number)) = value else { panic!("not a number: {value:?}") };
    *number
}
