//! The formats against the AWS CLI's own formatters, on random values.
//!
//! Runs where `DIFFERENTIAL_PYTHON` names a Python that has `awscli` and `ruamel.yaml`, else says so and passes.
//! `DIFFERENTIAL_CASES` (20,000 of each format unless set) and `DIFFERENTIAL_SEED` (a new one unless set) go to `output.py`.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::rc::Rc;

use redrive_execution::render::{Format, Style, render};
use redrive_execution::value::{Integer, Map, Value};

const GENERATOR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/differential/output.py");

#[expect(clippy::disallowed_methods, reason = "a test's own switch, not a setting of the program")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.is_empty())
}

#[test]
fn formats_agree_with_the_aws_cli() {
    let Some(python) = variable("DIFFERENTIAL_PYTHON") else {
        println!("skipped: DIFFERENTIAL_PYTHON names no Python with awscli and ruamel.yaml");
        return;
    };
    let count = variable("DIFFERENTIAL_CASES").unwrap_or_else(|| "20000".to_owned());
    let seed = variable("DIFFERENTIAL_SEED").unwrap_or_else(|| "-".to_owned());
    let mut generator = Command::new(&python)
        .args([GENERATOR, &seed, &count])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{python}: {error}"));
    let mut lines = BufReader::new(generator.stdout.take().unwrap()).lines();
    println!("{} of each format from {}", count, lines.next().unwrap().unwrap());

    let mut counts: HashMap<String, (u32, u32)> = HashMap::new();
    for line in lines {
        let case = Case::read(&line.unwrap());
        let (total, different) = counts.entry(case.format.clone()).or_default();
        *total += 1;
        let actual = case.printed();
        if actual != case.expected {
            *different += 1;
            if *different <= 10 {
                println!(
                    "{}: {}\n  expected {:?}\n  actual   {:?}",
                    case.format,
                    case.value.python_repr(),
                    case.expected,
                    actual
                );
            }
        }
    }
    assert!(generator.wait().unwrap().success(), "the generator failed");
    for (format, (total, different)) in &counts {
        println!("{format}: {total} cases, {different} differences");
    }
    assert_eq!(counts.len(), 5, "not every format was tried");
    assert!(counts.values().all(|(_, different)| *different == 0), "the formats differ");
}

/// One line of the generator.
struct Case {
    format: String,
    style: Style,
    value: Value,
    /// What was printed, and the message where printing failed.
    expected: (String, Option<String>),
}

impl Case {
    fn read(line: &str) -> Self {
        let case = Value::from_json(line).unwrap();
        Self {
            format: text(member(&case, "format")).to_owned(),
            style: Style {
                color: matches!(member(&case, "color"), Value::Bool(true)),
                columns: number(member(&case, "columns")).try_into().unwrap(),
            },
            value: decoded(member(&case, "value"), &mut HashMap::new()),
            expected: (
                text(member(&case, "output")).to_owned(),
                match member(&case, "error") {
                    Value::Null => None,
                    message => Some(text(message).to_owned()),
                },
            ),
        }
    }

    fn printed(&self) -> (String, Option<String>) {
        let mut output = Vec::new();
        let format = self.format.parse::<Format>().unwrap();
        let result = render(format, "RedriveExecution", &self.value, self.style, &mut output);
        (String::from_utf8(output).unwrap(), result.err().map(|error| error.to_string()))
    }
}

/// The value that the generator's nested lists stand for, its nodes shared as there.
fn decoded(encoded: &Value, nodes: &mut HashMap<i64, Value>) -> Value {
    let parts = list(encoded);
    let node = match (text(&parts[0]), &parts[1..]) {
        ("e", _) => return Value::Epoch,
        ("v", [scalar]) => return scalar.clone(),
        ("r", [id]) => return nodes[&number(id)].clone(),
        ("l", [_, items]) => Value::list(list(items).iter().map(|item| decoded(item, nodes)).collect()),
        ("m", [_, members]) => {
            let members = list(members).iter().map(|member| {
                let [key, value] = list(member) else { panic!("not a member: {member:?}") };
                (Rc::from(text(key)), decoded(value, nodes))
            });
            Value::map(members.collect::<Map>())
        }
        other => panic!("not a value: {other:?}"),
    };
    nodes.insert(number(&parts[1]), node.clone());
    node
}

fn member<'a>(value: &'a Value, name: &str) -> &'a Value {
    let Value::Map(map) = value else { panic!("not a map: {value:?}") };
    &map[name]
}

fn list(value: &Value) -> &[Value] {
    let Value::List(items) = value else { panic!("not a list: {value:?}") };
    items
}

fn text(value: &Value) -> &str {
    let Value::String(text) = value else { panic!("not a string: {value:?}") };
    text
}

fn number(value: &Value) -> i64 {
    let Value::Integer(Integer::Small(number)) = value else { panic!("not a number: {value:?}") };
    *number
}
